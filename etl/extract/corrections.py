"""Known upstream errors, applied as ``config/corrections`` declares them: drop, override, flag."""

import json

import pandas as pd

from etl.errors import SourceChangedError
from etl.layer_files import ISSUE_COLUMNS
from etl.schema import Between, Correction, Corrections, FromColumn, Override, Source

RULE = "known_upstream_error"
LISTED = 25  # a correction of more rows than this is told in one line, with their number


def correct(
    frame: pd.DataFrame, source: Source, given: Corrections
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Apply the corrections of a source in order.

    Parameters
    ----------
    frame
        A raw table with ``_file`` and ``_row``.

    Returns
    -------
    tuple of pandas.DataFrame
        The corrected table, and what was done in the columns of the ledger of issues.

    Raises
    ------
    SourceChangedError
        If a correction names a column that is not there, or matches another number of rows than it
        expects: the publisher may have mended the file.
    """
    told: list[dict[str, object]] = []
    for number, item in enumerate(given.corrections, start=1):
        where = f"config/corrections/{source.source_id}.yaml, entry {number}"
        hit = _matches(frame, item, where)
        if int(hit.sum()) != item.expect:
            raise SourceChangedError(
                f"{where} ({item.action} {_match_text(item)}): matches {int(hit.sum())} row(s), "
                f"{item.expect} expected. The publisher may have mended {source.path}: look at "
                "those rows; if they are right now, delete the entry; otherwise update it."
            )
        told += _tell(frame[hit], source, item)
        if item.action == "drop":
            frame = frame[~hit]
        elif isinstance(item, Override):
            frame = _override(frame, hit, item, where)
    issues = pd.DataFrame(told, columns=ISSUE_COLUMNS, dtype=object)
    # By way of objects: a row number beside a blank one must not become a decimal.
    return frame.reset_index(drop=True), issues.astype("string")


def _column(frame: pd.DataFrame, name: str, where: str) -> pd.Series:
    if name not in frame.columns:
        known = [c for c in map(str, frame.columns) if not c.startswith("_")]
        raise SourceChangedError(f"{where}: no column {name!r}. Columns: {known}.")
    return frame[name]


def _matches(frame: pd.DataFrame, item: Correction, where: str) -> pd.Series:
    hit = pd.Series(True, index=frame.index)
    for name, wanted in item.match.items():
        column = _column(frame, name, where)
        if isinstance(wanted, Between):
            number = pd.to_numeric(column, errors="coerce")
            hit &= number.between(wanted.low, wanted.high).fillna(False).astype(bool)
        else:
            hit &= (column.astype("string") == wanted).fillna(False).astype(bool)
    return hit


def _override(frame: pd.DataFrame, hit: pd.Series, item: Override, where: str) -> pd.DataFrame:
    changed = frame.copy()
    for name, value in item.set.items():
        kind = _column(frame, name, where).dtype
        new = _column(frame, value.column, where) if isinstance(value, FromColumn) else value
        changed[name] = frame[name].mask(hit, pd.NA if new is None else new).astype(kind)
    return changed


def _match_text(item: Correction) -> str:
    plain = {k: v.model_dump() if isinstance(v, Between) else v for k, v in item.match.items()}
    return json.dumps(plain, ensure_ascii=False)


def _action(item: Correction) -> str:
    if isinstance(item, Override):
        parts = [
            f"{name} set to that of column {value.column}"
            if isinstance(value, FromColumn)
            else f"{name} set to {'blank' if value is None else value}"
            for name, value in item.set.items()
        ]
        return f"{'; '.join(parts)} (config/corrections)"
    return {
        "drop": "row dropped (config/corrections)",
        "flag": "row kept as it is (config/corrections)",
    }[item.action]


def _tell(rows: pd.DataFrame, source: Source, item: Correction) -> list[dict[str, object]]:
    base = {
        "rule": RULE,
        "severity": "warn",
        "source_id": source.source_id,
        "value": _match_text(item),
        "message": item.reason,
        "action": _action(item),
    }
    if len(rows) > LISTED:
        return [base | {"file": None, "row": None, "n_rows": len(rows)}]
    return [
        base | {"file": row["_file"], "row": row["_row"], "n_rows": 1}
        for row in rows.to_dict("records")
    ]
