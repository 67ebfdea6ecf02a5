"""The card of one district beside the map: where, how bad, how sure, why, who lives there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import district_rows, districts, text
from dashboard.i18n import t
from dashboard.panels import note
from dashboard.views.profile import head, reasons
from dashboard.views.profile.blocks import COUNT, fact, facts, figure
from dashboard.views.scene import Scene

# Column of out_gap: its unit, whether it is an estimate, the end of the key of its words.
_FACTS = (
    ("population", COUNT, False, "population"),
    ("population_beyond_reach", COUNT, True, "beyond_reach"),
    ("accessible_fte_per_100k", "FTE per 100,000", True, "staff_reach"),
    ("nearest_service_minutes", "minutes", True, "nearest"),
)


def card(scene: Scene, district_id: str) -> str:
    """Return the card as HTML, its name an h2.

    With a group of people chosen, scores and rank are that group's; the rest is known for everyone
    only, and says so.
    """
    row = scene.row(district_id)
    everyone = for_everyone(scene, district_id)
    singular, plural = text.terms(scene.region)
    rows = district_rows.reasons(scene.snapshot, district_id)
    estimate = t("district.estimate")
    items = (
        fact(
            t(f"district.fact.{key}"),
            figure(everyone, column, unit),
            mark=estimate if guessed else "",
        )
        for column, unit, guessed, key in _FACTS
    )
    return (
        '<article class="mg-profile mg-card">'
        f"<h2>{text.name_html(text.plain(row['district_name'], 120))}</h2>{head.badges(row)}"
        f"<p>{head.place(row, plural, len(scene.ids), scene.group)}</p>"
        + head.scores(row, len(scene.ids))
        + (note(t("district.everyone")) if scene.group else "")
        + f"<p>{text.esc(reasons.because(rows, everyone, singular))}</p>{facts(items)}</article>"
    )


def for_everyone(scene: Scene, district_id: str) -> Mapping[Any, Any]:
    """Return one district's row of `queries.gap`, whatever group of people is chosen.

    With `withheld`, the columns that are not shown.
    """
    row = districts.load(scene.snapshot).row(district_id)
    return row | {"withheld": district_rows.withheld(scene.snapshot, district_id).get("", ())}
