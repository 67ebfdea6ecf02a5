"""What services of a snapshot the map can draw and choose from, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from dashboard import i18n, queries, service_rows, text
from dashboard.i18n import t

CANDIDATE = "candidate"
_LABEL_LENGTH = 60


@dataclass(frozen=True)
class Services:
    """Labels by id, in the order in which the points route numbers them.

    `levels` are all levels of support, `counted` the same with their number of points, and the
    possible places; `drawable` the ids of those with a point, `without` the labels of levels that
    have none. `types` and `owners` are labels with counts by code, `cadres` labels of cadres
    counted somewhere. `labels` is what the map itself needs to name them.
    """

    levels: dict[str, str]
    counted: dict[str, str]
    drawable: list[str]
    without: list[str]
    types: dict[str, str]
    owners: dict[str, str]
    cadres: dict[str, str]
    labels: dict[str, dict[str, str]]


def load(snapshot: queries.Snapshot) -> Services:
    """Return the services of a snapshot; the same object for every reader of a language."""
    return _load(snapshot, i18n.language())


@lru_cache(maxsize=32)
def _load(snapshot: queries.Snapshot, _: str) -> Services:
    levels, candidates = queries.levels(snapshot), queries.candidate_count(snapshot)
    types = service_rows.kinds(snapshot, "service_type")
    owners = service_rows.kinds(snapshot, "ownership")
    cadres = service_rows.cadres(snapshot)
    names = _by(levels, "level")
    has_points = levels["n_points"] > 0
    possible = _counted(t("map.candidates"), candidates)
    return Services(
        levels=names,
        counted=_with_counts(levels, "level", "n_points") | {CANDIDATE: possible},
        drawable=[
            *levels.loc[has_points, "level"].astype(str),
            *([CANDIDATE] if candidates else []),
        ],
        without=[text.label(label) for label in levels.loc[~has_points, "label"]],
        types=_with_counts(types, "code", "n"),
        owners=_with_counts(owners, "code", "n"),
        cadres=_by(cadres, "cadre"),
        labels={
            "typeLabels": _short(_by(types, "id")),
            "ownerLabels": _short(_by(owners, "id")),
            "levelLabels": _short(names),
        },
    )


def _by(rows: pd.DataFrame, column: str) -> dict[str, str]:
    return {
        str(key): text.label(label) for key, label in zip(rows[column], rows["label"], strict=True)
    }


def _with_counts(rows: pd.DataFrame, column: str, count: str) -> dict[str, str]:
    counts = dict(zip(rows[column].astype(str), rows[count], strict=True))
    return {key: _counted(label, counts[key]) for key, label in _by(rows, column).items()}


def _counted(label: str, count: int) -> str:
    return t("map.level_count", label=label, count=text.people(count))


def _short(labels: dict[str, str]) -> dict[str, str]:
    return {key: text.plain(label, _LABEL_LENGTH) for key, label in labels.items()}
