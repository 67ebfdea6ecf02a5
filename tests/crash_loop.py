"""Refreshes killed at random moments while readers query: what they see, what is left on the disk.

Run by hand: ``python -m tests.crash_loop --kills 100 --readers 4``. `tests/test_refresh.py` runs a
short one. Each refresh publishes something new (one figure of tinyland changes every time), each
reader asks ``CURRENT`` for its snapshot and holds the rows against what must be true of any whole
snapshot.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .conftest import CHECKOUT, make_tiny_home

REFRESH = "import sys; from etl.cli import main; sys.argv[1:] = sys.argv[2:]; main()"
READER = """
import json, sys, time
from pathlib import Path
from dashboard import queries
reads, failures, seen = 0, [], set()
stop = Path(sys.argv[1])
while not stop.exists():
    try:
        snapshot = queries.current("tinyland")
        gap = queries.gap(snapshot)
        about = queries.region(snapshot)
        map_file = queries.geometry_path("tinyland", about["geometry_file"])
        text = map_file.read_text()
        whole = len(gap) == 6 and set(gap["snapshot_id"]) == {about["snapshot_id"]}
        if not whole or text.count('"Feature"') != 6 or not text.endswith("}"):
            failures.append("torn: " + snapshot.path.name)
        seen.add(snapshot.path.name)
        reads += 1
    except Exception as error:
        failures.append(repr(error))
print(json.dumps({"reads": reads, "failures": failures, "snapshots": len(seen)}))
"""


@dataclass
class Outcome:
    """What a crash loop found."""

    kills: int = 0
    finished_before_the_kill: int = 0
    reads: int = 0
    failed_reads: list[str] = field(default_factory=list)
    snapshots_seen: int = 0
    exit_code_after: int = -1
    leftovers_after: list[str] = field(default_factory=list)
    snapshots_after: int = 0
    largest_mb: float = 0.0
    final_mb: float = 0.0
    seconds: float = 0.0


def environment(home: Path) -> dict[str, str]:
    """The environment of a process that works in `home` with this checkout's code."""
    return {**os.environ, "MINDGAP_HOME": str(home), "PYTHONPATH": str(CHECKOUT),
            "NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # fmt: skip


def refresh(home: Path, *options: str) -> subprocess.Popen[str]:
    """Start a refresh of tinyland as a process of its own."""
    words = [sys.executable, "-c", REFRESH, "mindgap", "refresh", "tinyland", *options]
    return subprocess.Popen(
        words, env=environment(home), cwd=CHECKOUT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def change_something(home: Path, number: int) -> None:
    """Give the first district another poverty rate, so that there is something to publish."""
    path = home / "data" / "sample" / "tinyland" / "indicators.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("01,poverty_rate,"))
    cells = lines[at].split(",")
    cells[2] = f"{10 + (number % 900) / 100:.2f}"
    lines[at] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def megabytes(folder: Path) -> float:
    """Size of all files below a folder; those that vanish while we look count nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total / 1e6


def fewer_draws(home: Path) -> None:
    """Make the refresh quick: how sure a rank is does not matter here."""
    model = home / "config" / "model.yaml"
    text = model.read_text(encoding="utf-8")
    text = text.replace("draws: 5000", "draws: 100")
    model.write_text(text.replace("sensitivity_base: 256", "sensitivity_base: 64"), "utf-8")


def _wait(process: subprocess.Popen[str], seconds: float) -> bool:
    """Wait for a process to end; False if it has not after so many seconds."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def crash_loop(home: Path, kills: int, readers: int, seed: int = 1) -> Outcome:
    """Kill `kills` refreshes of a tiny region at random moments under `readers` readers."""
    clock, outcome, chance = time.monotonic(), Outcome(), random.Random(seed)
    make_tiny_home(home)
    fewer_draws(home)
    begun = time.monotonic()
    first = refresh(home)
    if first.wait() != 0:
        raise RuntimeError(f"the first refresh failed:\n{first.communicate()[1]}")
    whole = time.monotonic() - begun
    stop = home / "stop"
    watching = [
        subprocess.Popen([sys.executable, "-c", READER, str(stop)], env=environment(home),
                         cwd=CHECKOUT, text=True, stdout=subprocess.PIPE)
        for _ in range(readers)
    ]  # fmt: skip
    for number in range(1, kills + 1):
        change_something(home, number)
        running = refresh(home, "--verbose")
        if number % 2:  # from the first import to a little after the end
            ended = _wait(running, chance.uniform(0.1, 1.3) * whole)
        else:  # half of them late, where files are written: the index is made, the rest follows
            for line in running.stderr or ():
                if line.startswith("index"):
                    break
            ended = _wait(running, chance.uniform(0, 0.15) * whole)
        if ended:
            outcome.finished_before_the_kill += 1
        else:
            os.killpg(running.pid, signal.SIGKILL)
            outcome.kills += 1
        running.communicate()
        outcome.largest_mb = max(outcome.largest_mb, megabytes(home / "data"))
    change_something(home, 0)
    last = refresh(home)
    told = last.communicate()[1]
    outcome.exit_code_after = last.returncode
    if last.returncode:
        outcome.failed_reads.append(f"the refresh after the loop failed: {told}")
    stop.touch()
    for reader in watching:
        found = json.loads(reader.communicate()[0])
        outcome.reads += found["reads"]
        outcome.failed_reads += found["failures"]
        outcome.snapshots_seen = max(outcome.snapshots_seen, found["snapshots"])
    data = home / "data"
    outcome.leftovers_after = sorted(p.name for p in data.rglob("*.building*"))
    outcome.snapshots_after = len(list(data.glob("published/tinyland/gap-*.duckdb")))
    outcome.final_mb = megabytes(data)
    outcome.seconds = round(time.monotonic() - clock, 1)
    return outcome


def main() -> None:
    """Run the loop in a temporary home and write what it found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = crash_loop(Path(folder) / "home", given.kills, given.readers, given.seed)
    sys.stdout.write(json.dumps(asdict(outcome), indent=1) + "\n")


if __name__ == "__main__":
    main()
