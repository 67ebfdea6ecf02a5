"""How many snapshots stay, and what killed refreshes left behind."""

from pathlib import Path

from etl import logs
from etl.storage import remove
from etl.warehouse import Warehouse

POINTER = "CURRENT"


def sweep(found: list[Path]) -> None:
    """Delete what killed refreshes left half written.

    Call it only while the region's lock is held: then no living process owns any of it.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    for path in found:
        remove(path)
    if found:
        logs.event(
            "swept", f"{len(found)} leftover(s) of an interrupted refresh removed",
            files=[path.name for path in found],
        )  # fmt: skip


def prune(folder: Path, keep: int) -> list[Path]:
    """Delete the oldest snapshots of a region but for `keep`; never the one ``CURRENT`` names.

    Geometry files that no kept snapshot names, and records of changes that lead to none, go too. A
    reader that has a deleted snapshot open keeps it until it closes it: the system frees the file
    only then.

    Parameters
    ----------
    keep
        How many snapshots stay, the current one among them; at least 1.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    pointer = folder / POINTER
    if not pointer.is_file():
        return []
    current = folder / pointer.read_text(encoding="utf-8").strip()
    others = [p for p in folder.glob("gap-*.duckdb") if p != current]
    others.sort(key=lambda p: (p.stat().st_mtime_ns, p.name), reverse=True)
    gone = others[max(keep, 1) - 1 :]
    for path in gone:
        path.unlink(missing_ok=True)
    gone += _prune_geometry(folder) + _prune_changes(folder)
    if gone:
        logs.event(
            "pruned", f"{len(gone)} old file(s) removed, {keep} snapshot(s) kept at most",
            files=[path.name for path in gone],
        )  # fmt: skip
    return gone


def _prune_changes(folder: Path) -> list[Path]:
    """Delete the records of changes that lead to a snapshot that is gone."""
    gone = [
        path
        for path in sorted(folder.glob("changes-*-*.json"))
        if not (folder / f"gap-{path.stem.rsplit('-', 1)[1]}.duckdb").is_file()
    ]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _prune_geometry(folder: Path) -> list[Path]:
    found = sorted((folder / "geo").glob("districts-*.geojson"))
    if len(found) < 2:  # the usual case: one map for all snapshots
        return []
    wanted = set()
    for path in sorted(folder.glob("gap-*.duckdb")):
        try:
            with Warehouse(path, read_only=True) as snapshot:
                wanted.add(str(snapshot.read("out_region")["geometry_file"].iloc[0]))
        except OSError as error:
            logs.event(
                "pruned", f"{path.name} cannot be read ({error}): no map file is removed, because "
                "it may need one. Delete the snapshot if nobody uses it.", level=30,
            )  # fmt: skip
            return []
    gone = [path for path in found if path.name not in wanted]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone
