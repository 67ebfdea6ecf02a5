"""Rows to districts: by id or by name, never by likeness; the rest goes into a crosswalk."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from etl.errors import BadValueError, KeyJoinError, examples
from etl.given_paths import plain_file
from etl.onboard.naming import key, nearest
from etl.onboard.reading import Given
from etl.onboard.request import Asker, Report, Request
from etl.onboard.sheets import decode, split_rows
from etl.schema import Onboarding

CROSSWALK = ["given_name", "suggestion", "district_id", "score", "confirmed", "file", "rows"]
YES = {"yes", "y", "true", "1", "x", "ok", "confirmed"}
NO = {"no", "n", "false", "0", "none"}


@dataclass
class Districts:
    """The districts that rows are joined to, and what a person confirmed so far.

    Attributes
    ----------
    names : district_id -> name
    confirmed : given name (compared form) -> district_id, or None where a person said "no"
    open_rows : rows of the crosswalk still to be confirmed
    """

    names: dict[str, str]
    confirmed: dict[str, str | None] = field(default_factory=dict)
    open_rows: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Prepare the tables of ids and names; a name two districts share joins nothing."""
        folded = pd.Series({i: key(n) for i, n in self.names.items()})
        alone = folded[~folded.duplicated(keep=False)]
        self._by_name = {name: str(i) for i, name in alone.items()}
        self._by_id = {i.casefold(): i for i in self.names}
        bare = pd.Series({i: _bare(i) for i in self.names})
        self._by_bare = {str(v): str(i) for i, v in bare[~bare.duplicated(keep=False)].items() if v}

    def find(self, text: str) -> str | None:
        """Return the district of an id or name; None where only a person can tell."""
        folded = key(text)
        if folded in self.confirmed:
            return self.confirmed[folded]
        by_id = self._by_id.get(text.strip().casefold())
        return by_id or self._by_bare.get(_bare(text)) or self._by_name.get(folded)


def _bare(code: str) -> str:
    """Return a code of digits without leading zeros: 01 and 1 are the same code."""
    text = code.strip()
    return (text.lstrip("0") or "0") if text.isascii() and text.isdigit() else ""


def join(
    given: Given, layer: str, districts: Districts, rules: Onboarding, request: Request,
    report: Report, ask: Asker,
) -> tuple[str, pd.Series]:  # fmt: skip
    """Return (column, district_id of each row or missing): the column that joins most rows.

    Rows that join to nothing are counted, told, and listed in the crosswalk with the nearest name.

    Raises
    ------
    KeyJoinError
        If no column joins enough rows.
    """
    told = request.columns.get((layer, "district"))
    totals = {key(w) for w in rules.total_words}
    candidates = [told] if told in given.columns else given.columns
    shares = {}
    for column in candidates:
        text = given.text(column)
        found = text.map(districts.find, na_action="ignore")
        known = int((text.notna() & ~text.map(key, na_action="ignore").isin(totals)).sum())
        shares[column] = (found.notna().sum() / known if known else 0.0, found)
    best = max(shares, key=lambda c: shares[c][0])
    share, found = shares[best]
    if share < rules.join_share and told is None:
        raise KeyJoinError(
            f"{given.name}: no column names the districts. The nearest, {best!r}, joins "
            f"{share:.0%} of its rows: {examples(given.text(best).dropna().unique().tolist())} "
            f"against {examples(list(districts.names.values()))}. Name the column with "
            f"--column {layer}.district=HEADER."
        )
    how = "as you said" if told else f"joins {share:.0%} of its rows"
    report.guess(given.name, "district", best, how)
    _tell_unjoined(given, best, found, districts, rules, report)
    return best, found.astype("string")


def _tell_unjoined(
    given: Given, column: str, found: pd.Series, districts: Districts, rules: Onboarding,
    report: Report,
) -> None:  # fmt: skip
    text = given.text(column)
    totals = {key(w) for w in rules.total_words}
    summed = text.map(key, na_action="ignore").isin(totals) & found.isna()
    if summed.any():
        told = examples(given.rows[summed].tolist())
        report.notes.append(f"{given.name}: total row(s) {told} left out")
    lost = text[found.isna() & text.notna() & ~summed]
    for name, part in lost.groupby(lost):
        near = nearest(str(name), districts.names, rules.suggest_from)
        rows = given.rows[part.index].tolist()
        refused = key(name) in districts.confirmed
        if not refused:
            districts.open_rows.append(
                {"given_name": name, "suggestion": districts.names[near[0]] if near else "",
                 "district_id": near[0] if near else "", "score": near[1] if near else "",
                 "confirmed": "", "file": given.name, "rows": examples(rows)}
            )  # fmt: skip
        report.issue(
            "name_joins_no_district", "", given.name,
            "the name is that of no district of this region",
            "row left out" if refused else "row left out until the crosswalk is confirmed",
            row=rows[0], value=name, n_rows=len(rows),
        )  # fmt: skip
    blank = text.isna()
    if blank.any():
        report.issue(
            "district_not_named", "", given.name, f"column {column!r} is blank", "row left out",
            row=given.rows[blank].iloc[0], n_rows=int(blank.sum()),
        )  # fmt: skip


def read_crosswalk(path: Path, districts: Districts) -> None:
    """Take over what a person confirmed: "yes", "no", or the id or name of the right district.

    Raises
    ------
    BadValueError
        A column is missing, or a cell says something else.
    """
    found = plain_file(path, "--crosswalk")
    text, _ = decode(found.read_bytes(), found.name)
    rows, _ = split_rows(text, found.name)
    header = [c.strip() for c in rows[0]] if rows else []
    if not {"given_name", "confirmed", "district_id"} <= set(header):
        raise BadValueError(
            f"{found.name} is no crosswalk: it needs the columns {', '.join(CROSSWALK)}"
        )
    for number, cells in enumerate(rows[1:], start=2):
        row = dict(zip(header, (c.strip() for c in cells), strict=False))
        answer = row.get("confirmed", "")
        if not answer or not row.get("given_name"):
            continue
        districts.confirmed[key(row["given_name"])] = _answer(row, answer, districts, number)


def _answer(row: dict[str, str], answer: str, districts: Districts, number: int) -> str | None:
    if answer.casefold() in NO:
        return None
    wanted = row["district_id"] if answer.casefold() in YES else answer
    chosen = districts.find(wanted) if wanted else None
    if chosen is None:
        raise BadValueError(
            f"crosswalk row {number}: {answer!r} for {row['given_name']!r} is neither yes nor no, "
            "nor the id or name of a district"
        )
    return chosen


def _harmless(cell: object) -> object:
    """Keep a spreadsheet from running a name as a formula; names are compared without marks."""
    risky = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if risky else cell


def crosswalk_text(districts: Districts) -> str:
    """Return the crosswalk still to be confirmed as CSV; cells never start a formula."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, CROSSWALK, lineterminator="\n")
    writer.writeheader()
    seen: set[object] = set()
    for row in districts.open_rows:
        if row["given_name"] not in seen:
            writer.writerow({k: _harmless(v) for k, v in row.items()})
        seen.add(row["given_name"])
    return buffer.getvalue()
