"""Where each figure of a profile was read: source, file, row, checksum and correction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import panels, text

_HEADINGS = ["Figure", "Source", "File, row", "Checksum (sha256)", "Made by"]


def origins(rows: pd.DataFrame) -> str:
    """Return the table of origins, HTML; nothing where none is known."""
    if rows.empty:
        return ""
    body = [_row(row) for row in rows.to_dict("records")]
    note = (
        "<p class='mg-note'>Rows are counted from 1 below the heading. A checksum tells whether a "
        "file is the one that was read; its first twelve signs are shown. In a terminal, "
        "<code>mindgap explain</code> prints the same in full.</p>"
    )
    return panels.table(_HEADINGS, body, wide=4) + note


def _row(row: Mapping[Any, Any]) -> list[str]:
    source = ": ".join(
        text.plain(row[name]) for name in ("publisher", "source_title") if _known(row[name])
    )
    fetched = f"; fetched {text.plain(row['retrieved'])}" if _known(row["retrieved"]) else ""
    made = text.plain(row["made_by"])
    if _known(row["correction"]):
        made += f". Corrected: {text.plain(row['correction'])}"
    figure = row["label"] if _known(row["label"]) else text.humanise(row["item"])
    return [
        text.name_html(text.plain(text.sentence(figure), 80)),
        text.esc((source or text.no_data()) + fetched),
        text.esc(f"{text.plain(row['file'])}, row {text.plain(row['row'])}"),
        f"<code>{text.esc(text.plain(row['sha256'])[:12])}</code>",
        text.esc(made),
    ]


def _known(value: Any) -> bool:
    return not text.is_missing(value) and bool(str(value))
