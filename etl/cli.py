"""The command line: ``mindgap regions | refresh | check | diff | explain | export | dashboard`` ...

What computes is imported inside the commands: a refresh with nothing to do must not wait for it.
"""

import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from etl import cli_export, logs, serving
from etl import config as configuration
from etl.config import Config, home
from etl.diff.forms import ROWS, Form
from etl.errors import MindgapError, SourceMissingError
from etl.logs import LogForm
from etl.onboard.command import new_region
from etl.schema import Region
from etl.steps import up_to_date

if TYPE_CHECKING:
    import pandas as pd

    from etl.warehouse import Warehouse

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
    web = "web"


RegionArgument = Annotated[str, typer.Argument(metavar="REGION", help="Region id, such as us-ga.")]
RawDir = Annotated[Path | None, typer.Option("--raw-dir", help="Folder that holds the raw files.")]
CacheDir = Annotated[
    Path | None, typer.Option("--cache-dir", help="Where fetched files are kept (--from web).")
]
From = Annotated[
    Origin,
    typer.Option("--from", help="The embedded sample, raw files, or the publishers' own files."),
]
Log = Annotated[LogForm, typer.Option("--log", help="Log for people, or JSON lines.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Log warnings and errors only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log every step, too.")]


def _inputs(
    region_id: str, origin: Origin, raw_dir: Path | None, cache_dir: Path | None
) -> tuple[Config, Region, Path | None]:
    """Return the configuration, the region, and the folder of raw files (None for the sample)."""
    settings = configuration.load()
    region = settings.region(region_id)
    if cache_dir is not None and origin is not Origin.web:
        raise typer.BadParameter("--cache-dir needs --from web")
    if origin is Origin.sample:
        if raw_dir is not None:
            raise typer.BadParameter("--raw-dir needs --from raw or --from web")
        return settings, region, None
    from etl.extract.provenance import layouts_at_hand

    folder = raw_dir or home() / "data" / "raw"
    if origin is Origin.web:
        from etl.extract.web.progress import fetch_showing_progress

        cache = cache_dir or home() / "data" / "raw" / "cache"
        settings = fetch_showing_progress(settings, region, folder, cache, err)
        return settings, region, folder if folder.is_dir() else cache
    return layouts_at_hand(settings, region, folder), region, folder


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
    cache_dir: CacheDir = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Build, check, say what would change; publish nothing."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Do every step again, whatever has not changed.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for another refresh of the region to end.")
    ] = False,
    keep: Annotated[
        int | None, typer.Option("--keep", min=2, help="Snapshots to keep, CURRENT among them.")
    ] = None,
    accept_smaller: Annotated[
        bool,
        typer.Option("--accept-smaller", help="Accept sources with far fewer rows than before."),
    ] = False,
    log: Log = LogForm.text,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Build a region and publish it as a new snapshot; do nothing if nothing has changed."""
    logs.start(err, log, quiet=quiet, verbose=verbose)
    settings, chosen, source = _inputs(region, origin, raw_dir, cache_dir)
    if not (force or dry_run) and (done := up_to_date(settings, chosen, source)) is not None:
        logs.event("up_to_date", snapshot=done.name, level=10)
        out.print(f"{region} is up to date: nothing to do. {done.name} is published.")
        return
    from etl import pipeline

    if dry_run:
        from etl.diff.command import preview

        def told(built: "Warehouse") -> None:
            preview(home(), region, built, out)

        _show_checks(pipeline.check(settings, chosen, source, told))
        return
    choices = pipeline.Choices(force, wait, keep, accept_smaller)
    path, _ = pipeline.refresh(settings, chosen, source, choices)
    out.print(f"Published {path.name} for {region}.")


@app.command()
def check(
    region: RegionArgument,
    origin: From = Origin.sample,
    raw_dir: RawDir = None,
    cache_dir: CacheDir = None,
    log: Log = LogForm.text,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Build a region in memory, show every check and list doubtful rows; publish nothing."""
    logs.start(err, log, quiet=quiet, verbose=verbose)
    from etl import pipeline

    _show_checks(pipeline.check(*_inputs(region, origin, raw_dir, cache_dir)))


def _show_checks(checks: "pd.DataFrame") -> None:
    from etl.publish import refuse_failed

    table = Table("check", "severity", "failing rows", "what it looks for")
    for row in checks.itertuples():
        style = {"error": "bold red", "warn": "yellow"}[str(row.severity)] if row.n_rows else ""
        cells = (row.check, row.severity, f"{row.n_rows:,}", row.about)
        table.add_row(*[str(cell) for cell in cells], style=style)
    out.print(table)
    refuse_failed(checks)


@app.command()
def diff(
    region: RegionArgument,
    old: Annotated[str | None, typer.Argument(metavar="[OLD]", help="Snapshot id.")] = None,
    new: Annotated[str | None, typer.Argument(metavar="[NEW]", help="Snapshot id.")] = None,
    form: Annotated[Form, typer.Option("--format", help="For people, or machines.")] = (Form.text),
    rows: Annotated[int, typer.Option(min=1, help="Districts shown.")] = ROWS,
) -> None:
    """Say what changed between two snapshots and why (by default: the newest two)."""
    from etl.diff import command

    found = command.between(home(), region, old, new)
    command.show(found, form, out, rows)


@app.command()
def explain(
    region: RegionArgument,
    district: Annotated[str, typer.Argument(metavar="DISTRICT", help="Id or name.")],
    item: Annotated[
        str | None,
        typer.Argument(metavar="[INDICATOR]", help="Indicator, cadre or service id; else all."),
    ] = None,
) -> None:
    """Show where a district's figures come from (file, row, checksum) and how they were made."""
    from etl.explain import explain as find
    from etl.explain import show
    from etl.publish import current_snapshot

    show(find(current_snapshot(home(), region), district, item), out)


@app.command()
def sample(
    region: RegionArgument,
    raw_dir: Annotated[Path, typer.Option("--raw-dir", help="Folder that holds the raw files.")],
) -> None:
    """Rebuild ``data/sample/REGION`` from raw files."""
    from etl import pipeline
    from etl.export.sample import write_sample
    from etl.warehouse import Warehouse

    logs.start(err, LogForm.text)
    settings = configuration.load()
    chosen = settings.region(region)
    with Warehouse() as warehouse:
        pipeline.build_layers(settings, chosen, raw_dir, warehouse)
        size = write_sample(warehouse, pipeline.sample_dir(region))
    out.print(f"Wrote data/sample/{region}, {size:,} bytes.")


@app.command("freeze-breaks")
def freeze(region: RegionArgument) -> None:
    """Keep the map classes of the published snapshot, so that colours mean the same in later ones.

    Writes config/breaks/REGION.yaml, which the next refresh reads.
    """
    from etl.breaks import freeze_breaks
    from etl.publish import current_snapshot

    configuration.load().region(region)
    path, n = freeze_breaks(current_snapshot(home(), region), region, home() / "config")
    out.print(f"Wrote the class bounds of {n} layers to {path}. Run mindgap refresh {region}.")


app.command("new-region")(new_region)
app.command()(cli_export.export)
app.command()(cli_export.verify)


@app.command()
def dashboard(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port to serve on, if not the usual one.")
    ] = None,
) -> None:
    """Serve the dashboard as config/serving.yaml says: usually at http://localhost:8501."""
    settings = serving.load()
    port = port or settings.port
    serving.refuse_taken_port(settings, port)
    root = Path(__file__).parent.parent
    out.print(f"Mindgap is served at {serving.address(settings, port)} (stop it with Ctrl+C).",
              highlight=False, soft_wrap=True)  # fmt: skip
    _tell_published()
    command = serving.command(settings, root / "dashboard" / "server.py", port)
    raise typer.Exit(subprocess.call(command, cwd=root, env=serving.environment(settings)))


def _tell_published() -> None:
    from etl.publish import current_snapshot, published_regions

    found = published_regions(home())
    for region_id in found:
        snapshot = current_snapshot(home(), region_id).stem
        out.print(f"  published: {region_id}, {snapshot}", highlight=False)
    if not found:
        out.print("  Nothing is published yet: run mindgap refresh REGION.", highlight=False)


def main() -> None:
    """Run the command line; exit with the code of the error's class, 1 for the unforeseen."""
    try:
        app()
    except MindgapError as error:
        if logs.for_machines():
            logs.event("error", str(error), level=40, kind=type(error).__name__,
                       exit_code=error.exit_code)  # fmt: skip
        else:
            err.print(f"[bold red]{type(error).__name__}[/]", highlight=False)
            err.print(str(error), markup=False, highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
