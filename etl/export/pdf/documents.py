"""Fact sheets and region briefs as PDF documents, each with the name of its file."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from etl.config import home, load_texts
from etl.errors import KeyJoinError, examples
from etl.export.links import export_rules
from etl.export.pdf.brief import region_brief
from etl.export.pdf.pictures import canvas
from etl.export.pdf.rendering import Renderer
from etl.export.pdf.sheet import fact_sheet
from etl.export.pdf.snapshot import Snapshot, read_snapshot
from etl.export.pdf.words import Words


def fact_sheet_files(
    snapshot_file: Path,
    districts: Sequence[str] | None = None,
    *,
    language: str = "en",
    link_base: str | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield the file name and the PDF of each district's fact sheet, by district_id.

    Parameters
    ----------
    snapshot_file
        A published snapshot, ``etl.publish.current_snapshot``.
    districts
        District ids; None for every district.
    language
        Name of a file in ``config/export_text``.
    link_base
        Address of the dashboard, such as ``https://example.org``; None for the one configured.

    Raises
    ------
    KeyJoinError
        If a district id is not in the snapshot.
    PublishError
        If a document cannot be made.
    """
    words = Words(load_texts(language))
    snapshot = read_snapshot(snapshot_file).in_language(language)
    address = link_base or export_rules().permalink_base
    base, renderer = canvas(snapshot.shapes), Renderer("fact_sheet.typ", fonts_dir())
    identity = str(snapshot.region["region_id"]), str(snapshot.region["snapshot_id"])
    for district_id in _chosen(snapshot, districts):
        made = renderer.pdf(fact_sheet(snapshot, base, district_id, words, address))
        yield fact_sheet_name(*identity, district_id, language), made


def brief_file(
    snapshot_file: Path,
    *,
    language: str = "en",
    link_base: str | None = None,
) -> tuple[str, bytes]:
    """Return the file name and the PDF of the region's brief. Parameters as `fact_sheet_files`."""
    words = Words(load_texts(language))
    snapshot = read_snapshot(snapshot_file).in_language(language)
    data = region_brief(snapshot, words, link_base or export_rules().permalink_base)
    region_id, snapshot_id = (str(snapshot.region[key]) for key in ("region_id", "snapshot_id"))
    name = _named(region_id, "brief", snapshot_id, language)
    return name, Renderer("brief.typ", fonts_dir()).pdf(data)


def fonts_dir() -> Path:
    """Return the folder of further fonts, for scripts that the built-in ones lack."""
    return home() / "config" / "fonts"


def fact_sheet_name(region_id: str, snapshot_id: str, district_id: str, language: str) -> str:
    """Return the file name of one district's fact sheet."""
    return _named(region_id, f"fact-sheet-{_safe(district_id)}", snapshot_id, language)


def _chosen(snapshot: Snapshot, districts: Sequence[str] | None) -> list[str]:
    known = sorted(snapshot.tables["gap"]["district_id"])
    if districts is None:
        return known
    if unknown := sorted(set(districts) - set(known)):
        raise KeyJoinError(
            f"{len(unknown)} district id(s) are not in this snapshot: {examples(unknown)}. "
            f"Known are {examples(known)}."
        )
    return sorted(set(districts))


def _named(*parts: str) -> str:
    return f"mindgap-{'-'.join(_safe(part) for part in parts)}.pdf"


def _safe(text: str) -> str:
    """Return text as part of a file name; two different texts never give the same."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", text)
    if plain == text and 0 < len(text) <= 64:
        return text
    return f"{plain[:40].strip('-')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
