"""What-if on the whole United States: block groups, mental-health facilities, county means."""

import time
from pathlib import Path
from statistics import median, quantiles

import numpy as np
import pandas as pd

from etl.measures import whatif
from etl.measures.catchment import from_points
from etl.measures.decay import gaussian
from etl.measures.district_means import district_means
from etl.measures.reach import reach

from .instances import RADIUS_KM, SIGMA_KM

GROUPS = "us/census_centroids/bg_cenpop2020_DERIVED.csv.gz"
FACILITIES = "us/samhsa/MentalHealthProviders_Geocoded_2020.csv"


def read(data: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Block groups (lon, lat, people, county number) and facilities (lon, lat)."""
    groups = pd.read_csv(data / GROUPS, dtype=str)
    county = pd.factorize(groups["county_fips_2015_by_spatial_join"].fillna("none"))[0]
    table = pd.read_csv(data / FACILITIES, encoding="latin-1", low_memory=False)
    at = table[["longitude", "latitude"]].apply(pd.to_numeric, errors="coerce").dropna().to_numpy()
    at = at[(np.abs(at) <= [180, 90]).all(axis=1)]
    points = groups[["lon", "lat"]].astype(float).to_numpy()
    return points, groups["pop2020"].astype(float).to_numpy(), county, at


def report(data: Path, changes: int = 200) -> None:
    if not (data / GROUPS).exists():
        print(f"\nWhat-if: not run, no {data / GROUPS}")
        return
    demand, people, county, service = read(data)
    supply = np.ones(len(service))
    net = from_points(demand, service, max_km=RADIUS_KM)
    near = reach(demand, max_km=RADIUS_KM)
    means = district_means(people, county, n_districts=county.max() + 1)
    decay = gaussian(sigma=SIGMA_KM)
    print(f"\nWhat-if: {len(demand):,} block groups x {len(service):,} facilities, ", end="")
    print(f"{len(net.cost):,} pairs, {county.max() + 1:,} counties; county means updated too.\n")
    print("| measure | change | median ms | 95 % ms | max ms | points touched (median) |")
    print("|---|---|---|---|---|---|")
    for measure in ("two_step", "three_step"):
        base = whatif.start(net, people, supply, decay=decay, measure=measure, reach=near)
        before = means.of(base.access)
        for change in ("add", "close", "resize"):
            ms, touched = times(base, before, means, change, demand, changes)
            p95 = quantiles(ms, n=20)[-1]
            print(
                f"| {measure} | {change} | {median(ms):.2f} | {p95:.1f} | {max(ms):.1f} "
                f"| {median(touched):,.0f} |",
                flush=True,
            )


def times(base, before, means, change, demand, changes) -> tuple[list[float], list[int]]:
    """Milliseconds and touched points of changes at places where people live."""
    rng = np.random.default_rng(5)
    ms, touched = [], []
    for k in range(changes + 5):
        place, service = demand[rng.integers(len(demand))], int(rng.choice(base.services))
        start = time.perf_counter()
        if change == "add":
            after = base.add(5.0, lonlat=place)
        elif change == "close":
            after = base.close(service)
        else:
            after = base.resize(service, 3.0)
        means.update(before, after.access, after.touched)
        if k >= 5:  # the first ones warm up
            ms.append(1e3 * (time.perf_counter() - start))
            touched.append(len(after.touched))
    return ms, touched
