"""The figures of a fact sheet: scores with intervals, key figures, and why it ranks so."""

from collections.abc import Mapping
from typing import Any

from etl.export.pdf.snapshot import Snapshot
from etl.export.pdf.words import Words, clean, is_missing

DASH = "–"
MOST_REASONS = 3
# Where the snapshot does not publish the parts of the access index: column of out_gap, part of
# out_reason, text, unit.
ACCESS_COLUMNS = (
    ("accessible_fte_per_100k", "figures.accessible", "unit.fte_per_100k"),
    ("nearest_service_minutes", "figures.minutes", "unit.minutes"),
)


def scores(snapshot: Snapshot, row: dict[str, Any], total: int, words: Words) -> dict[str, Any]:
    """Return the table of need, access and gap, each with its rank and interval."""
    sure = snapshot.one("confidence", str(row["district_id"])) or {}
    lines = []
    for name in ("need", "access", "gap"):
        value = row[f"{name}_score"]
        between = words.between(sure.get("gap_low"), sure.get("gap_high"), 1)
        width = 0.0 if is_missing(value) else min(100.0, max(0.0, float(value)))
        lines.append(
            {
                "label": words(f"scores.{name}"),
                "value": words.number(value),
                "width": width,
                "interval": between if name == "gap" and between else DASH,
                "rank": words.rank(row[f"{name}_rank"], total),
            }
        )
    columns = ("score", "value", "interval", "rank")
    return {
        "heading": words("scores.heading"),
        "columns": [words(f"scores.column.{c}") for c in columns],
        "rows": lines,
    }


def figures(
    snapshot: Snapshot, row: dict[str, Any], words: Words, terms: dict[str, str]
) -> dict[str, Any]:
    """Return the figures behind the gap: here, interval, typical value, points of the gap."""
    reasons = {
        (str(r["part"]), str(r["part_id"])): r
        for r in snapshot.of("reason", str(row["district_id"])).to_dict("records")
    }
    lines = [
        _figure(words, label, value, unit, "", reasons.get(("access", part)))
        for part, label, value, unit in _access_parts(snapshot, row, words)
    ]
    left_out = []
    for entry in snapshot.of("indicator", str(row["district_id"])).to_dict("records"):
        if is_missing(entry["in_index"]) or not bool(entry["in_index"]):
            continue
        if not is_missing(entry.get("left_out")):
            left_out.append(clean(entry["label"]))
            continue
        reason = reasons.get(("need", str(entry["indicator_id"])))
        lines.append(_indicator(snapshot, words, entry, reason))
    columns = ("figure", "value", "interval", "typical", "points")
    notes = [words("figures.note", **terms)]
    if left_out:
        notes.append(words("figures.left_out", labels=words.listed(left_out)))
    return {
        "heading": words("figures.heading"),
        "columns": [words(f"figures.column.{c}", **terms) for c in columns],
        "rows": lines,
        "notes": notes,
    }


def _access_parts(
    snapshot: Snapshot, row: dict[str, Any], words: Words
) -> list[tuple[str, str, Any, str]]:
    """Return (part of out_reason, label, value, unit) of each figure of the access index."""
    components = snapshot.tables["access_component"]
    if components.empty:
        return [
            (column, words("figures.estimate", label=words(t)), row[column], words(u))
            for column, t, u in ACCESS_COLUMNS
        ]
    here = snapshot.of("access_part", str(row["district_id"]))
    values = dict(zip(here["component"].astype(str), here["value"], strict=True))
    return [
        (
            str(c["component"]),
            words("figures.estimate", label=clean(c["label"])),
            values.get(str(c["component"])),
            clean(c["unit"]),
        )
        for c in components.sort_values("position").to_dict("records")
        if bool(c["in_index"])
    ]


def _indicator(
    snapshot: Snapshot, words: Words, entry: Mapping[Any, Any], reason: Mapping[Any, Any] | None
) -> list[str]:
    between = words.between(entry["low"], entry["high"])
    line = _figure(words, entry["label"], entry["value"], entry["unit"], between, reason)
    flag = "" if is_missing(entry["flag"]) else str(entry["flag"])
    cell = str(entry["district_id"]), str(entry["indicator_id"])
    if flag.startswith("suppressed") or snapshot.is_withheld(
        "indicator", cell[0], "value", cell[1]
    ):
        line[1] = words("withheld")
    elif flag == "unreliable" or cell in snapshot.unreliable:
        line[1] = words("figures.unreliable", value=line[1])
    return line


def _figure(
    words: Words, label: Any, value: Any, unit: Any, between: str, reason: Mapping[Any, Any] | None
) -> list[str]:
    """Return one line of the table; any unit but a percent sign stands with the label."""
    percent = unit if str(unit) == "%" else None
    typical = points = DASH
    if reason is not None:
        typical = words.with_unit(reason["typical_value"], percent)
        points = words.number(reason["contribution"])
    name = clean(label)
    if not is_missing(unit) and unit and percent is None:
        name = words("figures.with_unit", label=name, unit=words.unit(unit))
    shown = words.with_unit(value, percent)
    return [name, shown, between or DASH, typical, points]


def _percent_only(unit: Any) -> Any:
    """Return a percentage's unit; another unit is not said twice in a sentence."""
    return unit if not is_missing(unit) and str(unit).startswith("%") else None


def why(snapshot: Snapshot, row: dict[str, Any], total: int, words: Words) -> dict[str, Any]:
    """Return in sentences which figures make up most of the gap."""
    heading = words("why.heading")
    if snapshot.tables["reason"].empty:
        return {"heading": heading, "lines": [words("why.unknown")]}
    reasons = snapshot.of("reason", str(row["district_id"])).sort_values("position")
    reasons = reasons[reasons["contribution"].notna() & reasons["value"].notna()]
    if reasons.empty or is_missing(row["gap_score"]):
        return {"heading": heading, "lines": [words("why.none")]}
    largest = reasons.head(MOST_REASONS).to_dict("records")
    parts = [
        words(
            "why.part",
            label=clean(r["label"]),
            points=words.number(r["contribution"]),
            value=words.with_unit(r["value"], r["unit"]),
            typical=words.with_unit(r["typical_value"], _percent_only(r["unit"])),
        )
        for r in largest
    ]
    gap = words.number(row["gap_score"])
    lines = [words("why.largest", gap=gap, parts=words("why.joiner").join(parts))]
    first = largest[0]
    if not is_missing(first["gap_if_typical"]):
        new_gap, rank = words.number(first["gap_if_typical"]), first["rank_if_typical"]
        lines.append(
            words("why.if_typical_rankless", gap=new_gap)
            if is_missing(rank)
            else words("why.if_typical", gap=new_gap, rank=words.rank(rank, total))
        )
    near = snapshot.of("cluster", str(row["district_id"]))
    near = near[near["kind"] == "gap"] if len(near) else near
    if len(near):
        key = f"cluster.{str(near.iloc[0]['label']).replace(' ', '_')}"
        lines += [words(key)] if words.has(key) else []
    return {"heading": heading, "lines": lines}
