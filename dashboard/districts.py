"""The districts of a snapshot as one group of people sees them, read once for all readers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd

from dashboard import i18n, queries, selection, text
from dashboard.i18n import folded, t
from dashboard.queries import Snapshot

# Kept for all sessions together; of 30,000 districts each needs about 20 MB.
KEPT = 8
NAME_LENGTH = 80


@dataclass(frozen=True, eq=False)
class Districts:
    """`gap` is `queries.gap` with the scores of one group of people.

    The same object for every reader: change nothing in it.
    """

    gap: pd.DataFrame

    @cached_property
    def ids(self) -> list[str]:
        """District ids in the order of the geometry file."""
        return [str(value) for value in self.gap["district_id"]]

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each district stands in `ids`."""
        return {key: at for at, key in enumerate(self.ids)}

    def row(self, district_id: str) -> dict[Any, Any]:
        """Return one district of `gap`."""
        return dict(self.gap.iloc[self.places[district_id]].to_dict())

    @cached_property
    def names(self) -> dict[str, str]:
        """What every district is called, by id; plain text, at most 80 characters."""
        return {
            key: text.plain(name, NAME_LENGTH)
            for key, name in zip(self.ids, self.gap["district_name"], strict=True)
        }

    @cached_property
    def by_name(self) -> list[str]:
        """District ids in the order of their names, for lists to choose from."""
        return sorted(self.ids, key=lambda key: (self.names[key].casefold(), key))

    @cached_property
    def _folded(self) -> dict[str, str]:
        gap = self.gap
        columns = (gap["district_name"].fillna(""), self.ids, gap["parent_name"].fillna(""))
        told = dict(zip(self.ids, map(" ".join, zip(*columns, strict=True)), strict=True))
        return {key: folded(told[key]) for key in self.by_name}

    def called(self, words: str) -> list[str]:
        """Return the districts that all the words are found in, without regard to accents and case.

        They are looked for in its name, its id and the name of the larger area it lies in; without
        words nothing is found. Those whose name begins with the first word come first, each part in
        the order of names.
        """
        parts = folded(words).split()
        if not parts:
            return []
        found = [key for key, name in self._folded.items() if all(part in name for part in parts)]
        return sorted(found, key=lambda key: not self._folded[key].startswith(parts[0]))

    @cached_property
    def full_names(self) -> dict[str, str]:
        """What every district is called, with the larger area it lies in where it has one."""
        return {
            key: self.names[key]
            if text.is_missing(parent)
            else t("compare.in_parent", name=self.names[key], parent=text.plain(parent, 60))
            for key, parent in zip(self.ids, self.gap["parent_name"], strict=True)
        }


def load(snapshot: Snapshot, lens: str = "") -> Districts:
    """Return the districts; an empty `lens` means everyone."""
    return _load(snapshot, lens, i18n.language())


@lru_cache(maxsize=KEPT)
def _load(snapshot: Snapshot, lens: str, _: str) -> Districts:
    gap = queries.gap(snapshot)
    if lens:
        gap = selection.for_lens(gap, queries.lens_gap(snapshot, lens))
    return Districts(gap)


@lru_cache(maxsize=64)
def shown(snapshot: Snapshot, lens: str, *, rural: bool, robust: bool) -> tuple[bool, ...]:
    """Tell which districts are shown, in ascending district_id: `selection.shown`."""
    return tuple(selection.shown(load(snapshot, lens).gap, rural=rural, robust=robust))
