"""The command line: ``mindgap regions | refresh | check | sample | factsheet | dashboard``."""

import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from etl import config as configuration
from etl.config import home
from etl.errors import MindgapError, SourceMissingError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Where people most need mental-health care and can least reach it.",
)
out = Console()
err = Console(stderr=True)


class Origin(StrEnum):
    """Where a refresh takes its figures from."""

    sample = "sample"
    raw = "raw"


RegionArgument = Annotated[str, typer.Argument(metavar="REGION", help="Region id, such as us-ga.")]
RawDir = Annotated[Path | None, typer.Option("--raw-dir", help="Folder that holds the raw files.")]
From = Annotated[Origin, typer.Option("--from", help="The embedded sample, or raw files.")]


def _raw_dir(origin: Origin, raw_dir: Path | None) -> Path | None:
    if origin is Origin.sample:
        if raw_dir is not None:
            raise typer.BadParameter("--raw-dir needs --from raw")
        return None
    return raw_dir or home() / "data" / "raw"


@app.command()
def regions() -> None:
    """List the regions, and what is published of each."""
    from etl.publish import current_snapshot

    table = Table("region", "name", "districts", "published snapshot")
    for region_id, region in sorted(configuration.load().regions.items()):
        try:
            published = current_snapshot(home(), region_id).stem
        except SourceMissingError:
            published = f"none: run mindgap refresh {region_id}"
        table.add_row(region_id, region.name, str(region.district.count or ""), published)
    out.print(table)


@app.command()
def refresh(
    region: RegionArgument,
    origin: From = Origin.sample,
    raw_dir: RawDir = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Build and check; publish nothing.")
    ] = False,
) -> None:
    """Build a region and publish it as a new snapshot."""
    from etl import pipeline

    settings = configuration.load()
    source = _raw_dir(origin, raw_dir)
    if dry_run:
        _show_checks(pipeline.check(settings, settings.region(region), source))
        return
    path, counts = pipeline.refresh(settings, settings.region(region), source)
    table = Table("table", "rows")
    for row in counts.itertuples():
        if not str(row.table).startswith(("cfg_", "idx_")):
            table.add_row(str(row.table), f"{row.rows:,}")
    out.print(table)
    out.print(f"Published {path.name} for {region}.")


@app.command()
def check(region: RegionArgument, origin: From = Origin.sample, raw_dir: RawDir = None) -> None:
    """Build a region in memory and show every check; publish nothing."""
    from etl import pipeline

    settings = configuration.load()
    _show_checks(pipeline.check(settings, settings.region(region), _raw_dir(origin, raw_dir)))


def _show_checks(checks: pd.DataFrame) -> None:
    from etl.publish import refuse_failed

    table = Table("check", "failing rows")
    for row in checks.itertuples():
        table.add_row(str(row.check), f"{row.n_rows:,}")
    out.print(table)
    refuse_failed(checks)


@app.command()
def sample(
    region: RegionArgument,
    raw_dir: Annotated[Path, typer.Option("--raw-dir", help="Folder that holds the raw files.")],
) -> None:
    """Rebuild ``data/sample/REGION`` from raw files."""
    from etl import pipeline
    from etl.export.sample import write_sample
    from etl.warehouse import Warehouse

    settings = configuration.load()
    chosen = settings.region(region)
    with Warehouse() as warehouse:
        pipeline.build_layers(settings, chosen, raw_dir, warehouse)
        size = write_sample(warehouse, pipeline.sample_dir(region))
    out.print(f"Wrote data/sample/{region}, {size:,} bytes.")


@app.command()
def factsheet(
    region: RegionArgument,
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
    from etl.publish import current_snapshot

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


@app.command()
def dashboard(
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 8501,
) -> None:
    """Serve the dashboard at http://localhost:PORT."""
    root = Path(__file__).parent.parent
    main_file = root / "dashboard" / "server.py"
    command = [sys.executable, "-m", "streamlit", "run", str(main_file), "--server.port", str(port)]
    raise typer.Exit(
        subprocess.call(command, cwd=root, env={**os.environ, "MINDGAP_HOME": str(home())})
    )


def main() -> None:
    """Run the command line; exit with the code of the error's class, 1 for the unforeseen."""
    try:
        app()
    except MindgapError as error:
        err.print(f"[bold red]{type(error).__name__}[/]", highlight=False)
        err.print(str(error), markup=False, highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
