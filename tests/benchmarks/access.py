"""The whole benchmark: ``python -m tests.benchmarks.access [--peers VENV] [--data DIR] [--quick]``.

Every run of a group is interleaved: once ours, once each peer, and again, so that whatever else
the machine does hits all alike. Medians. Time is from the inputs to the result: ours start from
coordinates, the peers are *given* their cost table. Memory is the peak above what the process held
with its inputs loaded.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from etl.measures.catchment import from_points

from . import machine, whatif
from .instances import RADIUS_KM, SIZES, clustered, save

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
# size, ours (the first is compared with the peers), peers, repeats
GROUPS = [
    ("a", ["stream_gauss"], ["access_gauss", "aceso_gauss", "sdc_gauss", "r2sfca_gauss"], 7),
    ("b", ["stream_gauss"], ["access_gauss", "aceso_gauss", "sdc_gauss", "r2sfca_gauss"], 5),
    ("b", ["stream_3sfca"], ["access_3sfca"], 5),
    ("b", ["memory_raam"], ["access_raam"], 5),
    ("c", ["stream_gauss", "memory_gauss", "network_gauss", "table_gauss"], ["access_gauss"], 5),
    ("c", ["stream_2sfca"], ["access_2sfca"], 5),
    ("c", ["stream_step"], ["access_step"], 5),
    ("c", ["stream_3sfca", "memory_3sfca"], ["access_3sfca"], 5),
    ("d", ["stream_gauss", "stream_step", "stream_3sfca", "memory_gauss"], [], 5),
    ("1e7", ["stream_gauss"], [], 5),
    ("1e8", ["stream_gauss"], [], 5),
    ("1e9", ["stream_gauss"], [], 5),
]


@dataclass
class Row:
    """One line of the table."""

    size: str
    pairs: int
    task: str
    seconds: list[float]
    peak_mb: float
    ratio: float | None = None
    agreement: float | None = None


class Worker:
    """A process of `worker.py` that waits for the word to run its task."""

    def __init__(self, python: str, module: str, task: str, folder: Path) -> None:
        self.task, self.out = task, folder.parent / f"{task}.out.npy"
        script, file = str(HERE / "worker.py"), str(HERE / module)
        self.process = subprocess.Popen(
            # -P: this folder's access.py must not be taken for the package
            [python, "-P", "-W", "ignore", script, file, task, str(folder), str(self.out)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(Path.home())},
        )
        self.answer()

    def answer(self) -> dict[str, float]:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.task} ended with {self.process.wait()}")
        return json.loads(line)

    def run(self) -> dict[str, float]:
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self) -> np.ndarray:
        self.process.stdin.close()
        self.process.wait()
        return np.load(self.out)


def inputs(name: str, folder: Path, with_table: bool) -> int:
    """Write the instance, and its cost table if a peer needs it; return the number of pairs."""
    data = clustered(SIZES[name])
    save(folder, data)
    if not with_table:
        return machine.count_pairs(data["demand"], data["service"], RADIUS_KM)
    net = from_points(data["demand"], data["service"], max_km=RADIUS_KM)
    save(folder, {"i": net.demand, "j": net.index.astype(np.int64), "km": net.cost})
    return len(net.cost)


def compare(
    name: str, ours: list[str], theirs: list[str], repeats: int, peers: str | None
) -> list[Row]:
    theirs = theirs if peers else []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "in"
        pairs = inputs(name, folder, bool(theirs) or "table_gauss" in ours)
        workers = [Worker(sys.executable, "ours.py", t, folder) for t in ours]
        workers += [Worker(f"{peers}/bin/python", "peers.py", t, folder) for t in theirs]
        answers: list[list[dict[str, float]]] = [[] for _ in workers]
        for _ in range(repeats):
            for worker, got in zip(workers, answers, strict=True):
                got.append(worker.run())
        results = [w.close() for w in workers]
    rows = []
    for worker, got, result in zip(workers, answers, results, strict=True):
        seconds = [g["seconds"] for g in got]
        row = Row(name, pairs, worker.task, seconds, max(g["peak_mb"] for g in got))
        if rows:
            row.ratio = median(seconds) / median(rows[0].seconds)
            if worker.task.split("_")[1] == ours[0].split("_")[1]:
                row.agreement = disagreement(results[0], result)
        rows.append(row)
    return rows


def disagreement(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Largest difference in parts of the largest value; points a peer leaves out do not count."""
    known = np.isfinite(theirs) & np.isfinite(ours)
    return float(np.abs(ours - theirs)[known].max() / np.abs(ours[known]).max())


def show(rows: list[Row]) -> None:
    for r in rows:
        ratio = "" if r.ratio is None else f"{r.ratio:.1f}"
        agreement = "" if r.agreement is None else f"{r.agreement:.0e}"
        ms = [1e3 * s for s in (median(r.seconds), min(r.seconds))]
        print(
            f"| {r.size} | {r.pairs:,} | {r.task.replace('_', ' ')} | {ms[0]:,.1f} | {ms[1]:,.1f} "
            f"| {r.peak_mb:,.0f} | {ratio} | {agreement} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", help="environment with access, aceso, sdc-catchment, r2sfca")
    parser.add_argument("--data", default=str(ROOT.parent / "shared" / "data"), help="raw files")
    parser.add_argument("--only", nargs="*", help="sizes, e.g. a b c; also: machine, whatif")
    chosen = parser.parse_args()
    wanted = chosen.only or [*dict.fromkeys(g[0] for g in GROUPS), "machine", "whatif"]
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {machine.processor()}\n")
    print("| size | pairs | task | median ms | min ms | peak MB | x first | difference |")
    print("|---|---|---|---|---|---|---|---|")
    for name, ours, theirs, repeats in GROUPS:
        if name in wanted:
            show(compare(name, ours, theirs, repeats, chosen.peers))
    if "machine" in wanted:
        machine.report()
    if "whatif" in wanted:
        whatif.report(Path(chosen.data))


if __name__ == "__main__":
    main()
