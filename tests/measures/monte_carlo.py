"""Districts made up for the Monte Carlo of the gap, and the same Monte Carlo written plainly."""

import numpy as np
import pandas as pd

from etl.measures.intervals import rank_intervals

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


def plain_simulation(se, access_runs, *, draws, seed, concentration):
    """Draw values (cut off at 0 by drawing again), weights and a run of access; one draw at a time.

    Min-max scaling, arithmetic means; `access_runs` is (runs, n), each with the same chance.
    """
    rng = np.random.default_rng(seed)
    cells, spread = VALUES.to_numpy(), se.to_numpy()
    sign, low, high = INDICATORS["direction"].to_numpy(), 0.0, [100.0, np.inf, np.inf]
    gaps = np.empty((draws, len(cells)))
    for row in gaps:
        drawn = rng.normal(cells, spread)
        while (bad := (drawn < low) | (drawn > high)).any():
            drawn[bad] = rng.normal(cells, spread)[bad]
        share = (drawn - drawn.min(axis=0)) / np.ptp(drawn, axis=0) * 100
        share[:, sign < 0] = 100 - share[:, sign < 0]
        outer = rng.dirichlet(concentration * DOMAINS.to_numpy())
        inner = rng.dirichlet(concentration * np.array([2 / 3, 1 / 3]))
        need = outer[0] * (share[:, :2] @ inner) + outer[1] * share[:, 2]
        row[:] = np.sqrt(need * (100 - access_runs[rng.integers(len(access_runs))]))
    return rank_intervals(pd.DataFrame(gaps, columns=NAMES), **QUANTILES)
