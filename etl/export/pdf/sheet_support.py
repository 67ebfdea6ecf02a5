"""The support a fact sheet shows: who is reached, services and staff, what is missing."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from etl.export.pdf.snapshot import Snapshot
from etl.export.pdf.words import Words, breakable, clean, is_missing, sentence, shortened

PARTS = ("served", "over_capacity", "beyond_reach")
LONGEST_WORDS = 220


def people(snapshot: Snapshot, row: dict[str, Any], words: Words) -> dict[str, Any]:
    """Return who lives here, and the three populations: served, over capacity, beyond reach."""
    district_id = str(row["district_id"])
    lead = words("people.lead_unknown")
    if not is_missing(row["population"]):
        lead = words(
            "people.lead",
            population=words.people(row["population"]),
            vintage=words.vintage(row["population_vintage"]),
            rural=words.percent(row["rural_share"]),
            density=words.number(row["density_per_km2"]),
        )
    values = [row[f"population_{name}"] for name in PARTS]
    # Shares of known parts only would show one of them as everybody.
    known = not any(is_missing(value) for value in values)
    whole = sum(float(value) for value in values) if known else 0.0
    rows = []
    for name, value in zip(PARTS, values, strict=True):
        share = float(value) / whole if whole else None
        hidden = snapshot.is_withheld("gap", district_id, f"population_{name}")
        rows.append(
            {
                "label": words(f"people.{name}"),
                "value": words("withheld") if hidden else words.people(value),
                "share": words.percent(share) if share is not None else "",
                "width": share * 100 if share is not None else None,
            }
        )
    return {
        "heading": words("people.heading"),
        "lead": lead,
        "rows": rows,
        "note": words("people.note"),
    }


def services(snapshot: Snapshot, row: dict[str, Any], words: Words) -> dict[str, Any]:
    """Return services by level of support, and staff: none listed and no data kept apart."""
    here = snapshot.of("service", str(row["district_id"]))
    candidate = here["is_candidate"].astype("boolean").fillna(False).astype(bool)
    listed, possible = here[~candidate], here[candidate]
    rows = [
        [clean(level["label"]), _level(level, listed, words)]
        for level in snapshot.tables["level"].to_dict("records")
    ]
    if len(possible):
        rows.append([words("services.candidates"), words.number(len(possible), 0)])
    share = row["services_reporting_share"]
    rows.append([words("services.reporting"), words.percent(share)])
    return {
        "heading": words("services.heading"),
        "rows": [*rows, *_staff(snapshot, row, words), *_shortage_rule(snapshot, row, words)],
        "note": words("services.note"),
    }


def _level(level: Mapping[Any, Any], listed: pd.DataFrame, words: Words) -> str:
    """Return the services of one level: counts by type, none listed, or no data."""
    if is_missing(level["has_data"]) or not bool(level["has_data"]):
        return words.texts.no_data
    here = listed[listed["level"] == level["level"]] if len(listed) else listed
    if len(here):
        counts = here["type_label"].map(clean).value_counts(sort=False).sort_index()
        return words.listed(
            [
                words("services.count", label=label, number=words.number(n, 0))
                for label, n in counts.items()
            ]
        )
    return words("services.none")


def _staff(snapshot: Snapshot, row: dict[str, Any], words: Words) -> list[list[str]]:
    per_100k = words("unit.fte_per_100k")
    rows = [
        [words("staff.here"), words.with_unit(row["fte_per_100k"], per_100k)],
        [words("staff.reach"), words.with_unit(row["accessible_fte_per_100k"], per_100k)],
    ]
    staff = snapshot.of("staff", str(row["district_id"]))
    counted = [entry for entry in staff.to_dict("records") if bool(entry["is_counted"])]
    # With one cadre, all counted staff together is that cadre: said once.
    for entry in counted if len(counted) > 2 else counted[:1]:
        value = words(
            "staff.cadre_value",
            headcount=words.people(entry["headcount"]),
            fte=words.number(entry["fte"]),
        )
        rows.append([words("staff.cadre", label=clean(entry["label"])), value])
    flags = "" if is_missing(row["flags"]) else str(row["flags"])
    shortage = (
        words("staff.no_target")
        if "no_staffing_target" in flags.split(";")
        else words.with_unit(row["fte_shortage"], words("unit.fte"))
    )
    return [*rows, [words("staff.shortage"), shortage]]


def _shortage_rule(snapshot: Snapshot, row: dict[str, Any], words: Words) -> list[list[str]]:
    found = snapshot.one("shortage", str(row["district_id"]))
    if found is None:
        return []
    state = "unknown"
    if not is_missing(found["qualifies"]):
        state = "qualifies" if bool(found["qualifies"]) else "not"
    verdict = words(f"shortage.{state}", judged=clean(found["judged"]))
    return [[words("shortage.label", rule=clean(found["rule"])), verdict]]


def remedies(snapshot: Snapshot, row: dict[str, Any], words: Words) -> dict[str, Any]:
    """Return the missing links of care by remedy family, and those that cannot be judged."""
    out: dict[str, Any] = {"heading": words("help.heading"), "items": [], "notes": []}
    links = snapshot.of("profile", str(row["district_id"]))
    if links.empty:
        return out | {"notes": [words("help.unpublished")]}
    missing = links[links["state"] == "missing"]
    for family, rows in missing.groupby("remedy_family", sort=False):
        parts = [
            [clean(r["label"]), breakable(shortened(clean(r["words"]), LONGEST_WORDS))]
            for r in rows.to_dict("records")
        ]
        out["items"].append({"family": sentence(clean(family)), "links": parts})
    if missing.empty:
        out["notes"].append(words("help.none"))
    unknown = [clean(label) for label in links.loc[links["state"] == "no data", "label"]]
    if unknown:
        out["notes"].append(words("help.unknown", labels=words.listed(unknown)))
    out["notes"].append(words("help.note"))
    return out
