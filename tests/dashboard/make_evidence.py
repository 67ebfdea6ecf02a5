"""Synthetic tables that say why and how sure: reasons, lenses, variants, clusters, staff.

Built from an `out_gap` frame, so that they agree with it: contributions add up to the gap, the lens
of everyone equals the published index, the published variant equals the published ranks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

HOSTILE_WORDS = "<img src=x onerror=window.hacked=5> ${window.hacked=6}"
LENSES = [
    ("everyone", "Everyone", None),
    ("youth", "Young people", "age_17_under_share"),
    ("older", "Older adults", "age_65_plus_share"),
    ("poverty", "People in poverty", "poverty_rate"),
    ("disability", "People with a disability", "disability_share"),
]
VARIANTS = [
    ("published", "As published", 0.0),
    ("percentile", "Percentile ranks instead of min-max", 6.0),
    ("no_isolation", f"Without isolation {HOSTILE_WORDS}", 14.0),
    ("frozen", "Fixed bounds for staff within reach", None),
]
COMPONENTS = [
    ("accessible_fte_per_100k", "Mental-health staff within reach", "FTE per 100,000", 1, False),
    ("nearest_service_minutes", "Minutes to the nearest service", "minutes", -1, True),
]
NEEDS = [("poverty", "People in poverty", "%"), ("uninsured", "People without insurance", "%")]
# VARCHAR, DOUBLE, BIGINT, BOOLEAN per column, as the published tables have them.
TYPES = {
    "out_variant": "TITTBDIIIT",
    "out_variant_district": "TTDIB",
    "out_reason": "TTTTDTDDDDII",
    "out_access_component": "TITTDIDDBTBT",
    "out_access_part": "TTDDDD",
    "out_lens": "TITTBTIDT",
    "out_lens_district": "TTDDIDIDITBBIII",
    "out_lens_class": "TTIDDI",
    "out_cluster": "TTDDDTI",
    "out_cluster_region": "TTDDDIIITT",
    "out_staff": "TTTIBDDDDTDDTT",
    "out_benchmark": "TTDTTTTB",
    "out_sensitivity": "TDD",
    "out_equity": "TTDTTT",
}


def evidence(gap: pd.DataFrame, members: pd.DataFrame, *, failing_lens: str = "disability",
             shift: float = 1.0) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Return every table of `TYPES`; `members` is `out_layer_district` of the same districts."""
    rng = np.random.default_rng(11)
    tables = {
        "out_sensitivity": pd.DataFrame(
            [["access", 0.72, 0.8], ["indicator values", 0.05, 0.09], ["weights", None, None]],
            columns=["factor", "first_order", "total_order"],
        ),
        "out_equity": pd.DataFrame(
            [["gini", "Gini index", 0.36, "0 to 1", "0: everybody reaches the same.", "Gini 1912"],
             ["palma", "Palma ratio", None, "ratio", HOSTILE_WORDS, None]],
            columns=["index_id", "label", "value", "unit", "definition", "reference"],
        ),
        "out_reason": _reasons(gap, rng),
    }  # fmt: skip
    tables["out_access_component"], tables["out_access_part"] = _access(gap)
    tables["out_variant"], tables["out_variant_district"] = _variants(gap, rng, shift)
    tables |= _lenses(gap, members, rng, failing_lens)
    tables["out_cluster"], tables["out_cluster_region"] = _clusters(gap, rng)
    tables["out_staff"], tables["out_benchmark"] = _staff(gap)
    return tables


def _worst_fifth(score: pd.Series) -> pd.Series:
    count = int(np.ceil(score.notna().sum() / 5))
    worst = score.rank(ascending=False, method="min") <= count
    return worst.astype("object").where(score.notna(), None)


def _reasons(gap: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    parts = [("need", key, label, unit, 20.0) for key, label, unit in NEEDS]
    parts += [("access", key, label, unit, 24.0) for key, label, unit, _, _ in COMPONENTS]
    rows: list[list[Any]] = []
    for row in gap.to_dict("records"):
        score = row["gap_score"]
        if np.isnan(score):
            continue
        shares = rng.dirichlet([3, 2, 2, 4])
        for place, at in enumerate(np.argsort(-shares)):
            part, key, label, unit, typical = parts[at]
            points = float(shares[at] * score)
            rank = min(len(gap), row["gap_rank"] + 20 * float(shares[at]))
            rows.append(
                [row["district_id"], part, key, label, typical * (1 + shares[at]), unit,
                 100 * float(shares[at]), points, typical, score - points / 2, round(rank),
                 place + 1]
            )  # fmt: skip
    columns = ["district_id", "part", "part_id", "label", "value", "unit", "scaled_value",
               "contribution", "typical_value", "gap_if_typical", "rank_if_typical",
               "position"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _access(gap: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows: list[list[Any]] = [
        [key, at + 1, label, unit, 0.5, direction, 0.0, 60.0, fixed, "From 0 to 60", True, None]
        for at, (key, label, unit, direction, fixed) in enumerate(COMPONENTS)
    ]
    rows.append(
        [
            "levels",
            3,
            "Levels of care within reach",
            "%",
            None,
            1,
            0.0,
            100.0,
            True,
            "From 0 to 100 %",
            False,
            f"No community service is listed. {HOSTILE_WORDS}",
        ]
    )
    parts = [
        [row["district_id"], key, row[key], row["access_score"], 0.5, row["access_score"] / 2]
        for row in gap.to_dict("records")
        for key, *_ in COMPONENTS
    ]  # fmt: skip
    return (
        pd.DataFrame(
            rows,
            columns=["component", "position", "label", "unit", "weight", "direction", "low", "high",
                     "is_fixed", "reference", "in_index", "left_out"],
        ),
        pd.DataFrame(
            parts,
            columns=["district_id", "component", "value", "scaled_value", "weight", "contribution"],
        ),
    )  # fmt: skip


def _variants(
    gap: pd.DataFrame, rng: np.random.Generator, shift: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    published = _worst_fifth(gap["gap_score"])
    summary: list[list[Any]] = []
    members = []
    for place, (variant, label, noise) in enumerate(VARIANTS):
        if noise is None:
            summary.append([variant, place, label, "Bounds from the region file.", False, None,
                            None, None, 0, f"No bounds are frozen. {HOSTILE_WORDS}"])  # fmt: skip
            continue
        score = gap["gap_score"] + rng.normal(0, 1, len(gap)) * noise * shift
        rank = score.rank(ascending=False, method="min")
        worst = _worst_fifth(score)
        fit = score.rank().corr(gap["gap_score"].rank()) if score.notna().any() else None
        summary.append(
            [variant, place, label, "One choice changed.", place == 0, fit,
             int(((worst == True) & (published == False)).sum()),  # noqa: E712
             int(((worst == False) & (published == True)).sum()),  # noqa: E712
             int(score.notna().sum()), None]
        )  # fmt: skip
        members.append(
            pd.DataFrame({"variant": variant, "district_id": gap["district_id"],
                          "gap_score": score, "gap_rank": rank, "in_worst_fifth": worst})
        )  # fmt: skip
    columns = ["variant", "position", "label", "description", "is_published", "rank_correlation",
               "n_enter", "n_leave", "n_scored", "failure"]  # fmt: skip
    return pd.DataFrame(summary, columns=columns), pd.concat(members, ignore_index=True)


def _lenses(
    gap: pd.DataFrame, members: pd.DataFrame, rng: np.random.Generator, failing: str
) -> dict[str, pd.DataFrame]:
    wide = members.pivot(index="district_id", columns="layer", values="class_quantile")
    lenses: list[list[Any]] = []
    rows, classes = [], []
    for place, (lens, label, share) in enumerate(LENSES):
        failure = f"No {label.lower()} are counted here. {HOSTILE_WORDS}"
        if lens == failing:
            lenses.append([lens, place, label, "", False, share, 0, None, failure])
            continue
        part = _lens(gap, rng, place).assign(lens=lens)
        if place == 0:
            for name in ("gap", "need", "access"):
                part[f"class_{name}"] = wide[name].reindex(gap["district_id"]).to_numpy()
        else:
            for name in ("gap", "need", "access"):
                part[f"class_{name}"] = _fifths(part[f"{name}_score"])
        rows.append(part)
        classes += _lens_classes(lens, part)
        words = "Need counts this group more; staff is shared among the group (assumed weights)."
        lenses.append([lens, place, label, words, place == 0, share,
                       int(part["gap_score"].notna().sum()), part["people"].sum(min_count=1),
                       None])  # fmt: skip
    order = ["lens", "district_id", "people", "need_score", "need_rank", "access_score",
             "access_rank", "gap_score", "gap_rank", "gap_class", "is_underserved",
             "is_underserved_rural", "class_gap", "class_need", "class_access"]  # fmt: skip
    return {
        "out_lens": pd.DataFrame(
            lenses,
            columns=["lens", "position", "label", "description", "is_default", "share_indicator",
                     "n_scored", "people", "failure"],
        ),
        "out_lens_district": pd.concat(rows, ignore_index=True)[order],
        "out_lens_class": pd.DataFrame(
            classes,
            columns=["lens", "variable", "class_index", "lower", "upper", "n_districts"],
        ),
    }  # fmt: skip


def _lens(gap: pd.DataFrame, rng: np.random.Generator, place: int) -> pd.DataFrame:
    keep = ["district_id", "need_score", "need_rank", "access_score", "access_rank", "gap_score",
            "gap_rank", "gap_class", "is_underserved", "is_underserved_rural"]  # fmt: skip
    out = gap[keep].copy()
    if place == 0:
        return out.assign(people=gap["population"])
    out["people"] = gap["population"] * rng.uniform(0.05, 0.3, len(gap))
    for name in ("need", "access"):
        score = (gap[f"{name}_score"] + rng.normal(0, 8, len(gap))).clip(0, 100)
        out[f"{name}_score"] = score
        out[f"{name}_rank"] = score.rank(ascending=name == "access", method="min")
    out["gap_score"] = np.sqrt(out["need_score"] * (100 - out["access_score"]))
    out["gap_rank"] = out["gap_score"].rank(ascending=False, method="min")
    words = np.array(["very low", "low", "moderate", "high", "very high"], dtype=object)
    fifth = _fifths(out["gap_score"])
    out["gap_class"] = [
        "insufficient data" if np.isnan(k) else words[int(k)] for k in fifth.to_numpy(float)
    ]
    out["is_underserved"] = _worst_fifth(out["gap_score"])
    rural = [bool(value) and not pd.isna(value) for value in gap["is_rural"]]
    out["is_underserved_rural"] = [
        None if worst is None else bool(worst) and is_rural
        for worst, is_rural in zip(out["is_underserved"], rural, strict=True)
    ]
    return out


def _fifths(score: pd.Series) -> pd.Series:
    if score.notna().sum() < 5:
        return pd.Series(np.nan, index=score.index)
    return pd.Series(pd.qcut(score, 5, labels=False), index=score.index)


def _lens_classes(lens: str, part: pd.DataFrame) -> list[list[Any]]:
    out: list[list[Any]] = []
    for name in ("gap", "need", "access"):
        for k, group in part.groupby(f"class_{name}")[f"{name}_score"]:
            out.append([lens, f"{name}_score", int(k), group.min(), group.max(), len(group)])
    return out


def _clusters(gap: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    labels = ["high among high", "low among low", "high among low", "low among high",
              "not significant", "no neighbours"]  # fmt: skip
    rows: list[list[Any]] = []
    for kind in ("gap", "need_access"):
        for at, row in enumerate(gap.to_dict("records")):
            if np.isnan(row["gap_score"]):
                rows.append([row["district_id"], kind, None, None, None, "no data", 0])
                continue
            label = labels[at % len(labels)]
            q = float(rng.uniform(0.001, 0.049)) if at % len(labels) < 4 else 0.4
            rows.append([row["district_id"], kind, 0.8, q / 2, q, label, 4])
    region = [
        ["gap", "Gap among neighbours", 0.41, -0.01, 0.001, len(gap), 1, 999,
         "Positive: districts with a large gap stand together.", "Moran 1950"],
        ["need_access", "Need against neighbours' access", None, None, None, 0, 0, 999,
         HOSTILE_WORDS, "Anselin 1995"],
    ]  # fmt: skip
    return (
        pd.DataFrame(rows, columns=["district_id", "kind", "statistic", "p_value", "q_value",
                                    "label", "n_neighbours"]),
        pd.DataFrame(region, columns=["kind", "label", "statistic", "expected", "p_value",
                                      "n_districts", "n_without_neighbours", "permutations",
                                      "definition", "reference"]),
    )  # fmt: skip


def _staff(gap: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows: list[list[Any]] = []
    for row in gap.to_dict("records"):
        people, fte = row["population"], 4.0
        wanted = people / 6000
        rows += [
            [row["district_id"], "all", "All counted staff", 0, True, 4.0, fte, fte / people * 1e5,
             6000.0, "42 CFR 5", wanted, max(0.0, wanted - fte), "2022", "src-1"],
            [row["district_id"], "psychiatrist", "Psychiatrists", 1, True, 4.0, fte,
             fte / people * 1e5, None, None, None, None, "2022", "src-1"],
            [row["district_id"], "peer", f"Peer {HOSTILE_WORDS}", 2, False, None, None, None, None,
             None, None, None, None, None],
        ]  # fmt: skip
    columns = ["district_id", "cadre", "label", "position", "is_counted", "headcount", "fte",
               "fte_per_100k", "target_population_per_fte", "target_reference", "fte_wanted",
               "fte_shortage", "vintage", "source_id"]  # fmt: skip
    benchmarks = [
        ["us_ratio", "People per core professional, US rule", 6000.0, "people per FTE", None,
         "United States", "42 CFR 5", True],
        ["who_kenya", f"Psychiatrists, Kenya {HOSTILE_WORDS}", 0.184, "per 100,000",
         "psychiatrist", "Kenya", "WHO Global Health Observatory", False],
    ]  # fmt: skip
    return (
        pd.DataFrame(rows, columns=columns),
        pd.DataFrame(benchmarks, columns=["benchmark", "label", "value", "unit", "cadre",
                                          "applies_to", "reference", "is_target"]),
    )  # fmt: skip
