"""Methods page: what is withheld, where, by which rule, and which rates are marked unreliable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import panels, text
from dashboard.i18n import t, tn

# Published tables with a name of their own; another one is shown by its id, in words.
TABLES = (
    *("out_gap", "out_indicator", "out_reason", "out_profile", "out_lens_district", "out_lens"),
    *("out_variant_district", "out_access", "out_layer_district", "out_access_point"),
    *("out_confidence", "out_cluster", "out_typical"),
)


def section(
    counts: pd.DataFrame,
    marked: pd.DataFrame,
    rule: Mapping[str, Any] | None,
    region: Mapping[str, Any],
) -> str:
    """Return the rule, what it withholds in each table, and the rates it marks (HTML).

    `counts` is `region_rows.withheld_counts`, `marked` `region_rows.unreliable_counts`, `rule`
    `region_rows.withholding_rule`: ``config/withholding.yaml`` as the snapshot was made with it.
    """
    heading = text.esc(t("withheld.unreliable"))
    return (
        _paragraph(_rule(rule))
        + _withheld(counts, region)
        + f"<h3>{heading}</h3>"
        + _paragraph(_unreliable_rule(rule))
        + _unreliable(marked, region)
    )


def _rule(rule: Mapping[str, Any] | None) -> str:
    if rule is None:
        return t("withheld.no_rule")
    most = text.people(rule["threshold"] - 1)
    below = text.people(rule["threshold"])
    return t("withheld.rule", most=most, threshold=below, code=rule["code"])


def _unreliable_rule(rule: Mapping[str, Any] | None) -> str:
    if rule is None:
        return t("withheld.no_rule")
    given = rule["unreliable"]
    return t(
        "withheld.unreliable_rule",
        cases=text.people(given["numerator_below"]),
        people=text.people(given["denominator_below"]),
        code=given["code"],
    )


def _withheld(counts: pd.DataFrame, region: Mapping[str, Any]) -> str:
    whole = counts[counts["table_name"].isna()].iloc[0]
    if not whole["n_figures"]:
        return _paragraph(t("withheld.none"))
    districts = text.counted(whole["n_districts"], region)
    cells = [
        [
            f"<b>{text.esc(_table(str(row['table_name'])))}</b>",
            text.esc(text.people(row["n_rows"])),
            text.esc(text.people(row["n_figures"])),
            text.esc(
                text.people(row["n_districts"]) if row["n_districts"] else t("withheld.of_none")
            ),
        ]
        for row in counts[counts["table_name"].notna()].to_dict("records")
    ]
    headings = [t(f"withheld.column.{name}") for name in ("where", "rows", "figures")]
    headings.append(text.sentence(text.terms(region)[1]))
    sums = tn("withheld.sum", int(whole["n_figures"]), districts=districts)
    return _paragraph(sums) + panels.table(headings, cells, wide=0)


def _unreliable(marked: pd.DataFrame, region: Mapping[str, Any]) -> str:
    if marked.empty:
        return _paragraph(t("withheld.unreliable_none"))
    cells = [
        [f"<b>{panels.words(row['label'])}</b>", text.esc(text.people(row["n_districts"]))]
        for row in marked.to_dict("records")
    ]
    headings = [t("withheld.column.indicator"), text.sentence(text.terms(region)[1])]
    return panels.table(headings, cells)


def _table(name: str) -> str:
    if name in TABLES:
        return t(f"withheld.table.{name}")
    return text.sentence(text.humanise(name.removeprefix("out_")))


def _paragraph(words: str) -> str:
    return f"<p>{text.esc(words)}</p>"
