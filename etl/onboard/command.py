"""``mindgap new-region``: the options, the questions, and what is printed."""

import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from etl import config as configuration
from etl.config import home
from etl.errors import BadValueError
from etl.onboard.request import LAYERS, Asker, Report, Request
from etl.schema.base import REGION_ID

Files = list[Path] | None
Words = list[str] | None
PROVENANCE = ("title", "publisher", "citation", "licence", "url", "vintage", "published")
ASKED = ("publisher", "licence", "vintage")
FILES, COLUMNS, WORDS, ABOUT = "Files", "Columns", "Words", "About the figures"


def file_option(flag: str, text: str) -> Any:
    """Return an option that may be given once for each file."""
    return typer.Option(flag, metavar="FILE", help=text, rich_help_panel=FILES)


def word_option(flag: str, form: str, text: str, panel: str) -> Any:
    """Return an option whose value has a form of its own."""
    return typer.Option(flag, metavar=form, help=text, rich_help_panel=panel)


def new_region(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Id, such as nordmark.")] = "",
    districts: Annotated[Path | None, file_option("--districts", "Map of the districts.")] = None,
    demand: Annotated[Files, file_option("--demand", "Places where people live.")] = None,
    services: Annotated[Files, file_option("--services", "Services, with coordinates.")] = None,
    workforce: Annotated[Files, file_option("--workforce", "Staff by district.")] = None,
    indicators: Annotated[Files, file_option("--indicators", "Figures by district.")] = None,
    crosswalk: Annotated[Path | None, file_option("--crosswalk", "Names you confirmed.")] = None,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="DIR", help="Write templates; do no more.")
    ] = None,
    id_column: Annotated[
        str, word_option("--id-column", "HEADER", "Codes of the districts.", COLUMNS)
    ] = "",
    name_column: Annotated[
        str, word_option("--name-column", "HEADER", "Names of the districts.", COLUMNS)
    ] = "",
    population_column: Annotated[
        str, word_option("--population-column", "HEADER", "People by district.", COLUMNS)
    ] = "",
    column: Annotated[
        Words, word_option("--column", "LAYER.ROLE=HEADER", "Any other column.", COLUMNS)
    ] = None,
    crs: Annotated[str, word_option("--crs", "EPSG:N", "Of the districts.", COLUMNS)] = "",
    points_crs: Annotated[str, word_option("--points-crs", "EPSG:N", "Of points.", COLUMNS)] = "",
    decimal: Annotated[str, word_option("--decimal", ", or .", "The mark.", COLUMNS)] = "",
    missing: Annotated[Words, word_option("--missing", "WORD", "Means no data.", WORDS)] = None,
    indicator: Annotated[
        Words, word_option("--indicator", "HEADER=INDICATOR", "One of ours.", WORDS)
    ] = None,
    times_100: Annotated[
        Words, word_option("--times-100", "INDICATOR", "Given as shares of 1.", WORDS)
    ] = None,
    percent: Annotated[
        Words, word_option("--percent", "INDICATOR", "Below 1 % everywhere.", WORDS)
    ] = None,
    service_type: Annotated[
        Words, word_option("--service-type", "WORD=TYPE", "* means every service.", WORDS)
    ] = None,
    cadre: Annotated[Words, word_option("--cadre", "WORD=CADRE", "One of ours.", WORDS)] = None,
    staff_unit: Annotated[
        str, word_option("--staff-unit", "headcount or fte", "Persons or posts.", WORDS)
    ] = "",
    title: Annotated[str, word_option("--title", "TEXT", "Name of the region.", ABOUT)] = "",
    country: Annotated[str, word_option("--country", "TEXT", "Country.", ABOUT)] = "",
    term: Annotated[str, word_option("--term", "ONE,MANY", "As county,counties.", ABOUT)] = "",
    provenance: Annotated[
        Words,
        word_option(
            "--source", "KEY=TEXT", "publisher, citation, licence, url, vintage, published.", ABOUT
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Take what is likely; ask nothing.")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Refuse rather than ask.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over the region.")] = False,
) -> None:
    """Make a region of your own from your spreadsheets and a map of its districts."""
    out = Console()
    if template is not None:
        copy_templates(template, out)
        return
    if districts is None or not REGION_ID.fullmatch(name):
        raise typer.BadParameter(
            "Give a name of small letters, digits and hyphens, such as nordmark, and a map with "
            "--districts FILE; or --template DIR for templates."
        )
    one, _, many = term.partition(",")
    given = (
        ("districts", [districts]), ("demand", demand), ("services", services),
        ("workforce", workforce), ("indicators", indicators),
    )  # fmt: skip
    ask = not (yes or no_input) and sys.stdin.isatty()
    request = Request(
        region_id=name,
        title=title or name.replace("-", " ").title(),
        country=country or "not stated",
        files={layer: list(paths or []) for layer, paths in given},
        columns=_columns(column or [], id_column, name_column, population_column),
        indicators=_pairs("--indicator", indicator),
        service_types=_pairs("--service-type", service_type),
        cadres=_pairs("--cadre", cadre),
        times_100=frozenset(times_100 or []),
        percent=frozenset(percent or []),
        crs=crs or None,
        points_crs=points_crs or None,
        decimal=_one_of("--decimal", decimal, (",", ".")),
        missing=tuple(missing or []),
        staff_unit=_one_of("--staff-unit", staff_unit, ("headcount", "fte")),
        crosswalk=crosswalk,
        term=one or "district",
        term_plural=many or (f"{one}s" if one else "districts"),
        provenance=_provenance(_pairs("--source", provenance), ask),
        accept=yes,
    )
    run(request, out, ask=ask, replace=replace)


def run(request: Request, out: Console, *, ask: bool, replace: bool) -> None:
    """Build the region and print what was understood, what is left out and what is missing."""
    # The readers take seconds to import; `mindgap --help` does not wait for them.
    from etl.onboard.build import Places, build_region, refuse_existing

    config = configuration.load()
    rules = configuration.load_onboarding(home() / "config")
    places = Places(
        home() / "data" / "local" / request.region_id,
        home() / "config" / "regions" / f"{request.region_id}.yaml",
    )
    refuse_existing(config, request.region_id, places, replace)
    report = Report()
    build_region(request, config, rules, places, Asker(_prompt if ask else None), report)
    print_report(report, out)
    out.print(f"Wrote {places.folder} and {places.region_file}.", soft_wrap=True)
    if places.crosswalk.is_file() and any("Confirm them" in line for line in report.missing):
        again = shlex.join(["--crosswalk", str(places.crosswalk), "--replace"])
        out.print(f"After confirming: the same command with {again}", soft_wrap=True)
    out.print(f"Next: mindgap refresh {request.region_id}", soft_wrap=True)
    out.print("Then: mindgap dashboard", soft_wrap=True)


def print_report(report: Report, out: Console) -> None:
    """Print the report as tables and lists; text of files is shown as it is."""
    table = Table("file", "what", "understood as", "how", title="What was understood")
    for guess in report.guesses:
        table.add_row(*(escape(t) for t in (guess.file, guess.what, guess.answer, guess.how)))
    out.print(table)
    left_out: dict[tuple[str, str], int] = {}
    for issue in report.issues:
        where = (str(issue["file"]), f"{issue['message']}: {issue['action']}")
        left_out[where] = left_out.get(where, 0) + int(str(issue["n_rows"]))
    rows = [f"{file}: {count} row(s): {what}" for (file, what), count in left_out.items()]
    for heading, lines in (
        ("Told", report.notes),
        ("Rows left out (listed in issues.csv)", rows),
        ("Not used", report.unused),
        ("Still missing", report.missing),
    ):
        if lines:
            out.print(f"[bold]{heading}[/]")
            for line in dict.fromkeys(lines):
                out.print(f"  - {line}", markup=False, highlight=False, soft_wrap=True)


def copy_templates(folder: Path, out: Console) -> None:
    """Write one small template for each layer into `folder`; existing files are kept."""
    source = home() / "config" / "regions" / "templates" / "layers"
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        target = folder / path.name
        if target.exists():
            raise BadValueError(f"{target} is there already; templates never write over a file")
        shutil.copyfile(path, target)
        out.print(f"Wrote {target}", soft_wrap=True)


def _prompt(question: str, options: Sequence[str]) -> str | None:
    shown = f" [{', '.join(options)}]" if options else ""
    answer = str(typer.prompt(f"{question}{shown}?", default="", show_default=False)).strip()
    return answer or None


def _columns(
    column: Sequence[str], id_column: str, name_column: str, population_column: str
) -> dict[tuple[str, str], str]:
    named = {
        ("districts", "id"): id_column,
        ("districts", "name"): name_column,
        ("districts", "population"): population_column,
    }
    columns = {role: header for role, header in named.items() if header}
    for place, header in _pairs("--column", column).items():
        layer, dot, role = place.partition(".")
        if layer not in LAYERS or not dot or not role:
            raise BadValueError(
                f"--column {place}={header}: say LAYER.ROLE=HEADER, such as services.type=Kind. "
                f"Layers: {', '.join(LAYERS)}."
            )
        columns[(layer, role)] = header
    return columns


def _pairs(flag: str, given: Sequence[str] | None) -> dict[str, str]:
    pairs = {}
    for text in given or []:
        left, sign, right = text.rpartition("=") if flag != "--source" else text.partition("=")
        if flag == "--column":
            left, sign, right = text.partition("=")
        if not sign or not left.strip() or not right.strip():
            raise BadValueError(f"{flag} {text!r} needs the form LEFT=RIGHT")
        pairs[left.strip()] = right.strip()
    return pairs


def _provenance(said: dict[str, str], ask: bool) -> dict[str, str]:
    """Return what was said of the figures' origin, the rest asked where somebody can answer.

    Raises
    ------
    BadValueError
        A key that is none.
    """
    odd = sorted(set(said) - set(PROVENANCE))
    if odd:
        raise BadValueError(f"--source {odd}: allowed are {', '.join(PROVENANCE)}")
    for name in ASKED if ask else ():
        if name not in said:
            answer = typer.prompt(f"The figures' {name}", default="not stated")
            said[name] = str(answer).strip() or "not stated"
    return said


def _one_of(flag: str, value: str, allowed: Sequence[str]) -> str | None:
    if value and value not in allowed:
        raise BadValueError(f"{flag} {value!r}: allowed are {' and '.join(allowed)}")
    return value or None
