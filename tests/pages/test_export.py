"""Files to take away: they say what they hold, and a spreadsheet runs nothing in them."""

from io import BytesIO
from zipfile import ZipFile

import fastexcel
import pandas as pd
import pytest

from loyalty_metrics import Workspace, export
from loyalty_metrics.schema import TABLES
from pages._ui import empty

LIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"]


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [*LIVE, "C-1"], "net": [-1.5, -2, 3, 4, 5, 6]})


def test_csv_cells_are_never_formulas_and_numbers_stay_numbers(frame: pd.DataFrame) -> None:
    read = pd.read_csv(BytesIO(export.csv(frame)))
    assert list(read["customer_id"]) == [f"'{text}" for text in LIVE] + ["C-1"]
    assert list(read["net"]) == list(frame["net"])


def test_xlsx_cells_are_never_formulas_and_text_is_unchanged(frame: pd.DataFrame) -> None:
    book = export.xlsx(frame, {"title": "=1+1"})
    with ZipFile(BytesIO(book)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
    assert len(sheets) == 2
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    read = fastexcel.read_excel(book).load_sheet("Figures").to_arrow().to_pylist()
    assert [row["customer_id"] for row in read] == [*LIVE, "C-1"]
    assert [row["net"] for row in read] == list(frame["net"])


def test_file_holds_definition_scope_and_as_of_date(sample: Workspace) -> None:
    result = sample.measure("rfm_segments")
    about = export.about(result)
    assert about["as_of"] == str(sample.bounds()[1])
    assert about["definition"] == result.card.definition
    text = export.csv(result.frame, about).decode("utf-8-sig")
    assert f"# as_of: {sample.bounds()[1]}" in text
    assert len(pd.read_csv(BytesIO(text.encode()), comment="#")) == len(result.frame)


@pytest.mark.parametrize("table", TABLES)
def test_template_has_every_column_and_an_example(table: str) -> None:
    read = pd.read_csv(BytesIO(empty.template_csv(TABLES[table])), dtype=str)
    assert tuple(read.columns) == TABLES[table].names
    assert len(read) == 1
