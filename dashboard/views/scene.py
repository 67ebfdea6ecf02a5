"""All the map page needs, read once per run: the snapshot's frames and what the reader chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard import queries, selection, state, table, text


@dataclass(frozen=True)
class Scene:
    """One run of the map page. `gap` holds the scores of the chosen group of people."""

    view: state.View
    snapshot: queries.Snapshot
    region: dict[str, Any]
    gap: pd.DataFrame
    lenses: pd.DataFrame
    levels: pd.DataFrame
    candidates: int
    shown: list[bool]

    @property
    def ids(self) -> list[str]:
        """District ids in the order of the geometry file."""
        return [str(value) for value in self.gap["district_id"]]

    @property
    def group(self) -> str:
        """What the chosen group of people is called; empty for everyone."""
        if not self.view.lens:
            return ""
        return text.plain(self.lenses.set_index("lens").loc[self.view.lens, "label"], 80)

    @property
    def choice(self) -> table.Choice:
        """What the ranked table shows."""
        view = self.view
        return table.Choice(view.layer, view.rural, view.robust, view.lens, self.group)


def available(lenses: pd.DataFrame) -> list[str]:
    """Ids of the groups that can be chosen beside everyone, in published order."""
    usable = lenses["failure"].isna() & ~lenses["is_default"].astype(bool)
    return [str(value) for value in lenses.loc[usable, "lens"]]


def load(view: state.View, snapshot: queries.Snapshot, region: dict[str, Any]) -> Scene:
    """Read the scene; what the link asks for and the snapshot lacks is dropped from the address."""
    gap, lenses = queries.gap(snapshot), queries.lenses(snapshot)
    view = state.with_known(view, [str(value) for value in gap["district_id"]], available(lenses))
    state.save(view)
    if view.lens:
        gap = selection.for_lens(gap, queries.lens_gap(snapshot, view.lens))
    return Scene(
        view=view,
        snapshot=snapshot,
        region=region,
        gap=gap,
        lenses=lenses,
        levels=queries.levels(snapshot),
        candidates=queries.candidate_count(snapshot),
        shown=selection.shown(gap, rural=view.rural, robust=view.robust),
    )
