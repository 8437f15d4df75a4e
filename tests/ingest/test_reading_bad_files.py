"""Broken, hostile and absurd files: one clear sentence each, in bounded time and memory."""

import csv
import io
import resource
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportCancelled, ImportRefused
from loyalty_metrics.ingest import ImportOptions, stage
from loyalty_metrics.ingest.watch import Progress, Watch

HEADER = "order id,customer id,order date,product,amount\n"
ROWS = "1,a,2026-01-31,tea,5\n2,b,2026-02-01,coffee,6\n3,a,2026-02-02,tea,7\n"
MIB = 1 << 20


@pytest.fixture
def bounded() -> Iterator[None]:
    """Fail what takes more than 20 seconds or 500 MB."""
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    yield
    assert time.monotonic() - start < 20
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 500


@pytest.mark.usefixtures("bounded")
class TestBounds:
    """What would cost much is noticed before it does."""

    def test_one_line_of_100_mb(self, load: Callable) -> None:
        for content in (b"a,b;" * (25 * MIB), (HEADER + ROWS).encode() + b"x" * (100 * MIB)):
            with pytest.raises(ImportRefused, match=r"orders\.csv has a line of more than 16 MiB"):
                load(content)

    def test_one_line_of_100_mb_in_another_encoding(self, load: Callable) -> None:
        with pytest.raises(ImportRefused, match=r"orders\.csv has a line of more than 16 MiB"):
            load("é,b;".encode("utf-16") * (12 * MIB))

    def test_ten_thousand_columns(self, load: Callable) -> None:
        line = ",".join(f"column {i}" for i in range(10_000))
        with pytest.raises(ImportRefused, match=r"orders\.csv has 10,000 columns, and 2,000 at most"):
            load((line + "\n") * 300)

    def test_two_thousand_columns(self, load: Callable) -> None:
        names = [f"column {i}" for i in range(1996)]
        row = ",".join(["1", "a", "2026-01-31", "5", *map(str, range(1996))])
        report = load(",".join(["order id", "customer id", "order date", "amount", *names]) + "\n" + (row + "\n") * 100)
        assert report.loaded == 100

    def test_a_field_that_is_never_closed(self, load: Callable) -> None:
        rows = "".join(f"{i},a,2026-01-31,tea,1\n" for i in range(100_000))
        report = load(HEADER + '0,a,2026-01-31,"never closed,1\n' + rows)
        assert (report.loaded, report.set_aside, report.reasons[0].code) == (100_000, 1, "broken_quotes")

    def test_many_rows_that_do_not_fit(self, load: Callable) -> None:
        rows = "1,a,2026-01-31,tea,1\n2,a,2026-01-31,tea,1\n1,a,2026-01-31,tea\n" * 30_000
        report = load(HEADER + rows)
        assert (report.loaded, report.set_aside, report.reasons[0].code) == (60_000, 30_000, "field_count")

    def test_a_workbook_of_many_columns(self, cursor: Cursor, tmp_path: Path) -> None:
        with xlsxwriter.Workbook(tmp_path / "wide.xlsx") as book:
            sheet = book.add_worksheet()
            for row in range(3):
                sheet.write_row(row, 0, [f"c{i}" for i in range(10_000)])
        with pytest.raises(ImportRefused, match=r"wide\.xlsx, sheet Sheet1, has 10,000 columns"):
            stage(cursor, tmp_path / "wide.xlsx", ImportOptions())


def test_a_text_cut_off_inside_a_quoted_field(load: Callable) -> None:
    report = load(HEADER + ROWS + '4,a,2026-02-03,"tea and\nmore t')
    assert report.loaded == 3
    assert {reason.code for reason in report.reasons} <= {"broken_quotes", "field_count"}
    assert report.read == report.loaded + report.set_aside
    assert load(HEADER + ROWS + '4,a,2026-02-03,"tea an').notes[-1].startswith("orders.csv ends inside a quoted field")


def test_a_row_with_a_field_more_or_less_is_set_aside_with_its_text(load: Callable, cursor: Cursor) -> None:
    report = load(HEADER + ROWS + "4,a,2026-02-03,tea,with milk,8\n5,a,2026-02-04,9\n")
    assert (report.read, report.loaded) == (5, 3)
    assert cursor.rows("select line_no, reason, raw from set_aside order by 1") == [
        (5, "field_count", '["4", "a", "2026-02-03", "tea", "with milk", "8"]'),
        (6, "field_count", '["5", "a", "2026-02-04", "9"]'),
    ]


def test_a_file_of_shifted_rows_is_refused(load: Callable) -> None:
    rows = "".join(f"{i},{line}\n" for i, line in enumerate(ROWS.splitlines() * 3))
    with pytest.raises(ImportRefused, match=r"9 of 9 rows have not the header's 5 fields but mostly 6"):
        load(HEADER + rows)


def test_headers_that_repeat(load: Callable) -> None:
    report = load("order id,customer id,order date,amount,Amount\n1,a,2026-01-31,5,6\n")
    assert report.money_loaded == Decimal(5)
    assert (
        load(
            "order id,customer id,order date,amount,Amount\n1,a,2026-01-31,5,6\n", columns={"amount": "#5"}
        ).money_loaded
        == 6
    )


def test_formulas_are_text(load: Callable, cursor: Cursor) -> None:
    load(HEADER + "1,=1+1,2026-01-31,=HYPERLINK(A1),5\n2,@SUM(A1),2026-01-31,+1,5\n")
    assert cursor.rows("select customer_id, product from staged order by line_no") == [
        ("=1+1", "=HYPERLINK(A1)"),
        ("@SUM(A1)", "+1"),
    ]


@pytest.mark.parametrize("share", [0.01, 0.4, 0.8, 0.99])
def test_cut_off_and_spoilt_parquet(cursor: Cursor, tmp_path: Path, share: float) -> None:
    path = tmp_path / "orders.parquet"
    n = 5000
    table = {"order id": range(n), "customer id": ["a"] * n, "order date": ["2026-01-31"] * n, "amount": range(n)}
    pq.write_table(pa.table({name: list(values) for name, values in table.items()}), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ImportRefused, match=r"orders\.parquet is a damaged Parquet file"):
        stage(cursor, path, ImportOptions())


def test_a_parquet_file_spoilt_in_the_middle(cursor: Cursor, tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    n = 5000
    table = {
        "order id": list(range(n)),
        "order date": [f"2026-01-{i % 28 + 1:02}" for i in range(n)],
        "amount": list(range(n)),
    }
    pq.write_table(pa.table(table), path, compression="gzip")
    content = bytearray(path.read_bytes())
    content[300:3000] = b"\xff" * 2700
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match=r"orders\.parquet is a damaged Parquet file"):
        stage(cursor, path, ImportOptions())


PAGE = """<html><head><meta charset="utf-8"><style>td {{ color: red }}</style></head><body><h1>Export</h1>
<table border="1"><tr><th>order id</th><th>customer id</th><th>order date</th><th>amount</th></tr>
<tr><td>001</td><td>Zoë &amp; Co</td><td>2026-01-31</td><td><b>5</b>.50</td></tr>
<tr><td>002</td><td>b</td><td>2026-02-01</td><td>6</td></tr>{}</table></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_in_a_web_page_is_read(load: Callable, cursor: Cursor, encoding: str) -> None:
    report = load(PAGE.format("").encode(encoding), "orders.xls")
    assert (report.read, report.loaded, report.money_loaded) == (2, 2, Decimal("11.5"))
    assert cursor.rows("select line_no, order_id, customer_id from staged order by 1") == [
        (2, "001", "Zoë & Co"),
        (3, "002", "b"),
    ]
    assert any("table of a web page" in note for note in report.notes)


@pytest.mark.parametrize(
    "spoilt",
    [
        "<tr><td rowspan='2'>003</td><td>c</td><td>2026-02-01</td><td>6</td></tr>",
        "<tr><td><table><tr><td>1</td></tr></table></td></tr>",
        "</table><table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr>",
    ],
)
def test_a_web_page_that_can_be_read_in_two_ways_is_refused(load: Callable, spoilt: str) -> None:
    with pytest.raises(ImportRefused, match=r"orders\.xls is a web page or XML .* without one plain table"):
        load(PAGE.format(spoilt), "orders.xls")


class _Cancelling(Watch):
    """A watch on which someone cancels when a step has come some way."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self.seen: list[Progress] = []
        self._at = step

    def advance(self, done: int) -> None:
        self.seen.append(self.progress)
        if self.progress.step == self._at and len([p for p in self.seen if p.step == self._at]) == 3:
            self.cancel()
        super().advance(done)


@pytest.mark.parametrize(("step", "line"), [("Reading the text", ""), ("Cutting the text into rows", "a,short,row\n")])
def test_reading_tells_how_far_it_is_and_can_be_cancelled(
    load: Callable, write: Callable, cursor: Cursor, step: str, line: str
) -> None:
    rows = "".join(f"{i},a,2026-01-31,some kind of tea,1\n" for i in range(400_000))
    path = write(HEADER + rows + line)
    watch = _Cancelling(step)
    with pytest.raises(ImportCancelled):
        stage(cursor, path, ImportOptions(), watch)
    last = watch.seen[-1]
    assert last.step == step
    assert 0 < last.done < last.total


def test_random_cuts_of_a_real_file_never_crash(load: Callable) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(
        [
            ["order id", "customer id", "order date", "product", "amount"],
            *([i, f"client {i % 7}", f"2026-01-{i % 28 + 1:02}", 'a "quoted"\nname, é', i] for i in range(60)),
        ]
    )
    content = out.getvalue().encode()
    for cut in range(60, len(content), 111):
        report = load(content[:cut], decimal=".")
        assert report.read == report.loaded + report.set_aside
