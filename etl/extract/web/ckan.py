"""CKAN (the Humanitarian Data Exchange): a package names its resources, one of them is the file."""

import fnmatch
from typing import Any

from etl.extract.web.job import Job
from etl.extract.web.receipts import Receipt, write_receipt
from etl.extract.web.wanted import Wanted
from etl.schema.download import CkanDownload


def fetch(job: Job) -> Receipt:
    """Ask for the package, choose the resource that was declared, fetch its file."""
    given = job.download
    assert isinstance(given, CkanDownload)
    wanted = job.wanted(given.url, "json", params={"id": given.package})
    answer, _ = job.ask(wanted)
    try:
        resource = _choose(wanted, answer, given)
        url = job.elsewhere(wanted, resource.get("url"))
    finally:
        job.forget_pages()  # a package changes: ask anew every time
    job.target.parent.mkdir(parents=True, exist_ok=True)
    file = job.wanted(url, job.content, sha256=job.source.sha256)
    receipt = job.client.get(file, job.target)
    kept = {k: str(resource[k]) for k in ("name", "last_modified") if resource.get(k)}
    receipt.about.update(kept)
    write_receipt(job.target, receipt)
    return receipt


def _choose(wanted: Wanted, answer: Any, given: CkanDownload) -> dict[str, Any]:
    result = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(result, dict) or answer.get("success") is not True:
        raise wanted.wrong(f"the server does not give the package {given.package!r}")
    resources = [r for r in result.get("resources") or [] if isinstance(r, dict)]
    fitting = [
        r
        for r in resources
        if str(r.get("format", "")).casefold() == given.resource_format.casefold()
        and fnmatch.fnmatch(str(r.get("name", "")).casefold(), given.resource_name.casefold())
    ]
    if len(fitting) != 1:
        there = ", ".join(f"{r.get('name')!r} ({r.get('format')})" for r in resources) or "none"
        raise wanted.wrong(
            f"{len(fitting)} resources of package {given.package!r} are {given.resource_format} "
            f"and named like {given.resource_name!r}, one is wanted. There: {there}",
            f"Correct `resource_name` in config/sources/{wanted.source_id}.yaml.",
        )
    return fitting[0]
