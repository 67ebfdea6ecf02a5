"""The peers' measures on a cost table, each as its own documentation calls it.

Runs in the peers' environment. Everything that only rearranges the inputs is done in `prepare`,
outside the clock: the peers are *given* their table or matrix, and we start from coordinates.
"""

import numpy as np
import pandas as pd

RADIUS, SIGMA, TAU = 30.8, 10.0, 15.0
STEPS = {10.0: 1.0, 20.0: 0.68, RADIUS: 0.22}


def prepare(task, folder):
    data = {p.stem: np.load(p) for p in folder.glob("*.npy")}
    package, measure = task.split("_", 1)
    return globals()[package](measure, data)


def access(measure, data):
    from access import fca, weights
    from access.raam import raam

    n, m = len(data["population"]), len(data["supply"])
    demand = pd.DataFrame({"geoid": np.arange(n), "demand": data["population"]})
    supply = pd.DataFrame({"geoid": np.arange(m), "supply": data["supply"]})
    cost = pd.DataFrame({"origin": data["i"], "dest": data["j"], "cost": data["km"]})
    if measure == "raam":
        demand["demand"] = demand["demand"].astype(int)
        options = {"demand_index": "geoid", "supply_index": "geoid", "tau": TAU}

        def run():
            return raam(demand, supply, cost, **options).reindex(np.arange(n))

        return run
    decay = {
        "2sfca": None,
        "step": weights.step_fn(STEPS),
        "gauss": weights.gaussian(SIGMA),
        "3sfca": weights.gaussian(SIGMA),
    }[measure]
    function = fca.three_stage_fca if measure == "3sfca" else fca.two_stage_fca
    return lambda: function(demand, supply, cost, RADIUS, weight_fn=decay).reindex(np.arange(n))


def dense(data, beyond):
    table = np.full((len(data["population"]), len(data["supply"])), beyond)
    table[data["i"], data["j"]] = data["km"]
    return table


def aceso(measure, data):
    from aceso import GravityModel

    model = GravityModel("gaussian", {"sigma": SIGMA})
    table = dense(data, np.inf)
    return lambda: model.calculate_accessibility_scores(table, data["population"], data["supply"])


def sdc(measure, data):
    from sdc_catchment import catchment_ratio

    consumers = pd.DataFrame(
        {"geoid": np.arange(len(data["population"])), "value": data["population"]}
    )
    providers = pd.DataFrame({"geoid": np.arange(len(data["supply"])), "value": data["supply"]})
    table = dense(data, 1e9)
    return lambda: catchment_ratio(
        consumers,
        providers,
        table,
        weight="gaussian",
        scale=SIGMA,
        max_cost=np.nextafter(RADIUS, 99),
        adjust_zeros=False,
    )


def r2sfca(measure, data):
    from r2sfca import R2SFCA

    table = pd.DataFrame(
        {
            "DemandID": data["i"],
            "SupplyID": data["j"],
            "Demand": data["population"][data["i"]],
            "Supply": data["supply"][data["j"]],
            "TravelCost": data["km"],
        }
    )
    n = len(data["population"])

    def run():
        model = R2SFCA(table, decay_function="gaussian")
        return model.access_score(beta=0.5, d0=SIGMA).reindex(np.arange(n))

    return run
