"""What a refresh tells while it runs: a line a table for people, a JSON object for machines.

Everything goes to standard error, so that standard output holds results only.
"""

import datetime as dt
import json
import logging
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.text import Text

_logger = logging.getLogger("mindgap")


class LogForm(StrEnum):
    """For whom the log is written."""

    text = "text"
    json = "json"


def event(name: str, message: str = "", *, level: int = logging.INFO, **fields: Any) -> None:
    """Tell one event.

    Parameters
    ----------
    name
        Kind of event: ``table``, ``step``, ``published``, ``up_to_date``, ``error`` ...
    message
        The event in plain words, where its fields do not say it all.
    fields
        Whatever a machine needs: ``step``, ``table``, ``rows_in``, ``rows_out``, ``dropped``,
        ``reason``, ``seconds``. None is left out.
    """
    kept = {k: v for k, v in fields.items() if v is not None}
    _logger.log(level, message or name, extra={"event": name, "fields": kept})


def table(
    step: str, name: str, rows_in: int, rows_out: int, reason: str = "", message: str = ""
) -> None:
    """Tell of a table that was made: rows in, rows out, how many fewer and why."""
    event(
        "table", message, step=step, table=name, rows_in=rows_in, rows_out=rows_out,
        dropped=max(rows_in - rows_out, 0), reason=reason if rows_in > rows_out else None,
    )  # fmt: skip


class _People(logging.Handler):
    """One plain line an event, in columns where it is a table."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = getattr(record, "fields", {})
        kind = getattr(record, "event", "")
        words = record.getMessage()
        if kind == "table":
            text = f"{fields['step']:<8} {fields['table']:<34} {_rows(fields)}"
            words = "" if words == kind else words
            words = f"{text}  {words}".rstrip()
        elif kind == "step":
            words = f"{fields['step']:<8} {words} ({fields.get('seconds', 0):.2f} s)"
        style = {"WARNING": "yellow", "ERROR": "bold red"}.get(record.levelname, "")
        self._console.print(Text(words, style=style), soft_wrap=True, highlight=False)


def _rows(fields: dict[str, Any]) -> str:
    text = f"{fields['rows_out']:>9,} rows"
    if fields.get("dropped"):
        text += f" of {fields['rows_in']:,}; {fields['dropped']:,} left out"
    return text + (f": {fields['reason']}" if fields.get("reason") else "")


class _Machines(logging.Handler):
    """One JSON object a line: time, level, event, message and its fields."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        told = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", "log"),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        line = json.dumps(told, ensure_ascii=False, default=str)
        self._console.file.write(line + "\n")
        self._console.file.flush()


def start(console: Console, form: LogForm, *, quiet: bool = False, verbose: bool = False) -> None:
    """Send events to `console`: as text or JSON; warnings only if quiet, every step if verbose."""
    for old in list(_logger.handlers):
        _logger.removeHandler(old)
    handler = _Machines(console) if form is LogForm.json else _People(console)
    _logger.addHandler(handler)
    _logger.propagate = False
    level = logging.WARNING if quiet else logging.DEBUG if verbose else logging.INFO
    _logger.setLevel(level)


def for_machines() -> bool:
    """Tell whether the log is JSON."""
    return any(isinstance(handler, _Machines) for handler in _logger.handlers)
