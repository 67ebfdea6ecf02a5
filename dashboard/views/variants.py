"""Model choices: what the ranking would be if a choice were made otherwise, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import panels, queries, region_rows, selection, state, text
from dashboard.i18n import t
from dashboard.views import comparison, frame, whole_region

_FIRST, _SECOND = "w_against", "w_variant"
_SECTIONS = ("all", "pair", "sensitivity", "equity", "clusters")


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    frame.page(_page)


def _page(start: frame.Start) -> None:
    view, snapshot, region = start.view, start.snapshot, start.region
    head = st.container()
    state.save(view)
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


def _head(region: Mapping[str, Any]) -> str:
    _, plural = text.terms(region)
    name = text.place(region)
    return panels.title(
        t("variants.title", region=name), t("variants.sub", terms=plural)
    ) + panels.contents({name: t(f"variants.{name}") for name in _SECTIONS})


def _compare(
    snapshot: queries.Snapshot,
    region: Mapping[str, Any],
    view: state.View,
    variants: pd.DataFrame,
    usable: list[str],
) -> None:
    st.html(_section("all", comparison.summary(variants, region)))
    if len(usable) < 2:
        st.html(_section("pair", f"<p>{text.esc(t('variants.too_few'))}</p>"))
        return
    first, second = _chosen(view, variants, usable)
    st.html(_section("pair", ""))
    names = _pickers(variants, usable, first, second)
    if first == second:
        st.html(f"<p>{text.esc(t('variants.same'))}</p>")
        return
    pair = region_rows.variant_districts(snapshot, first, second)
    entering, leaving = selection.entering(pair), selection.leaving(pair)
    left, right = st.columns(2, gap="medium")
    left.html(comparison.crossing(t("variants.enter_worst"), entering, names, view, region))
    right.html(comparison.crossing(t("variants.leave_worst"), leaving, names, view, region))
    moves = selection.moves(pair)
    st.html(comparison.movers(moves, names, region))
    with st.expander(t("variants.side_by_side", terms=text.markdown(text.terms(region)[1]))):
        shown = comparison.side_by_side(pair, names, region)
        st.dataframe(shown, hide_index=True, placeholder=text.no_data(), key="w_side_by_side")


def _chosen(view: state.View, variants: pd.DataFrame, usable: list[str]) -> tuple[str, str]:
    published = variants.loc[variants["is_published"].fillna(False).astype(bool), "variant"]
    base = [str(name) for name in published if str(name) in usable] or usable
    first = view.against or base[0]
    return first, view.variant or next(name for name in usable if name != first)


def _pickers(variants: pd.DataFrame, usable: list[str], first: str, second: str) -> tuple[str, str]:
    labels = {str(row["variant"]): text.label(row["label"]) for row in variants.to_dict("records")}
    st.session_state[_FIRST], st.session_state[_SECOND] = first, second
    left, right = st.columns(2, gap="medium")
    with left:
        st.selectbox(
            t("variants.from"), usable, format_func=lambda name: labels.get(name, name), key=_FIRST,
            on_change=_picked,
        )  # fmt: skip
    with right:
        st.selectbox(
            t("variants.to"), usable, format_func=lambda name: labels.get(name, name), key=_SECOND,
            on_change=_picked,
        )  # fmt: skip
    return labels[first], labels[second]


def _picked() -> None:
    state.change(against=st.session_state[_FIRST], variant=st.session_state[_SECOND])


def _region_wide(snapshot: queries.Snapshot, region: Mapping[str, Any]) -> None:
    st.html(
        _section("sensitivity", whole_region.sensitivity(region_rows.sensitivity(snapshot)))
        + _section("equity", whole_region.equity(region_rows.equity(snapshot)))
        + _section(
            "clusters",
            whole_region.clusters(
                region_rows.clusters(snapshot), region_rows.cluster_counts(snapshot), region
            ),
        )
    )


def _section(name: str, body: str) -> str:
    return panels.page_section(name, t(f"variants.{name}"), body)
