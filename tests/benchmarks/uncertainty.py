"""Speed and memory of the Monte Carlo: ``python -m tests.benchmarks.uncertainty [--draws N]``.

3,144 districts and 12 indicators in 4 domains, a standard error on every value (some near the end
of their range), weights, three scalings, two means and 63 runs of access in doubt. The second run
must give the same bytes as the first.
"""

import argparse
import hashlib
import resource
import time

import numpy as np
import pandas as pd

from etl.measures.choices import choice_indices, simulate_choices
from etl.measures.draws import Doubt
from etl.measures.runs import Runs

from .machine import processor

DISTRICTS, INDICATORS, DOMAINS = 3144, 12, 4
LEVELS = (3, 3, 7)  # runs of access


def instance() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.Series, Runs]:
    rng = np.random.default_rng(1)
    names = [f"i{k:02d}" for k in range(INDICATORS)]
    values = pd.DataFrame(rng.gamma(4.0, 4.0, (DISTRICTS, INDICATORS)), columns=names)
    values = values.mask(rng.random(values.shape) < 0.03)
    se = pd.DataFrame(rng.uniform(0.2, 2.0, values.shape), columns=names)
    domain = [f"d{k % DOMAINS}" for k in range(INDICATORS)]
    indicators = pd.DataFrame(
        {"direction": 1, "domain": domain, "weight": 1.0, "low": 0.0, "high": np.inf}, index=names
    )
    indicators.loc[names[::4], "direction"] = -1
    domains = pd.Series(1.0, index=sorted(set(domain)))
    access = rng.uniform(0, 100, DISTRICTS) * rng.lognormal(0, 0.2, (*LEVELS, DISTRICTS))
    names_ = ("travel speed", "catchment", "what is counted")
    runs = Runs(names_, np.minimum(access, 100.0), (1, 1, 0), values.index)
    return values, se, indicators, domains, runs


def peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=5000)
    parser.add_argument("--base", type=int, default=512, help="rows of the Sobol samples")
    options = parser.parse_args()
    data = instance()
    doubt = Doubt(
        concentration=50.0,
        scalings=("minmax", "percentile_rank", "zscore"),
        means=("arithmetic", "geometric"),
        z_limit=3.0,
    )
    print(f"{processor()}; {options.draws:,} draws x {DISTRICTS:,} x {INDICATORS}")
    print(f"process with its inputs: {peak_gb():.2f} GB")
    for _ in range(2):
        start = time.perf_counter()
        table = simulate_choices(
            *data, doubt, draws=options.draws, seed=7, min_coverage=0.5,
            low_quantile=0.05, high_quantile=0.95, top_share=0.2,
        )  # fmt: skip
        seconds = time.perf_counter() - start
        digest = hashlib.sha256(table.to_csv().encode()).hexdigest()[:16]
        print(f"Monte Carlo: {seconds:.2f} s, peak {peak_gb():.2f} GB, sha256 {digest}")
    start = time.perf_counter()
    found = choice_indices(*data, doubt, base=options.base, seed=7, min_coverage=0.5)
    rankings = options.base * (len(found.total) + 2)
    seconds = time.perf_counter() - start
    print(f"Sobol indices: {seconds:.2f} s for {rankings:,} rankings, peak {peak_gb():.2f} GB")
    print(found.overall().round(3).to_string())


if __name__ == "__main__":
    main()
