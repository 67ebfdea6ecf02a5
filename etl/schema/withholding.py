"""``config/withholding.yaml``: which counts are too small to publish, and where they stand."""

from typing import Annotated

from pydantic import Field, model_validator

from etl.schema.base import Identifier, Strict

INDICATORS = "indicators"  # in `of`: any of them


class Unreliable(Strict):
    """Below which counts a rate is marked as unreliable."""

    code: str
    words: str
    numerator_below: Annotated[int, Field(ge=0)]
    denominator_below: Annotated[int, Field(ge=0)]


class Split(Strict):
    """Parts that add up to a column, and over the region and its groups."""

    total: Identifier
    parts: Annotated[list[Identifier], Field(min_length=2)]
    groups: Identifier


class Groups(Strict):
    """The table of groups of people, the indicator that says their share, and their number."""

    table: Identifier
    id: Identifier
    indicator: Identifier
    total: Identifier


class Through(Strict):
    """A table that says which id stands for which indicator."""

    table: Identifier
    id: Identifier
    name: Identifier


class Repeat(Strict):
    """Rows and columns of one table in which a figure stands, or from which it could be read."""

    of: Annotated[list[Identifier], Field(min_length=1)]
    table: Identifier
    columns: Annotated[list[Identifier], Field(min_length=1)]
    key: Identifier | None = None
    written: str = "{}"
    contains: bool = False
    through: Through | None = None
    every_row: bool = False
    but: dict[Identifier, list[str]] = {}
    order: Identifier | None = None

    @model_validator(mode="after")
    def _rows_are_told_one_way(self) -> "Repeat":
        if self.every_row and (self.key or self.through):
            raise ValueError(f"{self.table}: `every_row` goes without `key` and `through`")
        if self.but and not self.every_row:
            raise ValueError(f"{self.table}: `but` goes with `every_row` only")
        if (self.contains or self.through or self.written != "{}") and not self.key:
            raise ValueError(f"{self.table}: `written`, `contains` and `through` need a `key`")
        if self.order and self.order not in self.columns:
            raise ValueError(f"{self.table}: `order` must be one of the columns")
        return self


class Total(Strict):
    """A figure over many districts: a sum of a column of ``out_gap``, or their number."""

    item: Identifier
    label: str
    unit: str
    column: Identifier | None = None
    where: Identifier | None = None


class Withholding(Strict):
    """``config/withholding.yaml``."""

    threshold: Annotated[int, Field(ge=2, le=1000)]
    code: str
    words: str
    unreliable: Unreliable
    indicators: list[Identifier]
    splits: list[Split]
    groups: Groups
    repeats: Annotated[list[Repeat], Field(min_length=1)]
    totals: Annotated[list[Total], Field(min_length=1)]

    @model_validator(mode="after")
    def _every_figure_stands_somewhere(self) -> "Withholding":
        told = {name for repeat in self.repeats for name in repeat.of}
        wanted = {INDICATORS, "need_score", *(p for split in self.splits for p in split.parts)}
        if missing := sorted(wanted - told):
            raise ValueError(f"no entry under `repeats` for: {', '.join(missing)}")
        plain = {t.item for t in self.totals if t.column == t.item and t.where is None}
        if missing := sorted({p for split in self.splits for p in split.parts} - plain):
            raise ValueError(f"no entry under `totals` for: {', '.join(missing)}")
        return self
