import numpy as np
import pandas as pd
import pytest

from etl.measures.intervals import confidence_class, rank_intervals

from .monte_carlo import QUANTILES


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


def test_worst_share_is_rounded_down():
    draws = pd.DataFrame([np.arange(9.0, 0.0, -1.0)])
    table = rank_intervals(draws, **QUANTILES)  # a fifth of 9 districts: one of them
    assert table["top_probability"].tolist() == [1.0] + [0.0] * 8
    assert rank_intervals(draws[[3, 4]], **QUANTILES)["top_probability"].tolist() == [1.0, 0.0]


def test_confidence_class():
    share = pd.Series([1.0, 0.9, 0.5, 0.2, 0.0, np.nan], index=list("abcdef"))
    got = confidence_class(share, robust=0.9, likely=0.5, unlikely=0.05)
    words = ["robustly worst", "robustly worst", "likely", "uncertain", "not worst"]
    assert got.tolist()[:5] == words
    assert got.isna().tolist() == [False] * 5 + [True]
    with pytest.raises(ValueError, match="out of order"):
        confidence_class(share, robust=0.5, likely=0.9, unlikely=0.0)
    with pytest.raises(ValueError, match="probability outside"):
        confidence_class(share + 1, robust=0.9, likely=0.5, unlikely=0.0)
