"""Put sheets or tables with the same headers one below the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from loyalty_metrics.database import Cursor, quote
from loyalty_metrics.ingest.sheet_choice import Sheet
from loyalty_metrics.ingest.source import IMPORTED, SourceColumn

_PART = "import_part"


@dataclass(frozen=True)
class Part:
    """One sheet with all of its rows.

    Attributes:
        sheet: The sheet.
        rows: Its rows.
        places: The column of the rows for each header.
    """

    sheet: Sheet
    rows: pa.Table
    places: Mapping[str, str]


@dataclass(frozen=True)
class Stack:
    """All rows in `import_source`.

    Attributes:
        columns: Its columns.
        rows: How many rows it has.
        before: The lines before each sheet: they are counted on from sheet to sheet.
    """

    columns: tuple[SourceColumn, ...]
    rows: int
    before: tuple[int, ...]


def stack(cursor: Cursor, parts: Sequence[Part]) -> Stack:
    """Write the rows of all sheets into the temporary table `import_source`."""
    lines, before = 0, []
    for number, part in enumerate(parts):
        first = lines + part.sheet.above + 1
        before.append(lines)
        numbers = pa.array(range(first, first + part.rows.num_rows), pa.int64())
        cursor.register(f"{_PART}_{number}", part.rows.append_column("line_no", numbers))
        lines = first + part.rows.num_rows - 1
    headers = tuple(dict.fromkeys(header for part in parts for header in part.places))
    all_rows = " union all ".join(
        f"select {', '.join(_cells(headers, part, parts))}, line_no from {_PART}_{number}"
        for number, part in enumerate(parts)
    )
    cursor.run(f"create or replace temp table {IMPORTED} as {all_rows}")
    types = cursor.rows(f"describe select * exclude (line_no) from {IMPORTED}")
    columns = tuple(SourceColumn(header, name, type_) for header, (name, type_, *_) in zip(headers, types, strict=True))
    return Stack(columns, sum(part.rows.num_rows for part in parts), tuple(before))


def _cells(headers: Sequence[str], part: Part, parts: Sequence[Part]) -> Iterator[str]:
    """SQL of a sheet's columns, found by their headers: as text where one is of another type in another sheet."""
    for number, header in enumerate(headers, 1):
        place = part.places.get(header)
        types = {other.rows.schema.field(other.places[header]).type for other in parts if header in other.places}
        if place is None:
            yield f"null as c{number}"
        elif len(types - {pa.null()}) <= 1:
            yield f"{quote(place)} as c{number}"
        else:
            yield f"{_as_text(part.rows.schema.field(place))} as c{number}"


def _as_text(field: pa.Field) -> str:
    text = f"cast({quote(field.name)} as varchar)"
    return f"regexp_replace({text}, '\\.0$', '')" if pa.types.is_floating(field.type) else text
