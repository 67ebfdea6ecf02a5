"""The legend of the map as HTML: every class and every kind of gap in the data, with counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import maps, palettes, text
from dashboard.i18n import t
from dashboard.layers import BIVARIATE, THIRDS, Layer

# A longer unit is said once in the heading, not in every class.
_SHORT_UNIT = 8
_MOST_DECIMALS = 4


def colors(layer: Layer) -> list[str]:
    """Return the colours of the classes of a layer, lowest values first."""
    if layer.id == BIVARIATE:
        return palettes.BIVARIATE
    ramp = palettes.ramp(layer.id, layer.family, layer.direction)
    return palettes.palette(ramp, len(layer.classes), layer.direction)


def members(codes: str, index: int) -> tuple[int, int]:
    """Return how many districts of the map are in a class, and how many of those are in doubt."""
    doubtful = codes.count(maps.DOUBT_CODES[index])
    return codes.count(str(index)) + doubtful, doubtful


def legend(layer: Layer, codes: str, region: Mapping[str, Any], group: str, *, doubt: bool) -> str:
    """Return the legend of what `codes` draws; `doubt` when places in doubt are hatched."""
    _, plural = text.terms(region)
    if layer.id == BIVARIATE:
        body = _thirds(codes)
    else:
        rows = _classes(layer, codes)
        body = f"<ul>{rows}</ul>"
    heading = [f"<b>{text.esc(title(layer, group))}</b>", text.esc(_darker(layer))]
    note = t("legend.counts", terms=plural) + " " + how_classed(layer)
    return (
        f'<section class="mg-legend" aria-label="{text.esc(t("legend.legend"))}">'
        f"<p>{'. '.join(part for part in heading if part)}.</p>{body}"
        f'<ul class="mg-legend-rest">{_rest(codes, doubt=doubt)}</ul>'
        f'<p class="mg-note">{text.esc(note.strip())}</p></section>'
    )


def title(layer: Layer, group: str = "") -> str:
    """Return what the colours show, with the unit, the group and whether it is an estimate."""
    out = layer.name
    if layer.family == "score":
        out = t("legend.score", name=layer.name)
    elif layer.unit:
        out = t("legend.with_unit", name=layer.name, unit=text.label(layer.unit))
    if group:
        out = t("legend.for_group", name=out, group=group)
    return t("legend.estimate", name=out) if layer.estimate and layer.family == "access" else out


def how_classed(layer: Layer) -> str:
    """Return how the classes were made and whether their bounds are kept, in plain words."""
    if layer.id != BIVARIATE and layer.classes.empty:
        return ""
    if layer.id == BIVARIATE:
        return t("legend.method.thirds")
    method = t(f"legend.method.{layer.method}")
    # The classes of a group of people are its own, worked out for each snapshot.
    if layer.method == "fixed":
        return method
    if "is_frozen" not in layer.classes or not layer.classes["is_frozen"].all():
        return method + " " + t("legend.not_frozen")
    return method + " " + t("legend.frozen", date=text.vintage(layer.classes["frozen_on"].min()))


def bounds(layer: Layer) -> list[str]:
    """Return the bounds of every class as text, with enough decimals to tell them apart."""
    edges = [*layer.classes["lower"], *layer.classes["upper"].tail(1)]
    decimals = _decimals(edges, 1 if layer.family == "score" else 0)
    unit = text.label(layer.unit) if 0 < len(layer.unit) <= _SHORT_UNIT else ""
    out = []
    for low, high in zip(layer.classes["lower"], layer.classes["upper"], strict=True):
        between = text.span(low, high, decimals)
        if unit == "%":
            between = t("common.percent", number=between)
        elif unit:
            between = t("legend.bounds", bounds=between, unit=unit)
        out.append(between)
    return out


def _decimals(edges: Sequence[float], least: int) -> int:
    different = sorted({float(edge) for edge in edges})
    for decimals in range(least, _MOST_DECIMALS):
        if len({round(edge, decimals) for edge in different}) == len(different):
            return decimals
    return _MOST_DECIMALS


def _darker(layer: Layer) -> str:
    if layer.family == "score":
        return text.score_words(layer.id).darker
    if layer.id == BIVARIATE:
        return t("legend.darker.both")
    way = {1: "more", -1: "less", 0: "neutral"}[layer.direction]
    return t(f"legend.darker.{way}")


def _classes(layer: Layer, codes: str) -> str:
    shades, between = colors(layer), bounds(layer)
    out = []
    for place, index in enumerate(layer.classes["class_index"].astype(int)):
        # Only a score is good or bad as such; other figures are named by their bounds.
        word = text.class_name(index, len(shades)) if layer.family == "score" else ""
        count, _ = members(codes, index)
        out.append(_row(f"background-color:{shades[index]}", word, between[place], count))
    return "".join(out)


def _rest(codes: str, *, doubt: bool) -> str:
    no_data = text.sentence(text.no_data())
    insufficient = text.sentence(t("legend.insufficient"))
    out = _row("", no_data, "", codes.count(maps.NO_DATA_CODE), "mg-hatch")
    out += _row("", insufficient, "", codes.count(maps.INSUFFICIENT_CODE), "mg-cross")
    if doubt:
        count = sum(codes.count(code) for code in maps.DOUBT_CODES)
        out += _row("", t("legend.doubt"), "", count, "mg-doubt")
    for code, word in ((maps.HIDDEN_CODE, "hidden"), (maps.MASKED_CODE, "masked")):
        if code in codes:
            out += _row("", t(f"legend.{word}"), "", codes.count(code), f"mg-{word}")
    return out


def _row(style: str, label: str, between: str, count: int, extra: str = "") -> str:
    fill = f' style="{style}"' if style else ""
    words = f"<b>{text.esc(label)}</b>" if label else ""
    words += f"<span>{text.esc(between)}</span>" if between else ""
    return (
        f'<li><i class="mg-swatch {extra}"{fill}></i><span class="mg-class">{words}'
        f"<em>{text.esc(t('legend.n', count=text.people(count)))}</em></span></li>"
    )


def _thirds(codes: str) -> str:
    """Return three by three cells: need from high down to low, access from good to poor."""
    head = "".join(
        f"<th scope='col'>{text.esc(t(f'legend.access.{way}'))}</th>"
        for way in ("good", "middle", "poor")
    )
    rows = []
    for need, word in ((2, "high"), (1, "middle"), (0, "low")):
        cells = "".join(_cell(codes, need * THIRDS + poor) for poor in range(THIRDS))
        name = text.esc(t(f"legend.need.{word}"))
        rows.append(f"<tr><th scope='row'>{name}</th>{cells}</tr>")
    caption = text.esc(t("legend.thirds"))
    return (
        f'<table class="mg-thirds"><caption>{caption}</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _cell(codes: str, index: int) -> str:
    color = palettes.BIVARIATE[index]
    ink = "#ffffff" if palettes.is_dark(color) else "#10181f"
    corner = {8: "worst", 0: "best", 6: "need_met", 2: "no_need"}.get(index)
    words = f"<small>{text.esc(t(f'legend.corner.{corner}'))}</small>" if corner else ""
    count = text.people(members(codes, index)[0])
    return f'<td style="background-color:{color};color:{ink}"><b>{count}</b>{words}</td>'


def levels(labels: Mapping[str, str], drawn: Sequence[str]) -> str:
    """Return what colours and shapes of the service points mean; empty when none is drawn.

    `labels` are those of all levels, by id in order.
    """
    items = "".join(
        f'<li><i class="mg-point mg-shape-{place}" '
        f'style="background-color:{palettes.LEVEL_COLORS[place]}"></i>{text.esc(label)}</li>'
        for place, (level, label) in enumerate(labels.items())
        if level in drawn
    )
    if "candidate" in drawn:
        items += f'<li><i class="mg-point"></i>{text.esc(t("map.candidates"))}</li>'
    return f'<ul class="mg-points">{items}</ul>' if items else ""
