"""``config/sources`` and ``config/corrections``: raw sources and their known errors."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from etl.given_paths import is_virtual
from etl.schema.base import Identifier, Strict


def _plain(path: str) -> str:
    """Refuse addresses and virtual paths, which the map library would follow."""
    if is_virtual(path) or "\0" in path:
        raise ValueError("an address or a virtual path; only a file below the raw folder is read")
    return path


PlainPath = Annotated[str, AfterValidator(_plain)]


class Column(Strict):
    """One column we take from a raw file: its header text there, and how to read it."""

    raw: str
    type: Literal["text", "integer", "number", "boolean", "text_list"] = "text"
    occurrence: Annotated[int, Field(ge=1)] = 1
    nulls: list[str] = []
    unit: str | None = None
    # Codes that lost their leading zeros get them back: 1001 with width 5 is 01001.
    width: Annotated[int, Field(ge=1)] | None = None


class Source(Strict):
    """One raw source: who published it, under which licence, and how its file is to be read."""

    source_id: Identifier
    publisher: str
    title: str
    citation: str
    licence: str
    url: str
    vintage: str
    published: str
    accessed: str
    note: str = ""
    path: PlainPath
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    format: Literal[
        "csv", "excel", "vector", "raster", "json_pages", "osm", "friction", "cost_table"
    ]
    member: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    # How figures are written: 1.234,5 has the decimal mark "," and the thousands mark ".".
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'"] = ""
    header_row: Annotated[int, Field(ge=0)] = 0
    footer_rows: Annotated[int, Field(ge=0)] = 0
    records: str | None = None
    assume_crs: str | None = None
    min_rows: Annotated[int, Field(ge=1)] = 1
    key: list[Identifier] = []
    nulls: list[str] = [""]
    columns: dict[Identifier, Column] = {}


class Correction(Strict):
    """A known upstream error: drop the rows that match, as long as `expect` of them are there."""

    action: Literal["drop"]
    match: Annotated[dict[Identifier, str], Field(min_length=1)]
    expect: Annotated[int, Field(ge=1)]
    reason: str


class Corrections(Strict):
    """``config/corrections/<source>.yaml``."""

    source_id: Identifier
    corrections: list[Correction]
