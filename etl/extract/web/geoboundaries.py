"""geoBoundaries: the interface describes a boundary and names the address of its GeoJSON."""

import json

from etl.extract.web.job import Job
from etl.extract.web.receipts import Receipt, forget, write_receipt
from etl.schema.download import GeoBoundariesDownload

ABOUT = {
    "boundaryID": "boundary",
    "boundaryYearRepresented": "year",
    "boundaryLicense": "licence",
    "boundarySource": "source",
}


def fetch(job: Job) -> Receipt:
    """Ask for the description, fetch the GeoJSON it names, hold their numbers of units together."""
    given = job.download
    assert isinstance(given, GeoBoundariesDownload)
    wanted = job.wanted(f"{given.url.rstrip('/')}/{given.iso3}/{given.level}/", "json")
    answer, _ = job.ask(wanted)
    job.forget_pages()
    if not isinstance(answer, dict) or not answer.get("gjDownloadURL"):
        raise wanted.wrong("the answer names no `gjDownloadURL`")
    url = job.elsewhere(wanted, answer["gjDownloadURL"])
    job.target.parent.mkdir(parents=True, exist_ok=True)
    receipt = job.client.get(job.wanted(url, "json", sha256=job.source.sha256), job.target)
    found = json.loads(job.target.read_bytes())
    features = found.get("features") if isinstance(found, dict) else None
    stated = str(answer.get("admUnitCount", ""))
    if not isinstance(features, list) or (stated.isdigit() and len(features) != int(stated)):
        forget(job.target)
        held = len(features) if isinstance(features, list) else "no"
        raise wanted.wrong(f"{stated} units are stated, the file holds {held}")
    receipt.about.update({ABOUT[k]: str(v) for k, v in answer.items() if k in ABOUT})
    write_receipt(job.target, receipt)
    return receipt
