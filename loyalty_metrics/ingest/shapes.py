"""The shapes of a text column: every value with its digits folded to 9.

A column of a million values has a handful of shapes, so whatever a value's form can tell is decided once a shape, over
the whole column and not over a sample.
"""

from dataclasses import dataclass

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.source import Source

MOST = 5000
"""Of a column with more shapes, only the most frequent are known."""


@dataclass(frozen=True)
class Shape:
    """One form of values: its pattern, how many rows have it, and the least value that has it."""

    pattern: str
    rows: int
    example: str


def shapes_of(cursor: Cursor, source: Source, sql: str) -> list[Shape]:
    """List the shapes of an expression over a source, most frequent first."""
    # Folding digits costs far more than grouping equal values, which dates and prices mostly are.
    values = f"select {sql} as value, count(*) as rows from {source.relation} group by value"
    found = cursor.rows(
        "select translate(value, '012345678', '999999999') as pattern, cast(sum(rows) as bigint) as rows, min(value) "
        f"from ({values}) as counted where value is not null group by pattern order by rows desc, pattern limit {MOST}",
        source.parameters,
    )
    return [Shape(*row) for row in found]


def shape(value: str) -> str:
    """The shape of one value."""
    return "".join("9" if c in "0123456789" else c for c in value)
