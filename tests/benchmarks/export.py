"""Speed and memory of a US-wide export: ``python -m tests.benchmarks.export``.

3,144 made-up districts with four indicators, shapes of a real county each, and further tables of
the size that the sample regions have per district; every format but PDF. What is withheld was
decided at publishing.
"""

import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from etl.config import home, load_export
from etl.export.build import NEEDED, build_content, read_tables
from etl.export.content import Options
from etl.export.write import WRITERS, write_files
from etl.publish import current_snapshot
from etl.published import Published
from etl.schema import ExportRules

from ..export.conftest import make
from .machine import processor

DISTRICTS = 3144
REGION = "us-ga"  # published from the sample; its tables are repeated


def repeated(frame: pd.DataFrame, times: int, ids: np.ndarray, old: np.ndarray) -> pd.DataFrame:
    """Return the rows of every district as often as needed, each time for other districts."""
    place = pd.Series(range(len(old)), index=old)
    parts = []
    for k in range(times):
        at = frame["district_id"].map(place).astype(float) + k * len(old)
        kept = (at < len(ids)).to_numpy()
        part = frame[kept].assign(district_id=ids[at[kept].astype(int)])
        if "service_id" in part:
            part = part.assign(service_id=[f"{key}-{k}" for key in part["service_id"]])
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def instance(rules: ExportRules) -> Published:
    """Return the made-up nation: Georgia's tables over and over, beside a made-up gap table."""
    real = read_tables(current_snapshot(home(), REGION), rules)
    made = make(DISTRICTS, 1, few=True)
    ids = made.tables["out_gap"]["district_id"].to_numpy()
    old = real.tables["out_gap"]["district_id"].to_numpy()
    times = -(-len(ids) // len(old))
    tables = {name: made.tables[name] for name in NEEDED}
    for name, frame in real.tables.items():
        if name == "out_indicator" or name not in tables:
            by_district = "district_id" in frame
            tables[name] = repeated(frame, times, ids, old) if by_district else frame
    tables["out_source"] = real.tables["out_source"]
    shapes = {key: real.shapes[old[k % len(old)]] for k, key in enumerate(ids)}
    return Published(tables, shapes)


def peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    rules = load_export()
    data = instance(rules)
    rows = sum(len(frame) for frame in data.tables.values())
    print(f"{processor()}; {DISTRICTS:,} districts, {rows:,} rows in {len(data.tables)} tables")
    print(f"process with its inputs: {peak_gb():.2f} GB")
    first = start = time.perf_counter()
    busy = time.process_time()
    content = build_content(data, rules, Options())
    print(f"content  {time.perf_counter() - start:6.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        for name in WRITERS:
            start = time.perf_counter()
            path = write_files(content, rules, Path(folder), [name])[0]
            seconds, size = time.perf_counter() - start, path.stat().st_size / 1e6
            print(f"{name:8} {seconds:6.2f} s  {size:6.1f} MB  peak so far {peak_gb():.2f} GB")
    busy = time.process_time() - busy
    print(f"together {time.perf_counter() - first:6.2f} s, of the processor {busy:.2f} s")


if __name__ == "__main__":
    main()
