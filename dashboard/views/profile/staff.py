"""Staff by cadre against the target, lines for comparison, and a target of the reader's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import district_rows, queries, region_rows, text
from dashboard.i18n import t, tn
from dashboard.panels import note
from dashboard.views.profile.blocks import COUNT, fact, facts, figure, is_true, known, more
from etl.measures.posts import posts_at_target

_HEAD = "all"
_WIDGET = "w_target"
_KEPT = "mindgap_target"
_MOST = 10_000_000


def cadres(rows: pd.DataFrame) -> str:
    """Return the staff of one district; `rows` is `district_rows.staff`.

    Staff that is not counted as mental-health staff is folded away.
    """
    if rows.empty:
        return f"<p>{text.esc(t('staff.none'))}</p>"
    counted = [is_true(value) for value in rows["is_counted"]]
    used, other = rows[counted], rows[[not value for value in counted]]
    # One counted cadre is the same as the sum of all: say it once.
    if len(used) == 2 and _HEAD in set(used["cadre"]):
        named = used.loc[used["cadre"] != _HEAD, "label"].iloc[0]
        used = used[used["cadre"] == _HEAD].assign(label=named)
    body = facts(_cadre(row) for row in used.to_dict("records"))
    if not other.empty:
        body += more(tn("staff.other", len(other)), facts(map(_cadre, other.to_dict("records"))))
    return body


def _cadre(row: Mapping[Any, Any]) -> str:
    notes = []
    shown = figure(row, "fte", "FTE")
    if not text.is_missing(row["headcount"]):
        persons = figure(row, "headcount", "persons")
        # Staff that is not counted has persons and no full-time posts; that is not "no data".
        if text.is_missing(row["fte"]):
            shown = persons
        else:
            notes.append(persons)
    if not text.is_missing(row["fte_per_100k"]):
        notes.append(figure(row, "fte_per_100k", "FTE per 100,000"))
    notes += _target(row)
    if known(row["vintage"]):
        notes.append(text.vintage(row["vintage"]))
    return fact(text.sentence(text.label(row["label"])), shown, " · ".join(notes))


def _target(row: Mapping[Any, Any]) -> list[str]:
    if text.is_missing(row["target_population_per_fte"]):
        return []
    values = {
        "people": figure(row, "target_population_per_fte", COUNT),
        "wanted": figure(row, "fte_wanted", "FTE"),
        "missing": figure(row, "fte_shortage", "FTE"),
    }
    out = [t("staff.target", **values)]
    if known(row["target_reference"]):
        source = text.plain(text.label(row["target_reference"]), 160)
        out.append(t("staff.target_source", source=source))
    return out


def comparison_lines(rows: pd.DataFrame) -> str:
    """Return figures of other places beside the staff; `rows` is `region_rows.benchmarks`."""
    lines = [
        fact(
            text.sentence(text.label(row["label"])),
            text.as_stated(row["value"], row["unit"]),
            " · ".join(
                text.plain(text.label(row[name]), 200)
                for name in ("applies_to", "reference")
                if known(row[name])
            ),
        )
        for row in rows.to_dict("records")
        if not is_true(row["is_target"])
    ]
    return (
        more(t("staff.elsewhere"), note(t("staff.elsewhere_note")) + facts(lines)) if lines else ""
    )


@st.fragment
def own_target(
    snapshot: queries.Snapshot, region: Mapping[str, Any], row: Mapping[Any, Any]
) -> None:
    """Let the reader set people per full-time post and see the posts missing; saved nowhere."""
    staff = district_rows.staff(snapshot, str(row["district_id"]))
    head = staff[staff["cadre"] == _HEAD]
    official = head["target_population_per_fte"].dropna()
    key = f"{_KEPT}_{region['region_id']}"
    if key not in st.session_state:
        st.session_state[key] = float(official.iloc[0]) if len(official) else None
    st.session_state[_WIDGET] = st.session_state[key]
    st.number_input(
        t("staff.own"),
        min_value=1.0,
        max_value=float(_MOST),
        step=500.0,
        format="%.0f",
        key=_WIDGET,
        placeholder=t("staff.own_none"),
        help=t("staff.own_help"),
        on_change=_kept,
        args=(key,),
    )
    target = st.session_state[_WIDGET]
    if target is None:
        st.html(note(t("staff.own_needed")))
        return
    st.html(_against(region_rows.staff_totals(snapshot), region, row, float(target)))


def _kept(key: str) -> None:
    st.session_state[key] = st.session_state[_WIDGET]


def missing_posts(rows: pd.DataFrame, people_per_post: float) -> pd.DataFrame:
    """Return `posts` missing and `people` over capacity, by district_id.

    `rows` is `region_rows.staff_totals`. A surplus in one district does not fill a gap in another.
    """
    by_district = rows.set_index("district_id")[["population", "fte"]].astype(float)
    found = posts_at_target(by_district["population"], by_district["fte"], people_per_post)
    return pd.DataFrame({"posts": found["fte_shortage"], "people": found["people_without"]})


def _against(
    rows: pd.DataFrame, region: Mapping[str, Any], row: Mapping[Any, Any], target: float
) -> str:
    missing = missing_posts(rows, target)
    _, plural = text.terms(region)
    everywhere = tn(
        "staff.own_region_note",
        len(missing),
        total=text.people(region["n_districts"]),
        counties=plural,
        people=text.people(missing["people"].sum()),
    )
    whole = fact(
        t("staff.own_region", counties=plural),
        text.with_unit(missing["posts"].sum(), "FTE"),
        everywhere,
    )
    here = str(row["district_id"])
    if here not in missing.index:
        return facts([fact(t("staff.own_here"), text.no_data()), whole])
    posts, people = missing.loc[here, "posts"], missing.loc[here, "people"]
    about = t(
        "staff.own_here_note",
        people=text.people(people),
        population=figure(row, "population", COUNT),
    )
    return facts([fact(t("staff.own_here"), text.with_unit(posts, "FTE"), about), whole])
