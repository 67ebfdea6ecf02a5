"""What the reader is looking at, kept for the session and mirrored in the address bar.

Widgets lose their state when they are not drawn, so the choices live under keys of our own.
Every value that arrives by link is checked again before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import streamlit as st

from dashboard import text

_KEY = "mindgap_view"
_WRITTEN = "mindgap_written"
SIDES = ("Ranking", "Profile")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class View:
    """Choices that a deep link carries.

    An empty district means none is chosen, an empty lens everyone, an empty variant the page's own
    choice; `against` empty is the published model.
    """

    region: str = ""
    district: str = ""
    layer: str = "gap"
    rural: bool = False
    side: str = "Ranking"
    robust: bool = False
    lens: str = ""
    variant: str = ""
    against: str = ""


def from_params(params: Mapping[str, str], regions: Sequence[str], old: View) -> View:
    """Return the view a link asks for; anything unknown keeps the value it had.

    District, lens and variants are checked later, against those of the snapshot (`with_known`).
    """
    region = params.get("region", "")
    layer = params.get("layer", "")
    district = params.get("district", "")[:200]
    return View(
        region=region if region in regions else old.region or (regions[0] if regions else ""),
        district=district,
        layer=layer if layer in text.LAYERS else old.layer,
        rural=params.get("rural", "") == "1",
        side="Profile" if district else "Ranking",
        robust=params.get("robust", "") == "1",
        lens=_named(params, "lens"),
        variant=_named(params, "variant"),
        against=_named(params, "against"),
    )


def _named(params: Mapping[str, str], key: str) -> str:
    found = params.get(key, "")
    return found if _NAME.fullmatch(found) else ""


def with_known(view: View, district_ids: Sequence[str], lenses: Sequence[str]) -> View:
    """Return the view without what the snapshot does not have.

    `lenses` are those that can be chosen beside everyone. How sure a place is is known for everyone
    only, so the filter for it goes with any other group.
    """
    if view.district and view.district not in district_ids:
        view = replace(view, district="", side="Ranking")
    if view.lens not in lenses:
        view = replace(view, lens="")
    return replace(view, robust=False) if view.lens else view


def with_known_variants(view: View, variants: Sequence[str]) -> View:
    """Return the view without variants that the snapshot does not have."""
    variant = view.variant if view.variant in variants else ""
    return replace(view, variant=variant, against=view.against if view.against in variants else "")


def to_params(view: View) -> dict[str, str]:
    """Return the shortest link to a view: defaults are left out."""
    out = {"region": view.region} if view.region else {}
    if view.layer != "gap":
        out["layer"] = view.layer
    if view.rural:
        out["rural"] = "1"
    if view.robust:
        out["robust"] = "1"
    for key in ("lens", "district", "variant", "against"):
        if getattr(view, key):
            out[key] = getattr(view, key)
    return out


def load(regions: Sequence[str]) -> View:
    """Return the current view; read again from the address when that is not what we last wrote."""
    params = {key: st.query_params[key] for key in st.query_params}
    stored = st.session_state.get(_KEY)
    view = View(**stored) if stored else View()
    # No parameters at all means the reader came by the navigation bar: keep what they had.
    if stored is None or (params and params != st.session_state.get(_WRITTEN)):
        view = from_params(params, regions, view)
    if view.region not in regions:
        view = replace(view, region=regions[0] if regions else "", district="", side="Ranking")
    st.session_state[_KEY] = asdict(view)
    return view


def save(view: View) -> None:
    """Keep a view and write it to the address bar."""
    st.session_state[_KEY] = asdict(view)
    wanted = to_params(view)
    st.session_state[_WRITTEN] = wanted
    if {key: st.query_params[key] for key in st.query_params} != wanted:
        st.query_params.from_dict(wanted)


def change(**values: object) -> None:
    """Change the stored view from a callback; the run that follows writes the address."""
    st.session_state[_KEY] = {**st.session_state[_KEY], **values}
    # Until then the address is still the old one: do not read it as a new wish.
    st.session_state[_WRITTEN] = {key: st.query_params[key] for key in st.query_params}


def choose_district(district_id: str) -> None:
    """Show one district's profile, or the ranking when it is empty."""
    change(district=district_id, side="Profile" if district_id else "Ranking")
