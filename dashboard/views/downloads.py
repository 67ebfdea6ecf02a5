"""Files to take away: what a page shows, and the full table as `mindgap export` writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from dashboard import i18n, navigation, queries, state, table, text
from dashboard.i18n import t
from dashboard.table_files import Lines, csv_bytes, xlsx_bytes
from dashboard.views.frame import Start
from etl.export.download import FORMATS, download, file_name
from etl.export.write import MEDIA_TYPES

_MAKERS: dict[str, Callable[[Lines], bytes]] = {"csv": csv_bytes, "xlsx": xlsx_bytes}


def of_table(ranked: table.Ranked, view: state.View, start: Start, which: Sequence[str]) -> None:
    """Offer the rows shown as CSV and Excel, and the full table; `which` says what is shown."""
    region = start.region
    lines = [*which, *notes(start, "rankings", view)]
    # A score that is known for everyone only has no likely range in a file of a group.
    lines.append(t("common.everyone_only") if view.lens else t("downloads.ranges"))
    if any(column.kind == "line" for column in ranked.columns):
        lines.append(t("downloads.variants"))
    stem = "-".join(filter(None, ("mindgap", str(region["region_id"]), view.layer, view.lens,
                                  start.snapshot.id)))  # fmt: skip

    def make() -> Lines:
        return Lines(t("downloads.rankings", region=text.place(region)), lines,
                     *table.file_rows(ranked))  # fmt: skip

    with st.container(key="mg-downloads", horizontal=True):
        buttons(make, stem, disabled=ranked.rows.empty)
        offer(start.snapshot, region, view.rural)


def of_comparison(make: Callable[[], Lines], start: Start) -> None:
    """Offer the comparison shown as CSV and Excel."""
    with st.container(key="mg-downloads", horizontal=True):
        buttons(make, f"mindgap-{start.region['region_id']}-compare-{start.snapshot.id}")


def buttons(make: Callable[[], Lines], stem: str, *, disabled: bool = False) -> None:
    """Draw a button per format; a file is made when its button is pressed."""
    code = i18n.language()
    for name, write in _MAKERS.items():
        st.download_button(
            t(f"downloads.shown.{name}"),
            data=partial(_in_language, code, make, write),
            file_name=f"{stem}.{name}",
            mime=MEDIA_TYPES[name],
            on_click="ignore",
            disabled=disabled,
            icon=":material/download:",
            key=f"w_shown_{name}",
        )


def notes(start: Start, name: str, view: state.View) -> list[str]:
    """Return what every file says of itself: snapshot, vintage, how to read it, link to page."""
    region = start.region
    return [
        t("downloads.made_from", snapshot=start.snapshot.id,
          method=text.plain(region["method_version"])),
        t("downloads.people", vintage=text.vintage(region["population_vintage"])),
        t("downloads.scores"),
        t("downloads.travel", note=text.label(region["travel_note"])),
        t("downloads.cells"),
        t("downloads.link", address=permalink(start, name, view)),
    ]  # fmt: skip


def permalink(start: Start, name: str, view: state.View) -> str:
    """Return the whole address of a page as it is now, with its snapshot."""
    address = navigation.href(name, view, snapshot=start.snapshot.id)
    url = st.context.url
    if not url:  # a page drawn without a browser has no address of its own
        return address
    parts = urlsplit(url)
    # The address of the app: that of this page without the page's own name.
    base = parts.path.rstrip("/").removesuffix(f"/{name}")
    return f"{parts.scheme}://{parts.netloc}{base}/{address.removeprefix('./')}"


def offer(snapshot: queries.Snapshot, region: Mapping[str, Any], rural_only: bool) -> None:
    """Draw the choice of format and the button; the file is made when the button is pressed."""
    _, plural = text.terms(region)
    filters = ("rural",) if rural_only else ()
    code = i18n.language()
    names = str(region["region_id"]), str(region["snapshot_id"])
    with st.popover(t("downloads.full"), icon=":material/table_view:"):
        words = text.markdown(plural)
        about = (
            t("downloads.about.rural", districts=words)
            if rural_only
            else t("downloads.about.all", districts=words)
        )
        st.markdown(about)
        st.markdown(t("downloads.snapshot", snapshot=text.markdown(names[1])))
        chosen = st.selectbox(
            t("downloads.format"),
            list(FORMATS),
            format_func=lambda name: t(f"downloads.format.{name}"),
            key="w_export_format",
        )
        st.download_button(
            # Named, so that one who presses at once sees for which format.
            t("downloads.full_button", format=text.markdown(t(f"downloads.format.{chosen}"))),
            data=partial(download, snapshot.path, chosen, filters, code),
            file_name=file_name(*names, chosen, filters, code),
            mime=MEDIA_TYPES[chosen],
            on_click="ignore",
            icon=":material/download:",
            key="w_export",
        )


def _in_language(code: str, make: Callable[[], Lines], write: Callable[[Lines], bytes]) -> bytes:
    # The file is made outside the session, which would be in English.
    with i18n.using(code):
        return write(make())
