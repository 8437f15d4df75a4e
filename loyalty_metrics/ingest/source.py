"""What reading a file yields: a relation to query, whatever the format was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loyalty_metrics.database import Cursor, quote
from loyalty_metrics.errors import ImportRefused

if TYPE_CHECKING:
    from loyalty_metrics.ingest.questions import Question

SET_ASIDE = "set_aside"
IMPORTED = "import_source"
APART = "import_apart"

MOST_COLUMNS = 2000

_FLOATS = ("DOUBLE", "FLOAT")
_INTEGERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
)


@dataclass(frozen=True)
class SourceColumn:
    """One column of a file, or what stands in several of them (see `joined_columns`).

    Attributes:
        header: Its header.
        name: The name it has in the relation.
        type: Its DuckDB type.
        also: Another header by which it is recognised.
        parts: The headers of the columns it is made of.
        part_names: Their names in the relation.
        zone: SQL of the time zone of its times, where the file names one.
    """

    header: str
    name: str
    type: str
    also: str = ""
    parts: tuple[str, ...] = ()
    part_names: tuple[str, ...] = ()
    zone: str | None = None

    @property
    def sql(self) -> str:
        """The column in SQL."""
        return quote(self.name)

    @property
    def is_text(self) -> bool:
        """Whether values are text that still has to be read."""
        return self.type == "VARCHAR"

    @property
    def is_float(self) -> bool:
        """Whether values are floating point numbers."""
        return self.type in _FLOATS

    @property
    def is_integer(self) -> bool:
        """Whether values are whole numbers."""
        return self.type in _INTEGERS

    @property
    def is_number(self) -> bool:
        """Whether values are numbers already."""
        return self.is_float or self.is_integer or self.type.startswith("DECIMAL")

    @property
    def is_time(self) -> bool:
        """Whether values are dates or timestamps already."""
        return self.type == "DATE" or self.type.startswith("TIMESTAMP")


@dataclass(frozen=True)
class Source:
    """A file that can be queried.

    Attributes:
        name: The file's name, for sentences.
        relation: What stands after `from`.
        line_no: SQL of the physical row.
        columns: The file's columns in order.
        rows: Rows the file holds, counted without the relation: malformed ones are among them.
        malformed: Rows already in `set_aside`, because they could not be split into fields.
        apart: Empty lines and lines of totals, which stand in `import_apart` and no longer in the relation.
        parameters: Values that `relation` needs.
        has_header: Whether the file names its columns; without, they are `#1`, `#2`, ...
        notes: What was found out about the file, in plain sentences.
        rounded: Names of text columns in which long numbers were cut to a form such as 4.17E+13.
        questions: What only the analyst can say of how the file is opened, such as which sheets count.
    """

    name: str
    relation: str
    line_no: str
    columns: tuple[SourceColumn, ...]
    rows: int
    malformed: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)
    has_header: bool = True
    notes: tuple[str, ...] = ()
    apart: int = 0
    rounded: frozenset[str] = frozenset()
    questions: tuple["Question", ...] = ()

    @property
    def headers(self) -> str:
        """The headers, for sentences."""
        return ", ".join(column.header for column in self.columns)


def create_set_aside(cursor: Cursor) -> None:
    """Begin an import: nothing is set aside yet."""
    cursor.run(
        f"create or replace temp table {SET_ASIDE} "
        "(line_no bigint, reason varchar, detail varchar, money decimal(18,4), raw varchar)"
    )


def check_width(name: str, width: int) -> None:
    """Refuse what has more columns than any export, before they cost time and memory."""
    if width > MOST_COLUMNS:
        raise ImportRefused(
            f"{name} has {width:,} columns, and {MOST_COLUMNS:,} at most can be read; export those that are needed."
        )


def unique_headers(cells: Iterable[str | None]) -> tuple[str, ...]:
    """Give every column a header of its own: empty ones are called by position, repeated ones are numbered."""
    headers: list[str] = []
    seen: set[str] = set()
    for position, cell in enumerate(cells, 1):
        base = " ".join((cell or "").split()) or f"#{position}"
        header, count = base, 1
        while header.casefold() in seen:
            count += 1
            header = f"{base} ({count})"
        seen.add(header.casefold())
        headers.append(header)
    return tuple(headers)
