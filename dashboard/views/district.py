"""The page of one district; without one, a box to find it and where to begin."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import district_rows, navigation, selection, state, text
from dashboard.i18n import t, tn
from dashboard.views import finder, frame
from dashboard.views import scene as scenes
from dashboard.views.profile import Profile, factsheet
from dashboard.views.scene import Scene

_WIDGET = "w_find_district"
# Districts offered to begin with, and those a comparison is filled with.
_OFFERED = 10
_BETTER = state.COMPARED - 1


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    frame.page(_page)


def _page(start: frame.Start) -> None:
    scene = scenes.load(start)
    state.save(scene.view)
    frame.notes()
    if scene.view.district:
        _district(scene, scene.view.district)
    else:
        _begin(scene)


def _finder(scene: Scene) -> None:
    if not finder.is_listed(scene):
        finder.search(scene)
        return
    singular, _ = text.terms(scene.region)
    chosen = scene.view.district or None
    # Set only where it differs: a value sent again would send all names again.
    if st.session_state.get(_WIDGET) != chosen:
        st.session_state[_WIDGET] = chosen
    st.selectbox(
        t("district.find", county=text.markdown(singular)),
        scene.by_name,
        index=None,
        format_func=lambda key: scene.names.get(key, key),
        placeholder=t("district.find_hint"),
        key=_WIDGET,
        on_change=_found,
        width=420,
    )


def _found() -> None:
    state.change(district=st.session_state[_WIDGET] or "")


def _begin(scene: Scene) -> None:
    _, plural = text.terms(scene.region)
    st.html(
        f'<div class="mg-title"><h1>{text.esc(t("page.district.title"))}</h1>'
        f'<p class="mg-sub">{text.esc(t("district.about"))}</p></div>'
    )
    _finder(scene)
    rows = _worst(scene)
    if rows.empty:
        st.html(f"<p>{text.esc(t('district.begin.none', counties=plural))}</p>")
        return
    # How sure a place is is known for everyone only.
    if scene.group:
        whom = text.lower_first(scene.group)
        heading = t("district.begin.group", counties=plural, group=whom)
    else:
        heading = t("district.begin", counties=plural)
    st.html(f"<h2>{text.esc(heading)}</h2>")
    with st.container(key="mg-begin", gap=None):
        for row in rows.to_dict("records"):
            navigation.link("district", _named(row), scene.view, district=str(row["district_id"]))


def _worst(scene: Scene) -> pd.DataFrame:
    keep = selection.shown(scene.gap, rural=True, robust=not scene.view.lens)
    ranked = scene.gap[keep].dropna(subset=["gap_rank"])
    return ranked.sort_values(["gap_rank", "district_id"]).head(_OFFERED)


def _named(row: dict[Any, Any]) -> str:
    return t(
        "district.ranked",
        rank=text.people(row["gap_rank"]),
        name=text.markdown(text.plain(row["district_name"], 80)),
        gap=text.number(row["gap_score"]),
    )


def _district(scene: Scene, district_id: str) -> None:
    profile = Profile(scene, district_id)
    with st.container(key="mg-find", horizontal=True, vertical_alignment="bottom"):
        _finder(scene)
        _steps(scene, district_id)
    profile.draw_top()
    similar = district_rows.better(scene.snapshot, district_id).head(_BETTER)
    _links(scene, district_id, similar)
    with st.container(key="mg-two"):
        left, right = st.columns(2, gap="large")
    with left:
        profile.draw_why()
        profile.draw_better(similar)
        profile.draw_place()
    with right:
        profile.draw_care()
        profile.draw_staff()
    profile.draw_compared()
    profile.draw_sources()


def _steps(scene: Scene, district_id: str) -> None:
    """Draw links to the districts before and after this one in the ranking."""
    ranked = scene.gap.dropna(subset=["gap_rank"]).sort_values(["gap_rank", "district_id"])
    order = [str(value) for value in ranked["district_id"]]
    if district_id not in order:
        return
    at = order.index(district_id)
    for place, side in ((at - 1, "worse"), (at + 1, "better")):
        if 0 <= place < len(order):
            row = ranked.iloc[place]
            label = t(
                f"district.step.{side}",
                rank=text.people(row["gap_rank"]),
                name=text.markdown(text.plain(row["district_name"], 40)),
            )
            navigation.link("district", label, scene.view, district=order[place])


def _links(scene: Scene, district_id: str, similar: pd.DataFrame) -> None:
    with st.container(key="mg-do", horizontal=True, vertical_alignment="center"):
        navigation.link("map", t("district.on_map"), scene.view)
        ids = [district_id, *(str(value) for value in similar["similar_id"])]
        label = t("district.compare")
        if len(similar):
            label = tn("district.compare_better", len(similar))
        navigation.link("compare", label, scene.view, compare=",".join(ids))
        if scene.view.lens:
            navigation.link("district", t("district.for_everyone"), scene.view, lens="")
        factsheet.download(scene.snapshot, scene.region, district_id)
