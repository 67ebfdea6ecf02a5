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
    def _folded(self) -> dict[str, tuple[str, str]]:
        """The name of every district and all that it is found by, for searching."""
        gap = self.gap
        names = [folded(name) for name in gap["district_name"].fillna("")]
        parents = [folded(name) for name in gap["parent_name"].fillna("")]
        found_by = zip(names, map(folded, self.ids), parents, strict=True)
        found = dict(zip(self.ids, zip(names, map(" ".join, found_by), strict=True), strict=True))
        return {key: found[key] for key in self.by_name}

    def called(self, words: str) -> list[str]:
        """Return the districts that all the words are found in, without regard to accents and case.

        They are looked for in its name, its id and the name of the larger area it lies in; without
        words nothing is found. Names that begin with the first word come first, then other names
        with all the words, then the rest; in each part those with more of them as whole words.
        """
        parts = folded(words).split()
        if not parts:
            return []

        def standing(key: str) -> tuple[bool, bool, int]:
            name = self._folded[key][0]
            whole = sum(part in name.split() for part in parts)
            return not all(part in name for part in parts), not name.startswith(parts[0]), -whole

        found = [
            key for key, (_, told) in self._folded.items() if all(part in told for part in parts)
        ]
        return sorted(found, key=standing)

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
