"""The blocks of a profile, as a reader sees them; figures by hand."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dashboard.views.profile.links import missing_links
from test_pages import html, run

from dashboard.views.profile import neighbours, parts, reasons, staff

HOSTILE = "<script>alert(1)</script>${x}"

COLUMNS = ["district_id", "link", "label", "state", "words", "remedy_family", "figures"]


def rows(*states: str, words: str = "Far away.") -> pd.DataFrame:
    return pd.DataFrame(
        [["01", f"l{i}", f"Link {i}", s, words, "digital", ""] for i, s in enumerate(states)],
        columns=COLUMNS,
    )


def test_missing_links_come_with_words_and_remedy_and_present_ones_do_not():
    html = missing_links(rows("missing", "present"))
    assert "Link 0" in html and "Far away." in html and "digital" in html
    assert "Link 1" not in html


def test_what_could_not_be_judged_is_named():
    assert "No data to judge: Link 1." in missing_links(rows("missing", "no data"))


def test_nothing_missing_is_said_and_an_empty_table_says_nothing():
    assert "None of the declared rules" in missing_links(rows("present"))
    assert missing_links(rows()) == ""


def test_words_are_escaped():
    assert "<script>" not in missing_links(rows("missing", words="<script>alert(1)</script>"))


def reason_rows() -> pd.DataFrame:
    columns = ["part", "part_id", "label", "value", "unit", "contribution", "typical_value",
               "gap_if_typical", "rank_if_typical", "position"]  # fmt: skip
    return pd.DataFrame(
        [["access", "minutes", "Minutes to the nearest service", 48.0, "minutes", 25.0, 24.0, 41.2,
          37, 1],
         ["need", "poverty", "People in poverty", 30.0, "%", 20.0, 18.0, 55.0, 5, 2],
         ["need", "uninsured", "US uninsured", 12.0, "%", 5.0, 12.5, 60.5, 3, 3]],
        columns=columns,
    )  # fmt: skip


def ranked_third() -> dict[str, object]:
    return {"gap_score": 60.0, "gap_rank": 3, "district_id": "01"}


def test_reasons_name_the_largest_and_compare_with_the_typical():
    rows = reason_rows()
    assert reasons.because(rows, ranked_third(), "county") == (
        "Its gap of 60.0 comes most from minutes to the nearest service (48.0 minutes; the typical "
        "county: 24.0 minutes) and people in poverty (30.0%; typical: 18.0%)."
    )
    rows.loc[2, "contribution"] = 15.0  # now worth naming, and US keeps its capitals
    assert " and US uninsured (12.0%" in reasons.because(rows, ranked_third(), "county")


def test_what_would_change_is_the_figure_that_does_most():
    words = reasons.what_would_change(reason_rows(), ranked_third())
    assert words == (
        "If minutes to the nearest service were typical (24.0 minutes) and all else unchanged, its "
        "gap would be 41.2 and its rank 37 instead of 3."
    )
    better = reason_rows().assign(gap_if_typical=61.0)
    assert "No single figure" in reasons.what_would_change(better, ranked_third())
    unknown = reason_rows().assign(gap_if_typical=np.nan)
    assert "No single figure" in reasons.what_would_change(unknown, ranked_third())


def test_points_of_the_chart_add_up_and_parts_are_told_in_words():
    html = reasons.reasons(reason_rows().assign(contribution=[30.0, 20.0, 10.0]),
                           ranked_third(), "county")  # fmt: skip
    points = [float(found) for found in re.findall(r"<b>([0-9.]+) points</b>", html)]
    assert sum(points) == pytest.approx(60.0)
    assert "Need gives 30.0 points and access gives 30.0 points" in html
    assert html.count(">Need</em>") == 2 and html.count(">Access</em>") == 1


def test_many_reasons_are_folded_and_all_are_there():
    rows = pd.concat([reason_rows()] * 3, ignore_index=True)
    html = reasons.reasons(rows, ranked_third(), "county")
    assert "3 smaller contributions" in html and html.count("<li>") == 9


def test_no_score_has_no_reasons():
    assert "no data" in reasons.reasons(reason_rows().iloc[:0], ranked_third(), "county")
    unscored = {"gap_score": np.nan, "gap_rank": np.nan}
    assert "Not ranked" in reasons.reasons(reason_rows(), unscored, "county")


def cluster(kind: str, label: str, q: float | None) -> pd.DataFrame:
    return pd.DataFrame([{"kind": kind, "label": label, "q_value": q}])


def test_clusters_are_told_in_words():
    html = neighbours.cluster_sentences(cluster("gap", "high among high", 0.0123))
    assert "a large gap among neighbours with large gaps (q = 0.012)" in html
    html = neighbours.cluster_sentences(cluster("need_access", "high among low", 0.0001))
    assert "poor access in the neighbourhood too (q under 0.001)" in html
    for label in ("not significant", "no neighbours", "no data"):
        assert "cluster:" not in neighbours.cluster_sentences(cluster("gap", label, None))
    assert neighbours.cluster_sentences(cluster("gap", "x", None).iloc[:0]) == ""
    assert "<script" not in neighbours.cluster_sentences(cluster(HOSTILE, HOSTILE, 0.1))


def test_groups_show_rank_or_why_not():
    rows = pd.DataFrame(
        {"lens": ["a", "b", "c"], "label": ["Everyone", "Youth", HOSTILE],
         "is_default": [True, False, False], "failure": [None, None, f"None counted {HOSTILE}"],
         "people": [10.0, np.nan, np.nan], "gap_score": [50.0, np.nan, np.nan],
         "gap_rank": [2.0, np.nan, np.nan]}
    )  # fmt: skip
    html = neighbours.other_groups(rows, 9, "Youth")
    assert "2 of 9" in html and "not ranked" in html and "cannot be shown" in html
    assert html.count("on the map") == 1
    assert "<script" not in html and "${" not in html


def staff_rows() -> pd.DataFrame:
    columns = ["cadre", "label", "position", "is_counted", "headcount", "fte", "fte_per_100k",
               "target_population_per_fte", "target_reference", "fte_wanted", "fte_shortage",
               "vintage"]  # fmt: skip
    return pd.DataFrame(
        [["all", "All counted staff", 0, True, 3.0, 2.0, 20.0, 5000.0, "Plan", 2.5, 0.5, "2022"],
         ["nurse", "Nurses", 1, True, 2.0, 1.5, 15.0, np.nan, None, np.nan, np.nan, "2022"],
         ["doctor", "Doctors", 2, True, 1.0, 0.5, 5.0, np.nan, None, np.nan, np.nan, "2022"],
         ["peer", HOSTILE, 3, False, np.nan, np.nan, np.nan, np.nan, None, np.nan, np.nan, None]],
        columns=columns,
    )  # fmt: skip


def test_staff_shows_the_target_and_folds_what_is_not_counted():
    html = staff.cadres(staff_rows())
    assert "target: a post per 5,000 people (Plan): 2.5 FTE wanted, 0.50 FTE missing" in html
    assert "Staff not counted as mental-health staff (1)" in html
    assert "no data" in html and "<script" not in html
    assert html.count("wanted") == 1  # no target, no shortage


def test_one_counted_cadre_is_not_said_twice():
    html = staff.cadres(staff_rows().iloc[:2])
    assert "Nurses" in html and "All counted staff" not in html and "2.5 FTE wanted" in html


def test_own_target_by_hand():
    rows = pd.DataFrame(
        {"district_id": ["a", "b", "c"], "population": [10_000.0, 10_000.0, 0.0],
         "fte": [0.5, 9.0, 0.0]}
    )  # fmt: skip
    missing = staff.missing_posts(rows, 5_000)
    assert list(missing["posts"]) == pytest.approx([1.5, 0.0, 0.0])  # b's surplus helps nobody else
    assert list(missing["people"]) == pytest.approx([7_500.0, 0.0, 0.0])


def test_comparison_lines_leave_targets_out():
    rows = pd.DataFrame(
        {"label": ["Target line", "Kenya"], "value": [6000.0, 0.184], "unit": ["people", "per"],
         "applies_to": [None, "Kenya"], "reference": ["x", HOSTILE], "is_target": [True, False]}
    )  # fmt: skip
    html = staff.comparison_lines(rows)
    assert "0.184 per" in html and "Target line" not in html and "<script" not in html
    assert staff.comparison_lines(rows.iloc[:1]) == ""


def test_access_parts_say_bounds_and_what_is_left_out():
    rows = pd.DataFrame(
        {"label": ["staff", "levels"], "unit": ["FTE", "%"], "weight": [0.5, np.nan],
         "weight_here": [np.nan, np.nan], "direction": [1, 1], "low": [0.0, 0.0],
         "high": [33.25, 100.0], "is_fixed": [False, True], "reference": ["95th percentile", None],
         "in_index": [True, False], "left_out": [None, HOSTILE], "value": [2.0, np.nan],
         "contribution": [np.nan, np.nan]}
    )  # fmt: skip
    html = parts.access_parts(rows)
    assert "from 0 to 33.2 (bounds of this region&#x27;s own districts: 95th percentile)" in html
    assert "no points: no data, weight 50%" in html and "not counted" in html
    assert "<script" not in html


def test_every_figure_says_where_it_was_read(synth: Path) -> None:
    page = html(run(district="SY001"))
    assert "Where these figures come from" in page
    assert ".csv, row 1<" in page
    assert f"<code>{'0f' * 6}</code>" in page
    assert "Corrected: value set" in page
