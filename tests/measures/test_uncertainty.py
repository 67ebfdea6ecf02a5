import numpy as np
import pandas as pd
import pytest

from etl.measures import uncertainty
from etl.measures.composite import gap, rank, two_level
from etl.measures.scaling import align, minmax
from etl.measures.uncertainty import rank_intervals, simulate

RNG = np.random.default_rng(7)
NAMES = [f"D{i:02d}" for i in range(20)]
VALUES = pd.DataFrame(
    {
        "poverty": RNG.uniform(5, 40, 20),
        "income": RNG.uniform(2e4, 9e4, 20),
        "suicide": RNG.uniform(5, 30, 20),
    },
    index=NAMES,
)
INDICATORS = pd.DataFrame(
    {
        "direction": [1, -1, 1],
        "domain": ["money", "money", "burden"],
        "weight": [2.0, 1.0, 1.0],
        "low": [0.0, 0.0, 0.0],
        "high": [100.0, np.nan, np.inf],
    },
    index=["poverty", "income", "suicide"],
)
DOMAINS = pd.Series({"money": 0.6, "burden": 0.4})
ACCESS = pd.Series(RNG.uniform(0, 100, 20), index=NAMES)
NO_ERROR = VALUES * np.nan
QUANTILES = {"low_quantile": 0.05, "high_quantile": 0.95, "top_share": 0.2}


def run(values=VALUES, se=NO_ERROR, indicators=INDICATORS, access=ACCESS, **kwargs):
    settings = {"draws": 300, "seed": 1, "concentration": 100.0, "min_coverage": 0.5, **QUANTILES}
    return simulate(values, se, indicators, DOMAINS, access, **(settings | kwargs))


def nominal_rank(values=VALUES, access=ACCESS, out=(0.0, 100.0), mean="arithmetic"):
    scaled = pd.DataFrame(
        {c: align(minmax(values[c], out=out), int(INDICATORS["direction"][c]), out) for c in values}
    )
    index = two_level(
        scaled, INDICATORS["weight"], INDICATORS["domain"], DOMAINS, min_coverage=0.5, mean=mean
    )
    return rank(gap(index.score, access))


def test_rank_intervals_by_hand():
    draws = pd.DataFrame({"A": [9.0] * 18 + [0.0] * 2, "B": [5.0] * 20, "C": [np.nan] * 20})
    table = rank_intervals(draws, low_quantile=0.05, high_quantile=0.95, top_share=0.5)
    assert table.loc["A"].tolist() == [1, 2, 0.9]
    assert table.loc["B", ["rank_low", "rank_high"]].tolist() == [1, 2]
    assert table.loc["B", "top_probability"] == pytest.approx(0.1)
    assert table.loc["C"].isna().all()
    assert str(table["rank_low"].dtype) == "Int64"


def test_rank_intervals_refuse():
    with pytest.raises(ValueError, match="no draws"):
        rank_intervals(pd.DataFrame({"A": []}), **QUANTILES)
    with pytest.raises(ValueError, match="some draws only at A"):
        rank_intervals(pd.DataFrame({"A": [1.0, np.nan]}), **QUANTILES)
    with pytest.raises(ValueError, match=r"in 0\.\.1"):
        rank_intervals(pd.DataFrame({"A": [1.0]}), **(QUANTILES | {"low_quantile": 0.99}))


def test_no_doubt_gives_the_nominal_rank():
    table = run(concentration=1e9)
    assert table.index.tolist() == NAMES
    assert table["rank_low"].tolist() == nominal_rank().tolist() == table["rank_high"].tolist()
    assert table["top_probability"].tolist() == [float(r <= 4) for r in nominal_rank()]


def test_geometric_and_fixed_bounds_match_the_nominal_rank():
    out = (1.0, 100.0)
    table = run(concentration=1e9, out=out, mean="geometric")
    assert table["rank_low"].tolist() == nominal_rank(out=out, mean="geometric").tolist()
    fixed = INDICATORS.assign(scale_low=VALUES.min(), scale_high=[np.nan, *VALUES.max()[1:]])
    assert run(indicators=fixed, concentration=1e9)["rank_low"].tolist() == nominal_rank().tolist()


def test_same_seed_same_result_whatever_the_block(monkeypatch):
    se = VALUES * 0.1
    first = run(se=se)
    pd.testing.assert_frame_equal(first, run(se=se))
    monkeypatch.setattr(uncertainty, "_CELLS", 500)
    pd.testing.assert_frame_equal(first, run(se=se))
    assert not first.equals(run(se=se, seed=2))


def test_more_error_wider_intervals_and_probabilities_add_up():
    width = [
        (t["rank_high"] - t["rank_low"]).mean()
        for t in (run(se=VALUES * s, concentration=1e4) for s in (0.01, 0.1, 0.4))
    ]
    assert width[0] < width[1] < width[2]
    assert run(se=VALUES * 0.2)["top_probability"].sum() == pytest.approx(4.0)


def test_weights_alone_widen():
    loose, tight = run(concentration=5.0), run(concentration=5000.0)
    width = [(t["rank_high"] - t["rank_low"]).sum() for t in (loose, tight)]
    assert width[0] > width[1]


def test_only_the_proportions_of_the_weights_matter():
    tenfold = INDICATORS.assign(weight=INDICATORS["weight"] * 10)
    pd.testing.assert_frame_equal(run(indicators=tenfold), run())


def test_worst_share_is_rounded_down():
    draws = pd.DataFrame([np.arange(9.0, 0.0, -1.0)])
    table = rank_intervals(draws, **QUANTILES)  # a fifth of 9 districts: one of them
    assert table["top_probability"].tolist() == [1.0] + [0.0] * 8
    assert rank_intervals(draws[[3, 4]], **QUANTILES)["top_probability"].tolist() == [1.0, 0.0]


def test_missing_districts_never_rank():
    values, access = VALUES.copy(), ACCESS.copy()
    values.iloc[0] = np.nan
    values.iloc[1, :2] = np.nan  # 0.4 of the weight left
    values.iloc[2, 2] = np.nan  # 0.6 left: scored
    access.iloc[3] = np.nan
    before = values.copy()
    table = run(values, VALUES * 0.1, access=access)
    pd.testing.assert_frame_equal(values, before)
    assert table.isna().all(axis=1).tolist() == [True, True, False, True] + [False] * 16
    assert table["rank_high"].max() <= 17
    sure = run(values, access=access, concentration=1e9)
    assert sure["rank_low"].tolist() == nominal_rank(values, access).tolist()
    assert run(access=ACCESS * np.nan).isna().all(axis=None)


def test_draws_stay_in_the_possible_range():
    values = VALUES.assign(poverty=np.linspace(0.0, 100.0, 20))
    plan = uncertainty._Plan(
        values.to_numpy(),
        np.full((20, 3), 25.0),
        INDICATORS,
        [],
        ACCESS.to_numpy(),
        (0.0, 100.0),
        "arithmetic",
    )
    drawn = uncertainty._draw_values(plan, 2000, np.random.default_rng(0))
    assert drawn[:, :, 0].min() >= 0
    assert drawn[:, :, 0].max() <= 100
    # cut off at 0, not piled up there: the mean of a half normal is sd * sqrt(2 / pi)
    assert drawn[:, 0, 0].mean() == pytest.approx(25 * np.sqrt(2 / np.pi), rel=0.05)
    assert drawn[:, 0, 1].std() == pytest.approx(25, rel=0.06)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"se": -VALUES}, "standard error negative"),
        ({"se": NO_ERROR.iloc[::-1]}, "same index"),
        ({"se": NO_ERROR[["income", "poverty", "suicide"]]}, "se columns"),
        ({"indicators": INDICATORS.iloc[::-1]}, "indicators do not match"),
        ({"indicators": INDICATORS.assign(high=10.0)}, "poverty outside its range"),
        ({"values": VALUES.assign(poverty=3.0)}, "poverty cannot be scaled"),
        ({"access": ACCESS + 90}, "access outside"),
        ({"draws": 0}, "draws"),
        ({"concentration": 0.0}, "concentration"),
    ],
)
def test_bad_input(change, message):
    with pytest.raises(ValueError, match=message):
        run(**change)
