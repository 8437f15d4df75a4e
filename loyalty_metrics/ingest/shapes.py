"""The shapes of a text column: every value with its digits folded to 9.

A column of a million values has a handful of shapes, so whatever a value's form can tell is decided once a shape, over
the whole column and not over a sample.
"""

from dataclasses import dataclass

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.source import Source

_MOST = 5000
BLANKS = " \t\r\n\u00a0\u2007\u202f\u3000"
NO_VALUE = ("null", "nan", "nat", "none", "n/a", "#n/a", "\\n")
"""Words that programs write where there is no value."""


@dataclass(frozen=True)
class Shape:
    """One form of values: its pattern, how many rows have it, and the least value that has it."""

    pattern: str
    rows: int
    example: str


def trimmed(sql: str) -> str:
    """Text without blanks around it; NULL where nothing is left."""
    return f"nullif(trim({sql}, '{BLANKS}'), '')"


def value_of(sql: str) -> str:
    """Text without blanks; NULL also where a program wrote a word for "nothing"."""
    words = ", ".join(f"'{word}'" for word in NO_VALUE)
    text = trimmed(sql)
    return f"(case when length({text}) <= 4 and lower({text}) in ({words}) then null else {text} end)"


def shapes_of(cursor: Cursor, source: Source, sql: str) -> list[Shape]:
    """List the shapes of an expression over a source, most frequent first."""
    found = cursor.rows(
        f"select translate({sql}, '012345678', '999999999') as pattern, count(*) as rows, min({sql}) as example "
        f"from {source.relation} where {sql} is not null group by pattern order by rows desc, pattern limit {_MOST}",
        source.parameters,
    )
    return [Shape(*row) for row in found]


def shape(value: str) -> str:
    """The shape of one value."""
    return "".join("9" if c in "0123456789" else c for c in value)
