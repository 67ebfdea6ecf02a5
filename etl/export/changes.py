"""The change log: what differs between an earlier snapshot and the one exported.

Figures are compared as the two exports show them, so that the log never holds what either
withholds. Pure: sheets and frames in, frames out; who compares the snapshots hands over the moves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from etl.export.content import Sheet, shown
from etl.measures.checks import FloatArray
from etl.schema import ExportRules, TableColumn

# Differ in every snapshot and say nothing about the figures; `withheld` is told cell by cell.
IGNORED = ("district_id", "permalink", "snapshot_id", "method_version", "withheld")


@dataclass(frozen=True, eq=False)
class ChangeLog:
    """What differs from an earlier snapshot.

    Attributes
    ----------
    before : the earlier snapshot's whole gap table, as it would be exported
    moves : one row per district of either snapshot: gap and rank before and now, the change and its
        parts by cause (``etl.diff.report``)
    about : ids and method versions of both snapshots; ``separable``, and ``note`` (why not)
    """

    before: Sheet
    moves: pd.DataFrame
    about: Mapping[str, object]

    @property
    def since(self) -> str:
        """Id of the earlier snapshot."""
        return str(self.about["old_snapshot_id"])

    def tables(self, now: Sheet, rules: ExportRules) -> dict[str, pd.DataFrame]:
        """Return the tables of the log, by the names that ``config/export.yaml`` has for them."""
        figures = changed_figures(self.before, now, rules.withholding.code)
        return {"diff_district": self.moves, "diff_figure": figures}


def changed_figures(before: Sheet, now: Sheet, code: str) -> pd.DataFrame:
    """Return every cell of the gap table that differs, by district and in the table's order.

    A district or column that only one of them has differs from missing.

    Returns
    -------
    pandas.DataFrame
        ``district_id``, ``district_name``, ``column``, ``place`` (of the column), ``label``,
        ``unit``; ``before``, ``after`` and ``difference`` of figures; ``before_text`` and
        ``after_text`` of texts, booleans and withheld figures (`code`). Missing is missing.
    """
    ids = sorted({*before.frame["district_id"], *now.frame["district_id"]})
    names = dict(zip(before.frame["district_id"], before.frame["district_name"], strict=True))
    names |= dict(zip(now.frame["district_id"], now.frame["district_name"], strict=True))
    known = {column.id for column in now.columns}
    columns = [*now.columns, *(column for column in before.columns if column.id not in known)]
    parts = []
    for place, column in enumerate(columns):
        if column.id in IGNORED:
            continue
        old, new = (_cells(sheet, column, ids, code) for sheet in (before, now))
        differs = (old["text"] != new["text"]).to_numpy()
        part: dict[str, Any] = {
            "district_id": ids, "district_name": [names[key] for key in ids],
        }  # fmt: skip
        part |= {"column": column.id, "place": place, "label": column.label, "unit": column.unit}
        part |= {"before": old["figure"], "after": new["figure"]}
        part |= {"difference": new["figure"] - old["figure"]}
        part |= {"before_text": old["words"], "after_text": new["words"]}
        parts.append(pd.DataFrame(part)[differs])
    return pd.concat(parts, ignore_index=True)


def _cells(sheet: Sheet, column: TableColumn, ids: list[str], code: str) -> pd.DataFrame:
    """Return a column's cells by district: `text` as shown, `figure` and `words` of it."""
    n = len(ids)
    if column.id not in sheet.frame:
        nothing = pd.Series(pd.NA, index=range(n), dtype="string")
        return pd.DataFrame({"text": [""] * n, "figure": np.full(n, np.nan), "words": nothing})
    own = {c.id: c for c in sheet.columns}[column.id]
    cells = sheet.frame[column.id]
    texts = pd.Series([shown(value, own) for value in cells], dtype="string")
    gone = sheet.withheld.get(column.id, np.zeros(len(cells), dtype=bool))
    texts = texts.mask(gone, code)
    is_figure = own.type in ("integer", "number")
    figures: FloatArray = (
        cells.to_numpy(dtype=np.float64, na_value=np.nan)
        if is_figure
        else np.full(len(cells), np.nan)
    )
    words = texts.where(gone | (not is_figure) & (texts != "").to_numpy(dtype=bool))
    made = pd.DataFrame({"text": texts, "figure": figures, "words": words})
    made = made.set_index(sheet.frame["district_id"].astype(str)).reindex(ids)
    return made.reset_index(drop=True).fillna({"text": ""})
