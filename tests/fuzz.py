"""Spoil files at random and read them: anything but a good read or one of our errors is a bug.

``nice python -m tests.fuzz --minutes 10`` spoils seeds of every kind that a parser reads. Each kind
runs in a process of its own, so that a crash of a library written in C is a finding too, and a read
that takes longer than ``--seconds`` is one as well. What found something is kept in ``--keep``.
The test-suite runs a few of each kind (``tests/test_fuzz.py``).
"""

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tarfile
import tempfile
import time
import traceback
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import rasterio
import yaml
from rasterio.transform import from_origin

from etl import config as configuration
from etl.errors import MindgapError
from etl.extract.costs import read_costs
from etl.extract.friction import read_friction
from etl.extract.osm import read_roads
from etl.extract.run import _read_layer, extract_layers
from etl.extract.spatial import read_raster, read_vector
from etl.extract.tables import read_table
from etl.layers.files import build_core_from_files
from etl.onboard.reading import open_given
from etl.onboard.request import Asker, Request
from etl.schema import Region, Source
from etl.warehouse import Warehouse

from . import new_country
from .travel_rules import RULES

CHECKOUT = Path(__file__).resolve().parents[1]
TINY = Path(__file__).parent / "tiny"
ABOUT = dict.fromkeys(
    ("publisher", "title", "citation", "licence", "url", "vintage", "published", "accessed"), "x"
)
TOKENS = [
    b"", b"\0", b'"', b"'", b",", b";", b"\n", b"\r", b"\xff\xfe", b"\xef\xbb\xbf", b"=1+1", b"NaN",
    b"1e999", b"-0", b"999999999999999999999999", b"{", b"}", b"[", b"]", b"null", b"true", b"..",
    b"\xff", b"\x80", b"inf", b"1,5", b": ", b"- ", b"&a ", b"*a", b"!!python/none", b"\t",
]  # fmt: skip


def declared(path: str, format_: str, **over: Any) -> Source:
    base = {"source_id": "fuzz", "path": path, "format": format_}
    return Source.model_validate(ABOUT | base | over)


COLUMNS = {"id": {"raw": "Id"}, "people": {"raw": "People", "type": "number"},
           "open": {"raw": "Open", "type": "boolean"}}  # fmt: skip
TABLE = "Id,People,Open\n" + "".join(f"{i:02d},{i * 17.5},true\n" for i in range(20))
ASK = Asker()
TINY_CONFIG = configuration.load(CHECKOUT / "config")
TINY_REGION = Region.model_validate(yaml.safe_load((TINY / "tinyland.yaml").read_text("utf-8")))
RULES_ONBOARD = configuration.load_onboarding(CHECKOUT / "config")


def asked(path: Path) -> Any:
    request = Request(region_id="fuzz", title="Fuzz", country="x", files={})
    given = open_given(path, "--districts", request, RULES_ONBOARD, ASK)
    return [given.numbers(c, RULES_ONBOARD) for c in given.figures(RULES_ONBOARD)]


def vector(path: Path) -> Any:
    return read_vector(declared(path.name, "vector", columns={"id": {"raw": "shapeID"}}), path)


def tabular(format_: str, **over: Any) -> Callable[[Path], Any]:
    return lambda path: read_table(declared(path.name, format_, columns=COLUMNS, **over), path)


def roads(path: Path) -> Any:
    return read_roads(path, classes=list(RULES.road.speeds.kmh), closed=["no"], source_id="fuzz")


def friction(path: Path) -> Any:
    return read_friction(path, rules=RULES.surface, source_id="fuzz")


def population(path: Path) -> Any:
    return read_raster(declared(path.name, "raster"), path)


def yaml_file(path: Path) -> Any:
    """Read a whole configuration in which one file is spoiled; its name says which."""
    folder = path.parent / "config"
    if not folder.is_dir():
        shutil.copytree(CHECKOUT / "config", folder)
    where = folder / path.name.replace("__", "/")
    kept = where.read_bytes()
    try:
        where.write_bytes(path.read_bytes())
        return configuration.load(folder)
    finally:
        where.write_bytes(kept)


def layer_file(path: Path) -> Any:
    """Build the core tables of tinyland in which one layer file is spoiled."""
    with tempfile.TemporaryDirectory() as place, Warehouse() as warehouse:
        folder = Path(shutil.copytree(TINY / "layers", Path(place) / "layers"))
        (folder / path.name).write_bytes(path.read_bytes())
        extract_layers(folder, warehouse)
        build_core_from_files(TINY_CONFIG, TINY_REGION, warehouse)


def write_seeds(folder: Path) -> dict[str, list[tuple[Path, Callable[[Path], Any]]]]:
    """Write a good file of every kind; return by kind the files and what reads them."""
    nordmark = new_country.write(folder / "nordmark")
    frame = gpd.read_file(nordmark / "map.geojson")
    frame.to_file(folder / "map.gpkg")
    (folder / "shape").mkdir()
    frame.to_file(folder / "shape" / "map.shp")
    shutil.make_archive(str(folder / "map"), "zip", folder / "shape")
    frame.to_parquet(folder / "map.parquet")
    (folder / "table.csv").write_text(TABLE)
    (folder / "book.xlsx").write_bytes(
        new_country.book([["Id", "People", "Open"], *[[f"{i:02d}", i, "true"] for i in range(9)]])
    )
    page = [{"Id": f"{i}", "People": i, "Open": True} for i in range(9)]
    (folder / "page.json").write_text(json.dumps({"count": 9, "results": page}))
    costs = pd.DataFrame({"origin": ["a", "b"], "destination": ["c", "d"], "minutes": [1.5, 2.5]})
    costs.to_csv(folder / "costs.csv", index=False)
    costs.to_parquet(folder / "costs.parquet")
    with zipfile.ZipFile(folder / "packed.zip", "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("in/table.csv", TABLE)
    with tarfile.open(folder / "packed.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("table.csv")
        info.size = len(TABLE)
        archive.addfile(info, io.BytesIO(TABLE.encode()))
    _roads(folder / "roads.osm.pbf")
    _raster(folder / "people.tif", "EPSG:4326", from_origin(38, 1, 0.1, 0.1))
    _raster(folder / "minutes.tif", "EPSG:32637", from_origin(500_000, 1e5, 1000, 1000))
    yamls = []
    for name in ("model.yaml", "indicators.yaml", "workforce.yaml", "profile.yaml", "services.yaml",
                 "map.yaml", "regions/kenya.yaml", "regions/us-ga.yaml",
                 "regions/templates/us-state.yaml",
                 "sources/ke_kmhfl_2020.yaml", "corrections/us_samhsa_mh_2020.yaml"):  # fmt: skip
        path = folder / name.replace("/", "__")
        shutil.copyfile(CHECKOUT / "config" / name, path)
        yamls.append((path, yaml_file))
    json_pages = tabular("json_pages", records="results")
    return {
        "CSV": [(folder / "table.csv", tabular("csv")), (folder / "costs.csv", _costs),
                (nordmark / "figures.csv", asked), (nordmark / "settlements.csv", asked)],
        "XLSX": [(folder / "book.xlsx", tabular("excel")), (nordmark / "services.xlsx", asked)],
        "JSON pages": [(folder / "page.json", json_pages)],
        "GeoJSON": [(nordmark / "map.geojson", vector), (nordmark / "map.geojson", asked),
                    (nordmark / "map.geojson", _read_layer)],
        "GeoPackage": [(folder / "map.gpkg", vector), (folder / "map.gpkg", asked)],
        "zipped shapefile": [(folder / "map.zip", vector), (folder / "map.zip", asked)],
        "shapefile": [(folder / "shape" / "map.shp", vector)],
        "Parquet": [(folder / "map.parquet", asked), (folder / "costs.parquet", _costs)],
        "archives": [(folder / "packed.zip", tabular("csv", member="*.csv")),
                     (folder / "packed.tar.gz", tabular("csv", member="*.csv"))],
        "OpenStreetMap": [(folder / "roads.osm.pbf", roads)],
        "GeoTIFF": [(folder / "people.tif", population), (folder / "minutes.tif", friction)],
        "layer files": [(p, layer_file) for p in sorted((TINY / "layers").iterdir())],
        "YAML": yamls,
    }  # fmt: skip


def _costs(path: Path) -> Any:
    return read_costs(path, source_id="fuzz")


def _roads(path: Path) -> None:
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number in range(1, 40):
            place = (10 + number / 100, 45.0)
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place))
        tags = {"highway": "primary", "maxspeed": "50 mph", "oneway": "yes"}
        writer.add_way(osmium.osm.mutable.Way(id=1, nodes=list(range(1, 40)), tags=tags))


def _raster(path: Path, crs: str, transform: rasterio.Affine) -> None:
    band = np.full((20, 20), 0.0012, dtype="float32")
    with rasterio.open(path, "w", driver="GTiff", height=20, width=20, count=1, dtype="float32",
                       crs=crs, transform=transform, nodata=-9999) as raster:  # fmt: skip
        raster.write(band, 1)


def spoil(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with one to eight small faults."""
    spoilt = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(spoilt) + 1)
        to = min(len(spoilt), at + chance.choice((1, 2, 4, 16, 200)))
        match chance.randrange(7):
            case 0:
                if at < len(spoilt):
                    spoilt[at] ^= 1 << chance.randrange(8)
            case 1:
                spoilt[at:to] = b""
            case 2:
                spoilt[at:at] = chance.choice(TOKENS)
            case 3:
                spoilt[at:to] = chance.randbytes(to - at)
            case 4:
                spoilt[at:at] = spoilt[at:to] * chance.choice((1, 2, 50))
            case 5:
                del spoilt[at:]
            case _:
                other = chance.randrange(len(spoilt) + 1)
                spoilt[at:to] = spoilt[other : other + (to - at)]
    return bytes(spoilt)


def spoil_inside(path: Path, chance: random.Random) -> bytes:
    """Spoil one member of a zip and pack it again, so that the fault gets past the checksum."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as bundle:
        names = bundle.namelist()
        hit = chance.choice(names)
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in names:
                data = bundle.read(name)
                packed.writestr(name, spoil(data, chance) if name == hit else data)
    return buffer.getvalue()


class TooSlowError(Exception):
    """A read took longer than allowed."""


def _alarm(*_: object) -> None:
    raise TooSlowError


def run_kind(
    cases: list[tuple[Path, Callable[[Path], Any]]], folder: Path, seed: int, *,
    minutes: float = 0.0, count: int = 0, seconds: int = 20,
) -> Counter[str]:  # fmt: skip
    """Spoil and read files of one kind for a time or a number of times; return the outcomes.

    Keys are "read", the names of our errors, and "BUG: ..." for anything else.
    """
    chance, outcomes = random.Random(seed), Counter[str]()
    until = time.monotonic() + minutes * 60
    signal.signal(signal.SIGALRM, _alarm)
    while sum(outcomes.values()) < count or (not count and time.monotonic() < until):
        seed_file, parse = chance.choice(cases)
        inside = zipfile.is_zipfile(seed_file) and chance.random() < 0.6
        data = spoil_inside(seed_file, chance) if inside else spoil(seed_file.read_bytes(), chance)
        path = folder / seed_file.name
        path.write_bytes(data)
        _with_parts(seed_file, path)
        signal.alarm(seconds)
        try:
            outcomes[_outcome(parse, path)] += 1
        finally:
            signal.alarm(0)
    return outcomes


def _with_parts(seed_file: Path, path: Path) -> None:
    for suffix in (".dbf", ".shx", ".prj", ".cpg") if path.suffix == ".shp" else ():
        if seed_file.with_suffix(suffix).is_file():
            shutil.copyfile(seed_file.with_suffix(suffix), path.with_suffix(suffix))


def _outcome(parse: Callable[[Path], Any], path: Path) -> str:
    try:
        with warnings.catch_warnings(), _quiet():
            warnings.simplefilter("ignore")
            parse(path)
    except MindgapError as error:
        return type(error).__name__
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the finding
        last = traceback.extract_tb(error.__traceback__)[-1]
        ours = [f for f in traceback.extract_tb(error.__traceback__) if "/etl/" in f.filename]
        where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else last.name
        keep = path.parent / "found"
        keep.mkdir(exist_ok=True)
        number = len(list(keep.iterdir()))
        shutil.copyfile(path, keep / f"{number:04d}-{path.name}")
        return f"BUG: {type(error).__name__} at {where}: {str(error)[:90]}"
    return "read"


@contextlib.contextmanager
def _quiet() -> Any:
    """Libraries in C complain on the real standard error."""
    saved, sink = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(sink)


def _child(pipe: Any, cases: Any, folder: Path, seed: int, minutes: float, seconds: int) -> None:
    pipe.send(run_kind(cases, folder, seed, minutes=minutes, seconds=seconds))


def main() -> int:
    """Run every kind in turn, print the counts, return 1 if anything was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10.0, help="In all.")
    parser.add_argument("--seconds", type=int, default=20, help="Longest read allowed.")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.mkdtemp(prefix="mindgap-fuzz-")))
    given = parser.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    kinds = write_seeds(given.keep / "seeds")
    kinds = {k: v for k, v in kinds.items() if given.only in k}
    bugs = total = 0
    for number, (kind, cases) in enumerate(kinds.items()):
        folder = given.keep / kind.replace(" ", "-")
        folder.mkdir(exist_ok=True)
        here, there = multiprocessing.Pipe()
        arguments = (there, cases, folder, given.seed + number, given.minutes / len(kinds))
        process = multiprocessing.get_context("fork").Process(
            target=_child, args=(*arguments, given.seconds)
        )
        process.start()
        there.close()
        try:
            outcomes = here.recv()
        except EOFError:
            process.join()
            outcomes = Counter({f"BUG: the process died ({process.exitcode}); file in {folder}": 1})
        process.join()
        found = {k: v for k, v in outcomes.items() if k.startswith("BUG")}
        bugs, total = bugs + sum(found.values()), total + sum(outcomes.values())
        told = ", ".join(f"{k} {v:,}" for k, v in sorted(outcomes.items()) if k not in found)
        print(f"{kind}: {sum(outcomes.values()):,} files: {told}", flush=True)
        for text, times in found.items():
            print(f"  {times:,} x {text}", flush=True)
    print(f"{total:,} files in all, {bugs} finding(s); seed {given.seed}; kept in {given.keep}")
    return 1 if bugs else 0


if __name__ == "__main__":
    sys.exit(main())
