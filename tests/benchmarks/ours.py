"""Our measures, from coordinates to the result, for the worker."""

import numpy as np

from etl.measures.catchment import from_costs, from_points, raam, three_step, two_step
from etl.measures.decay import binary, gaussian, step
from etl.measures.streaming import stream_three_step, stream_two_step
from tests.benchmarks.instances import RADIUS_KM, SIGMA_KM, STEPS_KM, TAU_KM

DECAYS = {
    "2sfca": binary(RADIUS_KM),
    "step": step(*STEPS_KM),
    "gauss": gaussian(sigma=SIGMA_KM),
    "3sfca": gaussian(sigma=SIGMA_KM),
}


def prepare(task, folder):
    names = ("demand", "service", "population", "supply")
    rng = np.random.default_rng(0)
    tiny = [rng.random((50, 2)), rng.random((9, 2)), np.ones(50), np.ones(9)]
    # compiles, or reads the compiled code from disk, without touching the memory of the real run
    build(task, None, *tiny)()
    return build(task, folder, *(np.load(folder / f"{n}.npy") for n in names))


def build(task, folder, demand, service, people, supply):
    form, measure = task.split("_", 1)
    if measure == "raam":
        return lambda: raam(
            from_points(demand, service, max_km=RADIUS_KM), people, supply, tau=TAU_KM
        )
    options = {"decay": DECAYS[measure]}
    if form == "stream":
        function = stream_three_step if measure == "3sfca" else stream_two_step
        return lambda: function(demand, service, people, supply, max_km=RADIUS_KM, **options)
    function = three_step if measure == "3sfca" else two_step
    if form == "memory":
        return lambda: function(
            from_points(demand, service, max_km=RADIUS_KM), people, supply, **options
        )
    net = from_points(demand, service, max_km=RADIUS_KM)
    if form == "network":
        return lambda: function(net, people, supply, **options)
    i, j, km = net.demand, net.index.astype(np.int64), net.cost
    if folder is not None:
        i, j, km = (np.load(folder / f"{n}.npy") for n in ("i", "j", "km"))
    shape = {"n_demand": len(demand), "n_service": len(service)}
    return lambda: function(from_costs(i, j, km, **shape), people, supply, **options)
