"""Exports: they carry their definition and scope, and no cell of theirs comes alive in a spreadsheet."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import fastexcel
import pandas as pd
import pytest

from loyalty_metrics import Result, Scope, Workspace, export
from loyalty_metrics.charts.cohort_table import is_cut

EVIL = ["=HYPERLINK(0)", "+1", "-2", "@x", "ordinary", "=1+1"]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    file: Path = tmp_path_factory.mktemp("export") / "orders.parquet"
    pd.DataFrame(
        {
            "order_id": [str(i) for i in range(len(EVIL))],
            "customer_id": EVIL,
            "ordered_at": pd.Timestamp("2025-01-05"),
            "amount": 10.0,
        }
    ).to_parquet(file)
    workspace = Workspace.in_memory()
    workspace.import_file(file)
    return workspace.measure("rfm_scores")


@pytest.mark.parametrize("format", export.FORMATS)
def test_every_format_writes_something_that_can_be_read(result: Result, format: str) -> None:
    assert len(export.to_bytes(result, format)) > 100


def test_csv_cells_are_not_formulas(result: Result) -> None:
    frame = pd.read_csv(io.BytesIO(export.to_bytes(result, "csv")), dtype=str)
    assert len(frame) == len(EVIL)
    assert not frame["customer_id"].str.startswith(("=", "+", "-", "@", "\t")).any()
    assert set(frame["customer_id"].str.removeprefix("'")) == set(EVIL)


def test_spreadsheet_cells_are_text_not_formulas(result: Result) -> None:
    data = export.to_bytes(result, "xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert sheets
    assert not any("<f>" in sheet for sheet in sheets)


def test_definition_scope_and_date_travel_with_the_figures(result: Result) -> None:
    for kind in ("json", "md"):
        text = export.to_bytes(result, kind).decode()
        assert result.card.definition in text
        assert "2025-01-05" in text
    book = fastexcel.read_excel(export.to_bytes(result, "xlsx"))
    assert book.sheet_names == ["Figures", "Definition"]
    notes = dict(book.load_sheet("Definition").to_arrow().to_pandas().itertuples(index=False))
    assert notes["definition"] == result.card.definition
    assert notes["as_of"] == "2025-01-05"
    assert notes["week_start"] == "monday"
    assert "refunds=restate" in notes["scope"]


def test_unknown_stays_empty(result: Result) -> None:
    frame = result.frame.assign(monetary=float("nan"))
    emptied = replace(result, frame=frame)
    assert ",," in export.to_bytes(emptied, "csv").decode()
    assert '"monetary": null' in export.to_bytes(emptied, "json").decode()


def test_an_export_holds_every_cell_though_fewer_are_drawn() -> None:
    cohorts = Workspace.sample().measure("cohort_retention", Scope(grain="week"))
    assert is_cut(cohorts.frame)
    for read in (
        pd.read_csv(io.BytesIO(export.to_bytes(cohorts, "csv"))),
        fastexcel.read_excel(export.to_bytes(cohorts, "xlsx")).load_sheet("Figures").to_pandas(),
    ):
        assert len(read) == len(cohorts.frame) > 20_000
        assert read["retained"].sum() == cohorts.frame["retained"].sum()
