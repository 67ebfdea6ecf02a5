"""What catalogues want to know of an export: sources, DCAT (JSON-LD) and HDX fields. Pure."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely

from etl.export.content import Content
from etl.schema import ExportRules

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def sources(content: Content) -> list[dict[str, str]]:
    """Return each source with its licence; an address that is none is left out."""
    found = []
    for row in _sources(content).astype("object").to_dict("records"):
        given = {k: str(v) for k, v in row.items() if isinstance(v, str)}
        one = {"title": f"{given.get('publisher', '')}: {given.get('title', '')}"}
        if given.get("url", "").startswith(("http://", "https://")):
            one["path"] = given["url"]
        kept = ("source_id", "citation", "licence", "vintage", "published", "accessed", "sha256")
        found.append(one | {k: given[k] for k in kept if k in given})
    return found


def years(content: Content) -> tuple[int, int] | None:
    """Return the first and the last year that the sources describe; None where none says."""
    found = [int(year) for text in _column(content, "vintage") for year in _YEAR.findall(text)]
    return (min(found), max(found)) if found else None


def hdx(content: Content, rules: ExportRules) -> dict[str, Any]:
    """Return the fields of a dataset on the Humanitarian Data Exchange.

    Not those of an account there (organisation, maintainer): who uploads it fills them in.
    """
    about, span, dates = content.about, years(content), {}
    if span:
        dates = {"dataset_date": f"[{span[0]}-01-01T00:00:00 TO {span[1]}-12-31T23:59:59]"}
    return {
        "title": about["title"],
        "name": content.stem,
        "notes": about["summary"],
        "dataset_source": "; ".join(sorted(set(_column(content, "publisher")))),
        "license_id": "hdx-other",
        "license_other": rules.licence.title,
        **dates,
        "groups": [{"title": about["country"]}],
        **rules.hdx.model_dump(),
    }


def dcat(content: Content, rules: ExportRules, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the dataset in DCAT 3 as JSON-LD; `files` are the tables' CSV files by name."""
    about = content.about
    dataset: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": about["link"],
        "@type": "dcat:Dataset",
        "dct:identifier": f"{about['region_id']}/{about['snapshot_id']}",
        "dct:title": about["title"],
        "dct:description": about["summary"],
        "dct:language": content.options.language,
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": about["publisher"]},
        "dct:license": {"@type": "dct:LicenseDocument", "dct:title": rules.licence.title},
        "dct:bibliographicCitation": about["citation"],
        "dct:accrualPeriodicity": {"@id": "http://purl.org/cld/freq/irregular"},
        "dcat:version": about["snapshot_id"],
        "dcat:keyword": list(rules.keywords),
        "dcat:landingPage": {"@id": about["link"]},
        "dct:source": [
            {"dct:title": one["title"], "dct:license": one.get("licence", "not stated")}
            for one in sources(content)
        ],
        "dcat:distribution": [
            _distribution(sheet.title, f"{sheet.id}.csv", files[f"{sheet.id}.csv"])
            for sheet in content.sheets
        ],
    }
    if _DATE.fullmatch(about["as_of"]):
        dataset["dct:modified"] = {"@type": "xsd:date", "@value": about["as_of"]}
    if span := years(content):
        ends = zip(("dcat:startDate", "dcat:endDate"), span, strict=True)
        period = {end: {"@type": "xsd:gYear", "@value": str(year)} for end, year in ends}
        dataset["dct:temporal"] = {"@type": "dct:PeriodOfTime", **period}
    shapes = shapely.from_wkb(np.asarray(content.shapes, dtype=object))
    if len(shapes):
        box = shapely.to_wkt(shapely.box(*shapely.total_bounds(shapes)), rounding_precision=4)
        place = {"@type": "geosparql:wktLiteral", "@value": box}
        dataset["dct:spatial"] = {
            "@type": "dct:Location", "dct:title": about["region"], "dcat:bbox": place,
        }  # fmt: skip
    return dataset


def _distribution(title: str, name: str, data: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    return {
        "@type": "dcat:Distribution",
        "dct:identifier": name,
        "dct:title": title,
        "dcat:mediaType": {"@id": "http://www.iana.org/assignments/media-types/text/csv"},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(len(data))},
        "spdx:checksum": {
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": digest},
        },
    }


def _column(content: Content, name: str) -> list[str]:
    """Return the texts of a column of the table of sources; none where it is not there."""
    frame = _sources(content)
    return [str(text) for text in frame[name].dropna()] if name in frame else []


def _sources(content: Content) -> pd.DataFrame:
    """Return the table of sources; without a row where the snapshot names none."""
    return next((s.frame for s in content.sheets if s.id == "sources"), pd.DataFrame())
