"""DHIS2: organisation units with their shapes as GeoJSON, and analytics as CSV."""

import csv
import io
from typing import Any

from etl.extract.web.job import Job, json_bytes
from etl.extract.web.receipts import Receipt
from etl.schema.download import Dhis2Analytics, Dhis2Units


def fetch_units(job: Job) -> Receipt:
    """Fetch the organisation units of one level."""
    given = job.download
    assert isinstance(given, Dhis2Units)
    url = f"{given.url.rstrip('/')}/api/organisationUnits.geojson"
    wanted = job.wanted(url, "json", params={"level": str(given.level)})
    answer, receipt = job.ask(wanted)
    job.forget_pages()
    features = answer.get("features") if isinstance(answer, dict) else None
    if not isinstance(features, list) or answer.get("type") != "FeatureCollection":
        raise wanted.wrong("the answer is not a GeoJSON FeatureCollection")
    if not features:
        raise wanted.wrong(f"there are no organisation units of level {given.level}")
    shapes = [f for f in features if f.get("geometry")]
    if not shapes:
        raise wanted.wrong(f"none of the {len(features)} organisation units has a shape")
    for feature in features:  # the unit's id stands beside its properties: readers want it inside
        feature["properties"] = {**(feature.get("properties") or {}), "uid": feature.get("id")}
    return job.save(json_bytes(answer), [receipt], {"units": str(len(features))})


def fetch_analytics(job: Job) -> Receipt:
    """Fetch figures by data element, period and organisation unit."""
    given = job.download
    assert isinstance(given, Dhis2Analytics)
    # The parameter `dimension` is given three times: it is part of the address, not of `params`.
    query = "&".join(
        [
            f"dimension=dx:{';'.join(given.data)}",
            f"dimension=pe:{';'.join(given.periods)}",
            f"dimension=ou:LEVEL-{given.level}",
        ]
    )
    wanted = job.wanted(f"{given.url.rstrip('/')}/api/analytics.json?{query}", "json")
    answer, receipt = job.ask(wanted)
    job.forget_pages()
    fault, header, rows = _table(answer)
    if fault is not None:
        raise wanted.wrong(fault)
    items = (answer.get("metaData") or {}).get("items") or {}
    named = [name for name in ("dx", "ou", "pe") if name in header]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header + [f"{name}_name" for name in named])
    for row in rows:
        uids = [str(row[header.index(name)]) for name in named]
        writer.writerow([*row, *((items.get(uid) or {}).get("name", "") for uid in uids)])
    return job.save(text.getvalue().encode(), [receipt], {"rows": str(len(rows))})


def _table(answer: Any) -> tuple[str | None, list[str], list[list[Any]]]:
    """Return (what is wrong, header, rows)."""
    if not isinstance(answer, dict) or not isinstance(answer.get("rows"), list):
        return "the answer holds no `rows`", [], []
    header = [str(h.get("name")) for h in answer.get("headers") or [] if isinstance(h, dict)]
    rows: list[list[Any]] = answer["rows"]
    if not {"dx", "ou", "value"} <= set(header):
        return f"the answer's columns are {header}; dx, ou and value are needed", [], []
    if not rows:
        return "the answer holds no rows", [], []
    if any(not isinstance(row, list) or len(row) != len(header) for row in rows):
        return "rows of the answer are torn", [], []
    return None, header, rows
