"""The export as the dashboard offers it: the same functions, so the same bytes, as the command."""

from collections.abc import Sequence
from pathlib import Path

from etl.export.build import build_content, file_stem, read_tables
from etl.export.content import Options
from etl.export.links import export_rules
from etl.export.write import MEDIA_TYPES, file_bytes
from etl.languages import ENGLISH

FORMATS = tuple(MEDIA_TYPES)


def withheld_below() -> int:
    """Return the count of people below which files, and so the dashboard, withhold it."""
    return export_rules().withholding.threshold


def download(
    snapshot_file: Path, name: str, filters: Sequence[str] = (), language: str = ENGLISH
) -> bytes:
    """Return one file of the format `name` of a published snapshot, in a language.

    Raises
    ------
    MindgapError
        As `build_content` and `write_files` do.
    """
    rules = export_rules()
    data = read_tables(snapshot_file, rules)
    options = Options(tuple(filters), language=language)
    return file_bytes(build_content(data, rules, options), rules, name)


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
