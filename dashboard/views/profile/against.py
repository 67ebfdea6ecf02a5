"""Figures of a district against all districts of the region and against those like it.

Each line shows the figure, both medians, where it stands in words, and a small strip: the band from
the 10th to the 90th percentile of the region, its median, that of similar districts, and the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard import panels, text
from dashboard.i18n import t
from dashboard.views.profile.blocks import figure

# Room beside the ends of a strip, so that its marks are not cut.
_MARGIN = 4.0


@dataclass(frozen=True)
class Line:
    """One figure: its layer, what it is called, value and unit, and short notes beneath its name.

    `row` holds the published figure in column `value`; `marks` are HTML, all else plain text.
    """

    layer: str
    label: str
    row: Mapping[Any, Any]
    notes: Sequence[str] = ()
    marks: str = ""


def table(lines: Iterable[Line], typical: pd.DataFrame, plural: str, first: str) -> str:
    """Return the lines as a table, HTML; nothing without lines.

    `typical` is `district_rows.typical`, `plural` what districts are called, `first` the heading of
    the first column.
    """
    usual = {str(row["layer"]): row for row in typical.to_dict("records")}
    body = [_row(line, usual.get(line.layer)) for line in lines]
    if not body:
        return ""
    headings = [
        first,
        t("against.here"),
        t("against.region", counties=plural),
        t("against.peers", counties=plural),
        t("against.stands"),
    ]
    return panels.table(headings, body, wide=0, shape="compact")


def _row(line: Line, usual: Mapping[Any, Any] | None) -> list[str]:
    name = text.esc(text.sentence(line.label)) + line.marks
    if line.notes:
        name += f"<small>{text.esc(' · '.join(line.notes))}</small>"
    unit = line.row["unit"]
    out = [name, f"<b>{text.esc(figure(line.row, 'value', unit))}</b>"]
    if usual is None:
        return [*out, *[text.esc(text.no_data())] * 3]
    out += [text.esc(figure(usual, column, unit)) for column in ("median", "peer_median")]
    words = stands(line.row["value"], usual)
    return [*out, strip(line.row["value"], usual) + f"<small>{text.esc(words)}</small>"]


def stands(value: Any, usual: Mapping[Any, Any]) -> str:
    """Return where a value stands among all districts, in words.

    Worse and better where the figure has a bad end, else higher and lower.
    """
    middle, low, high = (usual[name] for name in ("median", "p10", "p90"))
    if any(text.is_missing(one) for one in (value, middle, low, high)):
        return text.no_data()
    if value == middle:
        return t("against.typical")
    above = value > middle
    extreme = value > high if above else value < low
    size = "tenth" if extreme else "half"
    if text.is_missing(usual["direction"]) or not int(usual["direction"]):
        side = "high" if above else "low"
    else:
        side = "worse" if above == (int(usual["direction"]) > 0) else "better"
    return t(f"against.{size}_{side}")


def strip(value: Any, usual: Mapping[Any, Any]) -> str:
    """Return the strip of one figure; the words beside it say the same, so it is hidden to readers.

    Nothing where the region has no figures.
    """
    region = [usual[name] for name in ("p10", "median", "p90")]
    if any(text.is_missing(one) for one in region):
        return ""
    peer = usual["peer_median"]
    known = [float(one) for one in (*region, value, peer) if not text.is_missing(one)]
    low, width = min(known), max(known) - min(known)

    def at(one: Any) -> float:
        if not width:
            return 50.0
        return _MARGIN + (100 - 2 * _MARGIN) * (float(one) - low) / width

    start, middle, end = (at(one) for one in region)
    marks = f'<i class="mg-band" style="left:{start:.1f}%;width:{max(end - start, 1):.1f}%"></i>'
    marks += f'<i class="mg-median" style="left:{middle:.1f}%"></i>'
    if not text.is_missing(peer):
        marks += f'<i class="mg-peer" style="left:{at(peer):.1f}%"></i>'
    if not text.is_missing(value):
        marks += f'<i class="mg-here" style="left:{at(value):.1f}%"></i>'
    return f'<span class="mg-strip-dots" aria-hidden="true">{marks}</span>'


def key(typical: pd.DataFrame, plural: str) -> str:
    """Return what the marks of a strip mean, and which districts count as similar; HTML."""
    peers = typical["peer_label"].dropna()
    similar = t("against.no_peers", counties=plural)
    if len(peers):
        similar = t("against.similar", counties=plural, group=text.label(peers.iloc[0]))
    marks = "".join(
        f'<span><i class="mg-mark mg-mark-{name}"></i>{text.esc(words)}</span>'
        for name, words in (
            ("here", t("against.key.here")),
            ("median", t("against.key.median", counties=plural)),
            ("peer", t("against.key.peer", counties=plural)),
            ("band", t("against.key.band", counties=plural)),
        )
    )
    return f'<p class="mg-key">{marks}</p><p class="mg-note">{text.esc(similar)}</p>'
