"""Plain files: one address, one file (HRSA, RUCC, SVI, Census files, WorldPop rasters)."""

from etl.extract.web.job import Job
from etl.extract.web.receipts import Receipt


def fetch(job: Job) -> Receipt:
    """Fetch the file of a source as it is."""
    wanted = job.wanted(job.download.url, job.content, sha256=job.source.sha256)
    job.target.parent.mkdir(parents=True, exist_ok=True)
    return job.client.get(wanted, job.target)
