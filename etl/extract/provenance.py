"""Receipts of fetched files, and which of two layouts of a source is at hand."""

import dataclasses
from pathlib import Path

import pandas as pd

from etl.config import Config
from etl.extract.web.receipts import read_receipt
from etl.inputs import sources_of
from etl.schema import Region
from etl.warehouse import Warehouse

RECEIPT_COLUMNS = ["source_id", "retrieved", "retrieved_url", "receipt_sha256", "etag", "bytes"]


def write_receipts(
    config: Config, region: Region, raw_dir: Path | None, warehouse: Warehouse
) -> None:
    """Write ``raw_receipt`` (every receipt beside a file the region reads) and ``core_receipt``.

    The latter holds address and checksum without times: it is part of what a snapshot's id is made
    from, so that the same bytes fetched on another day give the same id. Both are empty for the
    embedded sample and for files that were not fetched.
    """
    rows = []
    for source_id in sources_of(region) if raw_dir is not None else []:
        receipt = read_receipt((raw_dir or Path()) / config.sources[source_id].path)
        if receipt is not None:
            rows.append(
                {
                    "source_id": source_id,
                    "retrieved": receipt.retrieved,
                    "retrieved_url": receipt.url,
                    "receipt_sha256": receipt.sha256,
                    "etag": receipt.etag or None,
                    "bytes": str(receipt.bytes),
                }
            )
    frame = pd.DataFrame(rows, columns=RECEIPT_COLUMNS).astype("string")
    frame = frame.sort_values("source_id").reset_index(drop=True)
    warehouse.write("raw_receipt", frame)
    warehouse.write("core_receipt", frame[["source_id", "retrieved_url", "receipt_sha256"]])


def layouts_at_hand(config: Config, region: Region, raw_dir: Path) -> Config:
    """Return the configuration in which each source is laid out as the file in `raw_dir` is.

    Where the copy a source was declared for is absent and the publisher's own file is there (saved
    by hand, or fetched), the latter is read.
    """
    sources = dict(config.sources)
    for source_id in sources_of(region):
        source = sources[source_id]
        official = source.as_published()
        if not (raw_dir / source.path).is_file() and (raw_dir / official.path).is_file():
            sources[source_id] = official
    return dataclasses.replace(config, sources=sources)
