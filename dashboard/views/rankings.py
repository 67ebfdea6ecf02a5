"""Rankings: every district of a region, in any order, with likely ranges, and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import (
    columns,
    i18n,
    layer_rows,
    layers,
    map_rows,
    navigation,
    ranking,
    state,
    table,
    text,
)
from dashboard.i18n import t
from dashboard.views import downloads, frame, plain_table, rank_controls
from dashboard.views import scene as scenes
from dashboard.views.scene import Scene

_GRID_HEIGHT = 640


@dataclass(frozen=True)
class Rankings:
    """What the page draws: the choices that hold, and what there is to choose from."""

    scene: Scene
    view: state.View
    listed: pd.DataFrame
    known: dict[str, columns.Column]
    total: int

    @cached_property
    def layer(self) -> dict[Any, Any]:
        """The row of out_layer that districts are ranked by."""
        return dict(self.listed.set_index("layer").loc[self.view.layer].to_dict())

    @property
    def layer_name(self) -> str:
        """What the figure ranked by is called."""
        return columns.layer_name({**self.layer, "layer": self.view.layer})


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    frame.page(_page)


def _page(start: frame.Start) -> None:
    here = _checked(scenes.load(start))
    state.save(here.view)
    frame.notes()
    _draw(here, start)


def _checked(scene: Scene) -> Rankings:
    """Return the page's choices; those that the snapshot does not know are dropped and noted."""
    listed = layers.listed(scene.snapshot)
    view = scene.view
    if view.layer == layers.BIVARIATE:
        # Two scores at once have no one order; whoever comes from that map sees the gap.
        view = state.without(view, "layer")
    view = state.known(view, "layer", set(listed["layer"].astype(str)))
    parents = set(scene.gap["parent_name"].dropna())
    found = columns.known(listed, group=bool(view.lens), parents=bool(parents))
    view = state.known_list(view, "columns", found)
    order = {key for key in found if ranking.sortable(key)} | {"place", "district_name"}
    view = state.known(view, "sort", order | {f"-{key}" for key in order})
    view = state.known(view, "grade", {ranking.grade_id(name) for name in scene.gap["gap_class"]})
    view = state.known(view, "parent", parents)
    return Rankings(scene, view, listed, found, len(scene.gap))


def _draw(here: Rankings, start: frame.Start) -> None:
    st.html(f"<h1>{text.esc(t('page.rankings.title'))}</h1>")
    head = st.container()
    rank_controls.draw(here.scene, here.view, here.listed, here.known)
    ranked = _ranked(here)
    with head:
        st.html(_sentence(here, len(ranked.rows)))
    if ranked.rows.empty:
        st.info(t("rankings.none"))
        st.button(t("rankings.clear"), on_click=rank_controls.clear)
    elif here.view.plain:
        plain_table.draw(ranked, here.view)
    else:
        _grid(here, ranked)
    st.html(_notes(here, ranked))
    downloads.of_table(
        ranked, here.view, start, rank_controls.in_words(here.scene, here.view, here.layer_name)
    )


def _ranked(here: Rankings) -> table.Ranked:
    view, scene = here.view, here.scene
    shown = columns.chosen(here.known, [k for k in view.columns.split(",") if k], view.layer)
    wanted = [column.key for column in shown] + [view.sort.removeprefix("-")]
    figures = {
        key: map_rows.layer_values(scene.snapshot, key)
        for key in ranking.needed(view.layer, wanted)
    }
    rows = ranking.whole(
        scene.gap,
        layer_rows.variant_ranks(scene.snapshot),
        figures,
        view.layer,
        int(here.layer["direction"]),
    )
    found = scene.districts.called(view.search)
    rows = rows[pd.Series(scene.shown, index=rows.index) & ranking.narrowed(rows, view, found)]
    return table.Ranked(
        rows=ranking.ordered(rows, view.sort),
        columns=shown,
        district=text.sentence(text.terms(scene.region)[0]),
        layer=view.layer,
        lens=view.lens,
        ranges=view.layer == "gap" and not view.lens,
        withheld=layer_rows.withheld(scene.snapshot),
    )


def _sentence(here: Rankings, count: int) -> str:
    values = {
        "shown": text.people(count),
        "total": text.counted(here.total, here.scene.region),
        "region": text.place(here.scene.region),
        "figure": here.layer_name,
    }
    if here.view.layer in text.SCORES:
        group = here.scene.group or t("rankings.everyone")
        words = t("rankings.shown", group=group, **values)
    else:  # only scores differ from group to group
        words = t("rankings.shown_figure", **values)
    return f'<p class="mg-answer">{text.esc(words)}</p>'


def _grid(here: Rankings, ranked: table.Ranked) -> None:
    event = st.dataframe(
        table.grid(ranked),
        hide_index=True,
        height=min(_GRID_HEIGHT, 38 + 35 * len(ranked.rows)),
        column_config=table.config(ranked, here.total, columns.ranked_by(here.view.layer)),
        on_select="rerun",
        selection_mode="single-row",
        placeholder=text.no_data(),
        alt=t("rankings.alt", figure=here.layer_name),
    )
    # The grid has no key: it is another one as soon as its rows are others, so a row that was
    # picked always is one of these.
    if picked := event.selection.rows:
        navigation.go("district", district=str(ranked.rows["district_id"].iloc[picked[0]]))


def _notes(here: Rankings, ranked: table.Ranked) -> str:
    region = here.scene.region
    lines = [t("rankings.open_row")] if not here.view.plain else []
    if int(here.layer["direction"]) == 0:
        lines.append(t("rankings.neither"))
    if any(column.kind == "line" for column in ranked.columns):
        lines.append(t("rankings.variants"))
    lines.append(t("common.everyone_only") if here.view.lens else t("rankings.ranges"))
    lines.append(t("rankings.people", vintage=text.vintage(region["population_vintage"])))
    if cells := ranked.withheld_cells():
        named = [
            t("rankings.withheld_column", column=heading, count=text.people(count))
            for heading, count in cells.items()
        ]
        lines.append(t("rankings.withheld", columns=i18n.listed(named)))
        if not here.view.plain:
            lines.append(t("rankings.withheld_in_grid"))
    return f'<p class="mg-note">{text.esc(" ".join(lines))}</p>'
