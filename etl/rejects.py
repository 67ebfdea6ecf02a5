"""Rows that a refresh refused or doubted, as files that an analyst can work through."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from etl.errors import MindgapError
from etl.storage import remove, write_whole

COLUMNS = ["file", "row", "column_name", "value", "rule", "message", "action", "corrected_value"]
_HOW = (
    "Write the right value of each row beside it (column corrected_value), mend your copy of the "
    "source at that file and row or send the list to the publisher, and run the refresh again. "
    "Where the publisher will not mend it, declare a correction in config/corrections/{name}.yaml."
)


def write_rejects(folder: Path, ledger: pd.DataFrame) -> list[Path]:
    """Write one CSV per source with every row of the ledger of issues that names a row.

    Files of an earlier run are removed: what is there is of the last run.

    Parameters
    ----------
    folder
        ``data/warehouse/<region>/rejected``.
    ledger
        In the columns of ``core_issue``.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    remove(folder)
    rows = ledger[ledger["row"].notna() & (ledger["severity"] != "info")]
    names = rows["source_id"].astype("string").fillna("layer_files")
    return [_write(folder / f"{name}.csv", part) for name, part in rows.groupby(names, sort=True)]


def _write(path: Path, rows: pd.DataFrame) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    table = rows.reindex(columns=COLUMNS)
    write_whole(path, table.to_csv(index=False, lineterminator="\n"))
    return path


def keep_rejected(folder: Path, error: MindgapError) -> None:
    """Write the rows an error names to a file, and add to its message where and what to do.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    if not error.rejected:
        return
    table = pd.DataFrame(list(error.rejected))
    name = str(table["source_id"].iloc[0]) if "source_id" in table else "layer_files"
    path = _write(folder / f"{name}.csv", table)
    error.args = (f"{error}\nAll {len(table)} row(s) are in {path}. {_HOW.format(name=name)}",)


def told(paths: Sequence[Path]) -> str:
    """Return in a sentence where the lists are and what to do with them."""
    if not paths:
        return ""
    names = ", ".join(path.name for path in paths)
    return f"Refused and doubtful rows are listed in {paths[0].parent} ({names}). " + _HOW.format(
        name="<source>"
    )
