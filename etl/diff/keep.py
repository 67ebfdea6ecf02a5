"""Which snapshots there are to compare, and the record kept of what a refresh changed."""

from pathlib import Path

from etl.diff.report import report
from etl.diff.snapshot import read_snapshot
from etl.errors import SourceMissingError
from etl.publish import current_snapshot, published_dir
from etl.storage import write_whole

# Cells listed in the kept record; a source renamed throughout would otherwise list every cell.
MAX_CHANGES = 2_000


def snapshots(home: Path, region_id: str) -> list[Path]:
    """Return the published snapshots of a region, newest first."""
    found = published_dir(home, region_id).glob("gap-*.duckdb")
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def choose(home: Path, region_id: str, old: str | None, new: str | None) -> tuple[Path, Path]:
    """Return the two snapshots to compare: by id, else the served one and the newest other.

    Raises
    ------
    SourceMissingError
        If nothing is published, an id is unknown, or there is only one snapshot.
    """
    there = snapshots(home, region_id)
    by_id = {path.stem.removeprefix("gap-"): path for path in there}
    for given in (old, new):
        if given is not None and given not in by_id:
            known = ", ".join(by_id) or "none"
            raise SourceMissingError(f"{region_id} has no snapshot {given!r}. Kept: {known}.")
    after = by_id[new] if new else current_snapshot(home, region_id)
    if old:
        return by_id[old], after
    others = [path for path in there if path != after]
    if not others:
        raise SourceMissingError(
            f"{region_id} has only one snapshot ({after.stem}): there is nothing to compare with."
        )
    return others[0], after


def record_path(old: Path, new: Path) -> Path:
    """Return where the record of a change is kept: beside the new snapshot, under both ids."""
    before, after = (path.stem.removeprefix("gap-") for path in (old, new))
    return new.with_name(f"changes-{before}-{after}.json")


def keep(old: Path, new: Path) -> Path:
    """Write what changed from one published snapshot to another, as JSON; return its path.

    The record is made from the two snapshots alone, so the same two give the same bytes. Where
    causes cannot be told apart it holds the figures and says why.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    path = record_path(old, new)
    write_whole(path, report(read_snapshot(old), read_snapshot(new)).to_json(MAX_CHANGES))
    return path
