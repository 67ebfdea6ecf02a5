"""Which of several causes changed a figure: one cause after the other, adding up exactly."""

import pandas as pd


def split_change(chain: pd.DataFrame, causes: list[str]) -> pd.DataFrame:
    """Split the change from the first state of a chain to the last into one part per step.

    Each step of the chain changes one cause and keeps those before it changed ("one at a time",
    in the order of `causes`), so the parts add up to the whole change. Where causes act together,
    the joint effect falls to the later one: another order can give other parts.

    Parameters
    ----------
    chain : (n, k + 1) a figure of n districts in each state, oldest first
    causes : k names, the cause that changes between a state and the next

    Returns
    -------
    (n, k) change by cause, in the figure's unit; NaN throughout a row that lacks a state

    Raises
    ------
    ValueError
        If there is not one cause for each step.

    Examples
    --------
    >>> chain = pd.DataFrame({"old": [40.0], "new weights": [42.0], "new data": [39.0]})
    >>> split_change(chain, ["model", "data"]).to_dict("records")
    [{'model': 2.0, 'data': -3.0}]
    """
    states = chain.astype(float)
    if len(causes) != states.shape[1] - 1 or len(set(causes)) != len(causes):
        raise ValueError(f"{states.shape[1]} states have {states.shape[1] - 1} steps, got {causes}")
    steps = states.diff(axis=1).iloc[:, 1:]
    steps.columns = pd.Index(causes)
    whole = states.notna().all(axis=1)
    return steps.where(whole, axis=0)
