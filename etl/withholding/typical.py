"""Percentiles that would give a withheld figure away: those that it is itself."""

import numpy as np
import pandas as pd

from etl.measures.checks import FloatArray

PERCENTILES = {"median": 0.5, "p10": 0.1, "p90": 0.9}


def told_by(values: FloatArray, hidden: FloatArray, share: float) -> bool:
    """Tell whether a percentile, interpolated between districts, is made of a withheld figure.

    Parameters
    ----------
    values : (n,) all known figures
    hidden : (m,) those of them that are withheld and that no district shows
    share : 0-1, the percentile

    Examples
    --------
    >>> told_by(np.array([1.0, 5, 9]), np.array([5.0]), 0.5)
    True
    >>> told_by(np.array([1.0, 5, 9]), np.array([1.0]), 0.5)
    False
    """
    at = share * (len(values) - 1)
    used = np.sort(values)[[int(np.floor(at)), int(np.ceil(at))]]
    return bool(np.isin(used, hidden).any())


def telling_percentiles(
    layers: pd.DataFrame, peers: pd.DataFrame, typical: pd.DataFrame, hidden: set[tuple[str, str]]
) -> list[tuple[str, str, str]]:
    """Return (scope, layer, column) of every such figure of ``out_typical``.

    Parameters
    ----------
    layers, peers, typical
        ``out_layer_district``, ``out_peer`` and ``out_typical``.
    hidden
        (district_id, layer) of the withheld values.
    """
    names = {layer for _, layer in hidden}
    group_of = peers.set_index("district_id")["peer_group"]
    found = []
    for layer, rows in layers[layers["layer"].isin(names)].groupby("layer"):
        rows = rows[rows["value"].notna()]
        gone = np.array([(d, layer) in hidden for d in rows["district_id"]])
        groups = rows["district_id"].map(group_of).to_numpy()
        values = rows["value"].to_numpy(dtype=float)
        for scope in typical.loc[typical["layer"] == layer, "scope"]:
            inside = groups == scope if scope in set(groups) else np.ones(len(rows), dtype=bool)
            secret = np.setdiff1d(values[inside & gone], values[inside & ~gone])
            found += [
                (str(scope), str(layer), column)
                for column, share in PERCENTILES.items()
                if told_by(values[inside], secret, share)
            ]
    return found
