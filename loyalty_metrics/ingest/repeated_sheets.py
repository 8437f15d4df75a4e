"""Sheets whose rows stand in other sheets too: a copy, or one that holds all months beside one a month."""

from collections.abc import Sequence

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.questions import Question
from loyalty_metrics.ingest.sheet_choice import Sheet, joined, question, quoted
from loyalty_metrics.ingest.source import IMPORTED

_REPEATED = 0.5


def ask_about_repeats(
    cursor: Cursor, name: str, sheets: Sequence[Sheet], places: Sequence[int]
) -> tuple[Question, ...]:
    """Ask which sheets are to be read, where at least half of the rows of one stand in others.

    Args:
        cursor: Where `import_source` is.
        name: What people call the file.
        sheets: The sheets in it.
        places: The lines before each.
    """
    if len(sheets) < 2:
        return ()
    repeated = _repeated(cursor, places)
    if not repeated:
        return ()
    largest = max(repeated, key=lambda i: (sheets[i].rows, -i))
    apart = [i for i in range(len(sheets)) if i not in repeated]
    one = [sheets[i] for i in sorted([*apart, largest])]
    others = [sheets[i] for i in range(len(sheets)) if i != largest]
    sentence = (
        f"{name}: the sheets {quoted(sheets[i] for i in repeated)} hold the same rows, which would be counted twice; "
        f'say which to read with --sheet "{joined(one)}" or --sheet "{joined(others)}", '
        f'or all of them with --sheet "{joined(sheets)}".'
    )
    return (question(sentence, [one, others, sheets]),)


def _repeated(cursor: Cursor, places: Sequence[int]) -> list[int]:
    """The sheets of whose rows at least half stand in others, by number."""
    names = [name for name, *_ in cursor.rows(f"describe select * exclude (line_no) from {IMPORTED}")]
    filled = " or ".join(f"{name} is not null" for name in names)
    found = cursor.rows(
        f"""
        with lines as (
            select hash({", ".join(names)}) as cells, len(list_filter($places, lambda place: place < line_no)) as sheet
            from {IMPORTED} where {filled}
        ),
        repeated as (select cells from lines group by cells having count(distinct sheet) > 1)
        select sheet - 1 from lines left join repeated using (cells)
        group by sheet having count(repeated.cells) >= {_REPEATED} * count(*) order by sheet
        """,
        {"places": list(places)},
    )
    return [sheet for (sheet,) in found]
