"""The controls of the map page: layer, group of people, filters, and which services to draw."""

from __future__ import annotations

import streamlit as st

from dashboard import panels, state, text
from dashboard.i18n import t
from dashboard.views.scene import Scene, available

_EVERYONE = ""


def controls(scene: Scene) -> None:
    """Draw the layer, the group of people and the filters."""
    view = scene.view
    st.session_state["w_layer"] = view.layer
    st.session_state["w_rural"] = view.rural
    st.session_state["w_robust"] = view.robust
    st.segmented_control(
        "Colour the map by",
        list(text.SCORES),
        format_func=lambda layer: text.score_words(layer).button,
        key="w_layer",
        on_change=_layer_changed,
        required=True,
    )
    _lens(scene)
    _, plural = text.terms(scene.region)
    with st.container(key="mg-filters", width="content", gap=None):
        st.toggle(
            f"Rural {text.markdown(plural)} only",
            key="w_rural",
            on_change=_rural_changed,
            help=text.markdown(scene.region["rural_rule"]),
        )
        st.toggle(
            "Robustly underserved only",
            key="w_robust",
            on_change=_robust_changed,
            disabled=bool(view.lens),
            help=t("common.everyone_only")
            if view.lens
            else f"Only {text.markdown(plural)} that stay in the worst fifth in nearly every trial "
            "with other plausible figures and choices.",
        )


def _lens(scene: Scene) -> None:
    lenses = scene.lenses.set_index("lens")
    default = scene.lenses.loc[scene.lenses["is_default"].astype(bool), "label"]
    names = {_EVERYONE: text.plain(default.iloc[0], 60) if len(default) else "Everyone"}
    options = available(scene.lenses)
    names |= {lens: text.plain(lenses.loc[lens, "label"], 60) for lens in options}
    st.session_state["w_lens"] = scene.view.lens
    failed = scene.lenses.dropna(subset=["failure"])
    missing = ", ".join(text.markdown(label) for label in failed["label"])
    st.selectbox(
        "For whom",
        [_EVERYONE, *options],
        format_func=lambda lens: names.get(lens, lens),
        key="w_lens",
        on_change=_lens_changed,
        disabled=not options,
        help="Counts need and access for one group of people instead of everyone."
        + (f" Not available here, see below the map: {missing}." if missing else ""),
        width=210,
    )


def lens_note(scene: Scene) -> str:
    """Return which group is shown, how it is counted, and what is not known for it."""
    if not scene.group:
        return ""
    row = scene.lenses.set_index("lens").loc[scene.view.lens]
    words = "" if text.is_missing(row["description"]) else f" {text.esc(row['description'])}"
    return (
        f'<p class="mg-group">Shown for: <b>{text.esc(scene.group)}</b>, '
        f"{text.esc(text.short_people(row['people']))} in the whole region.{words} "
        f"{text.esc(t('common.everyone_only'))}</p>"
    )


def lenses_missing(scene: Scene) -> str:
    """Return the groups that cannot be chosen here, each with the reason."""
    failed = scene.lenses.dropna(subset=["failure"])
    if failed.empty:
        return ""
    items = "; ".join(
        f"<s>{text.esc(text.plain(row['label'], 60))}</s>: "
        f"{text.esc(text.lower_first(text.plain(row['failure'], 300)).strip().rstrip('.'))}"
        for row in failed.to_dict("records")
    )
    return f'<p class="mg-note">Groups that cannot be shown here: {items}.</p>'


def service_boxes(scene: Scene) -> None:
    """Draw one check box per level of support."""
    st.html(panels.dot_colors(len(scene.levels)))
    st.html('<p class="mg-label">Show services:</p>', width="content")
    for place, row in enumerate(scene.levels.to_dict("records")):
        count, label = int(row["n_points"]), text.markdown(text.sentence(row["label"]))
        if not bool(row["has_data"]):
            caption = f"{label}: {text.no_data()}"
        elif count:
            caption = f"{label} ({count:,})"
        else:
            caption = f"{label}: no points, see notes"
        note = "" if text.is_missing(row["note"]) else text.markdown(row["note"])
        with st.container(key=f"mg-dot-{place}", width="content"):
            st.checkbox(
                caption,
                key=level_key(str(row["level"])),
                disabled=count == 0,
                help=note or None,
            )
    if not scene.candidates:
        return
    with st.container(key="mg-dot-candidate", width="content"):
        st.checkbox(
            f"Possible places for integration ({scene.candidates:,})",
            key=level_key("candidate"),
            help="Primary care where no mental-health service is listed or reported. "
            "Not counted as care.",
        )


def level_key(level: str) -> str:
    """Return the widget key of one level's check box."""
    return f"w_level_{level}"


def _layer_changed() -> None:
    if st.session_state["w_layer"]:
        state.change(layer=st.session_state["w_layer"])


def _lens_changed() -> None:
    lens = st.session_state["w_lens"] or _EVERYONE
    state.change(lens=lens, **({"robust": False} if lens else {}))


def _rural_changed() -> None:
    state.change(rural=bool(st.session_state["w_rural"]))


def _robust_changed() -> None:
    state.change(robust=bool(st.session_state["w_robust"]))
