"""Staff that are missing: against a planner's target, and by the US federal shortage rule."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .checks import BoolArray, FloatArray, Numbers, floats, non_negative, refuse, same_rows
from .ratios import population_per_fte

FLAGS = ("poverty", "youth", "elderly", "substance")  # the four ways to unusually high need


@dataclass(frozen=True)
class Thresholds:
    """People per full-time equivalent from which an area is short of staff."""

    core_with_psychiatrist: float
    psychiatrist_with_core: float
    core_alone: float
    psychiatrist_alone: float


@dataclass(frozen=True)
class Rule:
    """A shortage rule: thresholds in the normal case and in high need, and what high need is.

    Attributes
    ----------
    poverty_percent : share (0-100) of people in poverty, reached or exceeded
    youth_ratio : people under 18 per person aged 18-64, exceeded
    elderly_ratio : people of 65 and over per person aged 18-64, exceeded
    """

    normal: Thresholds
    high_need: Thresholds
    poverty_percent: float
    youth_ratio: float
    elderly_ratio: float


# 42 CFR part 5, Appendix C, part I: the law's own figures, not a choice of the model
US_MENTAL_HEALTH = Rule(
    normal=Thresholds(6_000.0, 20_000.0, 9_000.0, 30_000.0),
    high_need=Thresholds(4_500.0, 15_000.0, 6_000.0, 20_000.0),
    poverty_percent=20.0,
    youth_ratio=0.6,
    elderly_ratio=0.25,
)


def fte_shortage(population: Numbers, fte: pd.DataFrame, targets: pd.Series) -> pd.DataFrame:
    """Full-time equivalents missing against a target, per cadre and in all.

    A surplus of one cadre does not make up for the lack of another, so the total is the sum of
    the shortages. WHO country figures belong beside the result as reference lines; they are not
    targets.

    Parameters
    ----------
    population : (n,) people
    fte : (n, cadres) full-time equivalents; NaN where a cadre is not counted
    targets : FTE per 100,000 people of each cadre, by column name; 0 asks for none

    Returns
    -------
    frame of n rows: one column per cadre and ``total``, in FTE, never below 0. NaN where the cadre
    is not counted; the total is NaN if any cadre with a target is.

    Raises
    ------
    ValueError
        Cadres and targets that do not match by name, a target or population missing or negative,
        negative FTE.

    Examples
    --------
    >>> fte_shortage([50_000.0], pd.DataFrame({"nurse": [4.0], "psychiatrist": [3.0]}),
    ...              pd.Series({"nurse": 10.0, "psychiatrist": 2.0}))
       nurse  psychiatrist  total
    0    1.0           0.0    1.0
    """
    odd = sorted(str(c) for c in set(fte.columns) ^ set(targets.index))
    if odd or not targets.index.is_unique or not fte.columns.is_unique:
        raise ValueError(f"cadres and targets do not match: {', '.join(odd) or 'named twice'}")
    if "total" in fte.columns:
        raise ValueError("a cadre must not be named total")
    same_rows(fte, population=population)
    people, staff = non_negative(population, len(fte), "population"), floats(fte)
    refuse((staff < 0).any(axis=1), "negative FTE", at=fte)
    per = floats(targets.reindex(fte.columns))
    fine = np.isfinite(per) & (per >= 0)
    refuse(~fine, "target missing, infinite or negative", at=fte.T)
    missing = np.where(per == 0, 0.0, np.maximum(people[:, None] * per / 100_000 - staff, 0.0))
    result = pd.DataFrame(missing, index=fte.index, columns=fte.columns)
    return result.assign(total=missing.sum(axis=1))


def high_need(
    poverty_percent: Numbers,
    youth_ratio: Numbers,
    elderly_ratio: Numbers,
    substance_worst_quartile: Numbers,
    *,
    rule: Rule = US_MENTAL_HEALTH,
) -> pd.DataFrame:
    """Unusually high need for mental-health services: any one of four signs is enough.

    Parameters
    ----------
    poverty_percent : (n,) people in poverty, 0-100
    youth_ratio, elderly_ratio : (n,) as in `Rule`
    substance_worst_quartile : (n,) 1 where alcohol or substance abuse is in the worst quarter of
        the country's areas, else 0
        Each may be NaN where unknown, in part or whole.

    Returns
    -------
    frame of n rows: ``high_need`` (True, False, or missing where no known sign holds and some are
    unknown) and ``unknown`` (names of the signs not known, joined by ";")

    Raises
    ------
    ValueError
        Different lengths, a figure that is negative or infinite, poverty above 100, a substance
        flag that is neither 0 nor 1.
    """
    given = dict(
        zip(
            FLAGS,
            (poverty_percent, youth_ratio, elderly_ratio, substance_worst_quartile),
            strict=True,
        )
    )
    same_rows(poverty_percent, youth_ratio=youth_ratio, elderly_ratio=elderly_ratio)
    same_rows(poverty_percent, substance_worst_quartile=substance_worst_quartile)
    signs = {name: floats(values) for name, values in given.items()}
    n = signs["poverty"].shape[0]
    for name, values in signs.items():
        if values.shape != (n,):
            raise ValueError(f"{name} has shape {values.shape}, expected ({n},)")
        refuse((values < 0) | np.isinf(values), f"{name} negative or infinite", at=given[name])
    refuse(signs["poverty"] > 100, "poverty above 100 %", at=poverty_percent)
    flag = signs["substance"]
    refuse(~np.isnan(flag) & (flag != 0) & (flag != 1), "substance flag neither 0 nor 1")
    held = np.column_stack(
        [
            signs["poverty"] >= rule.poverty_percent,
            signs["youth"] > rule.youth_ratio,
            signs["elderly"] > rule.elderly_ratio,
            flag == 1,
        ]
    )
    missing = np.column_stack([np.isnan(signs[name]) for name in FLAGS])
    names = [";".join(f for f, m in zip(FLAGS, row, strict=True) if m) for row in missing]
    some: BoolArray = np.any(held, axis=1)
    every_known: BoolArray = ~np.any(missing, axis=1)
    verdict = _nullable(some, some | every_known)
    return pd.DataFrame({"high_need": verdict, "unknown": names}, index=_index(poverty_percent, n))


def designation(
    population: Numbers,
    core_fte: Numbers,
    psychiatrist_fte: Numbers | None,
    in_high_need: Numbers | pd.Series,
    *,
    rule: Rule = US_MENTAL_HEALTH,
) -> pd.DataFrame:
    """Apply the federal rule for a shortage of mental-health professionals to whole areas.

    An area qualifies by any of three branches: ``both`` (too few core professionals and too few
    psychiatrists), ``core`` (far too few core professionals) or ``psychiatrist`` (far too few).
    Thresholds are reached by equality. [42 CFR 5 Appendix C; its tests of whether the area is a
    rational one and of care in neighbouring areas are not part of this function.]

    Parameters
    ----------
    population : (n,) people
    core_fte : (n,) FTE of core professionals, psychiatrists among them; NaN unknown
    psychiatrist_fte : (n,) FTE of psychiatrists; NaN, or None for all, where not counted apart:
        then only the core branch can be judged
    in_high_need : (n,) true for unusually high need, as from `high_need`; where missing, the
        normal thresholds hold, which are harder to meet
    rule : thresholds

    Returns
    -------
    frame of n rows: ``core_ratio`` and ``psychiatrist_ratio`` (people per FTE), ``both``,
    ``core`` and ``psychiatrist`` (True, False, or missing where the branch cannot be judged),
    ``designated`` (True by any branch; False only when all three were judged; else missing),
    ``judged`` ("all branches", "core branch only", "psychiatrist branch only", "no branch"),
    ``high_need`` (the thresholds used), ``core_shortage_fte`` and ``psychiatrist_shortage_fte``
    (FTE missing for the combined thresholds, never below 0; NaN where not counted)

    Raises
    ------
    ValueError
        Different lengths, a population missing or negative, negative FTE, more psychiatrists than
        core professionals.
    """
    people = non_negative(population, np.size(floats(population)), "population")
    n = len(people)
    same_rows(population, core_fte=core_fte, psychiatrist_fte=psychiatrist_fte)
    same_rows(population, in_high_need=in_high_need)
    core = floats(core_fte)
    psychiatrist = np.full(n, np.nan) if psychiatrist_fte is None else floats(psychiatrist_fte)
    # NaN is not 1: unknown need is judged by the normal thresholds
    high = floats(in_high_need) == 1
    if not core.shape == psychiatrist.shape == high.shape == (n,):
        raise ValueError(f"lengths differ: {n}, {core.shape}, {psychiatrist.shape}, {high.shape}")
    refuse(psychiatrist > core, "more psychiatrists than core professionals", at=population)
    ratios = population_per_fte(people, core), population_per_fte(people, psychiatrist)
    limit = {
        name: np.where(high, getattr(rule.high_need, name), getattr(rule.normal, name))
        for name in Thresholds.__dataclass_fields__
    }
    table = _branches(ratios[0], ratios[1], people == 0, limit)
    table["high_need"] = high
    for name, staff, bound in (
        ("core_shortage_fte", core, limit["core_with_psychiatrist"]),
        ("psychiatrist_shortage_fte", psychiatrist, limit["psychiatrist_with_core"]),
    ):
        table[name] = np.maximum(people / bound - staff, 0.0)
    return table.set_axis(_index(population, n))


def _branches(
    core: FloatArray, psychiatrist: FloatArray, empty: BoolArray, limit: dict[str, FloatArray]
) -> pd.DataFrame:
    """Judge the three branches from people per FTE; a place without people qualifies by none."""
    know_core, know_psychiatrist = ~np.isnan(core) | empty, ~np.isnan(psychiatrist) | empty
    some_core = core >= limit["core_with_psychiatrist"]
    some_psychiatrist = psychiatrist >= limit["psychiatrist_with_core"]
    found = {
        "both": (some_core & some_psychiatrist, know_core & know_psychiatrist),
        "core": (core >= limit["core_alone"], know_core),
        "psychiatrist": (psychiatrist >= limit["psychiatrist_alone"], know_psychiatrist),
    }
    holds = np.any([h for h, _ in found.values()], axis=0)
    every = know_core & know_psychiatrist
    judged = np.select(
        [every, know_core, know_psychiatrist],
        ["all branches", "core branch only", "psychiatrist branch only"],
        "no branch",
    )
    columns: dict[str, object] = {"core_ratio": core, "psychiatrist_ratio": psychiatrist}
    columns |= {name: _nullable(held, known) for name, (held, known) in found.items()}
    columns |= {"designated": _nullable(holds, holds | every), "judged": judged}
    return pd.DataFrame(columns)


def _nullable(value: BoolArray, known: BoolArray) -> pd.arrays.BooleanArray:
    return pd.arrays.BooleanArray(value, ~known)


def _index(values: Numbers, length: int) -> pd.Index:
    return values.index if isinstance(values, pd.Series) else pd.RangeIndex(length)
