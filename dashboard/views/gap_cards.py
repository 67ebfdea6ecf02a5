"""Cards of the places to look at first: the worst rural gaps that hold in nearly every trial."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import district_rows, navigation, text
from dashboard.i18n import t
from dashboard.views.profile import reasons
from dashboard.views.scene import Scene

SHOWN = 6
_PER_ROW = 3


def cards(scene: Scene) -> None:
    """Draw the cards, or say that no rural district is underserved."""
    rows, robust = worst(scene.gap)
    st.html(f'<h2 class="mg-h2">{text.esc(t("overview.worst.title"))}</h2>')
    if rows.empty:
        st.html(f"<p>{text.esc(t('overview.worst.none'))}</p>")
        return
    kind = "group" if scene.group else "robust" if robust else "likely"
    st.html(f'<p class="mg-sub">{text.esc(t(f"overview.worst.{kind}", group=scene.group))}</p>')
    records = rows.head(SHOWN).to_dict("records")
    for first in range(0, len(records), _PER_ROW):
        columns = st.columns(_PER_ROW)
        for column, row in zip(columns, records[first : first + _PER_ROW], strict=False):
            with column, st.container(border=True, height="stretch"):
                _card(scene, row)
    navigation.link(
        "rankings",
        text.markdown(t("overview.worst.all", n=text.people(len(rows)))),
        scene.view, layer="gap", rural=True, robust=robust,
    )  # fmt: skip


def worst(gap: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Return underserved rural districts by rank, and whether these are the robust ones only.

    Where none is robust (or it is not known, as for a group of people) all of them are returned.
    """
    rural = gap["is_underserved_rural"].astype("boolean").fillna(False).astype(bool)
    rows = gap[rural].sort_values(["gap_rank", "district_id"])
    robust = rows[rows["confidence"].eq(text.ROBUST).fillna(False).astype(bool)]
    return (rows, False) if robust.empty else (robust, True)


def _card(scene: Scene, row: Mapping[Any, Any]) -> None:
    key = str(row["district_id"])
    singular, _ = text.terms(scene.region)
    known = district_rows.reasons(scene.snapshot, key)
    known = known.dropna(subset=["contribution"])
    because = ""
    if not scene.group and len(known):
        because = f"<p>{text.esc(reasons.because(known, row, singular))}</p>"
    people = t("overview.card.people", people=text.people(row["population"]))
    st.html(
        f'<div class="mg-card"><p class="mg-card-rank">{text.esc(_rank(row, len(scene.gap)))}</p>'
        f"<h3>{text.name_html(text.plain(row['district_name'], 80))}</h3>{because}"
        f'<p class="mg-vintage">{text.esc(people)}</p></div>'
    )
    with st.container(horizontal=True, gap="small"):
        name = text.markdown(scene.names[key])
        navigation.link("district", t("overview.card.profile", name=name), scene.view, district=key)
        navigation.link("map", t("overview.card.map"), scene.view, district=key)


def _rank(row: Mapping[Any, Any], total: int) -> str:
    rank = text.rank_of(row["gap_rank"], total)
    likely = text.span(row["gap_rank_low"], row["gap_rank_high"])
    return t("overview.card.rank_likely", rank=rank, likely=likely) if likely else (
        t("overview.card.rank", rank=rank)
    )  # fmt: skip
