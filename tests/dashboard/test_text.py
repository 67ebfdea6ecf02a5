"""Escaping and number formats."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from jinja2 import Template
from make_snapshot import HOSTILE

from dashboard import addresses, i18n, text
from etl.languages import CatalogueError


@pytest.mark.parametrize("name", HOSTILE)
def test_html_escape_leaves_no_active_character(name: str) -> None:
    out = text.esc(name)
    assert not set(out) & set("<>\"'`${}\\")


@pytest.mark.parametrize("name", [*HOSTILE, "</script>", "line\u2028break", "it's"])
def test_script_text_is_the_same_string_and_cannot_end_early(name: str) -> None:
    out = text.js({"name": name})
    assert json.loads(out) == {"name": name}
    assert not set(out) & set("<>&`$'\u2028\u2029")


@pytest.mark.parametrize("name", ["{{ 7 * 7 }}", "{% raw %}", "{# gone #}", "{{{'a'}}}", "{{{{"])
def test_a_name_in_a_script_is_no_template(name: str) -> None:
    script = text.js({"a": {"b": name}, "c": [{}]})
    assert json.loads(Template(script).render()) == {"a": {"b": name}, "c": [{}]}


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
    assert addresses.safe_url("https://example.org/a?b=1") == "https://example.org/a?b=1"
    for bad in ("javascript:alert(1)", "data:text/html,x", 'https://x"onload=1', None):
        assert addresses.safe_url(bad) == ""


def test_paths_lose_their_folders() -> None:
    assert addresses.file_name("/work/raw/us/file.csv") == "file.csv"
    assert addresses.file_name("C:\\raw\\file.csv") == "file.csv"


def test_markdown_is_inert() -> None:
    assert text.markdown(":red[x] **b** $x$") == r"\:red\[x\] \*\*b\*\* \$x\$"


def test_numbers_and_dates_are_written_as_the_language_writes_them() -> None:
    with i18n.using("fr"):
        assert text.number(1234567.89) == "1\u202f234\u202f567,9"
        assert text.vintage("2024-03-02") == "2 mars 2024"
        assert text.listed(["a", "b", "c"]) == "a, b et c"
    with i18n.using("es"):
        assert text.number(-1234567.89) == "−1.234.567,9"
        assert text.vintage("2024-03-02") == "2 de marzo de 2024"
    assert text.listed(["a", "b", "c"]) == "a, b and c"
    assert text.vintage("2024-13-02") == "2024-13-02"
    assert text.vintage("2019") == "2019"


def test_markup_goes_round_escaped_words() -> None:
    out = text.html_of("common.rank_of", rank="<b>1</b>", total=text.esc("<9>"))
    assert out == "<b>1</b> of &lt;9&gt;"


def test_a_message_that_no_catalogue_has_is_an_error() -> None:
    with pytest.raises(CatalogueError, match=r"common\.nonsense"):
        i18n.t("common.nonsense")
