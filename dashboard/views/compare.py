"""Compare: up to four districts side by side, and similar districts that do better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import (
    compared,
    compared_figures,
    district_rows,
    layer_rows,
    queries,
    similar_rows,
    state,
    text,
)
from dashboard.i18n import t
from dashboard.table_files import Lines
from dashboard.views import compare_parts, downloads, frame, similar
from dashboard.views import scene as scenes
from dashboard.views.scene import Scene


class Comparison:
    """The districts compared, in order, and their figures by section; read when first asked."""

    def __init__(self, scene: Scene, names: Mapping[str, str]) -> None:
        self.scene = scene
        self.ids = scene.view.compared
        self.names = [names[key] for key in self.ids]
        self.rows: list[Mapping[str, Any]] = [scene.row(key) for key in self.ids]

    @cached_property
    def reasons(self) -> list[pd.DataFrame]:
        """What the gap of each district is made of."""
        return [district_rows.reasons(self.scene.snapshot, key) for key in self.ids]

    @cached_property
    def sections(self) -> dict[str, list[compared.Figure]]:
        """All figures, by the name of their section, in the order of the page."""
        snapshot, rows = self.scene.snapshot, self.rows
        spreads = layer_rows.spreads(snapshot)
        marks = layer_rows.withheld(snapshot)
        own = [layer_rows.of_district(snapshot, key) for key in self.ids]
        vintage = text.vintage(self.scene.region["population_vintage"])
        access = compared_figures.of_family(own, self.ids, "access", spreads, marks)
        near, reach = compared_figures.nearest(access)
        return {
            "scores": compared_figures.scores(
                rows, len(self.scene.gap), spreads, marks, self.scene.view.lens
            ),
            "people": compared_figures.people(rows, marks, vintage),
            "staff": compared_figures.staff(
                [district_rows.staff(snapshot, key) for key in self.ids]
            ),
            "services": compared_figures.services(
                queries.levels(snapshot),
                similar_rows.services_by_level(snapshot, self.ids),
                rows,
            ),
            "nearest": near,
            "reach": reach,
            "indicators": compared_figures.of_family(own, self.ids, "indicator", spreads, marks),
        }


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    frame.page(_page)


def _page(start: frame.Start) -> None:
    scene = scenes.load(start)
    if not scene.view.compare and scene.view.district:
        # Whoever comes from a district wants to compare that one.
        scene = replace(scene, view=replace(scene.view, compare=scene.view.district))
    state.save(scene.view)
    frame.notes()
    _draw(scene, start)


def _draw(scene: Scene, start: frame.Start) -> None:
    st.html(f"<h1>{text.esc(t('page.compare.title'))}</h1>")
    names = scene.districts.full_names
    _choose(scene, names)
    singular, plural = text.terms(scene.region)
    if not scene.view.compared:
        st.info(t("compare.empty", districts=text.markdown(plural)))
        return
    own = Comparison(scene, names)
    if len(own.ids) == 1:
        st.info(t("compare.one", district=text.markdown(singular)))
    if scene.group:
        words = t("compare.group_shown", group=scene.group)
        st.html(f'<p class="mg-group">{text.esc(words)} {text.esc(t("common.everyone_only"))}</p>')
    st.html(_body(own))
    similar.draw(scene, own.ids)
    downloads.of_comparison(lambda: _lines(own, start), start)


def _body(own: Comparison) -> str:
    sections, names = own.sections, own.names
    heads = compare_parts.headings(names, own.ids, own.scene.view)
    every = [figure for figures in sections.values() for figure in figures]
    notes = {name: t(f"compare.intro.{name}") for name in ("scores", "services", "nearest")}
    notes["people"] = t("compare.intro.people")
    parts = [compare_parts.most(every, names, heads)]
    for name, figures in sections.items():
        parts.append(compare_parts.figures(name, figures, names, heads, notes.get(name, "")))
        if name == "scores":
            groups = similar_rows.groups(own.scene.snapshot)
            parts.append(compare_parts.about(own.rows, groups, names, heads))
            parts.append(compare_parts.reasons(own.reasons, names, heads))
    return "".join(parts)


def _lines(own: Comparison, start: frame.Start) -> Lines:
    titles = {t(f"compare.section.{name}"): rows for name, rows in own.sections.items()}
    names = [f"{name} ({key})" for name, key in zip(own.names, own.ids, strict=True)]
    headings, rows = compared.file_rows(titles, names)
    region = text.place(start.region)
    notes = [t("compare.file.for", group=own.scene.group or t("rankings.everyone"))]
    notes += downloads.notes(start, "compare", own.scene.view)
    return Lines(t("downloads.comparison", region=region), notes, headings, rows)


def _choose(scene: Scene, names: Mapping[str, str]) -> None:
    wanted = scene.view.compared
    # Written only when another: a value that is set is sent, and with it all of its options.
    if st.session_state.get("w_compare") != wanted:
        st.session_state["w_compare"] = wanted
    _, plural = text.terms(scene.region)
    st.multiselect(
        text.sentence(t("compare.choose", districts=plural)),
        scene.by_name,
        format_func=lambda key: names.get(key, key),
        key="w_compare",
        on_change=_changed,
        max_selections=state.COMPARED,
        placeholder=t("compare.placeholder"),
    )


def _changed() -> None:
    chosen = st.session_state["w_compare"]
    # With none left, a district chosen elsewhere would come back by itself.
    state.change(compare=",".join(chosen), **({} if chosen else {"district": ""}))
