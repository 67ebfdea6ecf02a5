"""What the map says of one layer under one set of filters, made once for all readers.

Fifty readers of a region look at a handful of layers: their texts and codes are made when the first
of them asks, and kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dashboard import districts, groups, i18n, layers, legend, map_words, maps, queries, text
from dashboard.i18n import t
from dashboard.layers import BIVARIATE, Layer
from dashboard.queries import Snapshot
from dashboard.state import View

DOUBTFUL = "uncertain"
LISTED = 10
# The choices that decide a look; others (the district, services, the part seen) are the reader's.
FIELDS = ("layer", "classes", "lens", "rural", "robust", "sure", "mask")
# Looks kept for all sessions together, the largest about 40 kB at 30,000 districts.
KEPT = 128


@dataclass(frozen=True)
class Look:
    """One layer under one set of filters, in one language.

    `codes` is one character per district (`maps.codes_of`); `worst` holds (district_id, label as
    Markdown) of the first ten; the rest is HTML but for `alternative`, the map in plain words.
    """

    codes: str
    heading: str
    legend: str
    alternative: str
    worst_title: str
    worst: list[tuple[str, str]]
    worst_note: str


def load(snapshot: Snapshot, view: View) -> Look:
    """Return the look of a checked view."""
    only: dict[str, Any] = {name: getattr(view, name) for name in FIELDS}
    return _load(snapshot, View(**only), i18n.language())


def shows_doubt(view: View) -> bool:
    """Tell whether places in doubt are hatched: for the gap score of everyone only."""
    return view.sure and view.layer == "gap" and not view.lens


@lru_cache(maxsize=KEPT)
def _load(snapshot: Snapshot, view: View, _: str) -> Look:
    region, layer = queries.region(snapshot), layers.load(snapshot, view)
    names = districts.load(snapshot, view.lens).names
    shown = districts.shown(snapshot, view.lens, rural=view.rural, robust=view.robust)
    group = groups.load(snapshot).label(view.lens)
    codes, title = _codes(snapshot, view, layer), legend.title(layer, group)
    question = text.esc(map_words.question(layer, region))
    answer = map_words.answer(layer, names, shown, group)
    worst = layers.worst_first(layer, shown).head(LISTED)
    return Look(
        codes=codes,
        heading=f'<div class="mg-title"><h1>{question}</h1>{answer}</div>',
        legend=legend.legend(layer, codes, region, group, doubt=shows_doubt(view)),
        alternative=map_words.in_words(layer, names, shown, region, title),
        worst_title=f'<h2 class="mg-list-title">{text.esc(_title(layer, group))}</h2>',
        worst=[
            (str(row["district_id"]), _listed(layer, row, names[str(row["district_id"])]))
            for row in worst.to_dict("records")
        ],
        worst_note=_note(layer, title, has_range=bool(worst["low"].notna().any())),
    )


def _codes(snapshot: Snapshot, view: View, layer: Layer) -> str:
    gap = districts.load(snapshot, view.lens).gap
    nowhere = [False] * len(gap)
    rural = gap["is_rural"].astype("boolean").fillna(False).tolist()
    return maps.codes_of(
        layer.rows["member"],
        layer.rows["reason"],
        shown=districts.shown(snapshot, view.lens, rural=view.rural, robust=view.robust),
        masked=[not is_rural for is_rural in rural] if view.mask else nowhere,
        doubtful=gap["confidence"].eq(DOUBTFUL).tolist() if shows_doubt(view) else nowhere,
    )


def _title(layer: Layer, group: str) -> str:
    top = map_words.top(layer, group)
    is_figure = layer.family not in ("score", BIVARIATE)
    return t("map.list_title", top=top, name=layer.name) if is_figure else top


def _note(layer: Layer, title: str, *, has_range: bool) -> str:
    notes = [title]
    if has_range:
        notes.append(t("map.list_range"))
    if layer.id == BIVARIATE:
        notes.append(t("map.list_by_gap"))
    return f'<p class="mg-note">{text.esc(". ".join(notes))}</p>'


def _listed(layer: Layer, row: Mapping[Any, Any], name: str) -> str:
    """Return one line of the list as Markdown: rank, name, figure, likely range."""
    parts = {"rank": text.people(row["rank"]), "name": text.markdown(text.plain(name, 60))}
    if layer.id == BIVARIATE:
        return t("map.list_row_plain", **parts)
    parts["value"] = text.markdown(map_words.value(layer, row["value"]))
    between = map_words.between(layer, row)
    if not between:
        return t("map.list_row", **parts)
    return t("map.list_row_range", range=text.markdown(between), **parts)
