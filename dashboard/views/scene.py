"""What pages that show districts start from: the snapshot's frames and the reader's choices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from dashboard import queries, selection, state, text
from dashboard.views.frame import Start


@dataclass(frozen=True)
class Scene:
    """One run of a page. `gap` holds the scores of the chosen group of people."""

    view: state.View
    snapshot: queries.Snapshot
    region: dict[str, Any]
    gap: pd.DataFrame
    lenses: pd.DataFrame
    shown: list[bool]

    @cached_property
    def ids(self) -> list[str]:
        """District ids in the order of the geometry file."""
        return [str(value) for value in self.gap["district_id"]]

    @cached_property
    def names(self) -> dict[str, str]:
        """What every district is called, by id; plain text, at most 80 characters."""
        return {
            key: text.plain(name, 80)
            for key, name in zip(self.ids, self.gap["district_name"], strict=True)
        }

    @cached_property
    def by_name(self) -> list[str]:
        """District ids in the order of their names, for lists to choose from."""
        return sorted(self.ids, key=lambda key: (self.names[key].casefold(), key))

    @property
    def group(self) -> str:
        """What the chosen group of people is called; empty for everyone."""
        if not self.view.lens:
            return ""
        return text.label(self.lenses.set_index("lens").loc[self.view.lens, "label"])

    def row(self, district_id: str) -> dict[Any, Any]:
        """Return one district of `gap`."""
        return dict(self.gap.iloc[self.ids.index(district_id)].to_dict())


def available(lenses: pd.DataFrame) -> list[str]:
    """Ids of the groups that can be chosen beside everyone, in published order."""
    usable = lenses["failure"].isna() & ~lenses["is_default"].astype(bool)
    return [str(value) for value in lenses.loc[usable, "lens"]]


def load(start: Start) -> Scene:
    """Read the scene; what the link asks for and the snapshot lacks is dropped and noted.

    The caller checks what only its page uses, then calls `state.save` and `frame.notes`.
    """
    snapshot = start.snapshot
    gap, lenses = queries.gap(snapshot), queries.lenses(snapshot)
    ids = set(gap["district_id"].astype(str))
    view = state.known(start.view, "district", ids)
    view = state.known_list(view, "compare", ids)
    view = state.known(view, "lens", available(lenses))
    if view.lens:
        # How sure a place is is known for everyone only, so that filter goes with a group.
        view = state.without(view, "robust", "sure")
        gap = selection.for_lens(gap, queries.lens_gap(snapshot, view.lens))
    return Scene(
        view=view,
        snapshot=snapshot,
        region=start.region,
        gap=gap,
        lenses=lenses,
        shown=selection.shown(gap, rural=view.rural, robust=view.robust),
    )
