"""Exports: they carry their definition and scope, and no cell of theirs comes alive in a spreadsheet."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import fastexcel
import pandas as pd
import pyarrow.parquet as pq
import pytest

from loyalty_metrics import Result, Scope, Workspace, export
from loyalty_metrics.charts.cohort_table import is_cut

EVIL = ["=HYPERLINK(0)", "+1", "-2+3", "@x", "ordinary", "=1+1"]


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


GRAINS = ("day", "week", "month")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three orders of two customers in January 2024."""
    file = tmp_path_factory.mktemp("shop") / "orders.csv"
    file.write_text("order_id,customer_id,order_date,amount\n1,A,2024-01-02,10\n2,B,2024-01-03,10\n3,A,2024-01-10,10\n")
    workspace = Workspace.in_memory()
    workspace.import_file(file)
    return workspace


@pytest.mark.parametrize("grain", GRAINS)
def test_every_row_says_its_grain_date_zone_and_scope(shop: Workspace, grain: str) -> None:
    result = shop.measure("cohort_retention", Scope(grain=grain, filters={"channel": [""]}))
    for read in (
        pd.read_csv(io.BytesIO(export.to_bytes(result, "csv", "corner shop")), dtype=str),
        fastexcel.read_excel(export.to_bytes(result, "xlsx", "corner shop")).load_sheet("Figures").to_pandas(),
    ):
        assert list(read.columns) == [*result.frame, "workspace", "as_of", "grain", "time_zone", "scope"]
        stamped = read[["workspace", "as_of", "grain", "time_zone", "scope"]].drop_duplicates().values.tolist()
        scope = "clock=calendar, criterion=exact, refunds=restate, window=whole history"
        scope += ", settled_from=2024-01-11, channel=(unknown)"  # one day of data: nobody is known to be new
        assert stamped == [["corner shop", "2024-01-10", grain, "as written in the files", scope]]


def test_plain_files_hold_the_figures_alone(shop: Workspace) -> None:
    result = shop.measure("revenue_by_period")
    plain = pd.read_csv(io.BytesIO(export.to_bytes(result, "csv", "corner shop", plain=True)))
    assert list(plain.columns) == list(result.frame)


def test_json_markdown_and_parquet_say_the_same_beside_the_rows(shop: Workspace) -> None:
    result = shop.measure("revenue_by_period", Scope(grain="week", window=30))
    told = json.loads(export.to_bytes(result, "json", "corner shop"))
    assert (told["workspace"], told["grain"], told["as_of"]) == ("corner shop", "week", "2024-01-10")
    assert "window=30" in told["scope"] and told["time_zone"] and told["week_start"] == "monday"
    metadata = pq.read_schema(io.BytesIO(export.to_bytes(result, "parquet", "corner shop"))).metadata
    assert (metadata[b"workspace"], metadata[b"grain"]) == (b"corner shop", b"week")
    written = export.to_bytes(result, "md", "corner shop").decode()
    assert "corner shop, as of 2024-01-10, times as written in the files" in written and "grain=week" in written


def test_no_measure_has_a_column_of_the_stamp() -> None:
    workspace = Workspace.in_memory()
    taken = {card.name for card in workspace.registry.measures if {"as_of", "grain", "scope"} & set(card.units)}
    assert not taken
