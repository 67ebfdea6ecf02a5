"""Fetching with a bar per source on a terminal; silent where there is none."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn
from rich.progress import TransferSpeedColumn as SpeedColumn

from etl.config import Config
from etl.extract.web.client import Client
from etl.extract.web.fetch import fetch_sources
from etl.schema import Region


def fetch_showing_progress(
    config: Config, region: Region, raw_dir: Path, cache: Path, console: Console
) -> Config:
    """Fetch a region's sources as `etl.extract.web.fetch.fetch_sources` does, showing how far."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), SpeedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def show(source_id: str, done: int, total: int | None) -> None:
            if source_id not in tasks:
                tasks[source_id] = progress.add_task(source_id, total=total)
            progress.update(tasks[source_id], completed=done, total=total)

        with Client(config.web, on_bytes=show) as client:
            return fetch_sources(config, region, raw_dir, cache, client)
