"""Model choices: what the ranking would be if a choice were made otherwise, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import panels, queries, region_rows, selection, state, text
from dashboard.views import comparison, frame, whole_region

_FIRST, _SECOND = "w_against", "w_variant"


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    start = frame.start()
    if start is None:
        return
    view, snapshot, region = start.view, start.snapshot, start.region
    head = st.container()
    try:
        variants = region_rows.variants(snapshot)
        usable = [str(row) for row in variants.loc[variants["failure"].isna(), "variant"]]
        view = state.known(view, "variant", usable)
        view = state.known(view, "against", usable)
        state.save(view)
        frame.notes()
        with head:
            st.html(_head(region))
        _compare(snapshot, region, view, variants, usable)
        _region_wide(snapshot, region)
    except queries.NoSnapshotError as error:
        state.save(view)
        frame.unreadable(error)


def _head(region: Mapping[str, Any]) -> str:
    _, plural = text.terms(region)
    name = text.plain(region["name"], 60)
    return panels.title(
        f"Would other model choices rank {name} otherwise?",
        "A ranking rests on choices: how figures are scaled, weighed and put together. Each "
        f"variant below changes one of them and ranks all {plural} again. Where few enter or leave "
        "the worst fifth, the choice matters little; where many do, look at both lists before "
        "deciding.",
    ) + (
        '<nav class="mg-toc" aria-label="On this page"><a href="#variants">All variants</a>'
        '<a href="#compare">Two compared</a><a href="#sensitivity">What moves the ranking</a>'
        '<a href="#equity">How evenly access is spread</a><a href="#clusters">Clusters</a></nav>'
    )


def _compare(
    snapshot: queries.Snapshot,
    region: Mapping[str, Any],
    view: state.View,
    variants: pd.DataFrame,
    usable: list[str],
) -> None:
    st.html(panels.page_section("variants", "All variants", comparison.summary(variants, region)))
    if len(usable) < 2:
        words = "<p>Fewer than two variants could be computed, so there is nothing to compare.</p>"
        st.html(panels.page_section("compare", "Two variants compared", words))
        return
    first, second = _chosen(view, variants, usable)
    st.html(panels.page_section("compare", "Two variants compared", ""))
    names = _pickers(variants, usable, first, second)
    if first == second:
        st.html("<p>Choose two different variants to see what changes.</p>")
        return
    pair = region_rows.variant_districts(snapshot, first, second)
    entering, leaving = selection.entering(pair), selection.leaving(pair)
    left, right = st.columns(2, gap="medium")
    left.html(comparison.crossing("Enter the worst fifth", entering, names, region))
    right.html(comparison.crossing("Leave the worst fifth", leaving, names, region))
    moves = selection.moves(pair)
    st.html(comparison.movers(moves, names, region))
    with st.expander(f"All {text.markdown(text.terms(region)[1])}, side by side"):
        shown = comparison.side_by_side(pair, names, region)
        st.dataframe(shown, hide_index=True, placeholder=text.no_data(), key="w_side_by_side")


def _chosen(view: state.View, variants: pd.DataFrame, usable: list[str]) -> tuple[str, str]:
    published = variants.loc[variants["is_published"].fillna(False).astype(bool), "variant"]
    base = [str(name) for name in published if str(name) in usable] or usable
    first = view.against or base[0]
    return first, view.variant or next(name for name in usable if name != first)


def _pickers(variants: pd.DataFrame, usable: list[str], first: str, second: str) -> tuple[str, str]:
    labels = {
        str(row["variant"]): text.plain(row["label"], 80) for row in variants.to_dict("records")
    }
    st.session_state[_FIRST], st.session_state[_SECOND] = first, second
    left, right = st.columns(2, gap="medium")
    with left:
        st.selectbox(
            "From", usable, format_func=lambda name: labels.get(name, name), key=_FIRST,
            on_change=_picked,
        )  # fmt: skip
    with right:
        st.selectbox(
            "To", usable, format_func=lambda name: labels.get(name, name), key=_SECOND,
            on_change=_picked,
        )  # fmt: skip
    return labels[first], labels[second]


def _picked() -> None:
    state.change(against=st.session_state[_FIRST], variant=st.session_state[_SECOND])


def _region_wide(snapshot: queries.Snapshot, region: Mapping[str, Any]) -> None:
    st.html(
        panels.page_section(
            "sensitivity",
            "What moves the ranking most",
            whole_region.sensitivity(region_rows.sensitivity(snapshot)),
        )
        + panels.page_section(
            "equity",
            "How evenly access is spread",
            whole_region.equity(region_rows.equity(snapshot)),
        )
        + panels.page_section(
            "clusters",
            "Do places alike stand together?",
            whole_region.clusters(
                region_rows.clusters(snapshot), region_rows.cluster_counts(snapshot), region
            ),
        )
    )
