"""Data Package (zip): every table as CSV with its schema, sources, licences and checksums."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from etl.export.content import Content, Sheet
from etl.export.formats.csv_file import sheet_csv
from etl.export.formats.metadata import dcat, hdx, sources
from etl.export.words import file_name
from etl.schema import ExportRules, TableColumn

FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip entry can hold
DESCRIPTOR = "datapackage.json"


def write_package(content: Content, path: Path, rules: ExportRules) -> None:
    """Write the zip; entries have a fixed order and time."""
    files = {f"{sheet.id}.csv": sheet_csv(sheet).encode() for sheet in content.sheets}
    files["README.txt"] = _readme(content).encode()
    files["dcat.jsonld"] = _json(dcat(content, rules, files))
    files[DESCRIPTOR] = _json(_descriptor(content, rules, files))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.external_attr = 0o644 << 16
            package.writestr(entry, files[name], zipfile.ZIP_DEFLATED, 6)


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _readme(content: Content) -> str:
    blocks = [f"{head}\n{text}" for head, text in (*content.cover, *content.notes)]
    return "\n\n".join([content.about["title"], *blocks]) + "\n"


def _descriptor(content: Content, rules: ExportRules, files: dict[str, bytes]) -> dict[str, Any]:
    about = content.about
    there = {sheet.id: sheet for sheet in content.sheets}
    sheets = [_resource(sheet, files[f"{sheet.id}.csv"], there) for sheet in content.sheets]
    texts = [
        {"name": file_name(name), "path": name, "format": Path(name).suffix[1:], **_sums(data)}
        for name, data in files.items()
        if not name.endswith(".csv")
    ]
    return {
        "profile": "data-package",
        "name": content.stem,
        "title": about["title"],
        "description": about["summary"],
        "version": about["snapshot_id"],
        "homepage": about["link"],
        "keywords": list(rules.keywords),
        "licenses": [{"name": rules.licence.name, "title": rules.licence.title}],
        "sources": sources(content),
        "contributors": [{"title": about["publisher"], "role": "publisher"}],
        "citation": about["citation"],
        "mindgap": {
            "region_id": about["region_id"],
            "snapshot_id": about["snapshot_id"],
            "method_version": about["method_version"],
            "sources_read_until": about["as_of"],
            "rows": about["filter"],
            "columns": list(content.options.columns),
            "language": content.options.language,
        },
        "hdx": hdx(content, rules),
        "resources": sheets + texts,
    }


def _sums(data: bytes) -> dict[str, Any]:
    return {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}


def _resource(sheet: Sheet, data: bytes, there: Mapping[str, Sheet]) -> dict[str, Any]:
    names = {column.id for column in sheet.columns}
    refers = [
        {"fields": [name], "reference": {"resource": table, "fields": list(there[table].key)}}
        for name, table in sheet.refers.items()
        if table in there and name in names  # a table of an older snapshot may lack either
    ]
    return {
        "profile": "tabular-data-resource",
        "name": sheet.id,
        "title": sheet.title,
        "path": f"{sheet.id}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **_sums(data),
        "dialect": {"delimiter": ",", "quoteChar": '"', "lineTerminator": "\r\n"},
        "schema": {
            "fields": [_field(column) for column in sheet.columns],
            "missingValues": [""],
            "primaryKey": list(sheet.key),
            **({"foreignKeys": refers} if refers else {}),
        },
    }


def _field(column: TableColumn) -> dict[str, Any]:
    limits: dict[str, Any] = {"required": True} if column.required else {}
    limits |= {"unique": True} if column.unique else {}
    for name, limit in (("minimum", column.low), ("maximum", column.high)):
        if limit is not None:
            limits[name] = int(limit) if column.type == "integer" else limit
    return {
        "name": column.id,
        "type": "string" if column.type == "text" else column.type,
        "title": column.label,
        "description": column.description,
        **({"unit": column.unit} if column.unit else {}),
        **({"hxl": column.hxl} if column.hxl else {}),
        **({"constraints": limits} if limits else {}),
    }
