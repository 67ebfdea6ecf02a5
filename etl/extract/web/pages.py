"""Lists in pages (FindTreatment, the Kenya facility registry), put together into one JSON file.

A list is only accepted whole: every page differs, no record stands twice, and there are as many as
the publisher states. Pages of a list that broke off are used again for ``keep_pages_hours``.
"""

import hashlib
from typing import Any

from etl.errors import DownloadContentError, DownloadRefusedError
from etl.extract.web.job import Job, json_bytes
from etl.extract.web.receipts import Receipt
from etl.extract.web.wanted import Wanted
from etl.schema.download import PagesDownload


def fetch(job: Job) -> Receipt:
    """Fetch every page of every list declared."""
    given = job.download
    assert isinstance(given, PagesDownload)
    records: list[Any] = []
    receipts: list[Receipt] = []
    try:
        each = given.each_param
        for params in [{each: value} for value in given.each_values] if each else [{}]:
            _List(job, given, params).read(records, receipts)
        _refuse_twins(job, given, records)
    except (DownloadContentError, DownloadRefusedError):
        job.forget_pages()  # what they hold must not be used again
        raise
    body = {"count": len(records), job.source.records or given.records: records}
    saved = job.save(json_bytes(body), receipts, {"records": str(len(records))})
    job.forget_pages()
    return saved


class _List:
    """One list on its way: where it is, what was seen, what the publisher says of its size."""

    def __init__(self, job: Job, given: PagesDownload, params: dict[str, str]) -> None:
        self._job, self._given, self._params = job, given, params
        self._seen: set[str] = set()
        self._stated: int | None = None

    def read(self, records: list[Any], receipts: list[Receipt]) -> None:
        """Append the list's records and the receipts of its pages."""
        number, count = 1, 0
        wanted = self._numbered(number)
        while True:
            page, receipt = self._job.ask(wanted)
            rows = self._rows(wanted, page, number)
            records += rows
            receipts.append(receipt)
            count += len(rows)
            following = self._following(wanted, page, number)
            if following is None:
                break
            if not rows:
                raise wanted.wrong(f"page {number} is empty, though more are announced")
            wanted, number = following, number + 1
            if number > self._job.client.rules.max_pages:
                raise wanted.wrong(f"the list has more than {number - 1} pages (config/web.yaml)")
        if count != self._stated:
            raise wanted.wrong(f"{self._stated} records are stated, {count} came")

    def _numbered(self, number: int) -> Wanted:
        params = dict(self._params)
        if self._given.next is None:
            params[self._given.page_param] = str(number)
        keep = self._job.client.rules.keep_pages_hours * 3600
        return self._job.wanted(self._given.url, "json", params=params, keep_seconds=keep)

    def _rows(self, wanted: Wanted, page: Any, number: int) -> list[Any]:
        given = self._given
        if not isinstance(page, dict) or not isinstance(page.get(given.records), list):
            raise wanted.wrong(f"page {number} holds no list {given.records!r}")
        total = page.get(given.total)
        if not isinstance(total, int):
            raise wanted.wrong(f"page {number} does not state {given.total!r} as a whole number")
        if self._stated not in (None, total):
            raise wanted.wrong(
                f"page {number} states {total} records, an earlier page {self._stated}: the list "
                "changed while it was read"
            )
        self._stated = total
        rows: list[Any] = page[given.records]
        digest = hashlib.sha256(json_bytes(rows)).hexdigest()
        if rows and digest in self._seen:
            raise wanted.wrong(f"page {number} repeats an earlier page")
        self._seen.add(digest)
        return rows

    def _following(self, wanted: Wanted, page: Any, number: int) -> Wanted | None:
        given = self._given
        if given.next is not None:
            link = page.get(given.next)
            return None if link is None else self._job.onward(wanted, link)
        pages = page.get(given.pages)
        if not isinstance(pages, int):
            raise wanted.wrong(f"page {number} does not state {given.pages!r} as a whole number")
        return self._numbered(number + 1) if number < pages else None


def _refuse_twins(job: Job, given: PagesDownload, records: list[Any]) -> None:
    if not given.identity:
        return
    seen: set[tuple[Any, ...]] = set()
    twins = []
    for record in records:
        name = tuple(str(record.get(key)) for key in given.identity)
        if name in seen:
            twins.append(" / ".join(name))
        seen.add(name)
    if twins:
        raise job.wanted(given.url, "json").wrong(
            f"{len(twins)} record(s) came twice, such as {twins[0]!r}: the list changed while it "
            "was read"
        )
