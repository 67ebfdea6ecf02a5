"""Which services the map draws: the choices of the reader, checked, and the widgets for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import queries, service_rows, state, text
from dashboard.i18n import t
from dashboard.views.controls import show
from dashboard.views.scene import Scene

CANDIDATE = "candidate"
_ANY = ""


@dataclass(frozen=True)
class Services:
    """What the snapshot has to draw: levels in order, types, owners, cadres, possible places."""

    levels: pd.DataFrame
    types: pd.DataFrame
    owners: pd.DataFrame
    cadres: pd.DataFrame
    candidates: int

    @property
    def drawable(self) -> list[str]:
        """Ids of the levels with at least one point, and `candidate` where there are any."""
        rows = self.levels[self.levels["n_points"] > 0]
        return [*rows["level"].astype(str), *([CANDIDATE] if self.candidates else [])]


def load(snapshot: queries.Snapshot) -> Services:
    """Read what can be drawn."""
    return Services(
        levels=queries.levels(snapshot),
        types=service_rows.kinds(snapshot, "service_type"),
        owners=service_rows.kinds(snapshot, "ownership"),
        cadres=service_rows.cadres(snapshot),
        candidates=queries.candidate_count(snapshot),
    )


def checked(snapshot: queries.Snapshot, view: state.View, services: Services) -> state.View:
    """Return the view with only those choices of services that the snapshot has."""
    view = state.known_list(view, "levels", services.drawable)
    view = state.known_list(view, "types", set(services.types["code"]))
    view = state.known_list(view, "owners", set(services.owners["code"]))
    view = state.known(view, "cadre", set(services.cadres["cadre"]))
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
    view, levels = scene.view, list(services.levels["level"].astype(str))
    chosen = drawn(view)
    districts = ""
    if view.cadre:
        counted = service_rows.with_cadre(scene.snapshot, view.cadre)
        districts = "".join("1" if key in counted else "0" for key in scene.ids)
    return {
        "levels": [place for place, level in enumerate(levels) if level in chosen],
        "owners": _places(services.owners, view.owners),
        "types": _places(services.types, view.types),
        "districts": districts,
        "candidates": CANDIDATE in chosen,
    }


def _places(kinds: pd.DataFrame, chosen: str) -> list[int] | None:
    parts = _parts(chosen)
    return [place for place, key in enumerate(kinds["code"]) if key in parts] if parts else None


def _parts(joined: str) -> list[str]:
    return [part for part in joined.split(",") if part]


def widgets(scene: Scene, services: Services) -> None:
    """Draw the choices: levels, type, owner, cadre."""
    view = scene.view
    labels = {
        str(row["level"]): t(
            "map.level_count", label=text.label(row["label"]), count=text.people(row["n_points"])
        )
        for row in services.levels.to_dict("records")
    }
    count = text.people(services.candidates)
    labels[CANDIDATE] = t("map.level_count", label=t("map.candidates"), count=count)
    _several("levels", t("map.levels"), labels, drawn(view), services.drawable,
             t("map.levels_none"))  # fmt: skip
    if words := _without(services.levels):
        st.caption(text.markdown(words))
    for name, kinds in (("types", services.types), ("owners", services.owners)):
        labels = {
            str(row["code"]): t(
                "map.level_count", label=text.label(row["label"]), count=text.people(row["n"])
            )
            for row in kinds.to_dict("records")
        }
        chosen = _parts(getattr(view, name))
        _several(name, t(f"map.{name}"), labels, chosen, list(labels), t("map.all"))
    _cadre(scene, services.cadres)


def _several(
    name: str, label: str, labels: dict[str, str], chosen: list[str], options: list[str], empty: str
) -> None:
    show(f"w_{name}", chosen)
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


def _without(levels: pd.DataFrame) -> str:
    """Return which levels have nothing to draw; nothing found is not the same as none there."""
    names = [text.label(label) for label in levels.loc[levels["n_points"] == 0, "label"]]
    return t("map.levels_without", names=text.listed(names)) if names else ""


def _cadre(scene: Scene, cadres: pd.DataFrame) -> None:
    names = {_ANY: t("map.cadre_any")} | {
        str(row["cadre"]): text.label(row["label"]) for row in cadres.to_dict("records")
    }
    _, plural = text.terms(scene.region)
    show("w_cadre", scene.view.cadre)
    st.selectbox(
        t("map.cadre"),
        list(names),
        format_func=lambda key: names.get(key, key),
        key="w_cadre",
        on_change=_cadre_changed,
        disabled=cadres.empty,
        help=t("map.cadre_none")
        if cadres.empty
        else t("map.cadre_help", terms=text.markdown(plural)),
    )


def _several_changed(name: str) -> None:
    state.change(**{name: ",".join(st.session_state[f"w_{name}"])})


def _cadre_changed() -> None:
    state.change(cadre=st.session_state["w_cadre"] or _ANY)
