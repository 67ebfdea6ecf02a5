"""Print where a district's figures come from and how they were computed.

Reads the published snapshot only: ``out_lineage`` holds the source rows, the other tables the
computation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl.errors import KeyJoinError, SourceMissingError, examples
from etl.warehouse import Warehouse

_SCORES = {"need_score": "need", "access_score": "access", "gap_score": "gap"}


@dataclass(frozen=True)
class Explained:
    """What one snapshot tells about one district."""

    district: pd.Series
    indicators: pd.DataFrame
    access: pd.DataFrame
    lineage: pd.DataFrame
    sources: pd.DataFrame
    run: pd.Series
    peer: str | None


def explain(snapshot: Path, district: str, item: str | None = None) -> Explained:
    """Read what a snapshot tells about a district, or one figure of it.

    Parameters
    ----------
    district
        Id or name, case ignored.
    item
        Indicator, cadre or service id; None for all.

    Raises
    ------
    SourceMissingError
        If the snapshot was made before lineage was kept.
    KeyJoinError
        If there is no such district, or it has no such figure; the message lists some there are.
    """
    with Warehouse(snapshot, read_only=True) as published:
        if "out_lineage" not in published.tables():
            raise SourceMissingError(
                f"{snapshot.name} was made before the origin of figures was kept. Run `mindgap "
                "refresh REGION --force`."
            )
        read = {t: published.read(f"out_{t}") for t in ("gap", "indicator", "lineage", "source")}
        run = published.read("out_run").iloc[0]
        # Snapshots of before the access score was published in parts have none to show.
        parts = "out_access_part" in published.tables() and item is None
        read["access"] = published.read("out_access_part") if parts else read["gap"].head(0)
        grouped = "out_peer" in published.tables()
        peers = published.read("out_peer").set_index("district_id") if grouped else None
    row = _district(read["gap"], district)
    own = {t: f[f["district_id"] == row["district_id"]] for t, f in read.items() if t != "source"}
    lineage, indicators = own["lineage"], own["indicator"]
    if item is not None:
        if item not in set(lineage["item"]):
            known = sorted(set(lineage.loc[lineage["layer"] != "service", "item"]))
            raise KeyJoinError(
                f"{row['district_name']} has no figure {item!r}. Figures: {', '.join(known)}; or "
                "a service id."
            )
        lineage = lineage[lineage["item"] == item]
        indicators = indicators[indicators["indicator_id"] == item]
    peer = None if peers is None else str(peers.loc[row["district_id"], "peer_label"])
    sources = read["source"].set_index("source_id")
    return Explained(row, indicators, own["access"], lineage, sources, run, peer)


def _district(table: pd.DataFrame, wanted: str) -> pd.Series:
    name = wanted.strip().casefold()
    names = table["district_name"].str.casefold()
    hit = table[(table["district_id"].str.casefold() == name) | (names == name)]
    if len(hit) != 1:
        near = table.loc[names.str.startswith(name[:3]), "district_name"].tolist()
        hint = f" Names that begin alike: {examples(near)}." if near else ""
        what = "no district" if hit.empty else f"{len(hit)} districts"
        raise KeyJoinError(f"There is {what} with the id or name {wanted!r}.{hint}")
    return hit.iloc[0]


def show(found: Explained, out: Console) -> None:
    """Print what was found, in plain words."""
    row = found.district
    name = f"{row['district_name']} ({row['district_id']})"
    out.print(Text(f"{name}, snapshot {row['snapshot_id']}, method {row['method_version']}"))
    scores = ", ".join(f"{label} {_number(row[c])}" for c, label in _SCORES.items())
    out.print(Text(f"Scores, 0 to 100: {scores}; rank of the gap {_number(row['gap_rank'])}."))
    if found.peer is not None:
        out.print(Text(f"Group of districts alike: {found.peer}."))
    if found.run["origin"] == "sample":
        out.print(
            Text(
                "Made from the embedded sample: file and row are those of the sample's layer file. "
                "The checksum of the publisher's file it was made from is in brackets."
            )
        )
    if len(found.indicators):
        out.print(_computation(found.indicators))
    if len(found.access):
        out.print(_access(found.access))
    out.print("Where the figures come from (the first row, where several were added up):")
    for line in _origins(found):
        out.print(Text(line), soft_wrap=True)
    out.print("Sources:")
    for source_id in sorted(set(found.lineage["source_id"].dropna())):
        if source_id in found.sources.index:
            source = found.sources.loc[source_id]
            out.print(
                Text(f"{source_id}: {source['publisher']}, {source['title']}, {source['url']}")
            )


def _computation(indicators: pd.DataFrame) -> Table:
    table = Table(
        "indicator", "value", "unit", "scaled (0-100)", "weight", "points of need", "flag",
        title="How the need score is made up: points = scaled x weight",
    )  # fmt: skip
    shown = ["value", "unit", "scaled_value", "weight", "contribution"]
    for row in indicators.to_dict("records"):
        cells = [_number(row[name]) for name in shown]
        table.add_row(str(row["label"]), *cells, "" if pd.isna(row["flag"]) else str(row["flag"]))
    return table


def _origins(found: Explained) -> Iterator[str]:
    """Yield a line a figure: its source, file, row, checksum, SELECT and correction."""
    declared = found.sources["sha256"]
    for row in found.lineage.to_dict("records"):
        digest, source_id = str(row["sha256"]), row["source_id"]
        if found.run["origin"] == "sample" and source_id in declared.index:
            digest += f" (publisher's file: {_number(declared.loc[source_id])})"
        yield (
            f"  {row['item']}: {_number(source_id, 'source not stated')}, {row['file']}, row "
            f"{_number(row['row'], 'not known')}; {row['made_by']}; sha256 {digest}"
        )
        if pd.notna(row["correction"]):
            yield f"    corrected: {row['correction']}"


def _access(parts: pd.DataFrame) -> Table:
    table = Table("part of access", "value", "scaled (0-100)", "weight", "points of access",
                  title="How the access score is made up: points = scaled x weight")  # fmt: skip
    for row in parts.itertuples():
        cells = [row.component, row.value, row.scaled_value, row.weight, row.contribution]
        table.add_row(*[_number(cell) for cell in cells])
    return table


def _number(value: Any, absent: str = "no data") -> str:
    """Return a cell as a person reads it."""
    if pd.isna(value):
        return absent
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)
