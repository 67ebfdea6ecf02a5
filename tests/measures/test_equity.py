import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures.equity import (
    atkinson,
    concentration_index,
    fgt,
    gini,
    kolm_pollak_ede,
    palma,
    theil,
)

from .conftest import SETTINGS

CASE = "fca_grid5x5"
ROWS = st.lists(st.tuples(st.floats(0, 1e4), st.integers(1, 999)), min_size=2, max_size=12)


def test_ipea_accessibility(reference):
    demand, access = reference(f"{CASE}/demand.csv"), reference(f"{CASE}/expected_ipea.csv")
    people, income = demand["pop"], demand["income"]
    for _, row in reference(f"{CASE}/expected_inequality_ipea.csv").iterrows():
        x = access[row["measure"]]
        line, observed = row["pov_line_q40"], (x.min(), x.max())
        got = {
            "palma": palma(x, people, income, whole_areas=True),
            "gini": gini(x, people),
            "ci_standard": concentration_index(x, people, income, kind="standard"),
            "ci_corrected": concentration_index(
                x, people, income, kind="erreygers", bounds=observed
            ),
            "theil_t": theil(x, people),
            "FGT0": fgt(x, people, line=line, alpha=0),
            "FGT1": fgt(x, people, line=line, alpha=1),
            "FGT2": fgt(x, people, line=line, alpha=2),
        }
        for name, value in got.items():
            assert value == pytest.approx(row[name], rel=1e-10), name


def test_pysal(reference):
    crime = reference("esda_columbus_sids/columbus_expected.csv")["CRIME"]
    scalars = reference("esda_columbus_sids/expected_scalars.csv", index_col="name")["value"]
    ones = np.ones(len(crime))
    assert gini(crime, ones) == pytest.approx(float(scalars["Gini(CRIME)"]), rel=1e-10)
    assert theil(crime, ones) == pytest.approx(float(scalars["Theil(CRIME)"]), rel=1e-6)
    assert gini([1, 2, 3, 4, 5], [1] * 5) == pytest.approx(float(scalars["Gini(1..5)"]))


def test_palma_divides_the_area_on_the_border():
    # the top tenth is half of the last area; the bottom 40 % all of the first and half the second
    got = palma([1.0, 4.0, 9.0], [30.0, 50.0, 20.0], [1.0, 2.0, 3.0])
    assert got == pytest.approx(9.0 / ((0.3 * 1 + 0.1 * 4) / 0.4))
    assert np.isnan(palma([1.0, 2.0], [1.0, 1.0], [1.0, 2.0], whole_areas=True))
    with np.errstate(divide="ignore"):
        assert palma([0.0, 2.0], [1.0, 1.0], [1.0, 2.0]) == np.inf


def test_theil_and_atkinson_keep_zeros():
    assert theil([0.0, 2.0], [1.0, 1.0]) == pytest.approx(np.log(2))
    assert theil([0.0, 0.0, 4.0], [1.0, 1.0, 2.0]) == pytest.approx(np.log(2))
    assert atkinson([0.0, 2.0], [1.0, 1.0], epsilon=1) == 1.0
    assert atkinson([0.0, 2.0], [1.0, 1.0], epsilon=0.5) == pytest.approx(0.5)
    assert atkinson([1.0, 4.0], [1.0, 1.0], epsilon=1) == pytest.approx(1 - 2 / 2.5)
    assert atkinson([1.0, 4.0], [1.0, 1.0], epsilon=2) == pytest.approx(1 - 1.6 / 2.5)


def test_kolm_pollak_by_hand():
    x, people = np.array([1.0, 3.0]), np.array([1.0, 1.0])
    k = 1.0 * 2.0 / 5.0
    expected = -np.log(np.mean(np.exp(-k * x))) / k
    assert kolm_pollak_ede(x, people, epsilon=1.0) == pytest.approx(expected)
    assert expected < 2.0 < kolm_pollak_ede(x, people, epsilon=-1.0)
    assert kolm_pollak_ede(x * 1e6, people, epsilon=1.0) == pytest.approx(expected * 1e6)
    assert kolm_pollak_ede([0.0, 0.0], people, epsilon=1.0) == 0.0


def all_indices(x, people, order):
    return [
        gini(x, people),
        theil(x, people),
        atkinson(x, people, epsilon=0.5),
        kolm_pollak_ede(x, people, epsilon=1.0),
        fgt(x, people, line=10.0, alpha=1),
        concentration_index(x, people, order, kind="standard"),
        palma(x, people, order),
    ]


@pytest.mark.filterwarnings("ignore:.*encountered")
@SETTINGS
@given(ROWS, st.randoms())
def test_order_and_merging_change_nothing(rows, random):
    x, people = np.array(rows, dtype=float).T
    order = np.round(x % 7)
    before = all_indices(x, people, order)
    shuffled = list(range(len(x)))
    random.shuffle(shuffled)
    np.testing.assert_allclose(
        all_indices(x[shuffled], people[shuffled], order[shuffled]), before, rtol=1e-7, atol=1e-9
    )
    twice = [np.repeat(a, 2) for a in (x, people / 2, order)]  # an area cut in two
    np.testing.assert_allclose(all_indices(*twice), before, rtol=1e-7, atol=1e-9)


@SETTINGS
@given(ROWS)
def test_ranges(rows):
    x, people = np.array(rows, dtype=float).T
    if not x.max() > 1e-6:
        return
    assert -1e-12 <= gini(x, people) < 1
    assert theil(x, people) >= -1e-9
    assert -1e-9 <= atkinson(x, people, epsilon=0.5) <= 1
    mean = np.average(x, weights=people)
    assert kolm_pollak_ede(x, people, epsilon=1.0) <= mean * (1 + 1e-9)


def test_missing_and_empty_areas_do_not_count():
    x, people, order = [1.0, np.nan, 3.0, 99.0], [1.0, 5.0, 2.0, 0.0], [1.0, 2.0, 3.0, 4.0]
    assert all_indices(x, people, order) == all_indices([1.0, 3.0], [1.0, 2.0], [1.0, 3.0])
    assert np.isnan(all_indices([np.nan], [1.0], [1.0])).all()
    assert np.isnan([gini([0.0], [1.0]), theil([0.0], [1.0])]).all()
    assert gini([0.1] * 7, range(1, 8)) == pytest.approx(0.0, abs=1e-15)


def test_refusals():
    for bad in ([-1.0, 1.0], [np.inf, 1.0]):
        with pytest.raises(ValueError, match="value negative or infinite at 0"):
            gini(bad, [1.0, 1.0])
    with pytest.raises(ValueError, match="population missing"):
        theil([1.0, 1.0], [np.nan, 1.0])
    with pytest.raises(ValueError, match="shapes differ"):
        gini([1.0], [1.0, 1.0])
    with pytest.raises(ValueError, match="same index"):
        gini(pd.Series([1.0, 2.0]), pd.Series([1.0, 2.0], index=[1, 0]))
    for bounds in (None, (1.0, 0.0)):
        with pytest.raises(ValueError, match="ascending bounds"):
            concentration_index([1.0], [1.0], [1.0], kind="erreygers", bounds=bounds)
    with pytest.raises(ValueError, match="outside"):
        concentration_index([3.0], [1.0], [1.0], kind="erreygers", bounds=(0.0, 1.0))
    with pytest.raises(ValueError, match="epsilon"):
        atkinson([1.0], [1.0], epsilon=0)
    with pytest.raises(ValueError, match="epsilon"):
        kolm_pollak_ede([1.0], [1.0], epsilon=0)
    with pytest.raises(ValueError, match="line"):
        fgt([1.0], [1.0], line=0.0, alpha=0)
    with pytest.raises(ValueError, match="shares"):
        palma([1.0], [1.0], [1.0], top=0.0)
