"""WHO Global Health Observatory (OData): an indicator's rows become one JSON file."""

from typing import Any

from etl.extract.web.job import Job, json_bytes
from etl.extract.web.receipts import Receipt
from etl.schema.download import GhoDownload

RECORDS, NEXT = "value", "@odata.nextLink"


def fetch(job: Job) -> Receipt:
    """Fetch an indicator, following the link to the next part as long as there is one."""
    given = job.download
    assert isinstance(given, GhoDownload)
    params = {"$filter": given.filter} if given.filter else {}
    wanted = job.wanted(f"{given.url.rstrip('/')}/{given.indicator}", "json", params=params)
    rows: list[Any] = []
    receipts: list[Receipt] = []
    seen: set[str] = set()
    while True:
        answer, receipt = job.ask(wanted)
        receipts.append(receipt)
        part = answer.get(RECORDS) if isinstance(answer, dict) else None
        if not isinstance(part, list):
            job.forget_pages()
            raise wanted.wrong(f"the answer holds no list {RECORDS!r}")
        strange = [r for r in part if not isinstance(r, dict) or "IndicatorCode" not in r]
        if strange or any(r["IndicatorCode"] != given.indicator for r in part):
            job.forget_pages()
            raise wanted.wrong(f"the answer holds rows that are not of {given.indicator}")
        rows += part
        seen.add(wanted.address)
        if answer.get(NEXT) is None:
            break
        wanted = job.onward(wanted, answer[NEXT])
        if wanted.address in seen or len(seen) >= job.client.rules.max_pages:
            job.forget_pages()
            raise wanted.wrong("the link to the next part repeats, or there are too many parts")
    if not rows:
        job.forget_pages()
        raise wanted.wrong("the answer holds no rows")
    saved = job.save(json_bytes({job.source.records or RECORDS: rows}), receipts)
    job.forget_pages()
    return saved
