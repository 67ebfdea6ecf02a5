"""A user's table of minutes by origin and destination as a network."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from etl.errors import BadValueError, KeyJoinError, examples
from etl.measures.catchment import Network, from_costs
from etl.travel.places import NOTE_COLUMNS


def cost_network(
    costs: pd.DataFrame,
    demand_ids: Sequence[str],
    service_ids: Sequence[str],
    *,
    max_minutes: float = np.inf,
) -> tuple[Network, pd.DataFrame]:
    """Network from a cost table; a pair that is not in it is unreachable.

    Parameters
    ----------
    costs : ``origin`` (a demand point), ``destination`` (a service), ``minutes``, and ``_row`` for
        messages. The cost is that of the trip from origin to destination; a row the other way round
        is not taken to hold for it.
    demand_ids, service_ids : ids in the order of the network, each once
    max_minutes : pairs that cost more are left out (the boundary is kept)

    Returns
    -------
    the network, and notes (rule, severity, n_rows, value, message, action) on points without a row

    Raises
    ------
    KeyJoinError
        Unknown ids, an id given twice, or pairs listed twice, naming the rows.
    BadValueError
        Minutes missing, infinite or negative, naming the rows.
    """
    minutes = costs["minutes"].to_numpy(dtype=float, na_value=np.nan)
    _refuse(costs, np.isnan(minutes) | np.isinf(minutes), "minutes are missing or infinite; a pair "
            "that cannot be travelled is left out of the table")  # fmt: skip
    _refuse(costs, minutes < 0, "minutes are negative")
    rows = _positions(costs, "origin", demand_ids, "demand point", service_ids)
    columns = _positions(costs, "destination", service_ids, "service", demand_ids)
    twice = costs.duplicated(["origin", "destination"], keep=False).to_numpy()
    if twice.any():
        pairs = (costs["origin"] + " -> " + costs["destination"])[twice].unique().tolist()
        raise KeyJoinError(
            f"the cost table lists {len(pairs)} pair(s) more than once: "
            f"{examples(pairs)} in row(s) {examples(_row(costs, twice))}. Leave the one that holds."
        )
    network = from_costs(
        rows,
        columns,
        minutes,
        n_demand=len(demand_ids),
        n_service=len(service_ids),
        max_cost=max_minutes,
    )
    notes = [_absent(rows, demand_ids, "demand point"), _absent(columns, service_ids, "service")]
    return network, pd.DataFrame([note for note in notes if note], columns=NOTE_COLUMNS)


def _positions(
    costs: pd.DataFrame, column: str, ids: Sequence[str], what: str, others: Sequence[str]
) -> np.ndarray:
    index = pd.Index(ids)
    if index.has_duplicates:
        again = index[index.duplicated()].unique().tolist()
        raise KeyJoinError(f"{what} ids given more than once: {examples(again)}")
    found = index.get_indexer(pd.Index(costs[column]))
    unknown = found < 0
    if unknown.any():
        values = costs.loc[unknown, column].unique().tolist()
        hint = _hint(values, index, pd.Index(others))
        raise KeyJoinError(
            f"the cost table's {column} holds {len(values)} id(s) that are no {what}: "
            f"{examples(values)} in row(s) {examples(_row(costs, unknown))}.{hint}"
        )
    return found.astype(np.int64)


def _hint(values: list[str], ids: pd.Index, others: pd.Index) -> str:
    if pd.Index(values).isin(others).all():
        return " They are ids of the other side: origin and destination are exchanged."
    widths = {len(str(i)) for i in ids}
    if len(widths) == 1 and pd.Index([str(v).zfill(min(widths)) for v in values]).isin(ids).all():
        return " With leading zeros they are known: write ids as text."
    return ""


def _refuse(costs: pd.DataFrame, bad: np.ndarray, what: str) -> None:
    if bad.any():
        raise BadValueError(
            f"the cost table has {int(bad.sum())} row(s) whose {what}: row(s) "
            f"{examples(_row(costs, bad))}"
        )


def _row(costs: pd.DataFrame, bad: np.ndarray) -> list[object]:
    return costs.loc[bad, "_row"].tolist() if "_row" in costs else costs.index[bad].tolist()


def _absent(positions: np.ndarray, ids: Sequence[str], what: str) -> dict[str, object] | None:
    without = np.bincount(positions, minlength=len(ids)) == 0
    if not without.any():
        return None
    named = [name for name, bare in zip(ids, without, strict=True) if bare]
    return {
        "rule": "no_travel_cost",
        "severity": "warn",
        "n_rows": len(named),
        "value": examples(named),
        "message": f"{what}s that are in no row of the cost table",
        "action": "kept; taken as out of reach by this travel model",
    }
