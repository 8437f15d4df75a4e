"""What tests of files for the tables beside transactions ask of what was staged."""

from pathlib import Path
from typing import Any

from loyalty_metrics.database import Cursor, Database
from loyalty_metrics.ingest import ImportOptions, ImportReport, inspect


def rows(cursor: Cursor, columns: str) -> list[tuple]:
    return cursor.rows(f"select {columns} from staged order by line_no")


def text(header: str, *lines: str) -> str:
    return "\n".join((header, *lines)) + "\n"


def codes(report: ImportReport) -> dict[str, int]:
    return {warning.code: warning.rows for warning in report.warnings}


def asked(tmp_path: Path, content: str, **options: Any) -> list[tuple[str, str, str | None]]:
    path = tmp_path / "asked.csv"
    path.write_text(content, encoding="utf-8")
    database = Database(None)
    with database.transaction() as cursor:
        sketch = inspect(cursor, path, ImportOptions(**options))
    database.close()
    return [(question.code, question.option, question.key) for question in sketch.questions]
