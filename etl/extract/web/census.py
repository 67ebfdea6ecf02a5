"""The US Census API: an array of arrays with a header row becomes a CSV.

Estimates end in E, margins (90 %) in M. Negative sentinels stand where there is no figure
(https://www.census.gov/data/developers/data-sets/acs-1yr/notes-on-acs-estimate-and-annotation-values.html);
they are kept as they come, and declared as ``nulls`` in the source's YAML.
"""

import csv
import io

from etl.extract.web.job import Job
from etl.extract.web.receipts import Receipt
from etl.schema.download import CensusDownload


def fetch(job: Job) -> Receipt:
    """Fetch the declared variables for the declared places."""
    given = job.download
    assert isinstance(given, CensusDownload)
    params = {"get": ",".join(given.get), "for": given.geography}
    if given.within is not None:
        params["in"] = given.within
    wanted = job.wanted(given.url, "json", params=params)
    answer, receipt = job.ask(wanted)
    fault = _fault(answer, given.get)
    if fault is not None:
        job.forget_pages()
        raise wanted.wrong(fault)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([["" if cell is None else str(cell) for cell in row] for row in answer])
    saved = job.save(text.getvalue().encode(), [receipt], {"rows": str(len(answer) - 1)})
    job.forget_pages()
    return saved


def _fault(answer: object, names: list[str]) -> str | None:
    if not isinstance(answer, list) or not all(isinstance(row, list) for row in answer):
        return "the answer is not a table (an array of arrays)"
    if len(answer) < 2:
        return "the table has no rows"
    missing = [name for name in names if name not in answer[0]]
    if missing:
        return f"the table lacks {', '.join(missing)}; it has {', '.join(map(str, answer[0]))}"
    torn = [i for i, row in enumerate(answer, start=1) if len(row) != len(answer[0])]
    return f"{len(torn)} row(s) are torn, the first is row {torn[0]}" if torn else None
