"""The profile of one district: its place, why it ranks there, its staff, what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import district_rows, queries, region_rows, text
from dashboard.views.profile import (
    factsheet,
    head,
    neighbours,
    origins,
    parts,
    place,
    reasons,
    staff,
)
from dashboard.views.profile.blocks import is_true, more, section
from dashboard.views.profile.links import missing_links, shortage_rule


def profile(
    snapshot: queries.Snapshot,
    region: Mapping[str, Any],
    row: Mapping[Any, Any],
    total: int,
    group: str = "",
) -> None:
    """Draw the profile.

    `row` is one district of the page's frame, `total` the number of districts, `group` what the
    chosen group of people is called (empty for everyone).
    """
    _top(snapshot, region, row, total, group)
    factsheet.download(snapshot, region, str(row["district_id"]))
    _staff(snapshot, region, row)
    _made_of(snapshot, region, row)


def _top(
    snapshot: queries.Snapshot,
    region: Mapping[str, Any],
    row: Mapping[Any, Any],
    total: int,
    group: str,
) -> None:
    key = str(row["district_id"])
    singular, _ = text.terms(region)
    # Reasons, reach and figures are published for everyone; the frame holds the group's scores.
    everyone = _of_everyone(snapshot, key) if group else row
    why = "Why it ranks here" + (" for everyone" if group else "")
    st.html(
        '<article class="mg-profile">'
        + head.head(region, row, total, group)
        + head.scores(row, total)
        + section(why, reasons.reasons(district_rows.reasons(snapshot, key), everyone, singular))
        + section(
            "Among its neighbours",
            neighbours.cluster_sentences(district_rows.clusters(snapshot, key)),
        )
        + section("What is missing here", missing_links(district_rows.links(snapshot, key)))
        + place.people(everyone)
        + section(
            "Gap rank for groups of people",
            neighbours.other_groups(district_rows.lenses(snapshot, key), total, group),
        )
        + section("Key figures", place.figures(everyone))
        + section("Rules", head.rules(region, row))
        + "</article>"
    )


def _staff(snapshot: queries.Snapshot, region: Mapping[str, Any], row: Mapping[Any, Any]) -> None:
    key = str(row["district_id"])
    st.html(
        '<article class="mg-profile">'
        + section("Staff", staff.cadres(district_rows.staff(snapshot, key)))
        + staff.comparison_lines(region_rows.benchmarks(snapshot))
        + "</article>"
    )
    with st.container(key="mg-target", border=True):
        staff.own_target(snapshot, region, row)
    st.html(
        '<article class="mg-profile">'
        + section(
            "US mental-health shortage rule", shortage_rule(district_rows.shortage(snapshot, key))
        )
        + place.services_here(district_rows.local_services(snapshot, key), row)
        + "</article>"
    )


def _made_of(snapshot: queries.Snapshot, region: Mapping[str, Any], row: Mapping[Any, Any]) -> None:
    key = str(row["district_id"])
    indicators = district_rows.indicators(snapshot, key)
    counted = [is_true(value) for value in indicators["in_index"]]
    others = indicators[[not value for value in counted]]
    st.html(
        '<article class="mg-profile">'
        + section("What makes up the need score", parts.indicators(indicators[counted]))
        + section(
            "What makes up the access score",
            parts.access_parts(district_rows.access_parts(snapshot, key)),
        )
        + more("Other figures, not in the need score", parts.indicators(others))
        + more(
            "More measures of access to care",
            parts.access_measures(district_rows.access(snapshot, key)),
        )
        + more(
            "Where these figures come from", origins.origins(district_rows.lineage(snapshot, key))
        )
        + f'<p class="mg-note">{text.esc(region["travel_note"])}</p></article>'
    )


def _of_everyone(snapshot: queries.Snapshot, district_id: str) -> dict[Any, Any]:
    gap = queries.gap(snapshot)
    return dict(gap[gap["district_id"] == district_id].iloc[0].to_dict())
