"""What pages that show districts start from: the snapshot's frames and the reader's choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard import districts, groups, queries, state
from dashboard.districts import Districts
from dashboard.groups import Groups
from dashboard.views.frame import Start


@dataclass(frozen=True)
class Scene:
    """One run of a page, for the chosen group of people."""

    view: state.View
    snapshot: queries.Snapshot
    region: dict[str, Any]
    districts: Districts
    groups: Groups
    shown: tuple[bool, ...]

    @property
    def gap(self) -> pd.DataFrame:
        """`queries.gap` with the scores of the chosen group; a frame of the caller's own."""
        return self.districts.gap.copy(deep=False)

    @property
    def ids(self) -> list[str]:
        """District ids in the order of the geometry file."""
        return self.districts.ids

    @property
    def names(self) -> dict[str, str]:
        """What every district is called, by id; plain text, at most 80 characters."""
        return self.districts.names

    @property
    def by_name(self) -> list[str]:
        """District ids in the order of their names, for lists to choose from."""
        return self.districts.by_name

    @property
    def group(self) -> str:
        """What the chosen group of people is called; empty for everyone."""
        return self.groups.label(self.view.lens)

    def row(self, district_id: str) -> dict[Any, Any]:
        """Return one district of `gap`."""
        return self.districts.row(district_id)


def load(start: Start) -> Scene:
    """Read the scene; what the link asks for and the snapshot lacks is dropped and noted.

    The caller checks what only its page uses, then calls `state.save` and `frame.notes`.
    """
    snapshot = start.snapshot
    every, of_people = districts.load(snapshot), groups.load(snapshot)
    view = state.known(start.view, "district", every.places)
    view = state.known_list(view, "compare", every.places)
    view = state.known(view, "lens", of_people.usable)
    if view.lens:
        # How sure a place is is known for everyone only, so that filter goes with a group.
        view = state.without(view, "robust", "sure")
    return Scene(
        view=view,
        snapshot=snapshot,
        region=start.region,
        districts=districts.load(snapshot, view.lens),
        groups=of_people,
        shown=districts.shown(snapshot, view.lens, rural=view.rural, robust=view.robust),
    )
