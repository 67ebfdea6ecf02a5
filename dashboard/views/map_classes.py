"""Methods page: into which classes the map puts each figure, and whether the bounds are frozen."""

from __future__ import annotations

import pandas as pd

from dashboard import panels, text
from dashboard.i18n import t


def classes(rows: pd.DataFrame) -> str:
    """Return, for every figure the map can show, its bounds under the usual way of classing.

    `rows` is `region_rows.layer_classes`.
    """
    if rows.empty:
        return f"<p>{text.esc(t('methods.classes.none'))}</p>"
    cells = []
    for (label, unit, method), part in rows.groupby(
        ["label", "unit", "method"], sort=False, dropna=False
    ):
        bounds = "; ".join(
            text.span(low, high, max(text.decimals_for(low), text.decimals_for(high)))
            for low, high in zip(part["lower"], part["upper"], strict=True)
        )
        fixed = t("methods.classes.computed")
        if part["is_frozen"].all():
            fixed = t("methods.classes.frozen", date=text.vintage(part["frozen_on"].min()))
        cells.append(
            [
                f"<b>{panels.words(label)}</b><small>{panels.words(unit)}</small>",
                text.esc(t(f"methods.classes.{method}")),
                text.esc(bounds),
                text.esc(fixed),
            ]
        )
    names = ("figure", "way", "bounds", "frozen")
    return panels.table([t(f"methods.column.{name}") for name in names], cells, wide=2)
