"""Known upstream errors: dropped, overridden or flagged, told, and guarded against being mended."""

import pandas as pd
import pytest
from pydantic import ValidationError

from etl.errors import SourceChangedError
from etl.extract.corrections import correct
from etl.schema import Corrections, Source

from .conftest import Core

SOURCE = Source.model_validate(
    {
        "source_id": "hand", "publisher": "p", "title": "t", "citation": "c", "licence": "l",
        "url": "u", "vintage": "2020", "published": "2020", "accessed": "2020", "path": "a.csv",
        "format": "csv",
    }
)  # fmt: skip


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": pd.array(["01", "02", "03"], dtype="string"),
            "lon": pd.array([38.5, 0.25, None], dtype="Float64"),
            "lat": pd.array([-0.5, 39.0, None], dtype="Float64"),
            "beds": pd.array([10, 20, None], dtype="Int64"),
            "_file": "a.csv",
            "_row": [2, 3, 4],
        }
    )


def apply(*items: dict[str, object]) -> tuple[pd.DataFrame, pd.DataFrame]:
    given = {"source_id": "hand", "corrections": [{"reason": "why", **item} for item in items]}
    return correct(frame(), SOURCE, Corrections.model_validate(given))


def test_override_sets_the_column_of_the_rows_that_match_only():
    table, told = apply({"action": "override", "match": {"id": "02"}, "set": {"beds": 25},
                         "expect": 1})  # fmt: skip
    assert table["beds"].tolist()[:2] == [10, 25] and pd.isna(table["beds"][2])
    assert str(table["beds"].dtype) == "Int64"
    row = told.iloc[0]
    assert (row["rule"], row["file"], row["row"]) == ("known_upstream_error", "a.csv", "3")
    assert (row["message"], row["action"]) == ("why", "beds set to 25 (config/corrections)")


def test_override_may_blank_a_cell():
    table, told = apply({"action": "override", "match": {"id": "01"}, "set": {"lon": None},
                         "expect": 1})  # fmt: skip
    assert pd.isna(table["lon"][0])
    assert told["action"][0] == "lon set to blank (config/corrections)"


def test_swapped_columns_are_set_right_where_a_range_tells_them():
    swap = {"lon": {"column": "lat"}, "lat": {"column": "lon"}}
    table, _ = apply({"action": "override", "match": {"lat": {"low": 33, "high": 43}}, "set": swap,
                      "expect": 1})  # fmt: skip
    assert table["lon"].tolist()[:2] == [38.5, 39.0]
    assert table["lat"].tolist()[:2] == [-0.5, 0.25]


def test_flag_changes_nothing_and_tells():
    table, told = apply({"action": "flag", "match": {"id": "01"}, "expect": 1})
    pd.testing.assert_frame_equal(table, frame())
    assert told["action"].tolist() == ["row kept as it is (config/corrections)"]


def test_corrections_apply_in_order():
    table, told = apply(
        {"action": "override", "match": {"id": "02"}, "set": {"id": "01"}, "expect": 1},
        {"action": "drop", "match": {"id": "01"}, "expect": 2},
    )
    assert table["id"].tolist() == ["03"] and len(told) == 3


@pytest.mark.parametrize("action", ["drop", "flag", "override"])
def test_guard_names_the_entry_and_says_what_to_do(action: str):
    item: dict[str, object] = {"action": action, "match": {"id": "99"}, "expect": 1}
    if action == "override":
        item["set"] = {"beds": 1}
    with pytest.raises(SourceChangedError, match=r"hand.yaml, entry 2 .*0 row.*delete the entry"):
        apply({"action": "flag", "match": {"id": "01"}, "expect": 1}, item)


def test_override_of_a_column_that_is_not_there():
    with pytest.raises(SourceChangedError, match=r"no column 'town'. Columns: \['id', 'lon'"):
        apply({"action": "override", "match": {"id": "01"}, "set": {"town": "x"}, "expect": 1})


@pytest.mark.parametrize(
    "item",
    [
        {"action": "mend", "match": {"id": "01"}, "expect": 1},
        {"action": "override", "match": {"id": "01"}, "expect": 1},
        {"action": "flag", "match": {}, "expect": 1},
        {"action": "flag", "match": {"id": "01"}},
        {"action": "drop", "match": {"id": "01"}, "expect": 1, "set": {"id": "2"}},
    ],
)
def test_correction_that_says_too_little_or_too_much_is_refused(item: dict[str, object]):
    with pytest.raises(ValidationError):
        apply(item)


@pytest.mark.raw
def test_declared_corrections_match_the_raw_files(from_raw: Core, real_config):
    """``extract_raw`` would have refused a guard that does not hold; the rows are told."""
    issues = from_raw("kenya").read("raw_issue")
    told = issues[issues["rule"] == "known_upstream_error"]
    declared = real_config.corrections["ke_kmhfl_2020"].corrections
    assert pd.to_numeric(told["n_rows"]).sum() == sum(item.expect for item in declared) == 10906
    rows = from_raw("kenya").read("raw_ke_kmhfl_2020")
    assert rows["longitude"].dropna().between(33.9, 41.95).all()
    assert rows["latitude"].dropna().between(-4.7, 5.3).all()
