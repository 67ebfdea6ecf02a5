"""Groups of people that the index can be made for, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from dashboard import i18n, queries, text
from dashboard.i18n import t


@dataclass(frozen=True)
class Group:
    """One group: what it is called, what it is, how many people are in it (NaN: not known)."""

    label: str
    description: str
    people: float


@dataclass(frozen=True)
class Groups:
    """Groups that can be chosen, by id in published order; labels are those of `label`.

    `everyone` is what all people together are called; `missing` holds (label, why) of groups that
    cannot be chosen here.
    """

    everyone: str
    usable: dict[str, Group]
    missing: list[tuple[str, str]]

    def label(self, lens: str) -> str:
        """Return what a group is called; empty for everyone."""
        return self.usable[lens].label if lens else ""


def load(snapshot: queries.Snapshot) -> Groups:
    """Return the groups of a snapshot; the same object for every reader of a language."""
    return _load(snapshot, i18n.language())


@lru_cache(maxsize=32)
def _load(snapshot: queries.Snapshot, _: str) -> Groups:
    rows = queries.lenses(snapshot)
    is_default = rows["is_default"].astype(bool)
    default, others = rows.loc[is_default, "label"], rows[~is_default]
    failed = rows.dropna(subset=["failure"])
    return Groups(
        text.label(default.iloc[0]) if len(default) else t("map.everyone"),
        {
            str(row["lens"]): Group(
                text.label(row["label"]),
                "" if text.is_missing(row["description"]) else text.label(row["description"]),
                float(row["people"]),
            )
            for row in others[others["failure"].isna()].to_dict("records")
        },
        [
            (text.label(label), text.label(why))
            for label, why in zip(failed["label"], failed["failure"], strict=True)
        ],
    )
