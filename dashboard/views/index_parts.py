"""Methods page: groups of people, parts of the access score, targets and lines for comparison."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard import panels, text
from dashboard.i18n import t
from dashboard.views.profile.blocks import is_true
from dashboard.views.profile.figures import bounds


def lenses(rows: pd.DataFrame, indicator_labels: Mapping[str, str]) -> str:
    """Return the groups of people the index can be made for, and why others cannot."""
    if rows.empty:
        return _none(t("parts.groups.none"))
    cells = []
    for row in rows.to_dict("records"):
        share = row["share_indicator"]
        counted = t("parts.groups.everyone")
        if not text.is_missing(share):
            counted = text.label(indicator_labels.get(str(share), text.humanise(share)))
        people = f"{text.short_people(row['people'])}"
        if not text.is_missing(row["failure"]):
            why = text.label(text.plain(row["failure"], 300))
            people = f"<b>{text.esc(t('parts.groups.failed'))}</b> {text.esc(why)}"
        else:
            people = text.esc(people)
        words = panels.words(row["description"])
        cells.append([f"<b>{panels.words(row['label'])}</b>", words, text.esc(counted), people])
    names = ("group", "how", "share", "people")
    return panels.table([t(f"parts.groups.{name}") for name in names], cells, wide=1)


def access_components(rows: pd.DataFrame) -> str:
    """Return the parts of the access score with weight and bounds, those left out with reason."""
    if rows.empty:
        return _none(t("parts.access.none"))
    cells = []
    for row in rows.to_dict("records"):
        used = is_true(row["in_index"])
        weight = text.percent(row["weight"], 0) if used else t("parts.access.not_counted")
        how = text.esc(text.sentence(bounds(row)))
        if not text.is_missing(row["left_out"]):
            why = text.label(text.plain(row["left_out"], 300))
            how = f"<b>{text.esc(t('parts.access.left_out'))}</b> {text.esc(why)}"
        cells.append(
            [
                f"<b>{text.esc(text.sentence(text.label(row['label'])))}</b>"
                f"<small>{panels.words(row['unit'])}</small>",
                text.esc(weight),
                how,
            ]
        )
    names = ("part", "weight", "against")
    return panels.table([t(f"parts.access.{name}") for name in names], cells, wide=2)


def indicators_left_out(rows: pd.DataFrame) -> str:
    """Return the indicators of the index that this region does not count; nothing when all are."""
    if rows.empty:
        return ""
    cells = [
        [
            f"<b>{panels.words(row['label'])}</b>",
            text.esc(text.label(text.plain(row["left_out"], 300))),
        ]
        for row in rows.to_dict("records")
    ]
    headings = [t("parts.left_out.indicator"), t("parts.left_out.why")]
    return f"<h3>{text.esc(t('parts.left_out.title'))}</h3>" + panels.table(headings, cells)


def benchmarks(rows: pd.DataFrame) -> str:
    """Return targets and lines for comparison, told apart in words."""
    if rows.empty:
        return _none(t("parts.targets.none"))
    cells = []
    for row in rows.to_dict("records"):
        use = t("parts.targets.target" if is_true(row["is_target"]) else "parts.targets.compare")
        cells.append(
            [
                f"<b>{panels.words(row['label'])}</b>",
                text.esc(text.as_stated(row["value"], row["unit"])),
                panels.words(row["applies_to"]),
                text.esc(use),
                panels.words(row["reference"]),
            ]
        )
    names = ("figure", "value", "for", "use", "reference")
    return panels.table([t(f"parts.targets.{name}") for name in names], cells, wide=0)


def _none(words: str) -> str:
    return f"<p>{text.esc(words)}</p>"
