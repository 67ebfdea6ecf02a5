"""Figures from small counts, drawn toward the rate around them: which are, which are refused."""

from dataclasses import replace

import pandas as pd
import pytest
from pydantic import ValidationError
from pytest import approx

from etl.config import Config
from etl.errors import BadValueError
from etl.index.need import compute_need
from etl.index.smoothing import (
    for_index,
    smoothed_indicators,
    smoothing_rows,
)
from etl.schema import Indicator

from .conftest import Core, Tiny

CORE = ("district", "demand_point", "service", "workforce", "indicator")


def core_of(tiny: Tiny) -> dict[str, pd.DataFrame]:
    return {name: tiny.warehouse.read(f"core_{name}") for name in CORE}


def smoothing(config: Config, name: str, *, use: bool = False) -> Config:
    """Return the configuration with one more indicator smoothed."""
    entry = config.indicators[name].model_copy(update={"smooth": "empirical_bayes"})
    need = config.model.need.model_copy(update={"use_smoothed": use})
    model = config.model.model_copy(update={"need": need})
    return replace(config, indicators=config.indicators | {name: entry}, model=model)


def by_hand(people: list[float], events: list[float]) -> list[float]:
    """Marshall's estimate with plain arithmetic."""
    mean = sum(events) / sum(people)
    spread = sum(p * (e / p - mean) ** 2 for p, e in zip(people, events, strict=True)) / sum(people)
    between = max(spread - mean * len(people) / sum(people), 0)
    own = [between / (between + mean / p) for p in people]
    return [w * e / p + (1 - w) * mean for w, p, e in zip(own, people, events, strict=True)]


# --- Indicators


def test_poverty_smoothed_by_hand(tinyland: Tiny):
    found = smoothed_indicators(smoothing(tinyland.config, "poverty_rate"), core_of(tinyland))
    expected = by_hand([1000, 600, 400, 300, 500], [100, 180, 200, 60, 200])
    values = found.set_index("district_id")["smoothed_value"]
    assert values.tolist()[:5] == approx([100 * x for x in expected])
    assert pd.isna(values["06"])  # missing, and it takes no part
    assert set(found["indicator_id"]) == {"poverty_rate"}


def test_a_withheld_count_takes_no_part_even_where_its_people_are_known(tinyland: Tiny):
    core = core_of(tinyland)
    zeta = (core["indicator"]["district_id"] == "06") & (
        core["indicator"]["indicator_id"] == "poverty_rate"
    )
    core["indicator"].loc[zeta, "denominator"] = 1e6
    config = smoothing(tinyland.config, "poverty_rate")
    pd.testing.assert_frame_equal(
        smoothed_indicators(config, core), smoothed_indicators(config, core_of(tinyland))
    )


def test_parents_with_two_districts_draw_their_own(tinyland: Tiny):
    core = core_of(tinyland)
    core["district"] = core["district"].assign(parent_id=["w", "w", None, "e", "e", "e"])
    found = smoothed_indicators(smoothing(tinyland.config, "poverty_rate"), core)
    values = (found.set_index("district_id")["smoothed_value"] / 100).tolist()
    assert values[:2] == approx(by_hand([1000, 600], [100, 180]))
    everywhere = by_hand([1000, 600, 400, 300, 500], [100, 180, 200, 60, 200])
    assert values[2] == approx(everywhere[2])  # no parent: toward the region
    assert values[3:5] == approx(by_hand([300, 500], [60, 200]))


def test_an_indicator_without_counts_is_refused_by_name(tinyland: Tiny):
    config = smoothing(tinyland.config, "unemployment_rate")
    with pytest.raises(BadValueError, match=r"unemployment_rate: `smooth`.*4 district\(s\) lack"):
        smoothed_indicators(config, core_of(tinyland))


def test_a_value_that_is_no_quotient_of_its_counts_is_refused(tinyland: Tiny):
    core = core_of(tinyland)
    core["indicator"]["numerator"] *= 2
    with pytest.raises(BadValueError, match=r"poverty_rate: 5 value\(s\) are not 100 x numerator"):
        smoothed_indicators(smoothing(tinyland.config, "poverty_rate"), core)


def test_only_rates_can_ask_for_it(real_config: Config):
    entry = real_config.indicators["household_size"].model_dump() | {"smooth": "empirical_bayes"}
    with pytest.raises(ValidationError, match="`smooth` is for rates"):
        Indicator.model_validate(entry)


def test_the_index_uses_smoothed_figures_only_if_told(tinyland: Tiny):
    core = core_of(tinyland)
    plain = smoothing(tinyland.config, "poverty_rate")
    told = smoothing(tinyland.config, "poverty_rate", use=True)
    smoothed = smoothed_indicators(plain, core)
    assert for_index(plain, core, smoothed) is core
    values = compute_need(told, for_index(told, core, smoothed)).values
    expected = smoothed.set_index("district_id")["smoothed_value"]
    assert values["poverty_rate"].tolist() == approx(expected.tolist(), nan_ok=True)
    before = compute_need(plain, core).values
    assert values["age_65_plus_share"].tolist() == before["age_65_plus_share"].tolist()


# --- Georgia


def test_suicide_rates_of_georgia(from_sample: Core):
    warehouse = from_sample("us-ga")
    table = warehouse.read("out_indicator")
    table = table[table["indicator_id"] == "suicide_rate"].set_index("district_id")
    known = table.dropna(subset=["value"])
    assert len(table) == 159 and len(known) == 22
    assert not table["in_index"].any()
    # Fulton County: 747 deaths among 6.85 million person-years.
    fulton = known.loc["13121"]
    assert fulton["value"] == approx(1e5 * fulton["numerator"] / fulton["denominator"], abs=1e-4)
    assert fulton["numerator"] == 747 and fulton["se"] == approx(
        fulton["value"] / 747**0.5, abs=1e-4
    )
    assert pd.isna(fulton["flag"])
    assert (known["flag"] == "unreliable").sum() == 16
    withheld = table[table["value"].isna()]
    assert set(withheld["flag"]) == {"suppressed"}
    assert withheld[["numerator", "denominator", "se", "smoothed_value"]].isna().all(axis=None)
    mean = 1e5 * known["numerator"].sum() / known["denominator"].sum()
    toward = (known["smoothed_value"] - known["value"]) * (mean - known["value"])
    assert (toward >= 0).all()
    told = {row[1]: row[3] for row in smoothing_rows_of(warehouse)}
    assert told["Suicide deaths"] == "22 of 159"


def smoothing_rows_of(warehouse) -> list[list[str]]:
    method = warehouse.read("out_method")
    rows = method[method["section"] == "Small numbers"]
    return rows[["section", "title", "text", "value"]].to_numpy().tolist()


def test_a_withheld_rate_outside_the_index_is_no_flag_of_the_district(from_sample: Core):
    flags = from_sample("us-ga").read("out_gap")["flags"]
    assert not flags.str.contains("indicator_missing").any()


def test_rows_say_whether_the_index_uses_the_figure(tinyland: Tiny):
    for use, said in ((False, "uses the plain figure"), (True, "uses the smoothed figure")):
        config = smoothing(tinyland.config, "poverty_rate", use=use)
        rows = smoothing_rows(config, smoothed_indicators(config, core_of(tinyland)))
        assert said in rows[0][2] and rows[0][3] == "5 of 6"
