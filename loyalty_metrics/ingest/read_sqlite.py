"""SQLite databases: the table that fits best is read by a process of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.confined import MEMORY, Broken, Confined, Damaged, memory, read_arrow
from loyalty_metrics.ingest.no_rows import move_no_rows
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.repeated_sheets import ask_about_repeats
from loyalty_metrics.ingest.sheet_choice import Sheet, choose, quoted
from loyalty_metrics.ingest.source import IMPORTED, Source
from loyalty_metrics.ingest.spreadsheet_ids import mend_ids
from loyalty_metrics.ingest.stacking import Part, stack
from loyalty_metrics.ingest.title_lines import LOOK
from loyalty_metrics.ingest.watch import Watch


def read_sqlite(cursor: Cursor, name: str, path: Path, folder: Path, options: ImportOptions, watch: Watch) -> Source:
    """Load the table or view of a database that fits best into the temporary table `import_source`.

    Raises:
        ImportRefused: It is damaged or encrypted, or has no such table.
    """
    watch.step("Reading the database")
    try:
        with Confined(name, path, "sqlite_tables", watch) as child:
            looked = child.ask("look", rows=LOOK)["sheets"]
            choice = choose(name, looked, replace(options, header_row=1), "table")
            files = [child.ask("load", folder=str(folder), name=table.name)["file"] for table in choice.sheets]
    except Broken as broken:
        raise ImportRefused(
            f"{name} takes more than {memory():,} MiB of memory or too long to read; export the table as CSV, or allow "
            f"more with the environment variable {MEMORY}."
        ) from broken
    except Damaged as damaged:
        raise ImportRefused(
            f"{name} could not be read as a SQLite database ({damaged}); export its table as CSV."
        ) from damaged
    stacked = stack(cursor, [_part(table, file) for table, file in zip(choice.sheets, files, strict=True)])
    if not stacked.rows:
        raise ImportRefused(f"{name} has columns but no rows.")
    repeats = (
        () if options.sheet or choice.questions else ask_about_repeats(cursor, name, choice.sheets, stacked.before)
    )
    apart = move_no_rows(cursor, stacked.columns, "line_no")
    mended, rounded = mend_ids(cursor, [column for column in stacked.columns if column.is_text], "='+")
    return Source(
        name,
        IMPORTED,
        "line_no",
        stacked.columns,
        stacked.rows,
        notes=(_note(looked, choice.sheets), *choice.notes, *mended),
        apart=apart,
        rounded=rounded,
        questions=(*choice.questions, *repeats),
    )


def _part(table: Sheet, file: str) -> Part:
    return Part(table, read_arrow(file), {header: f"c{i}" for i, header in enumerate(table.headers, 1)})


def _note(looked: Sequence[Mapping[str, Any]], read: Sequence[Sheet]) -> str:
    names = [table.name for table in read]
    others = ", ".join(f'"{one["name"]}"' for one in looked if one["name"] not in names)
    note = f"Read from the table{'s' if len(read) > 1 else ''} {quoted(read)}"
    return f"{note}; the database also has {others}." if others else f"{note}."
