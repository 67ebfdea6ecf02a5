"""``config/sources`` and ``config/corrections``: raw sources and their known errors."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from etl.given_paths import is_virtual
from etl.schema.base import Identifier, Strict
from etl.schema.download import Download

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Format = Literal["csv", "excel", "vector", "raster", "json_pages", "osm", "friction", "cost_table"]


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
    # What a whole cell must look like (regular expression), null words apart; text columns only.
    pattern: str | None = None

    @model_validator(mode="after")
    def _pattern_can_be_used(self) -> "Column":
        if self.pattern is None:
            return self
        if self.type != "text":
            raise ValueError(f"`pattern` is for text columns, {self.raw!r} is {self.type}")
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"`pattern` is no regular expression: {error}") from error
        return self


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
    path: PlainPath
    sha256: Sha256 | None = None
    format: Format
    member: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    # How figures are written: 1.234,5 has the decimal mark "," and the thousands mark ".".
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'"] = ""
    header_row: Annotated[int, Field(ge=0)] = 0
    footer_rows: Annotated[int, Field(ge=0)] = 0
    # First cell of the row that ends the data: that row and all below it are footer.
    footer_marker: Annotated[str, StringConstraints(min_length=1)] | None = None
    records: str | None = None
    assume_crs: str | None = None
    min_rows: Annotated[int, Field(ge=1)] = 1
    # What a margin of error or standard error of 0 means. Without it such a row is refused.
    zero_se: Literal["exact"] | None = None
    # How often a new one comes out, where the publisher says so; older figures are told as such.
    cadence_months: Annotated[int, Field(ge=1)] | None = None
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


class Between(Strict):
    """A range of numbers, both ends included."""

    low: float
    high: float


class FromColumn(Strict):
    """The value that another column of the same row has, as it was before any correction."""

    column: Identifier


Match = Annotated[dict[Identifier, str | Between], Field(min_length=1)]
NewValue = str | int | float | FromColumn | None


class _Correction(Strict):
    """What every correction states: the rows that match, how many there must be, and why."""

    match: Match
    # The guard: another number of rows means that the publisher changed the file.
    expect: Annotated[int, Field(ge=1)]
    reason: Annotated[str, Field(min_length=1)]


class Drop(_Correction):
    """Leave the rows out."""

    action: Literal["drop"]


class Override(_Correction):
    """Set columns of the rows to other values, or to those of other columns."""

    action: Literal["override"]
    set: Annotated[dict[Identifier, NewValue], Field(min_length=1)]


class Flag(_Correction):
    """Keep the rows as they are and tell the reader."""

    action: Literal["flag"]


Correction = Annotated[Drop | Override | Flag, Field(discriminator="action")]


class Corrections(Strict):
    """``config/corrections/<source>.yaml``: known upstream errors, applied in this order."""

    source_id: Identifier
    corrections: list[Correction]
