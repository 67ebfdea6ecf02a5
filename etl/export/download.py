"""The export as the dashboard offers it: the same functions, so the same bytes, as the command."""

from collections.abc import Mapping, Sequence

import pandas as pd

from etl.config import load_export
from etl.export.build import build_content, file_stem
from etl.export.content import Options
from etl.export.published import Published, wanted_tables
from etl.export.write import MEDIA_TYPES, file_bytes
from etl.languages import ENGLISH

FORMATS = tuple(MEDIA_TYPES)


def tables_to_read() -> Sequence[str]:
    """Return the names of the published tables that an export reads if they are there."""
    return wanted_tables(load_export())


def download(
    tables: Mapping[str, pd.DataFrame],
    shapes: Mapping[str, bytes],
    name: str,
    filters: Sequence[str] = (),
    language: str = ENGLISH,
) -> bytes:
    """Return one file of the format `name` in a language; shapes are WKB by district id.

    Raises
    ------
    MindgapError
        As `build_content` and `write_files` do.
    """
    rules = load_export()
    content = build_content(
        Published(tables, shapes), rules, Options(tuple(filters), language=language)
    )
    return file_bytes(content, rules, name)


def file_name(
    region_id: str,
    snapshot_id: str,
    name: str,
    filters: Sequence[str] = (),
    language: str = ENGLISH,
) -> str:
    """Return the name that the command gives the file too."""
    options = Options(tuple(filters), language=language)
    return f"{file_stem(region_id, snapshot_id, options)}.{name}"
