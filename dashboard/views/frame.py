"""What every page starts and ends with: region, language, notes on the link, the snapshot shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import glossary, i18n, navigation, queries, state, text
from dashboard.i18n import t


@dataclass(frozen=True)
class Start:
    """What a page starts from: what the reader chose, and the snapshot that shows it."""

    view: state.View
    snapshot: queries.Snapshot
    region: dict[str, Any]


def page(draw: Callable[[Start], None]) -> None:
    """Draw a page between bar and foot; trouble with the snapshot becomes one clear message."""
    begun = start()
    if begun is None:
        return
    try:
        draw(begun)
        foot(begun)
    except queries.NoSnapshotError as error:
        unreadable(error)


def start() -> Start | None:
    """Draw the bar and return what the page starts from; None when a message was shown instead."""
    asked = st.query_params.get("region", "")
    regions = queries.published_regions()
    if not regions:
        _nothing_published(queries.declared_regions())
        return None
    view = state.load(regions)
    if asked in queries.declared_regions() and asked not in regions:
        st.warning(t("frame.region_unpublished", region=text.markdown(asked)) + " " + _how(asked))
    _bar(regions, view)
    try:
        snapshot = _snapshot(view)
        return Start(view, snapshot, queries.region(snapshot))
    except queries.NoSnapshotError as error:
        unreadable(error)
        state.save(view)
        return None


def _snapshot(view: state.View) -> queries.Snapshot:
    """Return the snapshot that the link names while it is kept, else the current one."""
    current = queries.current(view.region)
    if not view.snapshot or view.snapshot == current.id:
        return current
    try:
        older = queries.by_id(view.region, view.snapshot)
        queries.region(older)
    except queries.NoSnapshotError:
        st.info(t("frame.snapshot_gone", snapshot=text.markdown(view.snapshot)))
        return current
    st.warning(t("frame.snapshot_older", snapshot=text.markdown(view.snapshot)))
    st.button(t("frame.snapshot_current"), on_click=state.change, kwargs={"snapshot": ""})
    return older


def notes() -> None:
    """Say what a link asked for and did not get; call it when the view has been checked."""
    names = [t(f"frame.refused.{name}") for name in state.refused()]
    if names:
        st.info(t("frame.refused", what=text.markdown(text.listed(names))))


def foot(start: Start) -> None:
    """Say which snapshot the page shows, and what its figures are not."""
    region = start.region
    words = t(
        "frame.foot",
        snapshot=text.plain(region["snapshot_id"]),
        method=text.plain(region["method_version"]),
    )
    st.html(f'<footer class="mg-foot">{text.esc(words)}</footer>')


def unreadable(error: queries.NoSnapshotError) -> None:
    """Say which region cannot be shown and the command that mends it."""
    why = t(f"common.{error.reason}")
    st.error(
        t("frame.unreadable", region=text.markdown(error.region_id), why=text.markdown(why))
        + " "
        + _how(error.region_id)
    )


def _how(region_id: str) -> str:
    return t("frame.how", command=text.REFRESH_COMMAND.format(region=region_id))


def _nothing_published(declared: list[str]) -> None:
    st.html(f"<h1>{text.esc(t('frame.nothing'))}</h1>")
    st.info(t("frame.nothing_how"))
    commands = [text.REFRESH_COMMAND.format(region=name) for name in declared or ["REGION"]]
    st.code("\n".join(commands), language="bash")


def _bar(regions: list[str], view: state.View) -> None:
    names = _names(regions)
    # Names decide the order on screen; the id decides ties.
    ordered = sorted(regions, key=lambda region_id: (names[region_id], region_id))
    st.session_state["w_region"] = view.region
    st.session_state["w_lang"] = view.lang
    with st.container(key="mg-bar", horizontal=True, vertical_alignment="center"):
        st.html(f'<p class="mg-brand">{text.esc(t("frame.brand"))}</p>', width="content")
        with st.container(key="mg-nav", horizontal=True, gap="small"):
            navigation.bar(view)
        st.selectbox(
            t("frame.region"),
            ordered,
            format_func=lambda region_id: names.get(region_id, region_id),
            key="w_region",
            on_change=_region_changed,
            label_visibility="collapsed",
            width=200,
        )
        st.selectbox(
            t("frame.language"),
            list(i18n.LANGUAGES),
            format_func=lambda code: i18n.LANGUAGES.get(code, code),
            key="w_lang",
            on_change=_language_changed,
            label_visibility="collapsed",
            width=120,
        )
        with st.popover(t("frame.glossary"), type="tertiary"):
            st.html(glossary.all_terms())


def _names(regions: list[str]) -> dict[str, str]:
    out = {}
    for region_id in regions:
        try:
            out[region_id] = text.place(queries.region(queries.current(region_id)))
        except queries.NoSnapshotError:
            # The error itself is shown when the reader chooses this region.
            out[region_id] = region_id
    return out


def _region_changed() -> None:
    if st.session_state["w_region"]:
        state.choose_region(st.session_state["w_region"])


def _language_changed() -> None:
    chosen = st.session_state["w_lang"]
    if chosen:
        state.change(lang=chosen)
