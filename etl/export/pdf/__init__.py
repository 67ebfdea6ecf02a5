"""Fact sheets (one page per district) and region briefs, as tagged PDF.

``snapshot`` holds what a published snapshot says, ``sheet`` and ``brief`` turn it into words and
figures of a language (``words``), ``pictures`` draws maps, ``rendering`` sets it all with typst,
``documents`` puts them together.
"""

from etl.export.pdf.documents import brief_file, fact_sheet_files, fact_sheet_name

__all__ = ["brief_file", "fact_sheet_files", "fact_sheet_name"]
