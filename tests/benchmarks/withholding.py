"""Speed of withholding: ``python -m tests.benchmarks.withholding``.

3,144 made-up districts of every size with all indicators that count people and all parts of the
population, of which no, some or many counts are small. Processor seconds.
"""

import time

import numpy as np
import pandas as pd

from etl.config import load
from etl.schema import Withholding
from etl.withholding.indicators import withheld_indicators
from etl.withholding.parts import withheld_parts

from .machine import processor

DISTRICTS = 3144
GROUPS = ("poverty_rate", "age_17_under_share", "age_65_plus_share", "disability_share")


def instance(rules: Withholding, share: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``out_gap`` and ``out_indicator``; `share` of the counts are from 1 to 9."""
    rng = np.random.default_rng(1)
    ids = [f"{k:05d}" for k in range(1, DISTRICTS + 1)]
    people = np.round(np.exp(rng.normal(10, 1.3, DISTRICTS))).clip(300)

    def counts(usual: np.ndarray) -> np.ndarray:
        few = rng.random(DISTRICTS) < share
        return np.where(few, rng.integers(1, 10, DISTRICTS), usual)

    over = counts(np.round(people * rng.uniform(0.1, 0.5, DISTRICTS)))
    beyond = counts(np.round(people * rng.choice([0, 0.3], DISTRICTS)))
    parts = []
    for name in rules.indicators:
        number = counts(np.round(people * rng.uniform(0.04, 0.3, DISTRICTS)).clip(10))
        value = np.round(100 * number / people, 4)
        scaled = 100 * (value - value.min()) / np.ptp(value)
        made = {"district_id": ids, "indicator_id": name, "value": value, "scaled_value": scaled}
        made |= {"weight": 1 / len(rules.indicators), "numerator": number, "denominator": people}
        parts.append(pd.DataFrame(made))
    long = pd.concat(parts, ignore_index=True)
    points = long["scaled_value"] * long["weight"]
    gap = pd.DataFrame({
        "district_id": ids, "population": people, "is_rural": rng.random(DISTRICTS) < 0.5,
        "need_score": points.groupby(long["district_id"]).sum().reindex(ids).to_numpy(),
        "population_served": people - over - beyond, "population_over_capacity": over,
        "population_beyond_reach": beyond,
    })  # fmt: skip
    return gap, long


def main() -> None:
    """Print how long it takes and what is withheld, by the share of small counts."""
    rules = load().withholding
    print(f"{processor()}; {DISTRICTS:,} districts, {len(rules.indicators)} indicators")
    for share in (0.0, 0.05, 0.3):
        gap, long = instance(rules, share)
        start = time.process_time()
        parts, totals = withheld_parts(gap, rules)
        middle = time.process_time()
        found = withheld_indicators(long, gap, rules, GROUPS)
        end = time.process_time()
        small = int((long["numerator"] < rules.threshold).sum())
        print(
            f"{share:.0%} small: parts {middle - start:.2f} s, "
            f"{sum(int(m.sum()) for m in parts.values()):,} withheld, {len(totals)} totals; "
            f"indicators {end - middle:.2f} s, {small:,} small, "
            f"{int(found.rows.sum()):,} withheld, {len(found.scores)} scores"
        )


if __name__ == "__main__":
    main()
