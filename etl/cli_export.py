"""``mindgap export`` and ``mindgap verify``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from etl import config as configuration
from etl.config import home
from etl.errors import SourceMissingError
from etl.publish import current_snapshot

out = Console()
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
        str, typer.Option("--format", help="Formats, joined by commas; also pdf.")
    ] = (ALL),
    rows: Annotated[
        str,
        typer.Option(
            "--filter",
            help="Rows to keep: rural, underserved, underserved-rural, robust, 'class=very high'; "
            "several joined by commas must all hold.",
        ),
    ] = "",
    columns: Annotated[
        str, typer.Option(help="Columns of the gap table to keep, joined by commas; default all.")
    ] = "",
    lang: Annotated[str, typer.Option(help="Language of headings and notes.")] = "en",
    hxl: Annotated[bool, typer.Option("--hxl", help="Add a row of HXL tags to the CSV.")] = False,
) -> None:
    """Write the district gap table of the published snapshot, with checksums beside it."""
    from etl.export.build import build_content
    from etl.export.content import Options
    from etl.export.published import read_published
    from etl.export.write import write_files

    configuration.load().region(region)
    rules = configuration.load_export()
    data = read_published(current_snapshot(home(), region), rules)
    options = Options(_words(rows), _words(columns), lang, hxl)
    content = build_content(data, rules, options)
    asked = _words(formats)
    written = write_files(content, rules, folder, [name for name in asked if name != "pdf"])
    if "pdf" in asked:
        from etl.export.pdf import write_brief, write_fact_sheets

        snapshot, ids = current_snapshot(home(), region), list(content.gap.frame["district_id"])
        base = f"{rules.permalink_base}/"
        written += write_fact_sheets(snapshot, folder, ids, language=lang, link_base=base)
        written.append(write_brief(snapshot, folder, language=lang, link_base=base))
    for path in written:
        out.print(f"{path.name}  {path.stat().st_size:,} bytes", highlight=False, soft_wrap=True)
    said = f"{len(content.gap.frame)} {content.about['districts']}: {content.about['filter']}."
    out.print(said, markup=False, highlight=False, soft_wrap=True)
    out.print(content.about["citation"], markup=False, highlight=False, soft_wrap=True)


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


def factsheet(
    region: Annotated[str, typer.Argument(metavar="REGION", help="Region id, such as us-ga.")],
    folder: Annotated[Path, typer.Option("--out", help="Folder to write the PDFs into.")],
    district: Annotated[
        list[str] | None, typer.Option(help="District id; repeat for several. Default: all.")
    ] = None,
    brief: Annotated[
        bool, typer.Option("--brief", help="The brief of the region instead.")
    ] = False,
    language: Annotated[str, typer.Option("--lang", help="File in config/export_text.")] = "en",
    link_base: Annotated[str, typer.Option(help="Address of the dashboard, for links.")] = "",
) -> None:
    """Write a fact sheet (PDF, one page) for each district, or the brief of the region."""
    from etl.export.pdf import write_brief, write_fact_sheets

    if brief and district:
        raise typer.BadParameter("--brief is about the whole region: leave --district out")
    snapshot = current_snapshot(home(), region)
    if brief:
        written = [write_brief(snapshot, folder, language=language, link_base=link_base)]
    else:
        written = write_fact_sheets(
            snapshot, folder, district, language=language, link_base=link_base
        )
    out.print(f"Wrote {len(written)} file(s), such as {written[0].name}.")
