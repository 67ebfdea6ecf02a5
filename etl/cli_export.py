"""``mindgap export`` and ``mindgap verify``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from etl import config as configuration
from etl.config import home
from etl.errors import BadValueError, SourceMissingError
from etl.publish import current_snapshot

if TYPE_CHECKING:
    from etl.export.changes import ChangeLog
    from etl.export.content import Content
    from etl.schema import ExportRules

out = Console()
DOCUMENTS = ("factsheets", "brief", "pdf")
ALL = "csv,xlsx,gpkg,geojson,parquet,zip"


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _plain(region_id: str) -> str:
    """Return a region id read from a file, if it is one of ours and no path."""
    return configuration.load().region(region_id).region_id


def export(
    region: Annotated[str, typer.Argument(metavar="REGION", help="Region id, such as us-ga.")],
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write into.")],
    formats: Annotated[
        str,
        typer.Option(
            "--format",
            help="Formats, joined by commas; also factsheets (PDF, a page per district), brief "
            "(PDF of the region) and pdf (both).",
        ),
    ] = (ALL),
    rows: Annotated[
        str,
        typer.Option(
            "--filter",
            help="Rows to keep: rural, underserved, underserved-rural, robust, 'class=very high'; "
            "several joined by commas must all hold.",
        ),
    ] = "",
    district: Annotated[
        list[str] | None, typer.Option(help="District id to keep; repeat for several.")
    ] = None,
    columns: Annotated[
        str, typer.Option(help="Columns of the gap table to keep, joined by commas; default all.")
    ] = "",
    changes: Annotated[
        bool, typer.Option("--changes", help="Add what changed since the snapshot before.")
    ] = False,
    since: Annotated[
        str | None, typer.Option("--changes-since", help="Add what changed since this snapshot.")
    ] = None,
    permalink_base: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Address of the dashboard, which links start with."),
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of headings and notes.")] = "en",
    hxl: Annotated[bool, typer.Option("--hxl", help="Add a row of HXL tags to the CSV.")] = False,
) -> None:
    """Write the district gap table of the published snapshot, with checksums beside it."""
    from etl.export.build import build_content, read_tables
    from etl.export.content import Options
    from etl.export.links import export_rules
    from etl.export.write import WRITERS, write_files

    asked = _words(formats)
    if unknown := [name for name in asked if name not in (*WRITERS, *DOCUMENTS)]:
        known = ", ".join((*WRITERS, *DOCUMENTS))
        raise BadValueError(f"--format {', '.join(unknown)}: known are {known}.")
    configuration.load().region(region)
    rules = export_rules(permalink_base)
    snapshot = current_snapshot(home(), region)
    options = Options(_words(rows), _words(columns), lang, hxl, tuple(district or ()))
    log = _change_log(region, since, rules, lang) if changes or since else None
    content = build_content(read_tables(snapshot, rules), rules, options, log)
    tables = [name for name in asked if name in WRITERS]
    written = write_files(
        content, rules, folder, tables, _documents(asked, snapshot, content, rules)
    )
    for path in written:
        out.print(f"{path.name}  {path.stat().st_size:,} bytes", highlight=False, soft_wrap=True)
    said = f"{len(content.gap.frame)} {content.about['districts']}: {content.about['filter']}."
    out.print(said, markup=False, highlight=False, soft_wrap=True)
    out.print(content.about["citation"], markup=False, highlight=False, soft_wrap=True)


def _documents(
    asked: Sequence[str], snapshot: Path, content: "Content", rules: "ExportRules"
) -> Iterator[tuple[str, bytes]]:
    """Yield the PDFs that are asked for, each with the name of its file."""
    if not set(asked) & set(DOCUMENTS):
        return
    from etl.export.pdf import brief_file, fact_sheet_files

    language, base = content.options.language, rules.permalink_base
    if {"pdf", "factsheets"} & set(asked):
        ids = list(content.gap.frame["district_id"])
        yield from fact_sheet_files(snapshot, ids, language=language, link_base=base)
    if {"pdf", "brief"} & set(asked):
        yield brief_file(snapshot, language=language, link_base=base)


def _change_log(
    region_id: str, since: str | None, rules: "ExportRules", language: str
) -> "ChangeLog":
    """Compare the published snapshot with an earlier one, by default the one before.

    Here, because the comparison and the export are apart: each knows tables, not the other.
    """
    from etl.diff.keep import choose
    from etl.diff.report import report
    from etl.diff.snapshot import read_snapshot
    from etl.export.build import build_content, read_tables
    from etl.export.changes import ChangeLog
    from etl.export.content import Options

    before, now = choose(home(), region_id, since, None)
    found = report(read_snapshot(before), read_snapshot(now))
    earlier = build_content(read_tables(before, rules), rules, Options(language=language))
    return ChangeLog(earlier.gap, found.districts.reset_index(), found.about)


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Exported file, or its checksums.")],
) -> None:
    """Check an exported file against its checksums; say whether its snapshot is still current."""
    from etl.export.verify import verify as check

    origin = check(file)
    say = f"{file.name}: {origin.n_files} file(s) are as they were exported."
    out.print(say, markup=False, highlight=False, soft_wrap=True)
    which = f"Snapshot {origin.snapshot_id} of {origin.region_id}"
    try:
        current = current_snapshot(home(), _plain(origin.region_id)).stem.removeprefix("gap-")
    except SourceMissingError:
        state = f"{which}: nothing is published for this region here, so it cannot be compared."
    else:
        newer = f"{which} is no longer current: {current} is. Export again to have its figures."
        state = f"{which} is the current one." if current == origin.snapshot_id else newer
    out.print(state, markup=False, highlight=False, soft_wrap=True)
