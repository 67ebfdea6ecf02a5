"""Similar districts that do better, and what they have that this one lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import navigation, similar_rows, state, text
from dashboard.i18n import t, tn
from dashboard.views.profile.blocks import more
from dashboard.views.scene import Scene

# Figures of a kind that are shown at once; the others open on demand.
_IN_SIGHT = 4
KINDS = ("access", "staff", "level", "service_type")


def draw(scene: Scene, ids: Sequence[str]) -> None:
    """Draw the section for one of the districts compared; the reader chooses which."""
    heading = text.esc(t("compare.section.similar"))
    st.html(f'<section class="mg-compare"><h2>{heading}</h2></section>')
    chosen = _chosen(scene, ids)
    st.html(_rule(similar_rows.rules(scene.snapshot)))
    better = similar_rows.better(scene.snapshot, chosen)
    if better.empty:
        st.info(_none(scene, chosen))
        return
    items = similar_rows.has_more(scene.snapshot, chosen)
    for row in better.to_dict("records"):
        own = items[items["similar_id"] == row["similar_id"]]
        _one(scene, ids, chosen, row, own)


def _chosen(scene: Scene, ids: Sequence[str]) -> str:
    first = scene.view.district if scene.view.district in ids else ids[0]
    if len(ids) == 1:
        return first
    if st.session_state.get("w_similar") != first:
        st.session_state["w_similar"] = first
    st.selectbox(
        t("compare.similar.for", district=text.terms(scene.region)[0]),
        list(ids),
        format_func=lambda key: scene.names.get(key, key),
        key="w_similar",
        on_change=lambda: state.change(district=st.session_state["w_similar"] or first),
        width=330,
    )
    return first


def _none(scene: Scene, chosen: str) -> str:
    name = text.markdown(scene.names[chosen])
    if text.is_missing(scene.row(chosen)["gap_score"]):
        return t("compare.similar.no_score", name=name)
    count = similar_rows.n_similar(scene.snapshot, chosen)
    if not count:
        return t("compare.similar.none_similar", name=name)
    return tn("compare.similar.none_better", count, name=name)


def _rule(rules: pd.DataFrame) -> str:
    items = "".join(
        f"<li><b>{text.esc(text.label(row['title']))}</b>{_value(row)}: "
        f"{text.esc(text.label(row['text']))}</li>"
        for row in rules.to_dict("records")
    )
    intro = text.esc(t("compare.similar.intro"))
    words = text.esc(t("compare.similar.rule"))
    return (
        f'<p>{intro}</p><details class="mg-more"><summary>{words}</summary>'
        f'<ul class="mg-rules">{items}</ul></details>'
    )


def _value(row: Mapping[Any, Any]) -> str:
    if text.is_missing(row["value"]) or not str(row["value"]):
        return ""
    unit = "" if text.is_missing(row["unit"]) else f" {text.label(row['unit'])}"
    return text.esc(f" ({text.plain(row['value'])}{unit})")


def _one(
    scene: Scene, ids: Sequence[str], chosen: str, row: Mapping[Any, Any], items: pd.DataFrame
) -> None:
    other = str(row["similar_id"])
    with st.container(key=f"mg-similar-{int(row['position'])}", border=True):
        st.html(_card(scene, chosen, row, items))
        if other in ids:
            st.html(f'<p class="mg-note">{text.esc(t("compare.similar.already"))}</p>')
            return
        full = len(ids) >= state.COMPARED
        st.button(
            t("compare.similar.button", name=text.markdown(scene.names[other])),
            on_click=state.change,
            kwargs={"compare": ",".join([*ids, other])},
            disabled=full,
            help=t("compare.similar.full") if full else None,
            key=f"w_similar_{int(row['position'])}",
        )


def _card(scene: Scene, chosen: str, row: Mapping[Any, Any], items: pd.DataFrame) -> str:
    other = str(row["similar_id"])
    here, there = scene.names[chosen], scene.names[other]
    address = navigation.href("district", scene.view, district=other)
    name = f'<a href="{text.esc(address)}" target="_self">{text.name_html(there)}</a>'
    words = t(
        "compare.similar.words",
        access=text.number(row["access_difference"]),
        need=_signed(row["need_difference"]),
        ratio=text.number(row["population_ratio"], 2),
    )
    body = "".join(_group(kind, items[items["kind"] == kind], here, there) for kind in KINDS)
    return (
        f'<div class="mg-compare"><h3>{name}</h3><p>{text.esc(words)}</p>'
        + (body or f'<p class="mg-note">{text.esc(t("compare.similar.nothing"))}</p>')
        + "</div>"
    )


def _group(kind: str, items: pd.DataFrame, here: str, there: str) -> str:
    if items.empty:
        return ""
    head = (t(f"compare.kind.{kind}"), here, there)
    columns = "".join(f'<th scope="col" role="columnheader">{text.name_html(h)}</th>' for h in head)
    lines = [_item(row, here, there) for row in items.to_dict("records")]
    table = _table(columns, lines[:_IN_SIGHT], there)
    rest = lines[_IN_SIGHT:]
    if not rest:
        return table
    return table + more(tn("compare.similar.more", len(rest)), _table(columns, rest, there))


def _table(columns: str, lines: Sequence[str], there: str) -> str:
    caption = text.esc(t("compare.similar.has", name=there))
    return (
        '<table class="mg-table mg-side mg-side-2" role="table">'
        f'<caption class="mg-hidden">{caption}</caption>'
        f'<thead role="rowgroup"><tr role="row">{columns}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(lines)}</tbody></table>'
    )


def _item(row: Mapping[Any, Any], here: str, there: str) -> str:
    label = text.label(row["label"])
    if not text.is_missing(row["tier_label"]):
        label = t("layer.with_tier", label=label, tier=text.label(row["tier_label"]))
    sure = text.is_missing(row["estimate"]) or not bool(row["estimate"])
    note = "" if sure else f"<small>{text.esc(t('compare.estimate'))}</small>"
    cells = "".join(
        f'<td role="cell" data-label="{text.esc(name)}"><span>'
        f"{text.esc(text.with_unit(row[column], row['unit']))}</span></td>"
        for name, column in ((here, "value_here"), (there, "value_there"))
    )
    head = f'<th scope="row" role="rowheader">{text.esc(label)}{note}</th>'
    return f'<tr role="row">{head}{cells}</tr>'


def _signed(value: Any) -> str:
    if text.is_missing(value):
        return text.no_data()
    shown = text.number(value)
    return f"+{shown}" if float(value) > 0 else shown
