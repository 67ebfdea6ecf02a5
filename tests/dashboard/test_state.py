"""Deep links: what they say is checked again."""

from __future__ import annotations

from dashboard.state import View, from_params, to_params, with_known_district

REGIONS = ["kenya", "us-ga"]


def test_a_link_round_trips() -> None:
    view = View("us-ga", "13001", "access", rural=True, side="Profile")
    assert from_params(to_params(view), REGIONS, View()) == view


def test_defaults_are_left_out() -> None:
    assert to_params(View("kenya")) == {"region": "kenya"}


def test_unknown_values_keep_what_was_there() -> None:
    params = {"region": "../etc", "layer": "<script>", "rural": "yes", "district": "x" * 999}
    view = from_params(params, REGIONS, View())
    assert (view.region, view.layer, view.rural) == ("kenya", "gap", False)
    assert len(view.district) == 200
    assert with_known_district(view, ["KE001"]).district == ""
    assert with_known_district(view, ["KE001"]).side == "Ranking"


def test_known_district_is_kept() -> None:
    view = View("kenya", "KE001", side="Profile")
    assert with_known_district(view, ["KE001"]) == view
