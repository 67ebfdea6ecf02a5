"""A process that runs one task when told to, and says how long it took and what it needed.

Started as ``python worker.py MODULE_FILE TASK FOLDER OUT``: the module's ``prepare(task, folder)``
returns a function without arguments. Each line "run" on standard input runs it once; the answer is
one line of JSON. Runs in the peers' environment too, so it imports nothing of this project.
"""

import importlib.util
import json
import sys
import time
from pathlib import Path

import numpy as np


def status(field: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise KeyError(field)


def main(module: str, task: str, folder: str, out: str) -> None:
    spec = importlib.util.spec_from_file_location("task", module)
    tasks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tasks)
    run = tasks.prepare(task, Path(folder))
    print(json.dumps({"ready": True}), flush=True)
    for _ in sys.stdin:
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
        before = status("VmRSS")
        start = time.perf_counter()
        result = run()
        seconds = time.perf_counter() - start
        peak = status("VmHWM") - before
        np.save(out, np.asarray(result, dtype=float))
        print(json.dumps({"seconds": seconds, "peak_mb": peak}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:5])
