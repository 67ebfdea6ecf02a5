"""The controls above the map: what it shows, how it is classed, for whom, and which districts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import streamlit as st

from dashboard import i18n, layers, queries, state, text
from dashboard.i18n import t
from dashboard.layers import BIVARIATE, Layer
from dashboard.views.scene import Scene

_EVERYONE = ""
MAIN = (*text.SCORES, BIVARIATE)


def controls(scene: Scene, layer: Layer) -> None:
    """Draw the layer, its classes, the group of people and the filters."""
    _layer(scene)
    _classes(scene, layer)
    _lens(scene)
    _filters(scene)


def show(key: str, value: Any) -> None:
    """Make a widget show a value of the view.

    Writing it only where it differs keeps the widget's message the same from run to run, so that
    long lists of options are not sent to the browser again.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def carry(key: str, value: Any) -> None:
    """Make a widget show a value of the view, also one in a pop-up that is closed.

    The browser builds such a widget when the pop-up is opened, from the latest message alone. One
    that no longer says the value would show nothing chosen, so every run says it.
    """
    st.session_state[key] = value


def _layer(scene: Scene) -> None:
    view = scene.view
    show("w_layer", view.layer if view.layer in MAIN else None)
    st.segmented_control(
        t("map.colour_by"),
        list(MAIN),
        format_func=lambda name: (
            t("layer.bivariate_button") if name == BIVARIATE else text.score_words(name).button
        ),
        key="w_layer",
        on_change=_chosen,
        args=("w_layer",),
    )
    others = _others(scene.snapshot, i18n.language())
    show("w_figure", view.layer if view.layer in others else None)
    st.selectbox(
        t("map.other_figures"),
        list(others),
        index=None,
        format_func=lambda name: others.get(name, name),
        key="w_figure",
        on_change=_chosen,
        args=("w_figure",),
        placeholder=t("map.other_figures_choose"),
        help=t("map.other_figures_help"),
        width=330,
    )


@lru_cache(maxsize=32)
def _others(snapshot: queries.Snapshot, _: str) -> dict[str, str]:
    """Return what indicators and access figures are called in the list, by layer id.

    The same for every reader of a snapshot in one language.
    """
    rows = layers.listed(snapshot)
    rows = rows[rows["family"] != "score"]
    rows = rows.assign(group=[_group(row) for row in rows.to_dict("records")])
    # Groups stay in the order in which the first of each was published.
    first = rows.groupby("group")["position"].transform("min")
    ordered = rows.assign(first=first).sort_values(["family", "first", "position"])
    return {str(row["layer"]): _choice(row) for row in ordered.to_dict("records")}


def _group(row: dict[Any, Any]) -> str:
    return text.label(row["domain"] if row["family"] == "indicator" else row["tier_label"])


def _choice(row: dict[Any, Any]) -> str:
    label = text.label(row["label"])
    if text.is_missing(row["unit"]):
        return t("layer.choice_plain", group=row["group"], label=label)
    return t("layer.choice", group=row["group"], label=label, unit=text.label(row["unit"]))


def _classes(scene: Scene, layer: Layer) -> None:
    if layer.id == BIVARIATE:
        why = t("map.classes_both")
    else:
        why = t("map.classes_lens") if scene.view.lens else t("map.classes_help")
    show("w_classes", layer.method)
    st.selectbox(
        t("map.classes"),
        layer.methods if layer.method in layer.methods else [layer.method],
        format_func=lambda method: t(f"map.class.{method}"),
        key="w_classes",
        on_change=_classes_changed,
        disabled=len(layer.methods) < 2,
        help=why,
        width=220,
    )


def _lens(scene: Scene) -> None:
    names = {_EVERYONE: scene.groups.everyone} | {
        lens: text.plain(group.label, 60) for lens, group in scene.groups.usable.items()
    }
    is_score = scene.view.layer in text.SCORES
    show("w_lens", scene.view.lens)
    why = t("map.for_whom_help")
    if scene.groups.missing:
        missing = text.listed([label for label, _ in scene.groups.missing])
        why += " " + t("map.for_whom_missing", names=missing)
    st.selectbox(
        t("map.for_whom"),
        list(names),
        format_func=lambda lens: names.get(lens, lens),
        key="w_lens",
        on_change=_lens_changed,
        disabled=len(names) < 2 or not is_score,
        help=text.markdown(why if is_score else t("map.for_whom_scores")),
        width=200,
    )


def _filters(scene: Scene) -> None:
    view = scene.view
    _, plural = text.terms(scene.region)
    terms = text.markdown(plural)
    has_doubt = view.layer == "gap" and not view.lens
    with st.container(key="mg-filters", horizontal=True, width="content", gap="small"):
        flag("rural", t("map.rural_only", terms=terms), view.rural,
             text.markdown(text.label(scene.region["rural_rule"])))  # fmt: skip
        flag("robust", t("map.robust_only"), view.robust,
             t("common.everyone_only") if view.lens else t("map.robust_help", terms=terms),
             disabled=bool(view.lens))  # fmt: skip
        flag("sure", t("map.doubt"), view.sure and has_doubt,
             t("map.doubt_help", terms=terms) if has_doubt else t("map.doubt_gap"),
             disabled=not has_doubt)  # fmt: skip


def lens_note(scene: Scene) -> str:
    """Return which group is shown, how it is counted, and what is not known for it, as HTML."""
    if not scene.group:
        return ""
    group = scene.groups.usable[scene.view.lens]
    body = text.html_of(
        "map.group_note",
        group=f"<b>{text.esc(scene.group)}</b>",
        people=text.esc(text.short_people(group.people)),
        words=text.esc(group.description),
        caveat=text.esc(t("common.everyone_only")),
    )
    return f'<p class="mg-group">{body}</p>'


def lenses_missing(scene: Scene) -> str:
    """Return the groups that cannot be chosen here, each with the reason, as HTML."""
    if not scene.groups.missing:
        return ""
    items = "".join(
        "<li>"
        + text.esc(t("map.group_reason", group=text.plain(label, 60), reason=text.plain(why, 300)))
        + "</li>"
        for label, why in scene.groups.missing
    )  # fmt: skip
    head = text.esc(t("map.group_missing"))
    return f'<div class="mg-note"><p>{head}</p><ul>{items}</ul></div>'


def flag(name: str, label: str, value: bool, why: str, *, disabled: bool = False) -> None:
    """Draw the switch of one flag of the view; label and help are Markdown."""
    key = f"w_{name}"
    carry(key, value)
    st.toggle(label, key=key, on_change=_flag_changed, args=(name,), help=why, disabled=disabled)


def _flag_changed(name: str) -> None:
    state.change(**{name: bool(st.session_state[f"w_{name}"])})


def _chosen(key: str) -> None:
    layer = st.session_state[key]
    # Clearing a list, or clicking the pressed button again, chooses nothing: what is shown stays.
    if layer:
        # Groups of people have scores only.
        gone = {} if layer in text.SCORES else {"lens": _EVERYONE}
        state.change(layer=layer, **gone)


def _classes_changed() -> None:
    state.change(classes=st.session_state["w_classes"] or "")


def _lens_changed() -> None:
    lens = st.session_state["w_lens"] or _EVERYONE
    gone = {"robust": False, "sure": False} if lens else {}
    state.change(lens=lens, **gone)
