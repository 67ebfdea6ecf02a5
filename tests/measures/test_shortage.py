import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures.shortage import designation, fte_shortage, high_need

from .conftest import SETTINGS

CASE = "hpsa_mh_designation/expected.csv"


def judged_need(t):
    return high_need(
        t["pct_poverty"], t["youth_ratio"], t["elderly_ratio"], t["substance_worst_quartile"]
    )


def test_federal_rule_exactly(reference):
    t = reference(CASE)
    need = judged_need(t)
    assert need["high_need"].tolist() == (t["high_need"] == 1).tolist()
    assert (need["unknown"] == "").all()
    got = designation(
        t["population"], t["fte_cmhp_incl_psych"], t["fte_psychiatrists"], need["high_need"]
    )
    assert got["designated"].tolist() == (t["designated"] == 1).tolist()
    assert set(got["judged"]) == {"all branches"}
    for ours, theirs in (
        ("core_ratio", "ratio_cmhp"),
        ("psychiatrist_ratio", "ratio_psych"),
        ("core_shortage_fte", "core_shortage_fte"),
        ("psychiatrist_shortage_fte", "psych_shortage_fte"),
    ):
        np.testing.assert_array_equal(got[ours], t[theirs])


def test_only_the_core_branch_when_psychiatrists_are_not_counted(reference):
    t = reference(CASE)
    full = designation(
        t["population"], t["fte_cmhp_incl_psych"], t["fte_psychiatrists"], t["high_need"]
    )
    unknown = pd.Series(np.nan, index=t.index)
    for missing in (None, unknown):
        got = designation(t["population"], t["fte_cmhp_incl_psych"], missing, t["high_need"])
        assert set(got["judged"]) == {"core branch only"}
        assert got["psychiatrist"].isna().all()
        assert got["both"].isna().all()
        assert got["core"].tolist() == full["core"].tolist()
        # never "not short" on half the evidence
        assert set(got["designated"].dropna()) == {True}
        assert got["designated"].notna().tolist() == full["core"].tolist()
        assert got["psychiatrist_shortage_fte"].isna().all()
        np.testing.assert_array_equal(got["core_shortage_fte"], full["core_shortage_fte"])


def test_which_branches_are_judged_row_by_row():
    got = designation(
        [30_000.0] * 4, [10.0, 2.0, np.nan, np.nan], [np.nan, 1.0, 1.0, np.nan], [0, 0, 0, 0]
    )
    assert got["judged"].tolist() == [
        "core branch only",
        "all branches",
        "psychiatrist branch only",
        "no branch",
    ]
    assert got["designated"].tolist() == [pd.NA, True, True, pd.NA]


def test_no_people_no_shortage():
    got = designation([0.0], [0.0], [0.0], [0])
    assert got["designated"].tolist() == [False]
    assert got[["core_shortage_fte", "psychiatrist_shortage_fte"]].to_numpy().tolist() == [[0, 0]]


def test_high_need_with_unknown_signs():
    got = high_need([20.0, 19.9, 19.9], [np.nan, 0.6, 0.6], [0.1, 0.25, 0.25], [np.nan, np.nan, 0])
    assert got["high_need"].tolist() == [True, pd.NA, False]
    assert got["unknown"].tolist() == ["youth;substance", "substance", ""]
    used = designation([45_000.0] * 3, [10.0] * 3, [3.0] * 3, got["high_need"])
    assert used["high_need"].tolist() == [True, False, False]
    assert used["designated"].tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([-1.0], [1.0], [1.0], [0]), "population"),
        (([np.nan], [1.0], [1.0], [0]), "population"),
        (([1.0], [-1.0], None, [0]), "negative FTE"),
        (([1.0], [1.0], [2.0], [0]), "more psychiatrists"),
        (([1.0], [1.0, 2.0], None, [0]), "lengths differ"),
    ],
)
def test_designation_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        designation(*arguments)


def test_high_need_refuses():
    with pytest.raises(ValueError, match="poverty above"):
        high_need([101.0], [0.1], [0.1], [0])
    with pytest.raises(ValueError, match="neither 0 nor 1"):
        high_need([1.0], [0.1], [0.1], [0.5])
    with pytest.raises(ValueError, match="youth negative"):
        high_need([1.0], [-0.1], [0.1], [0])
    with pytest.raises(ValueError, match="shape"):
        high_need([1.0], [0.1, 0.2], [0.1], [0])


@SETTINGS
@given(st.floats(0, 1e6), st.floats(0, 200), st.floats(0, 1), st.booleans(), st.floats(0.01, 100))
def test_more_staff_never_makes_a_shortage(people, core, share, high, extra):
    got = designation([people] * 2, [core, core + extra], [core * share] * 2, [high] * 2)
    assert got["designated"][0] or not got["designated"][1]
    assert got["core_shortage_fte"][0] >= got["core_shortage_fte"][1]


def test_fte_shortage_per_cadre():
    fte = pd.DataFrame({"nurse": [4.0, 20.0, np.nan], "gp": [0.0, 0.0, 0.0]}, index=list("abc"))
    people = pd.Series([50_000.0, 100_000.0, 10.0], index=list("abc"))
    got = fte_shortage(people, fte, pd.Series({"gp": 2.0, "nurse": 10.0}))
    assert got.loc["a"].tolist() == [1.0, 1.0, 2.0]
    assert got.loc["b"].tolist() == [0.0, 2.0, 2.0]  # a surplus of nurses treats no one else
    assert got.loc["c"].isna().tolist() == [True, False, True]
    none = fte_shortage(people, fte, pd.Series({"gp": 2.0, "nurse": 0.0}))
    assert none.loc["c", "total"] == pytest.approx(0.0002)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ({"nurse": 1.0}, "do not match: gp"),
        ({"nurse": 1.0, "gp": np.nan}, "target missing.* at gp"),
        ({"nurse": 1.0, "gp": -1.0}, "target missing.* at gp"),
    ],
)
def test_fte_shortage_refuses(targets, message):
    fte = pd.DataFrame({"nurse": [4.0], "gp": [0.0]})
    with pytest.raises(ValueError, match=message):
        fte_shortage([1.0], fte, pd.Series(targets))
    with pytest.raises(ValueError, match="negative FTE"):
        fte_shortage([1.0], -fte, pd.Series({"nurse": 1.0, "gp": 1.0}))
