"""Deep links: what they say is checked again."""

from __future__ import annotations

from dashboard.state import View, from_params, to_params, with_known, with_known_variants

REGIONS = ["kenya", "us-ga"]


def test_a_link_round_trips() -> None:
    view = View(
        "us-ga", "13001", "access", rural=True, side="Profile", robust=True, lens="older",
        variant="geometric", against="published",
    )  # fmt: skip
    assert from_params(to_params(view), REGIONS, View()) == view


def test_defaults_are_left_out() -> None:
    assert to_params(View("kenya")) == {"region": "kenya"}


def test_unknown_values_keep_what_was_there() -> None:
    params = {"region": "../etc", "layer": "<script>", "rural": "yes", "district": "x" * 999,
              "lens": "<b>", "variant": "a b", "against": "x" * 65, "robust": "true"}  # fmt: skip
    view = from_params(params, REGIONS, View())
    assert (view.region, view.layer, view.rural) == ("kenya", "gap", False)
    assert (view.lens, view.variant, view.against, view.robust) == ("", "", "", False)
    assert len(view.district) == 200
    assert with_known(view, ["KE001"], []).district == ""
    assert with_known(view, ["KE001"], []).side == "Ranking"


def test_known_district_is_kept() -> None:
    view = View("kenya", "KE001", side="Profile")
    assert with_known(view, ["KE001"], []) == view


def test_a_group_the_snapshot_lacks_is_dropped_and_another_drops_the_robust_filter() -> None:
    view = View("kenya", lens="older", robust=True)
    assert with_known(view, [], ["youth"]) == View("kenya", robust=True)
    assert with_known(view, [], ["older"]) == View("kenya", lens="older")


def test_variants_the_snapshot_lacks_are_dropped() -> None:
    view = View("kenya", variant="gone", against="published")
    assert with_known_variants(view, ["published"]) == View("kenya", against="published")
