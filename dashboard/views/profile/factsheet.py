"""The button that downloads a district's fact sheet, as ``mindgap export`` writes it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import i18n, queries, text
from dashboard.i18n import t


def download(snapshot: queries.Snapshot, region: Mapping[str, Any], district_id: str) -> None:
    """Draw the button; the document, in the reader's language, is made when it is pressed."""
    # Here, and not on top: a page without a profile need not load the type-setting library.
    from etl.export.pdf import fact_sheet_files, fact_sheet_name

    language = i18n.language()
    name = fact_sheet_name(
        str(region["region_id"]), str(region["snapshot_id"]), district_id, language
    )
    st.download_button(
        t("district.sheet"),
        data=lambda: next(fact_sheet_files(snapshot.path, [district_id], language=language))[1],
        file_name=name,
        mime="application/pdf",
        on_click="ignore",
        icon=":material/download:",
        key="w_fact_sheet",
        help=t("district.sheet_help", county=text.markdown(text.terms(region)[0])),
    )
