"""``config/sources`` and ``config/corrections``: raw sources and their known errors."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from etl.schema.base import Identifier, Strict
from etl.schema.download import Download

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Format = Literal["csv", "excel", "vector", "raster", "json_pages", "osm", "friction", "cost_table"]


class Column(Strict):
    """One column we take from a raw file: its header text there, and how to read it."""

    raw: str
    type: Literal["text", "integer", "number", "boolean", "text_list"] = "text"
    occurrence: Annotated[int, Field(ge=1)] = 1
    nulls: list[str] = []
    unit: str | None = None
    # Codes that lost their leading zeros get them back: 1001 with width 5 is 01001.
    width: Annotated[int, Field(ge=1)] | None = None


class OfficialLayout(Strict):
    """How the publisher's own file is laid out where it differs from the copy at hand.

    Each key given here replaces the source's key of the same name when the official file is read.
    """

    path: str
    sha256: Sha256 | None = None
    title: str = ""
    citation: str = ""
    licence: str = ""
    note: str = ""
    format: Format = "csv"
    member: str | None = None
    encoding: str = "utf-8"
    header_row: Annotated[int, Field(ge=0)] = 0
    footer_rows: Annotated[int, Field(ge=0)] = 0
    assume_crs: str | None = None
    min_rows: Annotated[int, Field(ge=1)] = 1
    nulls: list[str] = [""]
    columns: dict[Identifier, Column] = {}


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
    path: str
    sha256: Sha256 | None = None
    format: Format
    member: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    header_row: Annotated[int, Field(ge=0)] = 0
    footer_rows: Annotated[int, Field(ge=0)] = 0
    records: str | None = None
    assume_crs: str | None = None
    min_rows: Annotated[int, Field(ge=1)] = 1
    key: list[Identifier] = []
    nulls: list[str] = [""]
    columns: dict[Identifier, Column] = {}
    download: Download | None = None
    official: OfficialLayout | None = None

    def as_published(self) -> "Source":
        """Return the source laid out as its publisher's own file is."""
        if self.official is None:
            return self
        given = {name: getattr(self.official, name) for name in self.official.model_fields_set}
        # The copy's checksum is not the official file's.
        return self.model_copy(update={"sha256": None, "official": None} | given)


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
