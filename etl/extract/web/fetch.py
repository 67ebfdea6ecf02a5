"""Fetch a region's sources into the cache: who is asked, with which key, under one lock."""

import contextlib
import dataclasses
import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from etl.config import Config
from etl.errors import CredentialError, NoEndpointError
from etl.extract.web import census, ckan, dhis2, geoboundaries, gho, pages, plain
from etl.extract.web.client import Client
from etl.extract.web.job import Job
from etl.extract.web.receipts import Receipt
from etl.extract.web.wanted import Credential
from etl.inputs import sources_of
from etl.schema import Region, Source

KINDS: dict[str, Callable[[Job], Receipt]] = {
    "file": plain.fetch,
    "census": census.fetch,
    "pages": pages.fetch,
    "ckan": ckan.fetch,
    "dhis2_units": dhis2.fetch_units,
    "dhis2_analytics": dhis2.fetch_analytics,
    "gho": gho.fetch,
    "geoboundaries": geoboundaries.fetch,
}
VISIBLE = range(0x21, 0x7F)


def fetch_sources(
    config: Config,
    region: Region,
    raw_dir: Path,
    cache: Path,
    client: Client,
    env: Mapping[str, str] | None = None,
) -> Config:
    """Fetch every source of a region that declares ``download:``; return the configuration to use.

    In it, fetched sources are laid out as published and their paths lead into the cache. Sources
    without an address are read from `raw_dir` as they are.

    Parameters
    ----------
    env : where keys are looked up; default the process's environment

    Raises
    ------
    NoEndpointError
        Sources have neither an address nor a file in `raw_dir`; nothing is fetched then.
    CredentialError
        Keys are not set; nothing is fetched then.
    DownloadError, DownloadRefusedError, DownloadContentError
        As `etl.extract.web.client.Client.get` tells.
    """
    used = {source_id: config.sources[source_id] for source_id in sources_of(region)}
    _refuse_unobtainable(region, used, raw_dir)
    offered = [source for source in used.values() if source.download is not None]
    keys = _credentials(offered, os.environ if env is None else env)
    sources = dict(config.sources)
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache):
        for source in offered:
            sources[source.source_id] = fetch(source, cache, client, keys.get(source.source_id))
    return dataclasses.replace(config, sources=sources)


def fetch(source: Source, cache: Path, client: Client, key: Credential | None) -> Source:
    """Fetch one source; return it laid out as published, its path leading to the fetched file."""
    published = source.as_published()
    assert published.download is not None
    job = Job(published, published.download, client, cache, key)
    KINDS[published.download.kind](job)
    return published.model_copy(update={"path": str(job.target.resolve())})


def _refuse_unobtainable(region: Region, used: dict[str, Source], raw_dir: Path) -> None:
    lost = [
        f"  {source_id} ({source.title}): no official address; file {source.path}"
        for source_id, source in used.items()
        if source.download is None and not (raw_dir / source.path).is_file()
    ]
    if lost:
        raise NoEndpointError(
            f"{len(lost)} of the {len(used)} sources of {region.region_id} are not offered for "
            f"download, and their files are not in {raw_dir}. Nothing was fetched. Name the folder "
            "that holds them with --raw-dir, or use --from raw.\n" + "\n".join(lost)
        )


def _credentials(offered: list[Source], env: Mapping[str, str]) -> dict[str, Credential]:
    found, faults = {}, []
    for source in offered:
        secret = source.download.secret if source.download else None
        if secret is None:
            continue
        value = env.get(secret.env, "").strip()
        if not value:
            faults.append(f"  {source.source_id}: {secret.env} is not set. {secret.obtain}")
        elif any(ord(letter) not in VISIBLE for letter in value):
            faults.append(f"  {source.source_id}: {secret.env} holds characters no key has")
        found[source.source_id] = Credential(
            secret.env, value, secret.param, secret.header, secret.prefix
        )
    if faults:
        raise CredentialError(
            f"{len(faults)} source(s) ask for a key. Nothing was fetched. Set it in the "
            "environment, or download the files by hand and use --from raw.\n" + "\n".join(faults)
        )
    return found


@contextlib.contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Wait until no other run fetches into this cache; the system frees the lock of a dead run."""
    with (cache / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
