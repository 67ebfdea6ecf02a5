"""The controls of the rankings: what to rank by, for whom, which districts, which columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import columns, ranking, state, text
from dashboard.i18n import folded, t
from dashboard.views.controls import carry, show
from dashboard.views.scene import Scene

# What filters districts; changing one starts at the first page again.
_FILTERS = ("rural", "robust", "underserved", "grade", "parent", "search")


def draw(
    scene: Scene, view: state.View, listed: pd.DataFrame, known: Mapping[str, columns.Column]
) -> None:
    """Draw all controls; each writes its choice into the address."""
    with st.container(key="mg-rank-controls", horizontal=True, vertical_alignment="bottom"):
        _layer(view, listed)
        _lens(scene, view)
        show("w_rank_search", view.search)
        st.text_input(
            t("rankings.search", district=text.terms(scene.region)[0]),
            key="w_rank_search",
            type="search",
            placeholder=t("rankings.placeholder"),
            live=True,
            max_chars=80,
            on_change=_changed,
            args=("w_rank_search", "search"),
            width=220,
        )
        _grades(scene, view)
        _parents(scene, view)
    with st.container(key="mg-rank-filters", horizontal=True, vertical_alignment="center"):
        _toggles(scene, view)
        _columns(view, known)


def clear() -> None:
    """Take every filter away."""
    plain = state.View()
    state.change(part="", **{name: getattr(plain, name) for name in _FILTERS})


def in_words(scene: Scene, view: state.View, figure: str) -> list[str]:
    """Return, for a file, what it is ranked by, for whom, and which filters are on."""
    _, plural = text.terms(scene.region)
    out = [t("rankings.file.by", figure=figure, group=scene.group or t("rankings.everyone"))]
    for name in ("rural", "robust", "underserved"):
        if getattr(view, name):
            out.append(t(f"rankings.file.{name}", districts=plural))
    if view.grade:
        out.append(t("rankings.file.grade", grade=_grade_word(view.grade)))
    if view.parent:
        out.append(t("rankings.file.parent", parent=text.plain(view.parent)))
    if view.search:
        out.append(t("rankings.file.search", words=view.search))
    return out


def _layer(view: state.View, listed: pd.DataFrame) -> None:
    names = {str(row["layer"]): columns.layer_name(row) for row in listed.to_dict("records")}
    show("w_rank_layer", view.layer)
    st.selectbox(
        t("rankings.by"),
        list(names),
        format_func=lambda layer: text.plain(names.get(layer, layer), 90),
        key="w_rank_layer",
        on_change=_changed,
        args=("w_rank_layer", "layer"),
        kwargs={"sort": ""},
        width=330,
    )


def _lens(scene: Scene, view: state.View) -> None:
    names = {"": t("rankings.everyone_choice")} | {
        lens: group.label for lens, group in scene.groups.usable.items()
    }
    show("w_rank_lens", view.lens)
    st.selectbox(
        t("rankings.for_whom"),
        list(names),
        format_func=lambda lens: text.plain(names.get(lens, lens), 60),
        key="w_rank_lens",
        on_change=_lens_changed,
        disabled=len(names) < 2,
        width=190,
    )


def _grades(scene: Scene, view: state.View) -> None:
    order = scene.gap.sort_values("class_gap", ascending=False, na_position="last")["gap_class"]
    names = ["", *dict.fromkeys(ranking.grade_id(name) for name in order)]
    show("w_rank_grade", view.grade)
    st.selectbox(
        t("rankings.grade"),
        names,
        format_func=lambda grade: _grade_word(grade) if grade else t("rankings.all_grades"),
        key="w_rank_grade",
        on_change=_changed,
        args=("w_rank_grade", "grade"),
        width=170,
    )


def _parents(scene: Scene, view: state.View) -> None:
    names = sorted(scene.gap["parent_name"].dropna().unique(), key=folded)
    if not names:
        return
    term = scene.region["parent_term"]
    show("w_rank_parent", view.parent)
    st.selectbox(
        t("rankings.parent") if text.is_missing(term) else text.sentence(text.label(term)),
        ["", *names],
        format_func=lambda name: text.plain(name, 60) if name else t("rankings.all_parents"),
        key="w_rank_parent",
        on_change=_changed,
        args=("w_rank_parent", "parent"),
        width=180,
    )


def _toggles(scene: Scene, view: state.View) -> None:
    _, plural = text.terms(scene.region)
    helps = {
        "rural": text.markdown(text.label(scene.region["rural_rule"])),
        "robust": t("common.everyone_only")
        if view.lens
        else t("rankings.help.robust", districts=text.markdown(plural)),
        "underserved": text.markdown(text.sentence(text.label(scene.region["underserved_rule"]))),
    }
    for name, about in helps.items():
        show(f"w_rank_{name}", getattr(view, name))
        st.toggle(
            t(f"rankings.only.{name}"),
            key=f"w_rank_{name}",
            on_change=_changed,
            args=(f"w_rank_{name}", name),
            disabled=name == "robust" and bool(view.lens),
            help=about,
        )
    show("w_rank_plain", view.plain)
    st.toggle(
        t("rankings.plain"),
        key="w_rank_plain",
        on_change=_changed,
        args=("w_rank_plain", "plain"),
        help=t("rankings.help.plain"),
    )


def _columns(view: state.View, known: Mapping[str, columns.Column]) -> None:
    chosen = [key for key in view.columns.split(",") if key] or columns.usual(known, view.layer)
    carry("w_rank_columns", chosen)
    with st.popover(t("rankings.columns"), icon=":material/view_column:"):
        st.multiselect(
            t("rankings.columns_shown"),
            list(known),
            format_func=lambda key: known[key].heading if key in known else key,
            key="w_rank_columns",
            on_change=_columns_changed,
            max_selections=columns.MOST,
            help=t("rankings.help.columns"),
        )
        st.button(
            t("rankings.usual_columns"),
            on_click=state.change,
            kwargs={"columns": ""},
            disabled=not view.columns,
        )


def _changed(key: str, name: str, **others: Any) -> None:
    value = st.session_state[key]
    state.change(**{"part": "", name: "" if value is None else value}, **others)


def _lens_changed() -> None:
    lens = st.session_state["w_rank_lens"] or ""
    # What is known for everyone only leaves with everyone, and the other way round.
    gone = columns.OF_EVERYONE if lens else columns.OF_GROUP
    kept = [key for key in st.session_state["w_rank_columns"] if key not in gone]
    own = bool(state.kept().columns)
    state.change(lens=lens, sort="", part="", columns=",".join(kept) if own else "",
                 **({"robust": False, "sure": False} if lens else {}))  # fmt: skip


def _columns_changed() -> None:
    state.change(columns=",".join(st.session_state["w_rank_columns"]), part="")


def _grade_word(grade: str) -> str:
    return text.sentence(text.label(grade.replace("_", " ")))
