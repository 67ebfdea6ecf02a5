"""From a person's files to the layer files and the region file of a new region."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from etl.config import Config
from etl.errors import BadValueError, KeyJoinError, examples
from etl.onboard.districts import district_layer, projected_crs, without_population
from etl.onboard.figures import indicator_layer, workforce_layer
from etl.onboard.joining import Districts, crosswalk_text
from etl.onboard.points import demand_layer, service_layer
from etl.onboard.reading import Given, open_given
from etl.onboard.region_file import region_data, region_text, tell_missing
from etl.onboard.request import LAYERS, Asker, Report, Request
from etl.onboard.writing import layer_texts, source_id, source_row, write_all
from etl.schema import LayerFiles, Onboarding

RURAL = "rural_population_share"
KEYS = {
    "demand_point": ["point_id"], "service": ["service_id"],
    "workforce": ["district_id", "cadre"], "indicator": ["district_id", "indicator_id"],
}  # fmt: skip


@dataclass(frozen=True)
class Places:
    """Where the files of a region go."""

    folder: Path
    region_file: Path

    @property
    def crosswalk(self) -> Path:
        """The names that a person has to confirm."""
        return self.folder / "crosswalk.csv"


def build_region(
    request: Request, config: Config, rules: Onboarding, places: Places, ask: Asker, report: Report
) -> None:
    """Read the files of `request`, and write the layer files and the region file.

    Raises
    ------
    MindgapError
        Whatever is unsure and nobody can be asked, and whatever cannot be read. Nothing is written
        then, but for the crosswalk of names where that is what is missing.
    """
    given = {
        layer: [open_given(p, f"--{layer}", request, rules, ask) for p in request.files[layer]]
        for layer in LAYERS
        if request.files.get(layer)
    }
    for table in (t for tables in given.values() for t in tables):
        report.notes.extend(table.notes)
    districts, names = district_layer(
        given["districts"][0], given.get("indicators", []), rules, request, report, ask
    )
    _require_population(districts, names, places)
    crs = projected_crs(districts)
    tables = _tables(given, districts, names, crs, config, rules, request, report, ask)
    districts = _rural_share(districts, tables, request, report)
    points = tables.get("demand_point")
    without = set(districts["district_id"]) - set([] if points is None else points["district_id"])
    note = _demand_note(len(without), len(districts))
    absent = [k for k in ("service", "workforce") if tables.get(k) is None or tables[k].empty]
    data = region_data(districts, rules, request, note, absent)
    sources = [
        source_row(request, layer, n, table)
        for layer, files in given.items()
        for n, table in enumerate(files, start=1)
    ]
    used = {row["source_id"] for row in sources}
    for issue in report.issues:
        issue["source_id"] = issue["source_id"] if issue["source_id"] in used else None
    texts = layer_texts(districts, tables, sources, report.issues, data["geography"])
    if names.open_rows:
        texts[places.crosswalk.name] = crosswalk_text(names)
    write_all(places.folder, texts, places.region_file, region_text(data))
    if not names.open_rows and request.crosswalk is None:
        places.crosswalk.unlink(missing_ok=True)  # of an earlier run
    _tell(report, tables, config, names, len(without), places)


def _require_population(districts: gpd.GeoDataFrame, names: Districts, places: Places) -> None:
    bad = without_population(districts)
    if not bad:
        return
    hint = "Every district needs one."
    if names.open_rows:
        places.folder.mkdir(parents=True, exist_ok=True)
        places.crosswalk.write_text(crosswalk_text(names), encoding="utf-8", newline="\n")
        hint = (
            f"{len(names.open_rows)} name(s) in the file of people join to no district. Confirm "
            f"them in {places.crosswalk} (column `confirmed`: yes, no, or the right district) and "
            f"give it back with --crosswalk {places.crosswalk}."
        )
    raise KeyJoinError(
        f"the population of {len(bad)} district(s) is missing or below 0: {examples(bad)}. {hint}"
    )


def _tables(
    given: dict[str, list[Given]], districts: gpd.GeoDataFrame, names: Districts, crs: str,
    config: Config, rules: Onboarding, request: Request, report: Report, ask: Asker,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    parts: dict[str, list[pd.DataFrame]] = {}
    common = (rules, request, report, ask)
    for layer, files in given.items():
        for number, table in enumerate(files, start=1):
            source = source_id(request.region_id, layer, number)
            if layer == "demand":
                frame = demand_layer(table, districts, crs, source, *common)
                parts.setdefault("demand_point", []).append(frame)
            elif layer == "services":
                frame = service_layer(table, districts, crs, source, config, *common)
                parts.setdefault("service", []).append(frame)
            elif layer == "workforce":
                frame = workforce_layer(table, names, source, config, *common)
                parts.setdefault("workforce", []).append(frame)
            elif layer == "indicators":
                frame = indicator_layer(table, names, source, config, *common)
                parts.setdefault("indicator", []).append(frame)
    tables = {layer: pd.concat(frames, ignore_index=True) for layer, frames in parts.items()}
    for layer, frame in tables.items():
        _refuse_repeats(layer, frame)
    return tables


def _refuse_repeats(layer: str, frame: pd.DataFrame) -> None:
    columns = KEYS[layer]
    repeated = frame[frame.duplicated(columns, keep=False)]
    if len(repeated):
        keys = repeated[columns].astype("string").agg(" / ".join, axis=1).unique().tolist()
        raise KeyJoinError(
            f"{len(repeated)} rows of the {layer.replace('_', ' ')} files share "
            f"{' and '.join(columns)}: {examples(keys)}. Two files may not give the same figure."
        )


def _rural_share(
    districts: gpd.GeoDataFrame, tables: dict[str, pd.DataFrame], request: Request, report: Report
) -> gpd.GeoDataFrame:
    """Let the rural share of the map and the indicator of the same name stand for each other."""
    indicators = tables.get("indicator", pd.DataFrame(columns=["indicator_id", "district_id"]))
    given = indicators[indicators["indicator_id"] == RURAL]
    if len(given) and "rural_share" not in districts:
        share = given.set_index("district_id")["value"] / 100
        report.notes.append("the rural share of the districts is taken from the indicators")
        return districts.assign(rural_share=districts["district_id"].map(share).astype(float))
    if not len(given) and "rural_share" in districts:
        rows = pd.DataFrame(
            {
                "district_id": districts["district_id"],
                "indicator_id": RURAL,
                "value": (districts["rural_share"] * 100).round(4),
                "vintage": request.provenance.get("vintage", "not stated"),
                "source_id": source_id(request.region_id, "districts", 1),
            }
        )
        tables["indicator"] = pd.concat([indicators, rows], ignore_index=True)
        report.notes.append("the rural share of the map also counts as an indicator")
    return districts


def _demand_note(without: int, total: int) -> str:
    if not without:
        return "As given in the file of demand points"
    one = "one point inside the district stands for all its people"
    return f"In {without} of {total} districts {one}; elsewhere as given in the file"


def _tell(
    report: Report, tables: dict[str, pd.DataFrame], config: Config, names: Districts,
    without: int, places: Places,
) -> None:  # fmt: skip
    indicators = tables.get("indicator", pd.DataFrame(columns=["indicator_id", "value"]))
    there = set(indicators.loc[indicators["value"].notna(), "indicator_id"])
    counts = {"services": len(tables.get("service", [])),
              "workforce": len(tables.get("workforce", []))}  # fmt: skip
    tell_missing(config, there, counts, without, report)
    if names.open_rows:
        given = {row["given_name"] for row in names.open_rows}
        report.missing.append(
            f"{len(given)} name(s) join to no district, so their rows are left out: "
            f"{examples(sorted(map(str, given)))}. Confirm them in {places.crosswalk}"
        )


def refuse_existing(config: Config, region_id: str, places: Places, replace: bool) -> None:
    """Refuse to write over a region that is there, unless the person said so.

    Raises
    ------
    BadValueError
        The region file is there.
    """
    known = config.regions.get(region_id)
    if known is not None and not isinstance(known.layers, LayerFiles):
        raise BadValueError(
            f"{region_id} is a region made from raw files; new-region never writes over it. Choose "
            "another name."
        )
    if places.region_file.is_file() and not replace:
        raise BadValueError(
            f"{places.region_file} is there already. Choose another name, or say --replace to "
            "write it and its layer files again."
        )
