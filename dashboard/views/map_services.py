"""Which services the map draws: the choices of the reader, checked, and the widgets for them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import queries, service_rows, state, text
from dashboard.drawable import CANDIDATE, Services
from dashboard.i18n import t
from dashboard.views.controls import carry
from dashboard.views.scene import Scene

_ANY = ""


def checked(snapshot: queries.Snapshot, view: state.View, services: Services) -> state.View:
    """Return the view with only those choices of services that the snapshot has."""
    view = state.known_list(view, "levels", services.drawable)
    view = state.known_list(view, "types", services.types)
    view = state.known_list(view, "owners", services.owners)
    view = state.known(view, "cadre", services.cadres)
    if not view.service:
        return view
    # Compared in one go: a list of tens of thousands of ids would cost more than the rest.
    is_there = bool((service_rows.services(snapshot)["service_id"] == view.service).any())
    return state.known(view, "service", [view.service] if is_there else [])


def drawn(view: state.View) -> list[str]:
    """Return the levels that are drawn, `candidate` among them."""
    return _parts(view.levels)


def shown(scene: Scene, services: Services) -> dict[str, Any]:
    """Return `show` of the update message: places in the lists of the points route."""
    view, chosen = scene.view, drawn(scene.view)
    districts = ""
    if view.cadre:
        counted = service_rows.with_cadre(scene.snapshot, view.cadre)
        districts = "".join("1" if key in counted else "0" for key in scene.ids)
    return {
        "levels": [place for place, level in enumerate(services.levels) if level in chosen],
        "owners": _places(services.owners, view.owners),
        "types": _places(services.types, view.types),
        "districts": districts,
        "candidates": CANDIDATE in chosen,
    }


def _places(kinds: dict[str, str], chosen: str) -> list[int] | None:
    parts = _parts(chosen)
    return [place for place, key in enumerate(kinds) if key in parts] if parts else None


def _parts(joined: str) -> list[str]:
    return [part for part in joined.split(",") if part]


def widgets(scene: Scene, services: Services) -> None:
    """Draw the choices: levels, type, owner, cadre."""
    view = scene.view
    _several("levels", t("map.levels"), services.counted, drawn(view), services.drawable,
             t("map.levels_none"))  # fmt: skip
    if services.without:
        # Nothing found is not the same as none there.
        st.caption(text.markdown(t("map.levels_without", names=text.listed(services.without))))
    for name, kinds in (("types", services.types), ("owners", services.owners)):
        chosen = _parts(getattr(view, name))
        _several(name, t(f"map.{name}"), kinds, chosen, list(kinds), t("map.all"))
    _cadre(scene, services.cadres)


def _several(
    name: str, label: str, labels: dict[str, str], chosen: list[str], options: list[str], empty: str
) -> None:
    carry(f"w_{name}", chosen)
    st.multiselect(
        label,
        options,
        format_func=lambda key: labels.get(key, key),
        key=f"w_{name}",
        on_change=_several_changed,
        args=(name,),
        placeholder=empty,
        disabled=not options,
    )


def _cadre(scene: Scene, cadres: dict[str, str]) -> None:
    names = {_ANY: t("map.cadre_any")} | cadres
    _, plural = text.terms(scene.region)
    carry("w_cadre", scene.view.cadre)
    st.selectbox(
        t("map.cadre"),
        list(names),
        format_func=lambda key: names.get(key, key),
        key="w_cadre",
        on_change=_cadre_changed,
        disabled=not cadres,
        help=t("map.cadre_help", terms=text.markdown(plural)) if cadres else t("map.cadre_none"),
    )


def _several_changed(name: str) -> None:
    state.change(**{name: ",".join(st.session_state[f"w_{name}"])})


def _cadre_changed() -> None:
    state.change(cadre=st.session_state["w_cadre"] or _ANY)
