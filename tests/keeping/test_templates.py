"""Every canonical table comes in through its template: the headers of the schema, filled with its examples."""

from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics import Workspace
from loyalty_metrics.schema import TABLES, Table
from tests.keeping.shops import assert_same, tables


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_comes_in_through_its_template_and_goes_again(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "template.csv"
    pd.DataFrame([{column.name: column.example for column in table.columns}]).to_csv(path, index=False)
    workspace = Workspace.in_memory()
    empty = tables(workspace)
    report = workspace.import_file(path, table.name)
    assert (report.read, report.loaded) == (1, 1)
    assert {mapped.column: mapped.header for mapped in report.mapping} == {name: name for name in table.names}
    with workspace._database.cursor() as cursor:
        row = cursor.frame(f"select * from {table.name}_loaded").iloc[0]
    assert {column.name for column in table.columns if pd.isna(row[column.name])} == {
        column.name for column in table.columns if not column.example
    }
    again = tmp_path / "again.csv"
    again.write_text(path.read_text(encoding="utf-8") + path.read_text(encoding="utf-8").splitlines()[1], "utf-8")
    if table.name != "customers":  # there the last entry counts, and a file that repeats one is taken as it is
        assert workspace.import_file(again, table.name).set_aside == 1
        workspace.undo_import(2)
    workspace.undo_import(1)
    assert_same(empty, tables(workspace))
