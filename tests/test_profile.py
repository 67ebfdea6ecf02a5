"""Gap profile: links judged by declared rules, unknown figures never judged."""

import numpy as np
import pandas as pd
import pytest

from etl.errors import BadValueError
from etl.index.profile import gap_profile
from etl.schema import Profile

from .conftest import Tiny


def profile(*conditions: dict[str, object]) -> Profile:
    link = {
        "label": "Link",
        "words": "Words.",
        "remedy_family": "digital",
        "missing_when": list(conditions),
    }
    return Profile.model_validate({"links": {"link": link}})


def states(rules: Profile, **columns: list[float]) -> list[str]:
    table = pd.DataFrame(columns, index=pd.Index(["a", "b", "c"], name="district_id"))
    return gap_profile(rules, table)["state"].tolist()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("at least", ["present", "missing", "missing"]),
        ("above", ["present", "present", "missing"]),
        ("at most", ["missing", "missing", "present"]),
        ("below", ["missing", "present", "present"]),
    ],
)
def test_the_bound_belongs_to_at_least_and_at_most(word: str, expected: list[str]):
    rules = profile({"figure": "minutes", "is": word, "value": 60})
    assert states(rules, minutes=[59.9, 60.0, 60.1]) == expected


def test_all_conditions_must_hold():
    rules = profile(
        {"figure": "x", "is": "above", "value": 0}, {"figure": "y", "is": "above", "value": 0}
    )
    assert states(rules, x=[1, 1, 0], y=[1, 0, 1]) == ["missing", "present", "present"]


def test_an_unknown_figure_is_no_data_even_where_another_condition_fails():
    rules = profile(
        {"figure": "x", "is": "above", "value": 0}, {"figure": "y", "is": "above", "value": 0}
    )
    assert states(rules, x=[1, 0, 1], y=[np.nan, np.nan, 1]) == ["no data", "no data", "missing"]


def test_a_tier_the_region_has_no_figures_on_is_no_data():
    rules = profile({"figure": "minutes.community", "is": "above", "value": 60})
    assert states(rules, x=[1, 1, 1]) == ["no data"] * 3


def test_a_misspelt_figure_is_refused_by_name():
    rules = profile({"figure": "minuts", "is": "above", "value": 60})
    with pytest.raises(BadValueError, match=r"'minuts'.*minutes"):
        states(rules, minutes=[1, 2, 3])


def test_every_district_has_every_link_with_the_figures_behind_it(tinyland: Tiny):
    table = tinyland.warehouse.read("out_profile")
    links = tinyland.config.profile.links
    assert len(table) == 6 * len(links)
    gamma = table[table["district_id"] == "03"].set_index("link")
    assert gamma.loc["service_within_reach", "state"] == "missing"  # 75 minutes from Delta's clinic
    assert gamma.loc["service_within_reach", "figures"] == "share_beyond_60min 1"
    delta = table[table["district_id"] == "04"].set_index("link")
    assert delta.loc["staff", "state"] == "no data"  # workforce unknown, not none
    assert delta.loc["affordability", "state"] == "missing"  # its only clinic is private
