"""What every page starts with: the region switch, or a message saying how to get a region."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import queries, state, text


def start(place: DeltaGenerator) -> tuple[state.View, queries.Snapshot, dict[str, Any]] | None:
    """Return the view, its snapshot and its region row; None when a message was shown instead.

    The region switch is drawn in `place`.
    """
    asked = st.query_params.get("region", "")
    regions = queries.published_regions()
    if not regions:
        _nothing_published(queries.declared_regions())
        return None
    if asked in queries.declared_regions() and asked not in regions:
        st.warning(f"{text.markdown(asked)}: nothing is published yet. {_how(asked)}")
    view = state.load(regions)
    names = _names(regions)
    # Names decide the order on screen; the id decides ties.
    regions = sorted(regions, key=lambda region_id: (names[region_id], region_id))
    with place:
        _region_switch(regions, names, view)
    try:
        snapshot = queries.current(view.region)
        return view, snapshot, queries.region(snapshot)
    except queries.NoSnapshotError as error:
        unreadable(error)
        state.save(replace(view, district=""))
        return None


def unreadable(error: queries.NoSnapshotError) -> None:
    """Say which region cannot be shown and the command that mends it."""
    st.error(
        f"{text.markdown(error.region_id)} cannot be shown: {text.markdown(error.reason)}. "
        + _how(error.region_id)
    )


def _how(region_id: str) -> str:
    command = text.REFRESH_COMMAND.format(region=region_id)
    return f"Run this in a terminal, then reload the page: `{command}`"


def _nothing_published(declared: list[str]) -> None:
    st.html("<h1>Nothing is published yet</h1>")
    st.info(
        "Mindgap shows results once a region has been built. Run this in a terminal, then reload "
        "the page:"
    )
    commands = [text.REFRESH_COMMAND.format(region=name) for name in declared or ["REGION"]]
    st.code("\n".join(commands), language="bash")


def _names(regions: list[str]) -> dict[str, str]:
    out = {}
    for region_id in regions:
        try:
            out[region_id] = text.plain(queries.region(queries.current(region_id))["name"], 60)
        except queries.NoSnapshotError:
            # The error itself is shown when the reader chooses this region.
            out[region_id] = region_id
    return out


def _region_switch(regions: list[str], names: dict[str, str], view: state.View) -> None:
    st.session_state["w_region"] = view.region
    options: dict[str, Any] = {
        "label": "Region",
        "options": regions,
        "format_func": lambda region_id: names.get(region_id, region_id),
        "key": "w_region",
        "on_change": _region_changed,
    }
    if len(regions) > 4:
        st.selectbox(**options)
    else:
        options["format_func"] = lambda region_id: text.markdown(names.get(region_id, region_id))
        st.segmented_control(**options, required=True)


def _region_changed() -> None:
    chosen = st.session_state["w_region"]
    if chosen:
        state.change(region=chosen, district="", side="Ranking")
