"""One refresh of a region at a time.

The lock belongs to the open file, so the operating system releases it when the process ends,
however it ends: after ``kill -9`` there is nothing to clean up. The file itself stays (deleting a
lock file lets two processes each hold a lock on a different file of the same name).
"""

import datetime as dt
import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from etl.errors import LockedError


@contextmanager
def region_lock(folder: Path, region_id: str, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock of a region while the block runs.

    Parameters
    ----------
    folder
        Where ``<region_id>.lock`` is kept; made if absent.
    wait
        Wait for the other refresh to end instead of refusing.

    Raises
    ------
    LockedError
        If another process holds it; the message tells which, and since when.
    OSError
        If the file cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{region_id}.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            holder = path.read_text(encoding="utf-8").strip() or "a process that did not sign it"
            raise LockedError(
                f"{region_id}: another refresh is running: {holder}. Nothing was done. Run again "
                "when it has ended, or add --wait."
            ) from None
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()} on {platform.node()} since {now}\n".encode(), 0)
        yield
    finally:
        os.close(handle)  # closing releases the lock
