"""The start page: what the region looks like, its worst robust rural gaps, what they lack."""

from __future__ import annotations

import streamlit as st

from dashboard import key_figures, overview_rows, panels, queries, selection, state, text
from dashboard.i18n import t, tn
from dashboard.views import frame, gap_cards, tour
from dashboard.views import scene as scenes
from dashboard.views.scene import Scene


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    frame.page(_page)


def _page(start: frame.Start) -> None:
    scene = scenes.load(start)
    state.save(scene.view)
    frame.notes()
    _head(scene)
    tour.tour(scene)
    gap_cards.cards(scene)
    st.html(_missing(scene))
    st.html(_freshness(scene))


def _head(scene: Scene) -> None:
    region = scene.region
    name = text.place(region)
    _, plural = text.terms(region)
    st.html(
        panels.title(
            t("overview.title", region=name),
            t("overview.sub", n=text.people(len(scene.gap)), terms=plural),
        )
    )
    published = {} if scene.group else queries.totals(scene.snapshot, "all")
    total = selection.totals(scene.gap, published)
    st.html(panels.strip(key_figures.key_figures(region, total, scene.group)))


def _missing(scene: Scene) -> str:
    rows = overview_rows.missing_links(scene.snapshot)
    heading = f'<section class="mg-page"><h2>{text.esc(t("overview.missing.title"))}</h2>'
    if rows.empty:
        return f"{heading}<p>{text.esc(t('overview.missing.none'))}</p></section>"
    total = int(rows["n_districts"].max())
    words = t("overview.missing.sub", counted=text.counted(total, scene.region))
    cells = []
    for row in rows.to_dict("records"):
        unknown = int(row["n_unknown"])
        judged = unknown < total
        share = int(row["n_missing"]) / total * 100
        bar = f'<span class="mg-bar"><i class="mg-gap" style="width:{share:.1f}%"></i></span>'
        note = tn("overview.missing.unknown", unknown) if unknown else ""
        count = t("common.rank_of", rank=text.people(row["n_missing"]), total=text.people(total))
        cells.append(
            [
                f"<b>{text.esc(text.label(row['label']))}</b>"
                f"<small>{text.esc(text.label(row['words']))}</small>",
                (f"{text.esc(count)}{bar}" if judged else text.esc(text.no_data()))
                + (f"<small>{text.esc(note)}</small>" if judged and note else ""),
                text.esc(text.sentence(text.label(row["remedy_family"]))),
            ]
        )
    headings = [t(f"overview.missing.{name}") for name in ("link", "where", "remedy")]
    body = panels.table(headings, cells, wide=0)
    return f"{heading}<p>{text.esc(words)}</p>{body}</section>"


def _freshness(scene: Scene) -> str:
    found = overview_rows.freshness(scene.snapshot)
    words = t(
        "overview.freshness.span",
        n=text.people(found["n_sources"]),
        oldest=text.plain(found["oldest"]),
        newest=text.plain(found["newest"]),
    )
    warnings = tn("overview.freshness.warnings", int(str(found["n_warnings"])))
    where = panels.own_link("methods", t("overview.freshness.link"), scene.view)
    return (
        f'<section class="mg-page"><h2>{text.esc(t("overview.freshness.title"))}</h2>'
        f"<p>{text.esc(words)} {text.esc(warnings)} {where}</p></section>"
    )
