"""Writing files so that a reader sees the old one or the new one, never half of one."""

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

SUFFIX = ".building"
_REMEDIES = {
    errno.ENOSPC: "The disk is full: free space, then run the command again.",
    errno.EDQUOT: "Your share of the disk is used up: free space, then run the command again.",
    errno.EFBIG: "The file would be larger than this system or account allows: raise the limit.",
    errno.EACCES: "Permission is denied: give this account the right to write there.",
    errno.EPERM: "Permission is denied: give this account the right to write there.",
    errno.EROFS: "The disk can only be read: mount it for writing, or move data/ (MINDGAP_HOME).",
    errno.ENOTDIR: "A file stands where a folder belongs: move it away.",
    errno.EEXIST: "A file stands where a folder belongs: move it away.",
    errno.EIO: "The disk reports a failure of its own: check it before trusting what it holds.",
}


def remedy(error: OSError) -> str:
    """Return in a sentence what a person can do about an error of the disk."""
    known = _REMEDIES.get(error.errno or 0)
    if known is None:  # DuckDB tells the reason in words only
        words = str(error).lower()
        told = {os.strerror(code).lower(): text for code, text in _REMEDIES.items()}
        known = next((text for reason, text in told.items() if reason in words), None)
    return known or "Check that the folder can be written and the disk has space."


def building(path: Path) -> Path:
    """Return the name that `path` has while it is being written: hidden, with our process id."""
    return path.with_name(f".{path.name}.{os.getpid()}{SUFFIX}")


def sync(path: Path) -> None:
    """Wait until the content of a file has reached the disk."""
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder (so, a rename) have reached the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, text: str) -> None:
    """Write a text file so that its name holds the old text or all of the new, even after a crash.

    Raises
    ------
    OSError
        If the disk refuses; the old file is untouched and nothing is left over.
    """
    temporary = building(path)
    try:
        temporary.write_text(text, encoding="utf-8")
        sync(temporary)
        temporary.replace(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def all_or_none(folder: Path) -> Iterator[Path]:
    """Give a hidden folder to write files into; they come into `folder` together at the end.

    If the block or the disk fails, `folder` is as it was before, and absent if it was absent.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    existed = folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    room = None
    try:
        room = Path(tempfile.mkdtemp(prefix=".", suffix=SUFFIX, dir=folder))
        yield room
        _put_in_place(room, folder)
    finally:
        if room is not None:
            shutil.rmtree(room, ignore_errors=True)
        if not existed:
            with contextlib.suppress(OSError):  # only an empty folder is taken away again
                folder.rmdir()


def _put_in_place(room: Path, folder: Path) -> None:
    """Move every file of `room` into `folder`; if one cannot be moved, take the others back."""
    files = sorted(path for path in room.iterdir() if path.is_file())
    kept = room / "replaced"
    kept.mkdir()
    for path in files:
        if (folder / path.name).is_file():
            shutil.copy2(folder / path.name, kept / path.name)
    moved: list[Path] = []
    try:
        for path in files:
            path.replace(folder / path.name)
            moved.append(folder / path.name)
    except OSError:
        for path in moved:
            if (kept / path.name).is_file():
                (kept / path.name).replace(path)
            else:
                path.unlink()
        raise


def leftovers(folder: Path, name: str = "") -> Iterator[Path]:
    """Yield what a killed process left half written: ``.<name>*.building*``, files and folders.

    DuckDB's own companions (``.wal``, ``.tmp``) carry the same name and are among them.
    """
    if folder.is_dir():
        yield from sorted(folder.glob(f".{name}*{SUFFIX}*"))


def remove(path: Path) -> None:
    """Delete a file, or a folder with all that is in it; absent is fine."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
