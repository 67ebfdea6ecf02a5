"""Deep links: what they say is checked twice, and every choice survives the way through one."""

from __future__ import annotations

from dataclasses import fields

import pytest

from dashboard import state
from dashboard.state import View, from_params, to_params

FULL = {
    "region": "us-ga", "snapshot": "0c62e6a20b74", "lang": "sw", "layer": "indicator.poverty_rate",
    "classes": "jenks", "lens": "older", "rural": True, "robust": True, "sure": True, "mask": True,
    "district": "01-é 3", "compare": "13001,13003", "levels": "community,virtual",
    "owners": "public", "types": "clinic", "cadre": "psychiatrist", "service": "KE:12/3",
    "rings": True, "people": True, "basemap": True, "bounds": "-85.1,30,-81.2,35.0001",
    "columns": "gap,need", "search": "Tana Ríver (east)", "variant": "geometric",
    "against": "published", "since": "aaaaaaaaaaaa", "underserved": True, "grade": "very_high",
    "parent": "Côte d'Or",
    "sort": "-population", "plain": True, "part": "3",
}  # fmt: skip


def test_every_choice_makes_the_way_through_a_link() -> None:
    view = View(**FULL)
    values = {field.name: getattr(view, field.name) for field in fields(View)}
    assert all(values[name] != getattr(View(), name) for name in values)
    assert from_params(to_params(view)) == (view, [])


def test_defaults_are_left_out() -> None:
    assert to_params(View("kenya")) == {"region": "kenya"}


@pytest.mark.parametrize(
    ("name", "bad"),
    [("layer", "<script>"), ("rural", "yes"), ("district", "x" * 201), ("lens", "<b>"),
     ("variant", "a b"), ("bounds", "1,2,3"), ("bounds", "1,2,3,abc"), ("bounds", "1,2,3,4,5"),
     ("lang", "xx"), ("region", "../etc"), ("compare", "a\nb"), ("snapshot", "a/b"),
     ("search", "x" * 81), ("service", '"><img>'),
     ("levels", "a;b"), ("part", "0"), ("sort", "a b")],
)  # fmt: skip
def test_what_no_link_of_ours_says_is_refused_and_named(name: str, bad: str) -> None:
    view, refused = from_params({name: bad})
    assert (view, refused) == (View(), [name])


def test_empty_and_foreign_parameters_are_no_wish() -> None:
    assert from_params({"district": "", "utm_source": "mail"}) == (View(), [])


def test_four_districts_at_most_and_none_twice() -> None:
    assert View(compare="a,b,a,c,d,e").compared == ["a", "b", "c", "d"]
    assert View().compared == []


def test_without_puts_choices_back() -> None:
    view = View("kenya", robust=True, layer="need")
    assert state.without(view, "robust", "layer") == View("kenya")
