"""Which table a file is for, told from its headers alone."""

import pandas as pd
import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest import ImportOptions, inspect
from loyalty_metrics.schema import TABLES


@pytest.mark.parametrize("name", list(TABLES))
def test_filled_template_is_known_for_its_own_table(cursor: Cursor, tmp_path, name: str) -> None:
    table = TABLES[name]
    path = tmp_path / "file.csv"
    pd.DataFrame([[column.example for column in table.columns]] * 3, columns=list(table.names)).to_csv(path)
    assert inspect(cursor, path, ImportOptions()).tables[0] == name


def test_export_of_orders_with_addresses_is_not_a_list_of_customers(cursor: Cursor, write) -> None:
    path = write("Order,Date,Total,Customer ID,Customer name,Email,Phone,Country\n1,2026-01-31,5,a,A,a@b.c,1,FR\n")
    assert inspect(cursor, path, ImportOptions()).tables == ("transactions", "customers")


def test_file_that_is_whole_for_no_table_is_taken_for_the_nearest(cursor: Cursor, write) -> None:
    assert inspect(cursor, write("name,email,phone\nA,a@b.c,1\n"), ImportOptions()).tables == ("customers",)
