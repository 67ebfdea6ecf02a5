"""What the map says in words: its question, its answer, and itself as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard import layers, text
from dashboard.i18n import t, tn
from dashboard.layers import BIVARIATE, Layer

NAMED = 5
_NAMED_BOTH = 8


def question(layer: Layer, region: Mapping[str, Any]) -> str:
    """Return the question that the page answers; its heading."""
    place = text.place(region)
    if layer.family == "score":
        return text.score_words(layer.id).question.format(region=place)
    if layer.id == BIVARIATE:
        return t("map.question.both", region=place)
    key = "map.question.figure" if layer.direction else "map.question.neutral"
    return t(key, region=place, name=layer.name)


def top(layer: Layer, group: str = "") -> str:
    """Return what the worst end of a layer is called: `Largest gaps`, `Highest`."""
    if layer.family == "score":
        out = text.score_words(layer.id).top
    elif layer.id == BIVARIATE:
        out = t("map.top.both")
    else:
        out = t("map.top.less" if layer.direction < 0 else "map.top.more")
    return t("map.answer.top_for", top=out, group=text.lower_first(group)) if group else out


def answer(layer: Layer, names: Mapping[str, str], shown: Sequence[bool], group: str) -> str:
    """Return one sentence naming the worst districts shown, in HTML."""
    if not any(shown):
        return _answer(text.esc(t("map.answer.filtered_out")))
    worst = layers.worst_first(layer, shown)["district_id"]
    if worst.empty:
        some = layer.rows["member"].notna()[list(shown)].any()
        key = "none_worst" if layer.id == BIVARIATE and some else "none"
        return _answer(text.esc(t(f"map.answer.{key}")))
    named = _listed(worst, names, NAMED, text.name_html)
    first = f"<b>{text.esc(top(layer, group))}</b>"
    return _answer(text.html_of("map.answer", top=first, names=named))


def _answer(body: str) -> str:
    return f'<p class="mg-answer">{body}</p>'


def _listed(ids: Iterable[Any], names: Mapping[str, str], most: int, form: Any) -> str:
    every = [names[str(key)] for key in ids]
    shown = [form(text.plain(name, 60)) for name in every[:most]]
    if len(every) > most and most > NAMED:
        shown.append(tn("map.more_places", len(every) - most))
    return text.listed(shown)


def in_words(
    layer: Layer,
    names: Mapping[str, str],
    shown: Sequence[bool],
    region: Mapping[str, Any],
    title: str,
) -> str:
    """Return the text alternative of the map, plain text; `title` says what the colours show."""
    count = sum(shown)
    head = t(
        "map.alternative.head",
        counted=text.counted(count, region),
        region=text.place(region),
        name=title,
    )
    worst = layers.worst_first(layer, shown)
    if layer.id == BIVARIATE:
        if worst.empty:
            return f"{head} {t('map.alternative.both_none')}"
        named = _listed(worst["district_id"], names, _NAMED_BOTH, str)
        return f"{head} {tn('map.alternative.both', len(worst), names=named)}"
    if worst.empty:
        return f"{head} {t('map.alternative.none')}"
    first, last = worst.iloc[0], worst.iloc[-1]
    body = t(
        "map.alternative.ends",
        top=top(layer),
        first=text.plain(names[str(first["district_id"])], 60),
        first_value=value(layer, first["value"]),
        last=text.plain(names[str(last["district_id"])], 60),
        last_value=value(layer, last["value"]),
    )
    missing = count - len(worst)
    return " ".join([head, body, *([tn("map.alternative.missing", missing)] if missing else [])])


def value(layer: Layer, figure: Any) -> str:
    """Return one figure of a layer with its unit; a score is a bare number."""
    if layer.family == "score":
        return text.number(figure, 1)
    return text.with_unit(figure, layer.unit)


def between(layer: Layer, row: Mapping[Any, Any]) -> str:
    """Return the likely range of a row's figure, empty where it is not known."""
    return text.span(row["low"], row["high"], layer.decimals)
