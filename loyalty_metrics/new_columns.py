"""Columns of the canonical tables that were declared since a workspace was made."""

from loyalty_metrics import store
from loyalty_metrics.database import Cursor
from loyalty_metrics.schema import TABLES, TRANSACTIONS


def add(cursor: Cursor) -> None:
    """Give every table the columns it lacks; they are unknown in the rows it has. Lines have what their files had."""
    kept = set(cursor.rows("select table_name, column_name from information_schema.columns"))
    for table in TABLES.values():
        missing = [column for column in table.columns if (f"{table.name}_aside", column.name) not in kept]
        for column in missing:
            for rows in {f"{table.name}_aside", store.base(table.name)} - {store.base(TRANSACTIONS.name)}:
                cursor.run(f"alter table {rows} add column {column.name} {column.sql_type}")
        if missing:
            store.show(cursor, table.name)
