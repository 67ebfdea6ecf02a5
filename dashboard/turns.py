"""Runs of pages take turns.

A run is Python nearly throughout, so that threads of fifty readers do not run side by side: they
take the interpreter from each other every few milliseconds, and the server's own thread, which
sends what is drawn, waits for all of them. A few runs at a time, first come first served, answer
everyone sooner.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

# More than one, so that a run that waits for a query or a file lets another go on.
import os
AT_ONCE = int(os.environ.get("AT_ONCE","2"))

_turns = Semaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Wait until this run may begin, and let the next one begin when it ends."""
    with _turns:
        yield
