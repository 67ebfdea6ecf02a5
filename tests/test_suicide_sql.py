"""The SELECTs over CDC WONDER on a few rows made by hand."""

import pandas as pd
import pytest
from pytest import approx

from etl.warehouse import Warehouse


@pytest.fixture
def found() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three years: A and D in each, B in two, C in none; E is no county any more."""
    rows = [
        ("13001", "2010", 10, 1_000, "1000.0 (Unreliable)"), ("13001", "2011", 30, 1_000, "3000.0"),
        ("13001", "2012", 24, 2_000, "1200.0"),
        ("13003", "2010", 11, 1_000, "1100.0"), ("13003", "2012", 12, 1_000, "1200.0"),
        ("13007", "2010", 20, 4_000, "500.0"), ("13007", "2011", 22, 4_000, "550.0"),
        ("13007", "2012", 21, 4_000, "525.0"),
        ("13999", "2010", 15, 1_000, "1500.0"), ("13999", "2011", None, None, None),
        ("01001", "2010", 99, 1_000, "9900.0"),
    ]  # fmt: skip
    names = ["county_code", "year", "deaths", "population", "crude_rate"]
    table = pd.DataFrame(rows, columns=names).astype({"deaths": "Int64", "population": "Int64"})
    table = table.assign(county="County " + table["county_code"], _row=range(2, len(table) + 2))
    counties = pd.DataFrame(
        [("13001", "A"), ("13003", "B"), ("13005", "C"), ("13007", "D"), ("01001", "X")],
        columns=["geoid", "name"],
    )
    counties["state_fips"] = counties["geoid"].str[:2]
    with Warehouse() as warehouse:
        warehouse.write("raw_us_cdc_wonder_suicide", table)
        warehouse.write("raw_us_census_counties_2015", counties)
        given = {"state_fips": "13"}
        rates = warehouse.select_file("core/indicators/us_suicide", given)
        issues = warehouse.select_file("core/indicators/us_suicide_issues", given)
    return rates.set_index("district_id").sort_index(), issues.set_index("rule")


def test_rates_are_pooled_over_all_years_or_missing(found):
    rates, _ = found
    assert rates.index.tolist() == ["13001", "13003", "13005", "13007"]
    assert rates["value"].tolist() == approx([1_600, float("nan"), float("nan"), 525], nan_ok=True)
    assert rates.loc["13001", ["numerator", "denominator"]].tolist() == [64, 4_000]
    assert rates.loc["13001", "se"] == approx(1_600 / 8)  # 1 / sqrt(64) of the rate
    missing = rates.loc[["13003", "13005"], ["value", "se", "numerator", "denominator"]]
    assert missing.isna().all(axis=None)  # withheld, not zero


def test_flags_say_withheld_or_unreliable(found):
    flags = found[0]["flag"]
    assert flags.tolist()[:3] == ["unreliable", "suppressed", "suppressed"]
    assert pd.isna(flags["13007"])


def test_what_is_left_out_is_told(found):
    issues = found[1]
    assert issues.loc["withheld_count", ["n_rows", "value"]].tolist() == [2, "B, C"]
    assert issues.loc["county_no_longer_exists", ["n_rows", "value"]].tolist() == [
        2,
        "County 13999",
    ]
