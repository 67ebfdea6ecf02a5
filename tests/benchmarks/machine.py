"""What the machine can do, and how much of it the passes over a network reach."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from etl.measures import parts
from etl.measures.catchment import from_points
from etl.measures.neighbours import bands, places
from etl.measures.passes import by_demand

from .instances import RADIUS_KM, SIZES, clustered

FIRST_CALL = """
import time
start = time.perf_counter()
import numpy as np
from etl.measures.catchment import from_points, two_step, three_step
from etl.measures.decay import gaussian
from etl.measures.streaming import stream_two_step
p, d = np.random.default_rng(0).random((50, 2)), gaussian(sigma=1.0)
net = from_points(p, p[:9], max_km=50.0)
for measure in (two_step, three_step):
    measure(net, np.ones(50), np.ones(9), decay=d)
stream_two_step(p, p[:9], np.ones(50), np.ones(9), decay=d, max_km=50.0)
print(time.perf_counter() - start)
"""


def processor() -> str:
    model = [x for x in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in x]
    return f"{model[0].split(':')[1].strip()}, {parts.workers()} cores"


def count_pairs(demand: np.ndarray, service: np.ndarray, max_km: float) -> int:
    from etl.measures.kernels_sphere import count_pairs as kernel

    found, centres = bands(demand, max_km), places(service)
    counts = np.zeros(len(demand), np.int64)
    pieces = parts.slices(len(demand), 16384)
    parts.run(lambda p: kernel(centres, found.near(centres, *p), found.sorted, *p, counts), pieces)
    return int(counts.sum())


def timed(work, repeats: int = 7) -> float:
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return median(seconds)


def report() -> None:
    big = np.ones(50_000_000)
    sums = np.empty(16)
    pieces = list(enumerate(parts.slices(len(big), -(-len(big) // 16))))

    def read() -> None:
        parts.run(lambda p: sums.__setitem__(p[0], big[slice(*p[1])].sum()), pieces)

    peak = big.nbytes / timed(read) / 1e9
    data = clustered(SIZES["c"])
    net = from_points(data["demand"], data["service"], max_km=RADIUS_KM)
    weight = np.random.default_rng(0).random(len(net.cost))
    ratio = np.random.default_rng(1).random(net.n_service)
    seconds = timed(lambda: by_demand(net, weight, ratio))
    reached = len(net.cost) * 12 / seconds / 1e9
    print(f"\nMemory: the machine reads {peak:.1f} GB/s on {parts.workers()} threads; a pass over")
    print(f"{len(net.cost):,} stored pairs (12 bytes each) reads {reached:.1f} GB/s ", end="")
    print(f"({reached / peak:.0%}) in {1e3 * seconds:.1f} ms.")
    with tempfile.TemporaryDirectory() as cache:
        for label in ("first call ever (compiles)", "first call of a process (code on disk)"):
            env = {**os.environ, "NUMBA_CACHE_DIR": cache}
            out = subprocess.run(
                [sys.executable, "-c", FIRST_CALL], env=env, capture_output=True, check=True
            )
            print(f"{label}: {float(out.stdout):.2f} s with imports")
