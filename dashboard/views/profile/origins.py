"""Where each figure of a profile was read: source, file, row, checksum and correction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import district_rows, panels, queries, text
from dashboard.i18n import t
from dashboard.views.profile.blocks import known

# Signs of a checksum that are shown.
_SHOWN = 12


@st.fragment
def on_demand(snapshot: queries.Snapshot, district_id: str) -> None:
    """Draw the table when it is asked for: it is the largest part of a profile, and seldom read."""
    if st.toggle(t("origin.title"), key="w_origins"):
        st.html(origins(district_rows.lineage(snapshot, district_id)))


def origins(rows: pd.DataFrame) -> str:
    """Return the table of origins, HTML; nothing where none is known.

    `rows` is `district_rows.lineage`.
    """
    if rows.empty:
        return ""
    body = [_row(row) for row in rows.to_dict("records")]
    headings = [t(f"origin.column.{name}") for name in ("figure", "source", "row", "sum", "made")]
    command = "<code>mindgap explain</code>"
    words = text.html_of("origin.how_to_read", signs=text.people(_SHOWN), command=command)
    return panels.table(headings, body, wide=4) + f"<p class='mg-note'>{words}</p>"


def _row(row: Mapping[Any, Any]) -> list[str]:
    source = ": ".join(
        text.label(row[name]) for name in ("publisher", "source_title") if known(row[name])
    )
    if known(row["retrieved"]):
        source = t("origin.fetched", source=source, date=text.vintage(row["retrieved"]))
    made = text.label(row["made_by"])
    if known(row["correction"]):
        made = t("origin.corrected", made=made, correction=text.label(row["correction"]))
    name = text.label(row["label"]) if known(row["label"]) else text.humanise(row["item"])
    place = t("origin.file_row", file=text.plain(row["file"]), row=text.plain(row["row"]))
    return [
        text.name_html(text.plain(text.sentence(name), 80)),
        text.esc(source or text.no_data()),
        text.esc(place),
        f"<code>{text.esc(text.plain(row['sha256'])[:_SHOWN])}</code>",
        text.esc(made),
    ]
