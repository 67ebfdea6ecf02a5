"""Running compiled kernels on every core.

Results never depend on the number of threads: each part writes its own slice of the output, and
the parts are cut by the size of the input.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

P = TypeVar("P")


def workers() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _pool(count: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count, thread_name_prefix="measures")


if hasattr(os, "register_at_fork"):  # threads do not survive a fork
    os.register_at_fork(after_in_child=_pool.cache_clear)


def run(work: Callable[[P], None], pieces: Sequence[P]) -> None:
    """Do `work` on every piece, on threads when there are several; the first error is raised.

    `work` must not call `run` itself: the threads would wait for each other.
    """
    count = workers()
    if min(count, len(pieces)) <= 1:
        for piece in pieces:
            work(piece)
        return
    for _ in _pool(count).map(work, pieces):
        pass


def slices(length: int, size: int) -> list[tuple[int, int]]:
    """Cut 0..length into consecutive (start, end) of at most `size`.

    Examples
    --------
    >>> slices(5, 2)
    [(0, 2), (2, 4), (4, 5)]
    """
    return [(start, min(start + size, length)) for start in range(0, length, size)]
