"""``config/export.yaml``: what leaves Mindgap as files, in which words."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from etl.schema.base import Identifier, Strict
from etl.schema.withholding import Withholding

Kind = Literal["text", "integer", "number", "boolean"]
Line = Annotated[list[str], Field(min_length=2, max_length=2)]
Web = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\"'<>?#]+[^/\s\"'<>?#]$")]
FilterName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]*$")]


class TableColumn(Strict):
    """One column of an exported table: its words, unit, kind and limits."""

    id: Identifier
    type: Kind
    label: str
    description: str
    unit: str = ""
    hxl: str = ""
    decimals: Annotated[int, Field(ge=0, le=9)] | None = None
    low: float | None = None
    high: float | None = None
    required: bool = False
    unique: bool = False
    shade: Literal["bad", "good"] | None = None

    @model_validator(mode="after")
    def _numbers_have_decimals(self) -> "TableColumn":
        if (self.type == "number") != (self.decimals is not None):
            raise ValueError(f"column {self.id}: `decimals` goes with type number only")
        return self


class GapColumn(TableColumn):
    """A column of the gap table: from a published table, or made by the export."""

    origin: Annotated[
        Literal["out_gap", "out_confidence", "out_region", "made"], Field(alias="from")
    ]
    source: Identifier | None = None
    always: bool = False


class IndicatorColumn(Strict):
    """A column that every indicator has in the gap table; braces take the indicator's own words."""

    suffix: Annotated[str, StringConstraints(pattern=r"^(_[a-z]+)?$")]
    field: Literal["value", "unit", "vintage", "note"]
    type: Kind
    label: str
    description: str
    hxl: str
    unit: str = ""
    decimals: int | None = None


class ExtraTable(Strict):
    """A further table: columns of one published table, or of a comparison of two snapshots.

    `refers` names, for a column, the table whose key its values are.
    """

    id: Identifier
    title: Annotated[str, Field(max_length=31)]  # the longest name of a workbook's sheet
    origin: Annotated[Identifier, Field(alias="from")]
    sort: list[Identifier]
    key: Annotated[list[Identifier], Field(min_length=1)]
    refers: dict[Identifier, Identifier] = {}
    workbook: bool = False
    own_csv: bool = False
    columns: Annotated[list[TableColumn], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_are_columns(self) -> "ExtraTable":
        known = {column.id for column in self.columns}
        if unknown := sorted({*self.key, *self.refers} - known):
            raise ValueError(f"table {self.id} has no column {', '.join(unknown)}")
        return self


class Filter(Strict):
    """Rows to keep: those whose column has this value."""

    column: Identifier
    equals: bool | str
    words: str


class ClassFilter(Strict):
    """Rows to keep by a class that the person names."""

    column: Identifier
    words: str


class Licence(Strict):
    """Licence of the compiled table."""

    name: str
    title: str


class Hdx(Strict):
    """Fields of the Humanitarian Data Exchange."""

    data_update_frequency: str
    methodology: str
    methodology_other: str
    caveats: str


class ChangeLog(Strict):
    """Lines of cover and notes about a change log."""

    cover: list[Line]
    notes: list[Line]
    inseparable: Line


class ExportRules(Strict):
    """``config/export.yaml``, and the words of ``config/withholding.yaml``."""

    languages: Annotated[list[str], Field(min_length=1)]
    permalink_base: Web
    title: str
    summary: str
    citation: str
    publisher: str
    licence: Licence
    keywords: list[str]
    hdx: Hdx
    filters: dict[FilterName, Filter]
    class_filter: ClassFilter
    withholding: Withholding
    columns: Annotated[list[GapColumn], Field(min_length=1)]
    indicators_before: Identifier
    indicator_columns: Annotated[list[IndicatorColumn], Field(min_length=1)]
    tables: list[ExtraTable]
    dictionary_columns: list[TableColumn]
    gap_title: str
    dictionary_title: str
    cover_title: str
    notes_title: str
    cover: list[Line]
    no_filter: str
    districts_named: str
    own_machine: Line
    changes: ChangeLog
    notes: list[Line]

    @model_validator(mode="after")
    def _names_are_known(self) -> "ExportRules":
        names = [c.id for c in self.columns]
        if twice := sorted({n for n in names if names.count(n) > 1}):
            raise ValueError(f"columns named twice: {', '.join(twice)}")
        wanted = [self.indicators_before, self.class_filter.column]
        wanted += [f.column for f in self.filters.values()]
        if unknown := sorted(set(wanted) - set(names)):
            raise ValueError(f"not a column of the gap table: {', '.join(unknown)}")
        tables = ["gap", "dictionary", *(table.id for table in self.tables)]
        if twice := sorted({name for name in tables if tables.count(name) > 1}):
            raise ValueError(f"tables named twice: {', '.join(twice)}")
        told = {name for table in self.tables for name in table.refers.values()}
        if unknown := sorted(told - set(tables)):
            raise ValueError(f"`refers` names no table: {', '.join(unknown)}")
        return self
