"""Beside the map: find a district, its card, the services in it, or the ten worst."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import navigation, service_rows, state, text
from dashboard.i18n import t
from dashboard.map_look import Look
from dashboard.views.controls import show
from dashboard.views.finder import finder
from dashboard.views.profile import summary
from dashboard.views.scene import Scene


def side(scene: Scene, look: Look) -> None:
    """Draw the panel."""
    finder(scene)
    if scene.view.service:
        _service(scene)
    if scene.view.district:
        _chosen(scene)
    else:
        _worst(scene, look)


def _chosen(scene: Scene) -> None:
    view = scene.view
    st.html(summary.card(scene, view.district))
    with st.container(horizontal=True, gap="medium", key="mg-card-links"):
        navigation.link("district", t("map.full_profile"), view)
        compared = [key for key in view.compared if key != view.district]
        ids = ",".join([*compared, view.district][-state.COMPARED :])
        navigation.link("compare", t("map.compare"), view, compare=ids)
        st.button(t("map.clear"), on_click=_cleared, key="w_clear", type="tertiary")
    if not view.service:
        _services_here(scene)


def _cleared() -> None:
    state.change(district="", service="")


def _services_here(scene: Scene) -> None:
    name = scene.names[scene.view.district]
    rows = service_rows.services(scene.snapshot)
    rows = rows[rows["district_id"] == scene.view.district]
    if rows.empty:
        st.html(f'<p class="mg-note">{text.esc(t("map.service_none", name=name))}</p>')
        return
    labels = {str(row["service_id"]): _service_label(row) for row in rows.to_dict("records")}
    show("w_service", None)
    st.selectbox(
        t("map.service", name=text.markdown(name)),
        list(labels),
        index=None,
        format_func=lambda key: labels.get(key, key),
        key="w_service",
        on_change=_service_chosen,
        placeholder=t("map.service_choose"),
    )


def _service_label(row: dict[Any, Any]) -> str:
    kind = text.label(row["type_label"])
    if text.is_missing(row["name"]):
        return t("map.service_unnamed", type=kind)
    return f"{text.plain(row['name'], 60)} · {kind}"


def _service_chosen() -> None:
    if st.session_state["w_service"]:
        state.change(service=st.session_state["w_service"], rings=True)


def _service(scene: Scene) -> None:
    rows = service_rows.services(scene.snapshot).set_index("service_id")
    row = rows.loc[scene.view.service].to_dict()
    reach = service_rows.rings(scene.snapshot, scene.view.service)
    facts = [
        (t("map.service.type"), text.label(row["type_label"])),
        (t("map.service.level"), text.label(row["level_label"])),
        (t("map.service.owner"), text.label(row["ownership_label"])),
        (t("map.service.district"), scene.names.get(str(row["district_id"]), text.no_data())),
        (t("map.service.reported"), text.yes_no(row["services_reported"])),
        *_reach(reach),
    ]
    items = "".join(
        f"<div><dt>{text.esc(label)}</dt><dd>{text.name_html(value)}</dd></div>"
        for label, value in facts
    )
    head = text.name_html(_service_label(row) if text.is_missing(row["name"]) else row["name"])
    note = t("map.candidate") if row["is_candidate"] else ""
    if reach.empty:
        note = " ".join(part for part in (note, t("map.service.no_reach")) if part)
    st.html(
        f'<article class="mg-profile mg-card"><h2>{head}</h2>'
        f'<dl class="mg-facts">{items}</dl><p class="mg-note">{text.esc(note)}</p></article>'
    )
    st.button(t("map.service.clear"), on_click=_service_closed, key="w_unservice", type="tertiary")


def _service_closed() -> None:
    state.change(service="")


def _reach(rings: pd.DataFrame) -> list[tuple[str, str]]:
    """Return how many people live within each time of the service."""
    rows = rings.drop_duplicates("minutes")
    return [
        (
            t(
                "map.service.people_catchment" if row["is_catchment"] else "map.service.people",
                minutes=text.short_number(row["minutes"]),
            ),
            t("map.service.people_how", people=text.people(row["people"]))
            if not text.is_missing(row["people"])
            else text.no_data(),
        )
        for row in rows.to_dict("records")
    ]


def _worst(scene: Scene, look: Look) -> None:
    st.html(look.worst_title)
    if not look.worst:
        st.html(f"<p>{text.esc(t('map.list_none'))}</p>")
    with st.container(key="mg-list", gap=None):
        for district_id, label in look.worst:
            navigation.link("map", label, scene.view, district=district_id, service="")
    st.html(look.worst_note)
    navigation.link("rankings", t("map.in_rankings"), scene.view)
