"""Methods page: groups of people, parts of the access score, targets and lines for comparison."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard import panels, text
from dashboard.views.profile.blocks import is_true
from dashboard.views.profile.figures import bounds


def lenses(rows: pd.DataFrame, indicator_labels: Mapping[str, str]) -> str:
    """Return the groups of people the index can be made for, and why others cannot."""
    if rows.empty:
        return "<p>No groups of people are declared.</p>"
    cells = []
    for row in rows.to_dict("records"):
        share = row["share_indicator"]
        counted = "everyone"
        if not text.is_missing(share):
            counted = text.lower_first(indicator_labels.get(str(share), text.humanise(share)))
        people = f"{text.short_people(row['people'])}"
        if not text.is_missing(row["failure"]):
            people = f"<b>Cannot be shown here.</b> {text.esc(text.plain(row['failure'], 300))}"
        else:
            people = text.esc(people)
        words = "" if text.is_missing(row["description"]) else text.esc(row["description"])
        cells.append([f"<b>{text.esc(row['label'])}</b>", words, text.esc(counted), people])
    return panels.table(["Group", "How it is counted", "Share taken from", "People"], cells, wide=1)


def access_components(rows: pd.DataFrame) -> str:
    """Return the parts of the access score with weight and bounds, those left out with reason."""
    if rows.empty:
        return "<p>No part of the access score is declared.</p>"
    cells = []
    for row in rows.to_dict("records"):
        used = is_true(row["in_index"])
        weight = text.percent(row["weight"], 0) if used else "not counted"
        how = text.esc(text.sentence(bounds(row)))
        if not text.is_missing(row["left_out"]):
            how = f"<b>Left out here:</b> {text.esc(text.plain(row['left_out'], 300))}"
        unit = "" if text.is_missing(row["unit"]) else text.plain(row["unit"])
        cells.append(
            [
                f"<b>{text.esc(text.sentence(row['label']))}</b><small>{text.esc(unit)}</small>",
                text.esc(weight),
                how,
            ]
        )
    return panels.table(["Part", "Weight", "Measured against"], cells, wide=2)


def indicators_left_out(rows: pd.DataFrame) -> str:
    """Return the indicators of the index that this region does not count; nothing when all are."""
    if rows.empty:
        return ""
    cells = [
        [f"<b>{text.esc(row['label'])}</b>", text.esc(text.plain(row["left_out"], 300))]
        for row in rows.to_dict("records")
    ]
    return "<h3>Indicators left out here</h3>" + panels.table(["Indicator", "Why"], cells)


def benchmarks(rows: pd.DataFrame) -> str:
    """Return targets and lines for comparison, told apart in words."""
    if rows.empty:
        return "<p>No figures to compare staff with are declared.</p>"
    cells = []
    for row in rows.to_dict("records"):
        use = "Target" if is_true(row["is_target"]) else "To compare with only"
        where = "" if text.is_missing(row["applies_to"]) else text.plain(row["applies_to"])
        reference = "" if text.is_missing(row["reference"]) else text.plain(row["reference"], 300)
        cells.append(
            [
                f"<b>{text.esc(row['label'])}</b>",
                text.esc(text.as_stated(row["value"], row["unit"])),
                text.esc(where),
                text.esc(use),
                text.esc(reference),
            ]
        )
    return panels.table(["Figure", "Value", "For", "Use", "Reference"], cells, wide=0)
