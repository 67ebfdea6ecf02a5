"""The gap table as each format's own users read it: text as text, missing as None."""

import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import geopandas as gpd
import openpyxl
import pandas as pd

Rows = list[dict[str, Any]]
TEXT = {"district_id", "district_name", "snapshot_id", "region_id", "boundary_vintage", "withheld"}


def plain(value: Any) -> Any:
    """Return a value as Python has it; missing of every kind is None."""
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    return value.item() if hasattr(value, "item") else value


def of_frame(frame: pd.DataFrame) -> Rows:
    return [
        {k: plain(v) for k, v in row.items()} for row in frame.astype("object").to_dict("records")
    ]


def csv_pandas(path: Path) -> Rows:
    kinds = {name: "string" for name in pd.read_csv(path, nrows=0).columns if is_text(name)}
    return of_frame(pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=[""]))


def csv_duckdb(path: Path) -> Rows:
    with duckdb.connect() as con:
        return of_frame(con.execute("from read_csv(?, all_varchar = true)", [str(path)]).df())


def parquet_duckdb(path: Path) -> Rows:
    with duckdb.connect() as con:
        sql = "select * exclude (geometry, bbox) from read_parquet(?)"
        return of_frame(con.execute(sql, [str(path)]).df())


def parquet_geopandas(path: Path) -> Rows:
    return of_frame(pd.DataFrame(gpd.read_parquet(path).drop(columns=["geometry", "bbox"])))


def gpkg_geopandas(path: Path) -> Rows:
    return of_frame(pd.DataFrame(gpd.read_file(path, layer="gap").drop(columns="geometry")))


def gpkg_sqlite(path: Path) -> Rows:
    with sqlite3.connect(path) as con:
        con.row_factory = sqlite3.Row
        rows = [dict(row) for row in con.execute("select * from gap order by fid")]
    return [{k: v for k, v in row.items() if k not in ("fid", "geom")} for row in rows]


def geojson_text(path: Path) -> Rows:
    return [f["properties"] for f in json.loads(path.read_text(encoding="utf-8"))["features"]]


def xlsx_openpyxl(path: Path) -> Rows:
    page = openpyxl.load_workbook(path)["Gap table"]
    _, names, *rows = page.iter_rows(values_only=True)
    return [
        {n: None if v == "[c]" and n != "withheld" else v for n, v in zip(names, row, strict=True)}
        for row in rows
    ]


def zip_pandas(path: Path) -> Rows:
    with zipfile.ZipFile(path) as package, package.open("gap.csv") as handle:
        names = pd.read_csv(handle, nrows=0).columns
    kinds = {name: "string" for name in names if is_text(name)}
    with zipfile.ZipFile(path) as package, package.open("gap.csv") as handle:
        return of_frame(pd.read_csv(handle, dtype=kinds, keep_default_na=False, na_values=[""]))


def is_text(name: str) -> bool:
    return name in TEXT or name.endswith(
        ("_unit", "_vintage", "_note", "_name", "_class", "_version")
    )


READERS = {
    "csv": (csv_pandas, csv_duckdb),
    "xlsx": (xlsx_openpyxl,),
    "gpkg": (gpkg_geopandas, gpkg_sqlite),
    "geojson": (geojson_text,),
    "parquet": (parquet_geopandas, parquet_duckdb),
    "zip": (zip_pandas,),
}
