"""The blocks of a profile, as a reader sees them; figures by hand."""

import re

import numpy as np
import pandas as pd
import pytest

from dashboard.views.profile import (
    against,
    figures,
    head,
    neighbours,
    people,
    reasons,
    services,
    staff,
)
from dashboard.views.profile.services import missing_links

HOSTILE = "<script>alert(1)</script>${x}"

COLUMNS = ["district_id", "link", "label", "state", "words", "remedy_family", "figures"]


def rows(*states: str, words: str = "Far away.") -> pd.DataFrame:
    return pd.DataFrame(
        [["01", f"l{i}", f"Link {i}", s, words, "digital", ""] for i, s in enumerate(states)],
        columns=COLUMNS,
    )


def test_missing_links_come_with_words_and_remedy_and_present_ones_do_not():
    html = missing_links(rows("missing", "present"))
    assert "Link 0" in html and "Far away. Answered by: digital." in html
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
        "If this were typical and all else unchanged – minutes to the nearest service: 24.0 "
        "minutes – its gap would be 41.2 and its rank 37 instead of 3."
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
    assert (
        "Need gives 30.0 points and access gives 30.0; together they make the gap of 60.0." in html
    )
    assert html.count(">Need</em>") == 2 and html.count(">Access</em>") == 1


def test_many_reasons_are_folded_and_all_are_there():
    rows = pd.concat([reason_rows()] * 3, ignore_index=True)
    html = reasons.reasons(rows, ranked_third(), "county")
    assert "3 smaller contributions" in html and html.count("<li>") == 9


def test_no_score_has_no_reasons():
    for rows, row in (
        (reason_rows().iloc[:0], ranked_third()),
        (reason_rows(), {"gap_score": np.nan, "gap_rank": np.nan}),
    ):
        assert reasons.reasons(rows, row, "county").count("nothing to explain") == 1


def cluster(kind: str, label: str, q: float | None) -> pd.DataFrame:
    return pd.DataFrame([{"kind": kind, "label": label, "q_value": q}])


def test_clusters_are_told_in_words():
    html = neighbours.cluster_sentences(cluster("gap", "high among high", 0.0123))
    assert "a large gap among neighbours with large gaps. (q: 0.012)" in html
    html = neighbours.cluster_sentences(cluster("need_access", "high among low", 0.0001))
    assert "access in the neighbourhood is poor too. (q: under 0.001)" in html
    for label in ("not significant", "no neighbours", None):
        html = neighbours.cluster_sentences(cluster("gap", label, 0.4))
        assert "(q:" not in html and "cluster:" not in html
    assert neighbours.cluster_sentences(cluster("gap", "x", None).iloc[:0]) == ""


def test_groups_show_rank_or_why_not():
    rows = pd.DataFrame(
        {"lens": ["a", "b", "c"], "label": ["Everyone", "Youth", HOSTILE],
         "is_default": [True, False, False], "failure": [None, None, f"None counted {HOSTILE}"],
         "people": [10.0, np.nan, np.nan], "gap_score": [50.0, np.nan, np.nan],
         "gap_rank": [2.0, np.nan, np.nan]}
    )  # fmt: skip
    html = neighbours.other_groups(rows, 9, "b")
    assert "2 of 9" in html and "not ranked" in html and "cannot be shown" in html
    assert html.index("Youth") < html.index("<em>shown</em>") and html.count("<em>shown</em>") == 1
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
    assert (
        "target: a post per 5,000 people, so 2.5 FTE wanted and 0.50 FTE missing "
        "· target from: Plan" in html
    )
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
    html = figures.access_parts(rows)
    assert "from 0 to 33.2 (bounds of this region&#x27;s own districts) · 95th percentile" in html
    assert "no points for want of data, weight 50%" in html and "not counted" in html
    assert "<script" not in html


def usual(**changes: object) -> dict[str, object]:
    return {"median": 20.0, "p10": 10.0, "p90": 40.0, "peer_median": 25.0, "direction": 1} | changes


@pytest.mark.parametrize(
    ("value", "direction", "words"),
    [(41, 1, "among the worst tenth"), (40, 1, "worse than the median"), (20, 1, "at the median"),
     (10, 1, "better than the median"), (9, 1, "among the best tenth"),
     (41, -1, "among the best tenth"), (19, -1, "worse than the median"),
     (41, 0, "among the highest tenth"), (19, 0, "below the median"), (np.nan, 1, "no data")],
)  # fmt: skip
def test_where_a_figure_stands_in_words(value: float, direction: int, words: str) -> None:
    assert against.stands(value, usual(direction=direction)) == words


def test_marks_of_a_strip_are_in_proportion():
    # 10 to 42 is 32 wide; the ends keep 4 % free, so 26 is in the middle.
    html = against.strip(42.0, usual(peer_median=26.0))
    assert 'mg-band" style="left:4.0%' in html and 'mg-peer" style="left:50.0%' in html
    assert 'mg-here" style="left:96.0%' in html
    assert "mg-here" not in against.strip(np.nan, usual())
    assert "mg-peer" not in against.strip(5.0, usual(peer_median=np.nan))
    same = dict.fromkeys(("median", "p10", "p90", "peer_median"), 3.0)
    assert against.strip(3.0, usual(**same)).count("left:50.0%") == 4
    assert against.strip(3.0, usual(median=np.nan)) == ""


def test_a_figure_without_a_layer_is_compared_with_nothing():
    line = against.Line("x", HOSTILE, {"value": 3.0, "unit": "%"})
    columns = ["layer", "direction", "median", "p10", "p90", "peer_median", "peer_label"]
    html = against.table([line], pd.DataFrame(columns=columns), "counties", "Figure")
    assert "3.0%" in html and html.count("no data") == 3 and "<script" not in html


def gap_row(**changes: object) -> dict[str, object]:
    return {
        "district_name": "Lo<b>", "gap_rank": 3, "gap_rank_low": 1, "gap_rank_high": 7,
        "gap_top_fifth_probability": 0.4, "confidence": "uncertain", "gap_class": "high",
        "is_rural": True, "is_underserved": False, "population": 100.0, "rural_share": 0.25,
        "population_vintage": "2019-08-24", "population_served": 20.0,
        "population_over_capacity": 30.0, "population_beyond_reach": 50.0,
        "share_beyond_60min": 0.5, "density_per_km2": 2.0, "area_km2": 50.0,
    } | changes  # fmt: skip


def test_the_head_can_be_read_aloud():
    assert head.place(gap_row(), "counties", 47, "") == (
        "<bdi>Lo&lt;b&gt;</bdi> is number <b>3</b> of 47 counties by its gap between need and "
        "access. Number 1 is the worst off. Its place is likely between 1 and 7 (90% interval)."
    )
    assert head.chance(gap_row()) == (
        "The chance that it is among the worst fifth is 40% (uncertain)."
    )
    assert head.kind(gap_row()) == (
        "The gap is high. It is rural. It does not count as underserved."
    )
    unknown = gap_row(gap_rank=np.nan, gap_class="insufficient data", is_rural=None,
                      is_underserved=None, gap_top_fifth_probability=np.nan)  # fmt: skip
    assert "not ranked" in head.place(unknown, "counties", 47, "")
    assert head.chance(unknown) == ""
    assert "too few data to class" in head.kind(unknown) and "not known" in head.kind(unknown)
    assert head.place(gap_row(gap_rank_high=1), "counties", 47, "Youth").startswith("For youth, ")


def test_people_are_split_only_where_all_parts_are_known():
    html = people.people(gap_row())
    assert "100 people live here (24 August 2019), 25% of them in rural areas." in html
    assert [float(w) for w in re.findall(r"width:([0-9.]+)%", html)] == [20.0, 30.0, 50.0]
    assert "<b>50 (50%)</b>" in html
    part = people.people(gap_row(population_served=np.nan))
    assert "mg-stack" not in part and "<b>50</b>" in part and "<b>no data</b>" in part


def test_a_level_without_a_register_is_unknown_and_not_empty():
    rows = pd.DataFrame(
        [["a", "Clinics", True, None, "Hospital", 2], ["a", "Clinics", True, None, "Post", 1],
         ["b", "Community", True, None, None, 0], ["c", "Virtual", False, HOSTILE, None, 0]],
        columns=["level", "label", "has_data", "note", "type_label", "n"],
    )  # fmt: skip
    none = pd.DataFrame(columns=["type_label", "n"])
    html = services.by_level(rows, none, {"services_reporting_share": 0.5})
    assert "<dd>3</dd><dd class='mg-small'>Hospital: 2 · Post: 1</dd>" in html
    assert "none listed" in html and html.count("<dd>no data</dd>") == 1
    assert "50% of the facilities here reported" in html and "<script" not in html
