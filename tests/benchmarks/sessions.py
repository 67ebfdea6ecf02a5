"""Many readers at once: `python -m tests.benchmarks.sessions [--home HOME] [--sessions 50]`.

Each session is a websocket that speaks Streamlit's protocol: it opens the map page, then chooses a
layer, any of the region's, every two seconds, at times with rural districts only, and waits until
the page has run, for two minutes. Loopback only. Reports
errors, the median and 95th percentile of a change, and the memory of the server: at its start,
most, a while after all have left. Exits 1 on any error, or a 95th percentile beyond two seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard import layers, queries

from .dashboard_speed import ROOT, serving

PAUSE = 2.0
RURAL = 0.25  # share of changes that show rural districts only
P95_LIMIT = 2.0  # seconds
PATIENCE = 60.0
# Sessions are forgotten a minute after they leave (disconnectedSessionTTL); a little later we look.
AFTERWARDS = 90.0


@dataclass
class Outcome:
    """What all sessions saw."""

    first: list[float] = field(default_factory=list)
    changes: list[float] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def rss(pid: int, name: str = "VmRSS") -> float:
    """Return MB of resident memory of a process: now (`VmRSS`), or the most ever (`VmHWM`)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    raise KeyError(name)


def layers_of(home: Path, region: str) -> list[str]:
    """Return every layer of a region's current snapshot."""
    os.environ["MINDGAP_HOME"] = str(home)
    return sorted(layers.known(queries.current(region)))


def _rerun(view: dict[str, str], held: set[str]) -> bytes:
    """Return the request of a run; `held` are the large messages that the reader keeps, by hash."""
    message = BackMsg()
    message.rerun_script.cached_message_hashes.extend(held)
    message.rerun_script.query_string = urlencode(view)
    message.rerun_script.page_name = "map"
    return message.SerializeToString()


async def _run(
    socket: websockets.ClientConnection, view: dict[str, str], held: set[str], out: Outcome
) -> float:
    """Ask for a run of the page; return seconds until it has ended, and note what went wrong."""
    start, size = time.perf_counter(), 0
    await socket.send(_rerun(view, held))
    while True:
        raw = await asyncio.wait_for(socket.recv(), PATIENCE)
        size += len(raw)
        told = ForwardMsg()
        told.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
        if told.metadata.cacheable:
            held.add(told.hash)
        if told.WhichOneof("type") == "delta" and "exception" in str(
            told.delta.new_element.WhichOneof("type")
        ):
            out.errors.append(told.delta.new_element.exception.message[:200])
        if told.WhichOneof("type") == "script_finished":
            if told.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                # A page that writes its address runs once more; only a failure is a failure.
                out.errors.append(ForwardMsg.ScriptFinishedStatus.Name(told.script_finished))
            out.bytes.append(size)
            return time.perf_counter() - start


async def _reader(
    base: str, region: str, every: list[str], seconds: float, number: int, out: Outcome
) -> None:
    chance = random.Random(number)
    # They do not all press at the same moment.
    await asyncio.sleep(chance.uniform(0, 10))
    try:
        async with websockets.connect(
            base.replace("http", "ws", 1) + "/_stcore/stream", max_size=2**25,
            subprotocols=[websockets.Subprotocol("streamlit")], origin=websockets.Origin(base),
        ) as socket:  # fmt: skip
            held: set[str] = set()
            view = {"region": region, "lang": "en"}
            out.first.append(await _run(socket, view, held, out))
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                await asyncio.sleep(chance.uniform(0.5, 1.5) * PAUSE)
                now = view | {"layer": chance.choice(every)}
                if chance.random() < RURAL:
                    now["rural"] = "1"
                out.changes.append(await _run(socket, now, held, out))
    except (OSError, TimeoutError, websockets.WebSocketException) as error:
        out.errors.append(f"{type(error).__name__}: {error}")


async def _all(base: str, region: str, every: list[str], sessions: int, seconds: float) -> Outcome:
    out = Outcome()
    readers = (_reader(base, region, every, seconds, number, out) for number in range(sessions))
    await asyncio.wait_for(asyncio.gather(*readers), seconds + 10 + 2 * PATIENCE)
    return out


def main() -> int:
    """Run the load; return 1 when a reader met an error or waited too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=ROOT)
    parser.add_argument("--region", default="us-ga")
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120.0)
    asked = parser.parse_args()
    every = layers_of(asked.home, asked.region)
    with serving(asked.home) as (base, pid):
        # The first reader pays for imports and caches.
        warm = asyncio.run(_all(base, asked.region, every, 1, 5))
        before = rss(pid)
        found = asyncio.run(_all(base, asked.region, every, asked.sessions, asked.seconds))
        at_end, most = rss(pid), rss(pid, "VmHWM")
        time.sleep(AFTERWARDS)
        left = rss(pid)
    errors = warm.errors + found.errors
    p95 = quantiles(found.changes, n=20)[-1] if len(found.changes) > 1 else float("inf")
    middle = median(found.changes) if found.changes else float("nan")
    print(f"{asked.sessions} sessions, {asked.seconds:.0f} s, {len(found.changes):,} changes")
    print(f"errors: {len(errors)} {sorted(set(errors))[:5]}")
    print(f"first page: median {median(found.first or [float('nan')]):.2f} s")
    print(f"change: median {middle:.2f} s, p95 {p95:.2f} s (limit {P95_LIMIT} s), "
          f"{median(found.bytes or [0]):,.0f} bytes")  # fmt: skip
    print(f"memory, MB: {before:.0f} with one, {at_end:.0f} with all, {most:.0f} at most, "
          f"{left:.0f} after they left; {(at_end - before) / asked.sessions:.1f} each")  # fmt: skip
    return 1 if errors or p95 > P95_LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
