"""What a reader is told of the need index: its method, what a region leaves out, its variants."""

import pandas as pd

from etl.config import Config
from etl.index.need import Need
from etl.schema import NeedModel, OutlierRule

Row = tuple[str, str, str, str, str, str]  # section, title, text, value, unit, reference
REFERENCE = "OECD/JRC Handbook on Constructing Composite Indicators, 2008"
SCALINGS = {
    "minmax": "Each indicator is scaled from 0 (the lowest district) to 100 (the highest)",
    "percentile_rank": "Each indicator is scaled by its rank among the districts, from 0 (the lowest) "
    "to 100 (the highest)",
    "zscore": "Each indicator is scaled by its distance from the average district",
    "imd_exponential": "Each indicator is scaled by its rank among the districts, stretched so that the "
    "worst tenth takes up half of the scale",
}
WEIGHTINGS = {
    "equal": "Domains weigh the same, and indicators weigh the same inside a domain, because no evidence "
    "at hand ranks them.",
    "given": "Domains, and indicators inside a domain, weigh what the model file says.",
    "principal_component": "Domains weigh the same; inside a domain an indicator weighs more the more it "
    "moves together with the others of this region (first principal component).",
}


def need_score_rows(config: Config) -> list[Row]:
    """Say how the need score is made, from the choices of the model file."""
    need, section = config.model.need, "Need"
    total = sum(need.domains.values())
    parts = ", ".join(
        f"{config.model.domain_labels[name]} {weight / total:.0%}"
        for name, weight in need.domains.items()
    )
    return [
        (section, "Need score",
         f"{SCALINGS[need.scaling]}, turned so that "
         "100 is the most need, averaged inside its domain with the weights of the model, and the "
         f"domains averaged ({need.aggregation} mean). Scores compare districts of one region with "
         "each other; they are not comparable between regions.",
         "", "score 0-100", REFERENCE),
        (section, "Weights", f"{WEIGHTINGS[need.weighting]} Where a district lacks an indicator, the "
         "others of its domain take over its weight.", parts, "share of the score", "config/model.yaml"),
        (section, "Missing data", "A district with less than this share of the weight in data gets no "
         "score and the class 'insufficient data'.", f"{need.min_coverage:.0%}", "of the weight",
         "config/model.yaml"),
        (section, "Too few districts", "An indicator known in less than this share of the districts is left "
         "out of the score. Nothing is filled in.", f"{need.min_indicator_coverage:.0%}", "of the districts",
         "config/model.yaml"),
        (section, "Extreme figures", _outliers(need), "", "", "Outlier treatment of the R package COINr"
         if isinstance(need.outliers, OutlierRule) else "config/model.yaml"),
    ]  # fmt: skip


def need_rows(config: Config, need: Need) -> list[Row]:
    """Say what this region's need score rests on, how variants and reasons are made."""
    section = "Need in this region"
    used = need.table["weight"] / need.table.groupby("domain")["weight"].transform("sum")
    outer = need.table["domain"].map(need.domain_weights / need.domain_weights.sum())
    weights = ", ".join(
        f"{config.indicators[str(i)].label} {share:.1%}" for i, share in (used * outer).items()
    )
    rows: list[Row] = [
        (section, "Indicators that count", "Weight of each in a district that has them all.", weights,
         "share of the score", "config/model.yaml"),
    ]  # fmt: skip
    absent = [
        config.indicators[i].label
        for names in config.model.need.weights.values()
        for i in names
        if i not in need.table.index and i not in need.left_out
    ]
    if absent:
        rows.append((section, "Indicators without a source", "No source at hand measures them here; the "
                     "others of their domain take over their weight.", ", ".join(absent), "",
                     "config/model.yaml"))  # fmt: skip
    for name, reason in need.left_out.items():
        rows.append((section, f"Left out: {config.indicators[name].label}", f"{reason.capitalize()}. The "
                     "others of its domain take over its weight.", "", "", "config/model.yaml"))  # fmt: skip
    return rows + _treated(config, need) + _reading(config)


def left_out_table(need: Need) -> pd.DataFrame:
    """Return why indicators are not counted in this region: ``indicator_id``, ``reason``."""
    rows = list(need.left_out.items())
    return pd.DataFrame(rows, columns=["indicator_id", "reason"]).astype("string")


def need_issues(core: dict[str, pd.DataFrame], need: Need) -> pd.DataFrame:
    """Return the indicators left out as issues of their source, for the quality table."""
    long = core["indicator"]
    source = long.groupby("indicator_id")["source_id"].first()
    return pd.DataFrame(
        [
            {
                "rule": "indicator_in_too_few_districts",
                "severity": "warn",
                "source_id": source[name],
                "n_rows": 1,
                "value": name,
                "message": f"{name} is {reason}",
                "action": "left out of the need index of this region",
            }
            for name, reason in need.left_out.items()
        ]
    )


def _outliers(need: NeedModel) -> str:
    rule = need.outliers
    if not isinstance(rule, OutlierRule):
        return "Left as they are; a variant of the model shows what pulling them in would change."
    rest = (
        "where that is not enough, logarithms are used"
        if rule.fallback == "log"
        else "where that is not enough, they stay so"
    )
    return (
        f"Where an indicator's skewness is above {rule.skewness:g} and its kurtosis above "
        f"{rule.kurtosis:g}, up to {rule.most} extreme figures are set to the next one; {rest}. The "
        "intervals are drawn around the figures after this step."
    )


def _treated(config: Config, need: Need) -> list[Row]:
    """Say which indicators were changed as badly skewed; no row where none was."""
    rows: list[Row] = []
    changed = need.table[need.table["changed"] > 0]
    for name, row in changed.iterrows():
        what = (
            "Logarithms of the figures are scaled, not the figures."
            if row["logged"]
            else f"{row['changed']} extreme figure(s) set to the next one."
        )
        still = "" if row["within"] else " It is still badly skewed after that."
        label = config.indicators[str(name)].label
        rows.append(("Need in this region", f"Badly skewed: {label}", what + still, "", "",
                     "config/model.yaml"))  # fmt: skip
    return rows


def _reading(config: Config) -> list[Row]:
    n = len(config.model.variants) - 1
    geometric = (
        " Need is a geometric mean: its points are shared out by the logarithms of the scaled figures."
        if config.model.need.aggregation == "geometric"
        else ""
    )
    return [
        ("Why a district ranks where it does", "Points of the gap",
         "The gap is split exactly into points: need and lack of access carry half each, and inside each "
         "half a figure carries its share of the points of need, or of the points of access that are "
         f"lost.{geometric}", "", "points of the gap", "Euler's theorem on homogeneous functions"),
        ("Why a district ranks where it does", "If a figure were typical",
         "The gap and the rank that the district would have if this one figure were that of the middle "
         "district (median of the scored districts), with all its other figures, the scales and the other "
         "districts as they are. It does not say that the figure could be changed so.", "", "", ""),
        ("Other choices of model", "Variants",
         "The gap is also computed with other defensible choices, one at a time, to show which districts "
         "enter or leave the worst fifth. A variant that a region's data cannot carry says why.",
         f"{n:,}", "variants", "config/model.yaml"),
    ]  # fmt: skip
