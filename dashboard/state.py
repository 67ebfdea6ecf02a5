"""What the reader is looking at, kept for the session and mirrored in the address bar.

Widgets lose their state when they are not drawn, so the choices live under keys of our own. Every
value that arrives by link is checked twice: its form when the address is read (`from_params`), and
against what the snapshot has when that is known (`known`). What is refused falls back, with a note.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import streamlit as st

from dashboard import i18n

_KEY = "mindgap_view"
_WRITTEN = "mindgap_written"
_NOTES = "mindgap_refused"
COMPARED = 4
METHODS = ("quantile", "jenks", "equal", "fixed")
# Choices that mean the same in every region.
_OF_ALL_REGIONS = (
    *("lang", "layer", "classes", "rural", "robust", "sure", "mask", "underserved", "plain"),
)
FLAGS = (
    *("rural", "robust", "sure", "mask", "rings", "people", "basemap", "underserved", "plain"),
)

_ID = re.compile(r"[^\x00-\x1f<>\"`\\]{1,200}")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,120}")
_LIST = re.compile(r"[A-Za-z0-9_.,-]{1,800}")
_NUMBER = r"-?\d{1,3}(?:\.\d{1,6})?"
_BOUNDS = re.compile(rf"{_NUMBER}(?:,{_NUMBER}){{3}}")


@dataclass(frozen=True)
class View:
    """Choices that a deep link carries; the name of a field is the name of its parameter.

    Empty means: no district, everyone, the page's own choice. `compare` holds up to four ids joined
    by commas, `levels`, `owners`, `types` and `columns` lists joined by commas (empty: the usual
    ones), `bounds` west, south, east and north in degrees, `service` the one whose reach is drawn,
    `since` the older snapshot that What changed compares with.
    Flags: rural and robust districts only, doubt drawn on the map (`sure`), districts that are not
    rural greyed out (`mask`), rings of reach, where people live, online background map; in the
    rankings underserved districts only, and a plain table in place of the grid. Of the rankings
    too: `grade` (a gap class), `parent`, `sort` (a column, after `-` the largest first) and `part`
    (which page of the plain table, from 1).
    """

    region: str = ""
    snapshot: str = ""
    lang: str = ""
    layer: str = "gap"
    classes: str = ""
    lens: str = ""
    rural: bool = False
    robust: bool = False
    sure: bool = False
    mask: bool = False
    district: str = ""
    compare: str = ""
    levels: str = ""
    owners: str = ""
    types: str = ""
    cadre: str = ""
    service: str = ""
    rings: bool = False
    people: bool = False
    basemap: bool = False
    bounds: str = ""
    columns: str = ""
    underserved: bool = False
    grade: str = ""
    parent: str = ""
    sort: str = ""
    plain: bool = False
    part: str = ""
    search: str = ""
    variant: str = ""
    against: str = ""
    since: str = ""

    @property
    def compared(self) -> list[str]:
        """Ids of the districts to compare, in order, none twice."""
        return list(dict.fromkeys(part for part in self.compare.split(",") if part))[:COMPARED]


_FORMS = {
    "district": _ID,
    "compare": re.compile(r"[^\x00-\x1f<>\"`\\]{1,820}"),
    "service": _ID,
    "parent": _ID,
    "part": re.compile(r"[1-9][0-9]{0,3}"),
    "search": re.compile(r"[^\x00-\x1f]{1,80}"),
    "bounds": _BOUNDS,
    **dict.fromkeys(("levels", "owners", "types", "columns"), _LIST),
}


def from_params(params: Mapping[str, str]) -> tuple[View, list[str]]:
    """Return the view a link asks for, and the names of parameters refused for their form."""
    view, refused = View(), []
    for field in fields(View):
        value = params.get(field.name)
        if not value:
            continue
        if field.name in FLAGS:
            ok = value in ("0", "1")
            found: Any = value == "1"
        else:
            ok, found = bool(_FORMS.get(field.name, _NAME).fullmatch(value)), value
        if field.name == "lang":
            ok = ok and value in i18n.LANGUAGES
        if ok:
            view = replace(view, **{field.name: found})
        else:
            refused.append(field.name)
    return view, refused


def to_params(view: View) -> dict[str, str]:
    """Return the shortest link to a view: defaults are left out."""
    return dict(_params(view))


@lru_cache(maxsize=4096)
def _params(view: View) -> dict[str, str]:
    # A page holds some twenty links, and most of them stay as they were in the run before.
    plain = vars(View())
    return {
        name: "1" if value is True else str(value)
        for name, value in vars(view).items()
        if value != plain[name]
    }


def known(view: View, name: str, values: Collection[str]) -> View:
    """Return the view without a value that the snapshot does not have; the refusal is noted."""
    value = getattr(view, name)
    if not value or value in values:
        return view
    return refuse(view, name)


def refuse(view: View, name: str) -> View:
    """Return the view with one choice back at its default; the refusal is noted."""
    _refuse([name])
    return without(view, name)


def known_list(view: View, name: str, values: Collection[str]) -> View:
    """Return the view with only those entries of a list that the snapshot has."""
    parts = [part for part in getattr(view, name).split(",") if part]
    kept = [part for part in parts if part in values]
    if len(kept) < len(parts):
        _refuse([name])
    trimmed: dict[str, Any] = {name: ",".join(kept)}
    return replace(view, **trimmed)


def without(view: View, *names: str) -> View:
    """Return the view with these choices back at their defaults."""
    plain: dict[str, Any] = {name: getattr(View(), name) for name in names}
    return replace(view, **plain)


def load(regions: Sequence[str]) -> View:
    """Return the current view; read again from the address when that is not what we last wrote."""
    params = {key: st.query_params[key] for key in st.query_params}
    stored = st.session_state.get(_KEY)
    view = View(**stored) if stored else View()
    # No parameters at all means the reader came by the navigation bar: keep what they had.
    if stored is None or (params and params != st.session_state.get(_WRITTEN)):
        asked, refused = from_params(params)
        view = replace(asked, lang=asked.lang or view.lang, region=asked.region or view.region)
        _refuse(refused)
    if view.region not in regions:
        _refuse(["region"] if view.region else [])
        view = replace(view, region=regions[0] if regions else "")
    # The language is always in the address: a link without one would open in the last one used,
    # and Back from a change of language would change nothing.
    view = replace(view, lang=view.lang or i18n.language())
    _keep(view)
    return view


def save(view: View) -> None:
    """Keep a view and write it to the address bar."""
    _keep(view)
    wanted = to_params(view)
    st.session_state[_WRITTEN] = wanted
    if {key: st.query_params[key] for key in st.query_params} != wanted:
        st.query_params.from_dict(wanted)


def kept() -> View:
    """Return the view of this session as it was last read or changed."""
    return View(**st.session_state[_KEY])


def change(**values: Any) -> None:
    """Change the stored view from a callback; the run that follows writes the address."""
    _keep(replace(kept(), **values))
    # Until then the address is still the old one: do not read it as a new wish.
    st.session_state[_WRITTEN] = {key: st.query_params[key] for key in st.query_params}


def choose_region(region_id: str) -> None:
    """Show another region; what belongs to the old one (districts, services, bounds) goes."""
    old = kept()
    shared: dict[str, Any] = {name: getattr(old, name) for name in _OF_ALL_REGIONS}
    _keep(View(region=region_id, **shared))
    st.session_state[_WRITTEN] = {key: st.query_params[key] for key in st.query_params}


def refused() -> list[str]:
    """Return, once, the names of what links asked for and did not get."""
    return list(dict.fromkeys(st.session_state.pop(_NOTES, [])))


def _refuse(names: Sequence[str]) -> None:
    if names:
        st.session_state[_NOTES] = [*st.session_state.get(_NOTES, []), *names]


def _keep(view: View) -> None:
    st.session_state[_KEY] = dict(vars(view))
    i18n.use(view.lang)
