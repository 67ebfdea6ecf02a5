"""The workforce and indicator layers from long or wide tables."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from etl.config import Config
from etl.errors import BadValueError, KeyJoinError, examples
from etl.onboard.joining import Districts, join
from etl.onboard.naming import column_for, key, match_vocabulary, nearest
from etl.onboard.reading import Given
from etl.onboard.request import NOT_STATED, Asker, Report, Request
from etl.schema import Onboarding

YEAR = re.compile(r"\b(19|20)\d{2}\b")
UNIT = re.compile(r"\([^)]*\)|\[[^\]]*\]|%")


def workforce_layer(
    given: Given, districts: Districts, source_id: str, config: Config, rules: Onboarding,
    request: Request, report: Report, ask: Asker,
) -> pd.DataFrame:  # fmt: skip
    """Return staff by district and cadre from a long table, or from one column per cadre."""
    column, found = join(given, "workforce", districts, rules, request, report, ask)
    texts = [c for c in given.columns if c != column and not given.looks_numeric(c, rules)]
    figures = given.figures(rules, but=column)
    cadre = column_for(given, "workforce", "cadre", rules, request, report, ask, needed=False,
                       fits=texts)  # fmt: skip
    labels = {k: c.label for k, c in config.workforce.cadres.items()}
    if cadre is not None:
        text, units = given.text(cadre), {}
        for role in ("fte", "headcount"):
            name = column_for(given, "workforce", role, rules, request, report, ask, needed=False,
                              fits=figures)  # fmt: skip
            if name is not None:
                units[role] = given.numbers(name, rules, tuple(request.missing))
        if not units:
            raise BadValueError(f"{given.name}: no column counts staff. Name it with --column "
                                "workforce.headcount=HEADER or workforce.fte=HEADER.")  # fmt: skip
        long = pd.DataFrame({"district_id": found, "text": text} | units)
    else:
        unit = _staff_unit(given, request, report, ask)
        matched, unknown = match_vocabulary(figures, labels, request.cadres)
        none = tuple(request.missing)
        parts = [
            pd.DataFrame({"district_id": found, "text": c, unit: given.numbers(c, rules, none)})
            for c in matched
        ]
        # The columns that are none of ours go along without a figure, to be told.
        parts += [pd.DataFrame({"district_id": found, "text": c, unit: np.nan}) for c in unknown]
        empty = pd.DataFrame(columns=["district_id", "text", unit])
        long = pd.concat(parts, ignore_index=True) if parts else empty
    return _cadres(long, given, labels, source_id, rules, request, report)


def _staff_unit(given: Given, request: Request, report: Report, ask: Asker) -> str:
    if request.staff_unit is not None:
        return request.staff_unit
    question = f"{given.name}: are the figures of staff persons (headcount) or full-time posts"
    unit = ask.choose(question, ["headcount", "fte"], "--staff-unit headcount|fte")
    report.guess(given.name, "unit of staff", unit, "as you said")
    return unit


def _cadres(
    long: pd.DataFrame, given: Given, labels: dict[str, str], source_id: str, rules: Onboarding,
    request: Request, report: Report,
) -> pd.DataFrame:  # fmt: skip
    matched, unknown = match_vocabulary(long["text"].dropna(), labels, request.cadres)
    for word in unknown:
        near = nearest(word, labels, rules.suggest_from)
        report.unused.append(
            f"{given.name}: staff {word!r}: no cadre of config/workforce.yaml. If it is one, say "
            f'so with --cadre "{word}={near[0] if near else "CADRE"}".'
        )
    units = [c for c in ("headcount", "fte") if c in long]
    table = long.assign(cadre=long["text"].map(matched))
    table = table.dropna(subset=["district_id", "cadre"]).dropna(subset=units, how="all")
    low = table[(table[units] < 0).any(axis=1)]
    if len(low):
        raise BadValueError(f"{given.name}: {len(low)} count(s) of staff are below 0")
    # Several rows of one cadre in one district (sites, sexes, grades) add up; blanks stay blank.
    table = table.groupby(["district_id", "cadre"], as_index=False)[units].sum(min_count=1)
    vintage = request.provenance.get("vintage", NOT_STATED)
    return table.assign(vintage=vintage, source_id=source_id)


def indicator_layer(
    given: Given, districts: Districts, source_id: str, config: Config, rules: Onboarding,
    request: Request, report: Report, ask: Asker,
) -> pd.DataFrame:  # fmt: skip
    """Return the indicators of a long table, or of one with a column for each indicator."""
    column, found = join(given, "indicators", districts, rules, request, report, ask)
    texts = [c for c in given.columns if c != column and not given.looks_numeric(c, rules)]
    figures = given.figures(rules, but=column)
    named = column_for(given, "indicators", "indicator", rules, request, report, ask,
                       needed=False, fits=texts)  # fmt: skip
    labels = {k: i.label for k, i in config.indicators.items()}
    if named is not None:
        long = _long(given, named, found, figures, rules, request, report, ask)
    else:
        long = _wide(given, column, found, figures, labels, rules, request, report)
    matched, unknown = match_indicators(long["text"].dropna(), labels, request.indicators)
    _tell_unused(unknown, given, labels, rules, report)
    table = long.assign(indicator_id=long["text"].map(matched), source_id=source_id)
    table = table.dropna(subset=["district_id", "indicator_id"])
    for text, indicator_id in matched.items():
        report.guess(
            given.name, "indicator", f"{text} → {indicator_id}", "by id, label or your word"
        )
    _refuse_twice(table, given)
    return _checked(table, given, config, request).drop(columns=["text", "_row"])


def _long(
    given: Given, named: str, found: pd.Series, figures: list[str], rules: Onboarding,
    request: Request, report: Report, ask: Asker,
) -> pd.DataFrame:  # fmt: skip
    value = str(column_for(given, "indicators", "value", rules, request, report, ask, needed=True,
                           fits=figures))  # fmt: skip
    none = tuple(request.missing)
    parts = {"value": given.numbers(value, rules, none)}
    for role in ("moe", "se"):
        name = column_for(given, "indicators", role, rules, request, report, ask, needed=False,
                          fits=figures)  # fmt: skip
        if name is not None:
            parts[role] = given.numbers(name, rules, none)
    text = given.text(named)
    return pd.DataFrame(
        {"district_id": found, "text": text, "_row": given.rows, "flag": _flag(given, value, rules),
         "vintage": _vintage(text, request)} | parts
    )  # fmt: skip


def _wide(
    given: Given, column: str, found: pd.Series, figures: list[str], labels: dict[str, str],
    rules: Onboarding, request: Request, report: Report,
) -> pd.DataFrame:  # fmt: skip
    """Read the columns that are indicators of ours; the others are told and not read."""
    people = {key(w) for w in rules.roles["indicators"]["population"]}
    others = [c for c in figures if c != column and key(c) not in people]
    if not others:
        raise BadValueError(f"{given.name} has no column of figures beside {column!r}")
    wanted, unknown = match_indicators(pd.Series(others), labels, request.indicators)
    _tell_unused(unknown, given, labels, rules, report)
    parts = [
        pd.DataFrame(
            {"district_id": found, "text": name, "_row": given.rows,
             "flag": _flag(given, name, rules),
             "value": given.numbers(name, rules, tuple(request.missing)),
             "vintage": _vintage(pd.Series(name, index=given.frame.index), request)}
        )
        for name in wanted
    ]  # fmt: skip
    names = ["district_id", "text", "_row", "flag", "value", "vintage"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)


def _flag(given: Given, column: str, rules: Onboarding) -> pd.Series:
    words = {w.casefold() for w in rules.suppressed_words}
    held = given.text(column).str.casefold().isin(words)
    return held.map({True: "suppressed", False: None}).astype("string")


def _vintage(text: pd.Series, request: Request) -> pd.Series:
    """Return the vintage as the person said it, else the year in the header, else not stated."""
    told = request.provenance.get("vintage")
    if told:
        return pd.Series(told, index=text.index)
    year = text.str.extract(rf"({YEAR.pattern})", expand=True)[0]
    return year.fillna(NOT_STATED)


def match_indicators(
    texts: pd.Series, labels: Mapping[str, str], told: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Match given names to indicators, units and years in them left aside."""
    plain = {t: " ".join(YEAR.sub(" ", UNIT.sub(" ", t)).split()) for t in dict.fromkeys(texts)}
    matched, unknown = match_vocabulary(plain, labels, told)
    again, _ = match_vocabulary([plain[t] for t in unknown], labels, told)
    for text in unknown:
        if plain[text] in again:
            matched[text] = again[plain[text]]
    return matched, [t for t in unknown if t not in matched]


def _tell_unused(
    unknown: list[str], given: Given, labels: dict[str, str], rules: Onboarding, report: Report
) -> None:
    for text in unknown:
        near = nearest(text, labels, rules.suggest_from)
        hint = f" The nearest is {near[0]!r} ({near[1]:g} of 100 alike)." if near else ""
        report.unused.append(
            f"{given.name}: {text!r} is no indicator of config/indicators.yaml.{hint} If it is "
            f'one, say so with --indicator "{text}={near[0] if near else "INDICATOR"}".'
        )


def _refuse_twice(table: pd.DataFrame, given: Given) -> None:
    twice = table[table.duplicated(["district_id", "indicator_id"], keep=False)]
    if len(twice):
        pairs = (twice["district_id"] + " / " + twice["indicator_id"]).unique().tolist()
        raise KeyJoinError(
            f"{given.name}: {len(twice)} figures share a district and an indicator: "
            f"{examples(pairs)} in row(s) {examples(twice['_row'].tolist())}. Keep one of each "
            "(one year, one source)."
        )


def _checked(table: pd.DataFrame, given: Given, config: Config, request: Request) -> pd.DataFrame:
    """Scale what was given as shares of 1 where the person said so; refuse what cannot be."""
    parts = []
    for indicator_id, part in table.groupby("indicator_id"):
        rule, values = config.indicators[str(indicator_id)], part["value"].dropna()
        if indicator_id in request.times_100:
            part = part.assign(**{c: part[c] * 100 for c in ("value", "moe", "se") if c in part})
            values = part["value"].dropna()
        elif (
            rule.unit == "%"
            and indicator_id not in request.percent
            and len(values) > 2
            and values.between(0, 1).all()
        ):
            raise BadValueError(
                f"{given.name}: every figure of {indicator_id} is between 0 and 1, but its unit is "
                f"%. If they are shares of 1, say so with --times-100 {indicator_id}; if they are "
                f"per cent, with --percent {indicator_id}."
            )
        off = part[(part["value"] < rule.low) | (part["value"] > rule.high)]
        if len(off):
            raise BadValueError(
                f"{given.name}: {indicator_id}: {len(off)} figure(s) outside {rule.low:g} to "
                f"{rule.high:g} {rule.unit}: {examples(off['value'].tolist())} in row(s) "
                f"{examples(off['_row'].tolist())}. Correct them, or check --decimal."
            )
        parts.append(part)
    return pd.concat(parts, ignore_index=True) if parts else table
