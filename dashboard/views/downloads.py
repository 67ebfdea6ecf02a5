"""Files to take away: the whole gap table in any format, as `mindgap export` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import queries, text
from etl.export.download import FORMATS, download, file_name
from etl.export.write import MEDIA_TYPES

_LABELS = {
    "xlsx": "Excel workbook",
    "csv": "CSV",
    "zip": "Data package (all tables, zip)",
    "geojson": "GeoJSON",
    "gpkg": "GeoPackage",
    "parquet": "GeoParquet",
}


def offer(snapshot: queries.Snapshot, region: Mapping[str, Any], rural_only: bool) -> None:
    """Draw the choice of format and the button; the file is made when the button is pressed."""
    _, plural = text.terms(region)
    filters = ("rural",) if rural_only else ()
    names = str(region["region_id"]), str(region["snapshot_id"])
    which = f"rural {plural}" if rural_only else f"all {plural}"
    with st.popover("Full table for reports and maps", icon=":material/table_view:"):
        st.markdown(
            f"Every figure of {text.markdown(which)} with its unit, date and source, ranks with "
            "their intervals, and how to cite. Small counts are withheld and marked."
        )
        chosen = st.selectbox(
            "Format",
            [name for name in _LABELS if name in FORMATS],
            format_func=_LABELS.__getitem__,
            key="w_export_format",
        )
        st.download_button(
            "Download the full table",
            data=lambda: download(snapshot.path, chosen, filters),
            file_name=file_name(*names, chosen, filters),
            mime=MEDIA_TYPES[chosen],
            on_click="ignore",
            icon=":material/download:",
            key="w_export",
        )
