"""Builds a synthetic, complete snapshot in a MINDGAP_HOME, for tests and for looking.

Run by hand: `python tests/dashboard/make_snapshot.py HOME [n_districts]`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from make_compare import TYPES as COMPARE_TYPES
from make_compare import comparison
from make_evidence import TYPES, evidence
from make_layers import TYPES as LAYER_TYPES
from make_layers import layers
from make_map import TYPES as MAP_TYPES
from make_map import map_tables
from make_withheld import WITHHELD_TYPES, withheld_tables

CONFIG = Path(__file__).parents[2] / "config"
HOSTILE = [
    "<script>window.hacked=1</script>",
    "${window.hacked=2}",
    "`+(window.hacked=3)+`",
    "مقاطعة الاختبار",
    "L" + "o" * 298 + "g",
    '"><img src=x onerror=window.hacked=4>',
    "{{'window.hacked'}} \\u003cb\\u003e",
    "=1+1 **bold** :red[x] $x^2$",
]
OWNERS = ("public", "federal, veterans only")
LEVELS = [
    ("individual", "individual care"),
    ("community", "community care"),
    ("interpersonal", "peer and family support"),
    ("virtual", "virtual care"),
    ("policy", "policy and structure"),
]
CLASS_LABELS = ["very low", "low", "moderate", "high", "very high"]
INDICATORS = [
    ("poverty", "People in poverty", "material", "%", 5, 45),
    ("unemployment", "Unemployment", "material", "%", 2, 18),
    ("uninsured", "People without health insurance", "health", "%", 4, 30),
    ("disability", "People with a disability", "health", "%", 8, 26),
    ("no_internet", "Households without internet", "isolation", "%", 5, 60),
    ("older", "People aged 65 and over", "isolation", "%", 3, 28),
]
STRINGS = {"T": "VARCHAR", "D": "DOUBLE", "I": "BIGINT", "B": "BOOLEAN"}
NULLABLE_SCORES = ["need_score", "access_score", "gap_score"]


def copy_rules(home: Path) -> None:
    """Give a home the rules and words that the map's addresses and downloads go by."""
    for name in ("export.yaml", "withholding.yaml"):
        shutil.copy(CONFIG / name, home / "config")
    shutil.copytree(CONFIG / "export_text", home / "config" / "export_text")


def build(
    home: Path,
    region_id: str = "synth",
    *,
    n: int = 12,
    kind: str = "normal",
    snapshot_id: str = "",
    name: str = "Synthetia",
) -> Path:
    """Write one region; `kind` is normal, all_null or no_services. Returns the snapshot file."""
    rng = np.random.default_rng(7)
    settings(home)
    folder = home / "data" / "published" / region_id
    (folder / "geo").mkdir(parents=True, exist_ok=True)
    snapshot_id = snapshot_id or hashlib.sha256(f"{region_id}{n}{kind}".encode()).hexdigest()[:12]
    squares = _squares(n)
    ids = sorted(f"{region_id[:2].upper()}{k:03d}" for k in range(1, n + 1))
    geometry = _geometry(folder / "geo", squares)
    gap = _gap(rng, region_id, ids, kind, snapshot_id)
    frames: dict[str, pd.DataFrame] = {"out_gap": gap}
    frames["out_region"] = _region(region_id, name, n, snapshot_id, geometry, squares, gap)
    frames["out_indicator"] = _indicators(rng, gap, kind)
    frames["out_access"] = _access(gap)
    frames["out_profile"] = _links(gap)
    frames["out_shortage"] = _shortage(gap)
    frames["out_confidence"] = gap[["district_id"]].assign(
        gap_low=gap["gap_score"] - 4, gap_high=gap["gap_score"] + 5,
        top_fifth_probability=gap["gap_top_fifth_probability"],
        confidence=[
            None if np.isnan(score) else ("robustly worst" if k % 4 == 1 else "uncertain")
            for k, score in enumerate(gap["gap_score"])
        ],
    )  # fmt: skip
    frames["out_service"] = _services(rng, ids, squares, kind)
    frames["out_level"] = _levels(frames["out_service"])
    frames |= layers(gap, frames["out_indicator"], frames["out_access"])
    frames |= map_tables(gap, frames["out_service"])
    frames |= comparison(gap, frames["out_layer_district"])
    frames |= evidence(gap, frames["out_layer_district"])
    frames |= withheld_tables(gap) | _documents(snapshot_id, region_id)
    frames["out_lineage"] = _lineage(frames["out_gap"]["district_id"])
    path = folder / f"gap-{snapshot_id}.duckdb"
    path.unlink(missing_ok=True)
    _write(path, frames, ids, squares, gap)
    (folder / "CURRENT").write_text(path.name + "\n", encoding="utf-8")
    return path


def settings(home: Path) -> None:
    """Serve a home as the checkout is served: to this machine, without login."""
    (home / "config").mkdir(parents=True, exist_ok=True)
    if not (home / "config" / "serving.yaml").exists():
        shutil.copy(CONFIG / "serving.yaml", home / "config")


def _squares(n: int) -> list[list[list[float]]]:
    across = int(np.ceil(np.sqrt(n)))
    rings = []
    for k in range(n):
        x, y = 36.0 + (k % across) * 0.5, 1.0 - (k // across) * 0.5
        rings.append([[x, y], [x + 0.5, y], [x + 0.5, y + 0.5], [x, y + 0.5], [x, y]])
    return rings


def _geometry(folder: Path, squares: list[list[list[float]]]) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"i": k},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for k, ring in enumerate(squares)
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features})
    file = f"districts-{hashlib.sha256(body.encode()).hexdigest()[:12]}.geojson"
    (folder / file).write_text(body, encoding="utf-8")
    return file


def _gap(
    rng: np.random.Generator, region_id: str, ids: list[str], kind: str, snapshot_id: str
) -> pd.DataFrame:
    n = len(ids)
    names = (HOSTILE + [f"District {k}" for k in range(1, n + 1)])[:n]
    need, access = rng.uniform(5, 95, n), rng.uniform(5, 95, n)
    population = rng.integers(20_000, 900_000, n).astype(float)
    if kind == "all_null":
        need[:] = np.nan
        access[:] = np.nan
    else:
        need[n - 1] = np.nan
    gap = np.sqrt(need * (100 - access))
    scores = pd.DataFrame({"need_score": need, "access_score": access, "gap_score": gap})
    rank = scores["gap_score"].rank(ascending=False, method="min")
    served = population * 0.35
    out = pd.DataFrame(
        {
            "region_id": region_id,
            "district_id": ids,
            "district_name": names,
            "parent_name": ["North" if k % 2 else None for k in range(n)],
            "boundary_vintage": "2019",
            "population": population,
            "population_vintage": "Census 2019",
            "area_km2": rng.uniform(200, 9000, n),
            "density_per_km2": rng.uniform(3, 4000, n),
            "rural_share": rng.uniform(0, 1, n),
            "rural_class": ["rural" if k % 3 else "urban" for k in range(n)],
            "is_rural": [bool(k % 3) for k in range(n)],
            "need_score": need,
            "need_rank": scores["need_score"].rank(ascending=False, method="min"),
            "access_score": access,
            "access_rank": scores["access_score"].rank(ascending=True, method="min"),
            "gap_score": gap,
            "gap_rank": rank,
            "gap_rank_low": (rank - 2).clip(lower=1),
            "gap_rank_high": (rank + 3).clip(upper=n),
            "gap_top_fifth_probability": rng.uniform(0, 1, n),
            "gap_class": "insufficient data",
            "is_underserved": [bool(k % 2) for k in range(n)],
            "is_underserved_rural": [bool(k % 2 and k % 3) for k in range(n)],
            "fte_per_100k": rng.uniform(0, 40, n),
            "accessible_fte_per_100k": rng.uniform(0, 30, n),
            "nearest_service_minutes": rng.uniform(5, 240, n),
            "share_beyond_60min": rng.uniform(0, 1, n),
            "population_served": served,
            "population_over_capacity": population * 0.4,
            "population_beyond_reach": population - served - population * 0.4,
            "fte_shortage": rng.uniform(0, 90, n),
            "services_count": rng.integers(0, 20, n),
            "services_reporting_share": rng.uniform(0.3, 1, n),
            "data_coverage": np.where(np.isnan(gap), 0.2, 1.0),
            "flags": ["low_coverage;few_reports" if np.isnan(g) else "" for g in gap],
            "snapshot_id": snapshot_id,
            "method_version": "0.1.0",
        }
    )
    scored = out["gap_score"].notna()
    if scored.any():
        bins = pd.qcut(out.loc[scored, "gap_score"], 5, labels=CLASS_LABELS)
        out.loc[scored, "gap_class"] = bins.astype(str)
    if kind == "all_null":
        keep = {"need_score", "access_score", "gap_score"}
        for column in out.select_dtypes("number").columns:
            if column not in keep:
                out[column] = np.nan
        for column in ("is_rural", "is_underserved", "is_underserved_rural"):
            out[column] = None
        out["population_vintage"] = None
    return out


def _region(
    region_id: str,
    name: str,
    n: int,
    snapshot_id: str,
    geometry: str,
    squares: list[list[list[float]]],
    gap: pd.DataFrame,
) -> pd.DataFrame:
    flat = np.array([point for ring in squares for point in ring])
    return pd.DataFrame(
        [
            {
                "region_id": region_id,
                "name": name,
                "country": name,
                "district_term": "county",
                "district_term_plural": "counties",
                "parent_term": None,
                "rural_rule": "Rural when at least half of the people live in rural areas.",
                "underserved_rule": "Underserved when the gap class is high or very high.",
                "gap_rule": "Geometric mean of need and lack of access, in fifths.",
                "travel_note": "Travel times are estimates: straight line × 1.3 at 40 km/h.",
                "geometry_file": geometry,
                "min_lon": flat[:, 0].min(),
                "min_lat": flat[:, 1].min(),
                "max_lon": flat[:, 0].max(),
                "max_lat": flat[:, 1].max(),
                "population": gap["population"].sum(min_count=1),
                "population_vintage": "Census 2019",
                "n_districts": n,
                "snapshot_id": snapshot_id,
                "method_version": "0.1.0",
            }
        ]
    )


def _indicators(rng: np.random.Generator, gap: pd.DataFrame, kind: str) -> pd.DataFrame:
    rows = []
    for district in gap.to_dict("records"):
        weight = 1 / len(INDICATORS)
        for key, label, domain, unit, low, high in INDICATORS:
            value = float(rng.uniform(low, high))
            scaled = (value - low) / (high - low) * 100
            empty = kind == "all_null" or np.isnan(district["need_score"])
            rows.append(
                {
                    "district_id": district["district_id"],
                    "indicator_id": key,
                    "label": label,
                    "definition": f"{label}, share of all <b>people</b>.",
                    "domain": domain,
                    "value": None if empty else value,
                    "unit": unit,
                    "low": None if empty or key == "older" else value * 0.9,
                    "high": None if empty or key == "older" else value * 1.1,
                    "scaled_value": None if empty else scaled,
                    "weight": weight,
                    "contribution": None if empty else scaled * weight,
                    "direction": 1,
                    "vintage": "2022",
                    "source_id": "src-1",
                    "flag": "suppressed_small_count" if empty else None,
                    "numerator": None,
                    "denominator": None,
                    "in_index": key != "older",
                    "se": None,
                    "smoothed_value": value if key == "uninsured" and not empty else None,
                    "left_out": "present in too few counties" if key == "older" else None,
                }
            )
    return pd.DataFrame(rows)


def _access(gap: pd.DataFrame) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for row in gap.to_dict("records"):
        for measure, label, unit, estimate in (
            ("provider_ratio", "Mental-health staff in the county", "FTE per 100,000", False),
            ("e2sfca", "Staff within reach, shared by demand", "FTE per 100,000", True),
        ):
            column = "fte_per_100k" if measure == "provider_ratio" else "accessible_fte_per_100k"
            for tier in ("all", "specialist") if estimate else ("all",):
                rows.append(
                    {
                        "district_id": row["district_id"],
                        "measure": measure,
                        "label": label,
                        "tier": tier,
                        "tier_label": "All services" if tier == "all" else "Specialist care",
                        "value": row[column] if tier == "all" else None,
                        "unit": unit,
                        "estimate": estimate,
                        "definition": "Two-step catchment, 60 minutes." if estimate else None,
                        "reference": "Luo and Qi 2009",
                    }
                )
    return pd.DataFrame(rows)


def _links(gap: pd.DataFrame) -> pd.DataFrame:
    states = ("missing", "present", "no data")
    rows = [
        [row["district_id"], link, f"Link {link}", states[(i + k) % 3], HOSTILE[i % len(HOSTILE)],
         "outreach and mobile teams", "nearest_service_minutes 70"]
        for i, row in enumerate(gap.to_dict("records"))
        for k, link in enumerate(("staff", "community", "information"))
    ]  # fmt: skip
    columns = ["district_id", "link", "label", "state", "words", "remedy_family", "figures"]
    return pd.DataFrame(rows, columns=columns)


def _shortage(gap: pd.DataFrame) -> pd.DataFrame:
    rows = [
        [row["district_id"], "US rule", None, "substance", row["population"], 9000.0,
         True if i % 2 else None, "core branch only", 2.5, "42 CFR 5", HOSTILE[i % len(HOSTILE)]]
        for i, row in enumerate(gap.to_dict("records"))
    ]  # fmt: skip
    columns = ["district_id", "rule", "high_need", "high_need_unknown", "population_per_core_fte",
               "core_threshold", "qualifies", "judged", "core_fte_shortage", "reference",
               "note"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _services(
    rng: np.random.Generator, ids: list[str], squares: list[list[list[float]]], kind: str
) -> pd.DataFrame:
    columns = [
        "service_id", "name", "service_type", "type_label", "level", "level_label", "care_tier",
        "scope", "lon", "lat", "ownership", "ownership_label", "district_id", "supply_fte", "beds",
        "status", "services_reported", "is_candidate", "source_id",
    ]  # fmt: skip
    rows = []
    for k in range(0 if kind == "no_services" else 4 * len(ids)):
        place = k % len(ids)
        ring = squares[place]
        candidate = k % 4 == 3
        level, owner = "community" if k % 4 == 1 else "individual", OWNERS[k % 2]
        lon, lat = np.array(ring[0]) + rng.uniform(0.05, 0.45, 2)
        rows.append(
            [
                f"s{k:04d}", HOSTILE[k % len(HOSTILE)], "clinic", "outpatient clinic", level,
                dict(LEVELS)[level], "specialist", "point", lon, lat, owner, owner.capitalize(),
                ids[place],
                0.0 if candidate else 1.5, None, "open", None if candidate else True, candidate,
                "src-1",
            ]
        )  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _levels(services: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for place, (level, label) in enumerate(LEVELS):
        count = int((services["level"] == level).sum())
        note = None if count else "No register of these was found."
        rows.append([level, label, place + 1, count, count > 0, note])
    return pd.DataFrame(
        rows, columns=["level", "label", "position", "n_services", "has_data", "note"]
    )


def _lineage(ids: pd.Series) -> pd.DataFrame:
    columns = ["layer", "district_id", "item", "source_id", "file", "row", "sha256", "made_by",
               "correction"]  # fmt: skip
    rows = [
        ["indicator", key, "poverty_rate", "src-1", f"figures {HOSTILE[0]}.csv", str(i),
         "0f" * 32, "copied from the layer file", f"value set: {HOSTILE[1]}"]
        for i, key in enumerate(ids, start=1)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _documents(snapshot_id: str, region_id: str) -> dict[str, pd.DataFrame]:
    source = {
        "source_id": "src-1", "publisher": "Bureau of <i>Numbers</i>", "title": "Census tables",
        "citation": "Bureau of Numbers (2022). Census tables.", "licence": "CC BY 4.0",
        "url": "https://example.org/census", "vintage": "2022", "published": "2023-05-01",
        "accessed": "2026-01-02", "sha256": "ab" * 32, "used_for": "population, poverty",
        "note": None,
    }  # fmt: skip
    bad = dict(source, source_id="src-2", url="javascript:alert(1)", title="Odd address")
    quality = [
        ["duplicate_row", "warn", "src-1", "/secret/raw/<b>file</b>.csv", 346, "row 2; row 9",
         "dropped"],
        ["point_outside", "info", "src-1", "points.csv", 3, HOSTILE[0], "placed nearest"],
    ]  # fmt: skip
    method = [
        ["need", 1, "Scaling", "Each indicator is put on 0–100 between its bounds.", None, None,
         "OECD/JRC handbook (2008)"],
        ["need", 2, "Minimum coverage", "Below this no score is given.", "0.6", "share", None],
        ["access", 1, "Catchment", "Gaussian decay, exp(−t²/2σ²).", "60", "minutes",
         "Luo & Qi 2009"],
    ]  # fmt: skip
    run = [snapshot_id, region_id, "sample", "2026-01-01T00:00:00", "2026-01-01T00:00:03", 3.1,
           "0.1.0", "aaaa", "bbbb", json.dumps({"duckdb": "2.0.0", "pandas": "3.1.1"})]  # fmt: skip
    return {
        "out_source": pd.DataFrame([source, bad]).assign(
            retrieved=None, retrieved_url=None, receipt_sha256=None
        ),
        "out_quality": pd.DataFrame(
            quality,
            columns=["rule", "severity", "source_id", "file", "n_rows", "examples", "action"],
        ),
        "out_method": pd.DataFrame(
            method, columns=["section", "position", "title", "text", "value", "unit", "reference"]
        ),
        "out_run": pd.DataFrame(
            [run],
            columns=["snapshot_id", "region_id", "origin", "started_at", "finished_at",
                     "duration_s", "method_version", "input_hash", "config_hash", "versions"],
        ),
    }  # fmt: skip


_TYPES = {
    "out_region": "TTTTTTTTTTTDDDDDTITT",
    "out_gap": "TTTTTDTDDDTBDIDIDIIIDTBBDDDDDDDDIDDTTT",
    "out_indicator": "TTTTTDTDDDDDITTTDDBDDT",
    "out_access": "TTTTTDTBTT",
    "out_profile": "TTTTTTT",
    "out_confidence": "TDDDT",
    "out_shortage": "TTBTDDBTDTT",
    "out_service": "TTTTTTTTDDTTTDDTBBT",
    "out_level": "TTIIBT",
    "out_source": "TTTTTTTTTTTTTTT",
    "out_lineage": "TTTTTTTTT",
    "out_quality": "TTTTITT",
    "out_method": "TITTTTT",
    "out_run": "TTTTTDTTTT",
    **LAYER_TYPES,
    **WITHHELD_TYPES,
    **MAP_TYPES,
    **COMPARE_TYPES,
    **TYPES,
}


def _write(
    path: Path,
    frames: dict[str, pd.DataFrame],
    ids: list[str],
    squares: list[list[list[float]]],
    gap: pd.DataFrame,
) -> None:
    with duckdb.connect(str(path)) as con:
        for table, frame in frames.items():
            columns = ", ".join(
                f"CAST({name} AS {STRINGS[code]}) AS {name}"
                for name, code in zip(frame.columns, _TYPES[table], strict=True)
            )
            con.register("incoming", frame)
            con.execute(f"CREATE TABLE {table} AS SELECT {columns} FROM incoming")
            con.unregister("incoming")
        con.execute(
            "CREATE TABLE out_district (district_id VARCHAR, district_name VARCHAR, "
            "parent_name VARCHAR, geometry GEOMETRY('OGC:CRS84'), lon DOUBLE, lat DOUBLE, "
            "min_lon DOUBLE, min_lat DOUBLE, max_lon DOUBLE, max_lat DOUBLE)"
        )
        for key, name, ring in zip(ids, gap["district_name"], squares, strict=True):
            wkt = "POLYGON((" + ", ".join(f"{x} {y}" for x, y in ring) + "))"
            (x0, y0), (x1, y1) = ring[0], ring[2]
            con.execute(
                "INSERT INTO out_district VALUES (?, ?, NULL, "
                "CAST(? AS GEOMETRY('OGC:CRS84')), ?, ?, ?, ?, ?, ?)",
                [key, name, wkt, (x0 + x1) / 2, (y0 + y1) / 2, x0, y0, x1, y1],
            )


if __name__ == "__main__":
    build(Path(sys.argv[1]), n=int(sys.argv[2]) if len(sys.argv) > 2 else 12)
