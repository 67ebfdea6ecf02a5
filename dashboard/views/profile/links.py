"""Which link of care is missing, and what the shortage rule says: published words, no advice."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import text


def missing_links(rows: pd.DataFrame) -> str:
    """Return the links that are missing, those that could not be judged, and how many are there.

    `rows` is `queries.links` of one district, in published order.
    """
    if rows.empty:
        return ""
    missing = rows[rows["state"] == "missing"]
    unknown = rows[rows["state"] == "no data"]
    items = "".join(_link(row) for row in missing.to_dict("records"))
    if not items:
        items = "<div><dt>None of the declared rules finds a link missing</dt><dd></dd></div>"
    told = ""
    if len(unknown):
        names = ", ".join(text.plain(label) for label in unknown["label"])
        told = f'<p class="mg-note">No data to judge: {text.esc(names)}.</p>'
    return f'<dl class="mg-facts mg-links">{items}</dl>{told}'


def _link(row: Mapping[Any, Any]) -> str:
    remedy = text.esc(text.plain(row["remedy_family"]))
    return (
        f"<div><dt>{text.esc(text.plain(row['label']))}</dt>"
        f"<dd><em>{remedy}</em></dd>"
        f"<small>{text.esc(text.plain(row['words'], 400))}</small></div>"
    )


def shortage_rule(rows: pd.DataFrame) -> str:
    """Return the outcome of the federal shortage rule; nothing where no rule applies.

    `rows` is `queries.shortage` of one district.
    """
    if rows.empty:
        return ""
    row = rows.iloc[0]
    verdict = "not judged"
    if not text.is_missing(row["qualifies"]):
        verdict = "qualifies" if bool(row["qualifies"]) else "does not qualify"
    elif str(row["judged"]) != "no branch":
        verdict = "does not qualify by the branch judged"
    need = text.no_data()
    if not text.is_missing(row["high_need"]):
        need = "yes" if bool(row["high_need"]) else "no"
    elif not text.is_missing(row["high_need_unknown"]):
        need = "no sign known (" + text.humanise(row["high_need_unknown"]) + " not known)"
    facts = [
        ("Outcome", verdict),
        ("Judged", text.plain(row["judged"])),
        ("Unusually high need", need),
        ("People per core professional", text.with_unit(row["population_per_core_fte"], "people")),
        ("Threshold used", text.with_unit(row["core_threshold"], "people")),
        ("Posts missing by the rule", text.with_unit(row["core_fte_shortage"], "FTE")),
    ]
    items = "".join(
        f"<div><dt>{text.esc(label)}</dt><dd>{text.esc(value)}</dd></div>" for label, value in facts
    )
    reference = text.esc(f"{text.plain(row['reference'])}. {text.plain(row['note'], 600)}")
    return f'<dl class="mg-facts">{items}</dl><p class="mg-note">{reference}</p>'
