"""Which link of care is missing in a district: words of the published rules, never advice."""

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
