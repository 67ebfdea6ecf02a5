"""Fact sheets and region briefs as files: all of them, or none."""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from etl.config import home, load_export, load_texts
from etl.errors import KeyJoinError, PublishError, examples
from etl.export.pdf.brief import region_brief
from etl.export.pdf.pictures import canvas
from etl.export.pdf.rendering import Renderer
from etl.export.pdf.sheet import fact_sheet
from etl.export.pdf.snapshot import Snapshot, read_snapshot
from etl.export.pdf.words import Words
from etl.export.withhold import withheld_indicators, withheld_parts

Hide = Callable[[Snapshot], Snapshot]


def suppressed(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot without what the exported tables withhold (``config/export.yaml``)."""
    rules = load_export().suppression
    gap, long = snapshot.tables["gap"], snapshot.tables["indicator"].reset_index(drop=True)
    need = dict(zip(gap["district_id"].astype(str), gap["need_score"].astype(float), strict=True))
    return snapshot.without(withheld_parts(gap, rules), withheld_indicators(long, need, rules))


def write_fact_sheets(
    snapshot_file: Path,
    out: Path,
    districts: Sequence[str] | None = None,
    *,
    language: str = "en",
    link_base: str = "",
    hide: Hide = suppressed,
) -> list[Path]:
    """Write one PDF per district into `out`; return their paths, by district_id.

    Parameters
    ----------
    snapshot_file
        A published snapshot, ``etl.publish.current_snapshot``.
    out
        Folder; made if absent. Files of the same name are replaced.
    districts
        District ids; None for every district.
    language
        Name of a file in ``config/export_text``.
    link_base
        Address of the dashboard, such as ``https://example.org/``, put before each permalink.
    hide
        Takes out what may not be published; by default what the tables withhold, too.

    Raises
    ------
    KeyJoinError
        If a district id is not in the snapshot; nothing is written.
    PublishError
        If a document cannot be made or the disk refuses; nothing is written.
    """
    words = Words(load_texts(language))
    snapshot = hide(read_snapshot(snapshot_file))
    chosen = _chosen(snapshot, districts)
    documents = (
        (_file_name(snapshot, f"fact-sheet-{_safe(district_id)}", language), made)
        for district_id, made in _sheets(snapshot, chosen, words, link_base)
    )
    return _write_all(documents, out)


def write_brief(
    snapshot_file: Path,
    out: Path,
    *,
    language: str = "en",
    link_base: str = "",
    hide: Hide = suppressed,
) -> Path:
    """Write the region brief into `out`; return its path. Parameters as `write_fact_sheets`."""
    words = Words(load_texts(language))
    snapshot = hide(read_snapshot(snapshot_file))
    made = Renderer("brief.typ", fonts_dir()).pdf(region_brief(snapshot, words, link_base))
    return _write_all([(_file_name(snapshot, "brief", language), made)], out)[0]


def fact_sheet_bytes(
    snapshot_file: Path,
    district_id: str,
    *,
    language: str = "en",
    link_base: str = "",
    hide: Hide = suppressed,
) -> bytes:
    """Return one district's fact sheet, the same bytes as `write_fact_sheets` writes."""
    words = Words(load_texts(language))
    snapshot = hide(read_snapshot(snapshot_file))
    chosen = _chosen(snapshot, [district_id])
    return next(made for _, made in _sheets(snapshot, chosen, words, link_base))


def brief_bytes(
    snapshot_file: Path, *, language: str = "en", link_base: str = "", hide: Hide = suppressed
) -> bytes:
    """Return the region brief, the same bytes as `write_brief` writes."""
    words = Words(load_texts(language))
    data = region_brief(hide(read_snapshot(snapshot_file)), words, link_base)
    return Renderer("brief.typ", fonts_dir()).pdf(data)


def fonts_dir() -> Path:
    """Return the folder of further fonts, for scripts that the built-in ones lack."""
    return home() / "config" / "fonts"


def fact_sheet_name(region_id: str, snapshot_id: str, district_id: str, language: str) -> str:
    """Return the file name of one district's fact sheet."""
    return _named(region_id, f"fact-sheet-{_safe(district_id)}", snapshot_id, language)


def _sheets(
    snapshot: Snapshot, chosen: Sequence[str], words: Words, link_base: str
) -> Iterator[tuple[str, bytes]]:
    base = canvas(snapshot.shapes)
    renderer = Renderer("fact_sheet.typ", fonts_dir())
    for district_id in chosen:
        yield district_id, renderer.pdf(fact_sheet(snapshot, base, district_id, words, link_base))


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


def _file_name(snapshot: Snapshot, what: str, language: str) -> str:
    region = snapshot.region
    return _named(str(region["region_id"]), what, str(region["snapshot_id"]), language)


def _named(*parts: str) -> str:
    return f"mindgap-{'-'.join(_safe(part) for part in parts)}.pdf"


def _safe(text: str) -> str:
    """Return text as part of a file name; two different texts never give the same."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", text)
    if plain == text and 0 < len(text) <= 64:
        return text
    return f"{plain[:40].strip('-')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _write_all(documents: Iterable[tuple[str, bytes]], out: Path) -> list[Path]:
    """Write all documents aside, then move them in: a failure leaves `out` as it was."""
    written: list[Path] = []
    building: Path | None = None
    try:
        out.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".pdf-", suffix=".building", dir=out))
        for name, made in documents:
            (building / name).write_bytes(made)
            written.append(out / name)
        for path in written:
            (building / path.name).replace(path)
    except OSError as error:
        raise PublishError(f"{out}: {error}. The export was not written.") from error
    finally:
        if building is not None:
            shutil.rmtree(building, ignore_errors=True)
    return written
