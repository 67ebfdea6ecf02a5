"""Escaping and number formats."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from make_snapshot import HOSTILE

from dashboard import text


@pytest.mark.parametrize("name", HOSTILE)
def test_html_escape_leaves_no_active_character(name: str) -> None:
    out = text.esc(name)
    assert not set(out) & set("<>\"'`${}\\")


@pytest.mark.parametrize("name", [*HOSTILE, "</script>", "line\u2028break", "it's"])
def test_script_text_is_the_same_string_and_cannot_end_early(name: str) -> None:
    out = text.js({"name": name})
    assert json.loads(out) == {"name": name}
    assert not set(out) & set("<>&`$'\u2028\u2029")


def test_script_text_refuses_nan() -> None:
    with pytest.raises(ValueError, match="JSON"):
        text.js([float("nan")])


@pytest.mark.parametrize("value", [None, float("nan"), np.nan, pd.NA, pd.NaT])
def test_missing_is_no_data_everywhere(value: object) -> None:
    assert text.is_missing(value)
    for shown in (
        text.esc(value), text.number(value), text.people(value), text.percent(value),
        text.with_unit(value, "%"), text.short_people(value), text.plain(value),
    ):  # fmt: skip
        assert shown == "no data"
    assert text.rank_of(value, 5) == "not ranked"


def test_numbers() -> None:
    assert text.people(47564296.0) == "47,564,296"
    assert text.short_people(47564296) == "47.6 million"
    assert text.short_people(926976) == "926,976"
    assert text.with_unit(13.04, "%") == "13.0%"
    assert text.with_unit(9.84, "per 100,000") == "9.8 per 100,000"
    assert text.with_unit(0.184, "per 100,000") == "0.18 per 100,000"
    assert text.interval(11.7, 14.3, "%") == "90% interval 11.7–14.3%"
    assert text.interval(None, 14.3, "%") == ""
    assert text.percent(0.256, 0) == "26%"
    assert text.number(-1.26) == "−1.3"
    assert text.number(-0.01) == "0.0"
    assert text.rank_of(3.0, 47) == "3 of 47"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_formulas_are_neutralised(start: str) -> None:
    assert text.csv_text(f"{start}1+1") == f"'{start}1+1"
    assert text.csv_text("plain") == "plain"


def test_only_http_links_survive() -> None:
    assert text.safe_url("https://example.org/a?b=1") == "https://example.org/a?b=1"
    for bad in ("javascript:alert(1)", "data:text/html,x", 'https://x"onload=1', None):
        assert text.safe_url(bad) == ""


def test_paths_lose_their_folders() -> None:
    assert text.file_name("/work/raw/us/file.csv") == "file.csv"
    assert text.file_name("C:\\raw\\file.csv") == "file.csv"


def test_markdown_is_inert() -> None:
    assert text.markdown(":red[x] **b** $x$") == r"\:red\[x\] \*\*b\*\* \$x\$"
