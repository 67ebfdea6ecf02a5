"""The profile of one district: its place, why it ranks there, who lives there, what care there is.

`Profile` reads everything once; the page draws its parts in the order a planner reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import district_rows, login, region_rows, text
from dashboard.i18n import t
from dashboard.panels import note
from dashboard.views.profile import (
    against,
    figures,
    head,
    neighbours,
    origins,
    people,
    quality,
    reasons,
    services,
    staff,
    summary,
)
from dashboard.views.profile.blocks import more, part, section
from dashboard.views.scene import Scene

# Anchors of the sections, in their order; `district.section.<anchor>` is the heading of each.
_SECTIONS = ("why", "people", "better", "place", "care", "staff", "compared", "quality", "sources")


@dataclass(frozen=True)
class Profile:
    """One district of a scene."""

    scene: Scene
    district_id: str

    @cached_property
    def row(self) -> Mapping[Any, Any]:
        """The district with the scores of the chosen group of people."""
        return self.scene.row(self.district_id)

    @cached_property
    def everyone(self) -> Mapping[Any, Any]:
        """The district for everyone: reasons, reach and figures are published for everyone only."""
        return summary.for_everyone(self.scene, self.district_id)

    @cached_property
    def usual(self) -> pd.DataFrame:
        """What is usual in the region and among similar districts."""
        return district_rows.typical(self.scene.snapshot, self.district_id)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Every indicator of the district."""
        return district_rows.indicators(self.scene.snapshot, self.district_id)

    @cached_property
    def access(self) -> pd.DataFrame:
        """Every access measure of the district."""
        return district_rows.access(self.scene.snapshot, self.district_id)

    @cached_property
    def sources(self) -> pd.DataFrame:
        """The sources of its figures, in the order of their numbers."""
        return district_rows.sources(self.scene.snapshot, self.district_id)

    @property
    def cited(self) -> list[str]:
        """Ids of `sources`."""
        return [str(value) for value in self.sources["source_id"]]

    @property
    def terms(self) -> tuple[str, str]:
        """What a district is called here: singular, plural."""
        return text.terms(self.scene.region)

    def draw_top(self) -> None:
        """Draw the name, the sentences a planner can read aloud, scores and first figures."""
        row, total = self.row, len(self.scene.ids)
        parent = ""
        if not text.is_missing(row["parent_name"]):
            parent = f'<p class="mg-sub">{text.name_html(text.plain(row["parent_name"], 120))}</p>'
        name = text.name_html(text.plain(row["district_name"], 320))
        sentences = [
            head.place(row, self.terms[1], total, self.scene.group),
            text.esc(head.chance(row)),
            text.esc(head.kind(row)),
        ]
        group = note(t("district.everyone")) if self.scene.group else ""
        st.html(
            f'<div class="mg-profile mg-top"><div><h1>{name}</h1>{parent}{head.badges(row)}'
            f'<p class="mg-aloud">{" ".join(words for words in sentences if words)}</p></div>'
            f"<div>{head.scores(row, total)}{note(t('district.score.explained'))}</div></div>"
            + group
            + people.strip(self.everyone)
            + _contents()
        )

    def draw_why(self) -> None:
        """Draw what the gap is made of, what is missing, and who care can reach."""
        snapshot, key, singular = self.scene.snapshot, self.district_id, self.terms[0]
        missing = services.missing_links(district_rows.links(snapshot, key))
        _article(
            _part_of(
                "why",
                (note(t("district.everyone")) if self.scene.group else "")
                + reasons.reasons(district_rows.reasons(snapshot, key), self.everyone, singular)
                + part(t("district.missing"), missing),
            ),
            _part_of("people", people.people(self.everyone)),
        )

    def draw_care(self) -> None:
        """Draw the nearest services and those of the district."""
        snapshot, key = self.scene.snapshot, self.district_id
        by_level = services.by_level(
            district_rows.levels(snapshot, key),
            district_rows.candidates(snapshot, key),
            self.everyone,
        )
        _article(
            _part_of(
                "care",
                part(t("district.nearest"), figures.nearest(self.access, self.usual, self.terms[1]))
                + note(t("district.nearest.estimate"))
                + part(t("district.levels"), by_level),
            )
        )

    def draw_staff(self) -> None:
        """Draw staff by cadre, the reader's own target, and the shortage rule."""
        snapshot, key = self.scene.snapshot, self.district_id
        _article(
            _part_of(
                "staff", note(t("staff.fte")) + staff.cadres(district_rows.staff(snapshot, key))
            )
            + staff.comparison_lines(region_rows.benchmarks(snapshot))
        )
        with st.container(key="mg-target", border=True):
            staff.own_target(snapshot, self.scene.region, self.everyone)
        rule = services.shortage_rule(district_rows.shortage(snapshot, key))
        if rule:
            _article(part(t("care.rule"), rule))

    def draw_better(self, rows: pd.DataFrame) -> None:
        """Draw which similar districts do better; `rows` is some of `district_rows.better`."""
        _article(_part_of("better", services.better(rows, *self.terms)))

    def draw_compared(self) -> None:
        """Draw every figure against the region and against similar districts."""
        plural = self.terms[1]
        parts = district_rows.access_parts(self.scene.snapshot, self.district_id)
        _article(
            _part_of(
                "compared",
                against.key(self.usual, plural)
                + figures.indicators(self.indicators, self.usual, plural, self.cited)
                + more(t("district.measures"), figures.measures(self.access, self.usual, plural))
                + more(t("district.parts"), figures.access_parts(parts)),
            )
        )

    def draw_place(self) -> None:
        """Draw its place among neighbours and for groups of people."""
        snapshot, key = self.scene.snapshot, self.district_id
        groups = neighbours.other_groups(
            district_rows.lenses(snapshot, key), len(self.scene.ids), self.scene.view.lens
        )
        _article(
            _part_of(
                "place",
                neighbours.cluster_sentences(district_rows.clusters(snapshot, key))
                + part(t("district.groups"), groups),
            )
        )

    def draw_sources(self) -> None:
        """Draw how far the figures can be relied on, the rules, and where each was read."""
        snapshot, key = self.scene.snapshot, self.district_id
        findings = district_rows.findings(snapshot, key)
        _article(
            _part_of(
                "quality",
                quality.quality(self.everyone, self.indicators, findings, self.cited)
                + part(t("district.rules"), quality.rules(self.scene.region, self.row)),
            ),
            _part_of("sources", quality.sources(self.sources)),
        )
        if login.is_analyst():
            origins.on_demand(snapshot, key)
        else:
            st.html(note(t("login.analysts")))


def _contents() -> str:
    links = "".join(
        f'<a href="#{anchor}">{text.esc(t(f"district.section.{anchor}"))}</a>'
        for anchor in _SECTIONS
    )
    return f'<nav class="mg-toc" aria-label="{text.esc(t("district.contents"))}">{links}</nav>'


def _part_of(anchor: str, body: str) -> str:
    return section(anchor, t(f"district.section.{anchor}"), body)


def _article(*parts: str) -> None:
    st.html(f'<div class="mg-profile">{"".join(parts)}</div>')
