"""Fact sheets (one page per district) and region briefs, as tagged PDF.

``snapshot`` reads a published snapshot, ``sheet`` and ``brief`` turn it into words and figures of
a language (``words``), ``pictures`` draws maps, ``rendering`` sets it all with typst, ``writing``
puts files down.
"""

from etl.export.pdf.writing import (
    brief_bytes,
    fact_sheet_bytes,
    fact_sheet_name,
    write_brief,
    write_fact_sheets,
)

__all__ = [
    "brief_bytes",
    "fact_sheet_bytes",
    "fact_sheet_name",
    "write_brief",
    "write_fact_sheets",
]
