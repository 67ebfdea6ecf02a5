"""Faults of ``config/export_text`` that show only when languages are held against each other."""

from collections.abc import Iterator, Mapping

from etl.schema import ExportTexts
from etl.schema.texts import placeholders

Row = tuple[str, str, str, str]
REFERENCE = "en"
# The region's word for a district, one and several: always given together.
TERMS = {"term", "terms"}


def text_faults(texts: Mapping[str, ExportTexts]) -> Iterator[Row]:
    """Yield (file, key, problem, allowed) where a language lacks a text or fills it differently."""
    if not texts:
        return
    if REFERENCE not in texts:
        yield "config/export_text", REFERENCE, "the file every language is compared with", "en.yaml"
        return
    wanted = texts[REFERENCE].strings
    for language, entry in texts.items():
        file = f"config/export_text/{language}.yaml"
        for key in sorted(wanted.keys() - entry.strings.keys()):
            yield file, f"strings.{key}", "the text is missing", repr(wanted[key])
        for key in sorted(entry.strings.keys() - wanted.keys()):
            yield file, f"strings.{key}", "no such text in en.yaml", "remove it, or correct its key"
        for key in sorted(wanted.keys() & entry.strings.keys()):
            # A language may leave a name out (no word for it), never ask for one that is not given.
            given = placeholders(wanted[key])
            given |= TERMS if given & TERMS else set()
            if more := placeholders(entry.strings[key]) - given:
                allowed = ", ".join(sorted(given)) or "no names in braces"
                yield file, f"strings.{key}", f"{sorted(more)} cannot be filled in", allowed
