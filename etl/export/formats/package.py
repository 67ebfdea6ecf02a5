"""Data Package (zip): every table as CSV with its schema, sources, licences and checksums."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from etl.export.content import Content, Sheet
from etl.export.formats.csv_file import sheet_csv
from etl.export.words import file_name
from etl.schema import ExportRules, TableColumn

FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip entry can hold
DESCRIPTOR = "datapackage.json"


def write_package(content: Content, path: Path, rules: ExportRules) -> None:
    """Write the zip; entries have a fixed order and time."""
    files = {f"{sheet.id}.csv": sheet_csv(sheet).encode() for sheet in content.sheets}
    files["README.txt"] = _readme(content).encode()
    files["dcat.jsonld"] = _json(_dcat(content, rules))
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
    sheets = [_resource(sheet, files[f"{sheet.id}.csv"]) for sheet in content.sheets]
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
        "sources": _sources(content),
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
        "hdx": _hdx(content, rules),
        "resources": sheets + texts,
    }


def _sums(data: bytes) -> dict[str, Any]:
    return {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}


def _resource(sheet: Sheet, data: bytes) -> dict[str, Any]:
    key = [column.id for column in sheet.columns if column.unique]
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
            **({"primaryKey": key[0]} if key else {}),
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


def _sources(content: Content) -> list[dict[str, str]]:
    """Return each source with its licence; an address that is none is left out."""
    table = next((s.frame for s in content.sheets if s.id == "sources"), None)
    found = []
    for row in [] if table is None else table.astype("object").to_dict("records"):
        given = {k: str(v) for k, v in row.items() if isinstance(v, str)}
        one = {"title": f"{given.get('publisher', '')}: {given.get('title', '')}"}
        if given.get("url", "").startswith(("http://", "https://")):
            one["path"] = given["url"]
        kept = ("source_id", "citation", "licence", "vintage", "published", "accessed", "sha256")
        found.append(one | {k: given[k] for k in kept if k in given})
    return found


def _hdx(content: Content, rules: ExportRules) -> dict[str, Any]:
    about = content.about
    return {
        "title": about["title"],
        "name": content.stem,
        "notes": about["summary"],
        "dataset_source": "; ".join(sorted({s["title"].split(":")[0] for s in _sources(content)})),
        "license_id": "hdx-other",
        "license_other": rules.licence.title,
        "dataset_date": f"[{about['as_of']} TO {about['as_of']}]",
        "groups": [{"title": about["country"]}],
        **rules.hdx.model_dump(),
    }


def _dcat(content: Content, rules: ExportRules) -> dict[str, Any]:
    about = content.about
    dataset: dict[str, Any] = {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@type": "dcat:Dataset",
        "dct:identifier": f"{about['region_id']}/{about['snapshot_id']}",
        "dct:title": about["title"],
        "dct:description": about["summary"],
        "dct:publisher": about["publisher"],
        "dct:license": rules.licence.title,
        "dct:bibliographicCitation": about["citation"],
        "dcat:version": about["snapshot_id"],
        "dcat:keyword": list(rules.keywords),
        "dcat:landingPage": {"@id": about["link"]},
        "dct:source": [s["title"] for s in _sources(content)],
        "dcat:distribution": [
            {"@type": "dcat:Distribution", "dct:title": s.title, "dcat:mediaType": "text/csv"}
            for s in content.sheets
        ],
    }
    shapes = shapely.from_wkb(np.asarray(content.shapes, dtype=object))
    if len(shapes):
        box = shapely.to_wkt(shapely.box(*shapely.total_bounds(shapes)), rounding_precision=4)
        dataset["dct:spatial"] = {"dcat:bbox": box, "dct:title": about["region"]}
    return dataset
