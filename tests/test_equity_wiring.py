"""Indices of inequality of a region: computed over people, shown with their words."""

import pandas as pd
from pytest import approx

from etl.index.access import compute_access
from etl.index.equity import equity_rows

from .conftest import Tiny

CORE = ("district", "demand_point", "service", "workforce", "indicator")


def rows(tiny: Tiny, **changed: pd.DataFrame) -> pd.DataFrame:
    core = {name: tiny.warehouse.read(f"core_{name}") for name in CORE} | changed
    access = compute_access(tiny.config, tiny.region, core)
    return equity_rows(tiny.config, core, access).set_index("index_id")


def test_equal_access_is_no_inequality(tiny: Tiny):
    # Only Gamma, whose 400 people all stand at one place: everybody reaches the same.
    workforce = tiny.warehouse.read("core_workforce")
    only = workforce[workforce["district_id"] == "03"]
    table = rows(tiny, workforce=only)
    assert table.loc["gini", "value"] == approx(0)
    assert table.loc["theil", "value"] == approx(0)
    assert table.loc["kolm_pollak_ede", "value"] == approx(500)  # 2 FTE for 400 people


def test_people_of_districts_with_unknown_staff_are_left_out(tiny: Tiny):
    table = rows(tiny)
    assert 0 < table.loc["gini", "value"] < 1


def test_ranking_by_an_indicator_with_a_blank_gives_no_data(tiny: Tiny):
    indicators = tiny.warehouse.read("core_indicator")
    blank = indicators["indicator_id"] == "poverty_rate"
    holes = indicators.assign(value=indicators["value"].mask(blank))
    table = rows(tiny, indicator=holes)
    assert table.loc[["palma", "concentration", "concentration_far"], "value"].isna().all()
    assert table.loc["gini", "value"] > 0  # does not depend on the ranking


def test_every_index_says_its_unit_definition_and_reference(tinyland: Tiny):
    table = tinyland.warehouse.read("out_equity")
    assert len(table) == 7
    assert (table[["unit", "definition", "reference"]].map(len) > 0).all().all()


def test_both_regions_have_every_index(from_sample):
    for region in ("us-ga", "kenya"):
        assert from_sample(region).read("out_equity")["value"].notna().all()
