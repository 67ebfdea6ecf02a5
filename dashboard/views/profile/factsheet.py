"""The button that downloads a district's fact sheet, as ``mindgap factsheet`` writes it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import queries, text


def download(snapshot: queries.Snapshot, region: Mapping[str, Any], district_id: str) -> None:
    """Draw the button. The document is made when it is pressed, not when the page is drawn."""
    # Here, and not on top: a page without a profile need not load the type-setting library.
    from etl.export.pdf import fact_sheet_bytes, fact_sheet_name

    language = "en"
    name = fact_sheet_name(
        str(region["region_id"]), str(region["snapshot_id"]), district_id, language
    )
    st.download_button(
        "Fact sheet (PDF)",
        data=lambda: fact_sheet_bytes(snapshot.path, district_id, language=language),
        file_name=name,
        mime="application/pdf",
        on_click="ignore",
        icon=":material/download:",
        key="w_fact_sheet",
        help=f"One page about this {text.markdown(text.terms(region)[0])}, to print or send.",
    )
