"""What the person asked for, and the report of what was made of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from etl.errors import BadValueError

LAYERS = ("districts", "demand", "services", "workforce", "indicators")
NOT_STATED = "not stated"


@dataclass(frozen=True)
class Request:
    """The words of the command line.

    Attributes
    ----------
    files : paths by layer (`LAYERS`)
    columns : (layer, role) -> header, as given by ``--column`` and its shorthands
    indicators, service_types, cadres : given text -> id of our vocabulary
    times_100, percent : indicators given as shares of 1, or truly below one per cent
    decimal : the decimal mark of every text file; None where it is to be seen from the figures
    accept : take what is likely without asking
    """

    region_id: str
    title: str
    country: str
    files: Mapping[str, Sequence[Path]]
    columns: Mapping[tuple[str, str], str] = field(default_factory=dict)
    indicators: Mapping[str, str] = field(default_factory=dict)
    service_types: Mapping[str, str] = field(default_factory=dict)
    cadres: Mapping[str, str] = field(default_factory=dict)
    times_100: frozenset[str] = frozenset()
    percent: frozenset[str] = frozenset()
    crs: str | None = None
    points_crs: str | None = None
    decimal: str | None = None
    missing: Sequence[str] = ()
    staff_unit: str | None = None
    crosswalk: Path | None = None
    term: str = "district"
    term_plural: str = "districts"
    provenance: Mapping[str, str] = field(default_factory=dict)
    accept: bool = False


@dataclass(frozen=True)
class Guess:
    """One thing understood from a file, and how."""

    file: str
    what: str
    answer: str
    how: str


@dataclass
class Report:
    """Everything that is told at the end."""

    guesses: list[Guess] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    issues: list[dict[str, object]] = field(default_factory=list)

    def guess(self, file: str, what: str, answer: str, how: str) -> None:
        """Note what was understood, once."""
        found = Guess(file, what, answer, how)
        if found not in self.guesses:
            self.guesses.append(found)

    def issue(self, rule: str, source_id: str, file: str, message: str, action: str,
              row: object = None, value: object = None, n_rows: int = 1) -> None:  # fmt: skip
        """Note a row that is left out or doubtful, for ``issues.csv`` and the quality page."""
        self.issues.append(
            {"rule": rule, "severity": "warn", "source_id": source_id, "file": file, "row": row,
             "column_name": None, "value": value, "n_rows": n_rows, "message": message,
             "action": action}
        )  # fmt: skip


Ask = Callable[[str, Sequence[str]], str | None]


@dataclass(frozen=True)
class Asker:
    """Asks the person where they can be asked; otherwise refuses with the flag to give.

    `prompt` is None where nobody can answer (a script, ``--no-input``).
    """

    prompt: Ask | None = None

    def choose(self, question: str, options: Sequence[str], flag: str) -> str:
        """Return the option chosen.

        Raises
        ------
        BadValueError
            Nobody can be asked, or the answer was blank; the message names the flag.
        """
        answer = None if self.prompt is None else self.prompt(question, options)
        if answer is None or (options and answer not in options):
            listed = f" ({', '.join(options)})" if options else ""
            raise BadValueError(f"{question}{listed}. Say so with {flag}.")
        return answer
