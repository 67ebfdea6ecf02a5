"""The button that downloads a district's fact sheet, as ``mindgap export`` writes it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import queries, text


def download(snapshot: queries.Snapshot, region: Mapping[str, Any], district_id: str) -> None:
    """Draw the button. The document is made when it is pressed, not when the page is drawn."""
    # Here, and not on top: a page without a profile need not load the type-setting library.
    from etl.export.pdf import fact_sheet_files, fact_sheet_name

    language = "en"
    name = fact_sheet_name(
        str(region["region_id"]), str(region["snapshot_id"]), district_id, language
    )
    st.download_button(
        "Fact sheet (PDF)",
        data=lambda: next(fact_sheet_files(snapshot.path, [district_id], language=language))[1],
        file_name=name,
        mime="application/pdf",
        on_click="ignore",
        icon=":material/download:",
        key="w_fact_sheet",
        help=f"One page about this {text.markdown(text.terms(region)[0])}, to print or send.",
    )
