"""Whatever stands in a file, nothing is lost: every row and all readable money is loaded or set aside."""

import csv
import io
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty_metrics.database import Database
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, ImportReport, stage

HEADER = ["order id", "customer id", "order date", "amount", "comment"]
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)
DAYS = st.dates().map(str) | st.sampled_from(
    ["", "soon", "2026-02-31", "31/01/2026", "20260131", "2026-01-31T10:00:00Z"]
)
MONEY = st.decimals(-1000, 1000, places=2).map(str) | st.sampled_from(
    ["", "free", "$1,234.50", "(3.00)", "1e3", "--", "٣"]
)
ROWS = st.lists(st.tuples(TEXT, TEXT, DAYS, MONEY, TEXT), min_size=1, max_size=20)
PROFILE = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def stage_text(text: str, **options) -> tuple[ImportReport, list[tuple], list[tuple]] | None:
    """Stage a text; None when it is refused."""
    database = Database(None)
    with TemporaryDirectory() as folder, database.transaction() as cursor:
        path = Path(folder) / "orders.csv"
        path.write_bytes(text.encode())
        try:
            report = stage(cursor, path, ImportOptions(**options))
        except ImportRefused as refused:
            assert "orders.csv" in str(refused)
            return None
        loaded = cursor.rows("select line_no, amount from staged order by line_no")
        aside = cursor.rows("select line_no, money from set_aside order by line_no")
    database.close()
    return report, loaded, aside


def as_csv(rows: list, delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([HEADER, *rows])
    return out.getvalue()


def check(result: tuple[ImportReport, list[tuple], list[tuple]]) -> None:
    report, loaded, aside = result
    assert (report.loaded, report.set_aside) == (len(loaded), len(aside))
    assert report.read == len(loaded) + len(aside)
    lines = [line for line, _ in loaded + aside]
    assert len(set(lines)) == len(lines)
    assert report.money_read == sum((m for _, m in loaded + aside if m is not None), Decimal(0))


@PROFILE
@given(rows=ROWS, delimiter=st.sampled_from(",;\t|^"))
def test_every_row_of_a_well_formed_file_is_accounted_for(rows: list, delimiter: str) -> None:
    result = stage_text(as_csv(rows, delimiter), delimiter=delimiter, date_format="%d/%m/%Y", decimal=".")
    if result is not None:
        check(result)
        filled = [row for row in rows if any(cell.strip() for cell in row)]
        assert len(filled) <= result[0].read <= len(rows)


@PROFILE
@given(amounts=st.lists(st.decimals(-10000, 10000, places=4), min_size=1, max_size=30))
def test_money_is_exact(amounts: list[Decimal]) -> None:
    rows = [(str(i), "c", "2026-01-31", f"{amount:f}", "") for i, amount in enumerate(amounts)]
    result = stage_text(as_csv(rows), decimal=".")
    assert result is not None
    assert result[0].money_loaded == sum(amounts)
    assert [amount for _, amount in result[1]] == amounts


@PROFILE
@given(body=st.text(st.sampled_from(list('ab1,;"\n\r\t .-/')), max_size=120))
def test_no_text_whatever_crashes_the_import(body: str) -> None:
    result = stage_text(",".join(HEADER) + "\n" + body, date_format="%d/%m/%Y", decimal=".")
    if result is not None:
        check(result)


@PROFILE
@given(text=st.text(max_size=200))
def test_random_files_are_refused_or_accounted_for(text: str) -> None:
    result = stage_text(text)
    if result is not None:
        check(result)


@PROFILE
@given(rows=ROWS)
def test_lines_are_the_physical_ones(rows: list) -> None:
    rows = [*rows, ("o", "c", "31/01/2026", "1.00", "")]  # of dates of another calendar alone none is loaded
    numbered = [(*row[:4], f"row {i}\nand more" if i % 3 == 0 else f"row {i}") for i, row in enumerate(rows)]
    text = as_csv(numbered)
    result = stage_text(text, columns={"product": "comment"}, date_format="%d/%m/%Y", decimal=".")
    assert result is not None
    starts, line = [], 2
    for row in numbered:
        starts.append(line)
        line += 1 + row[4].count("\n")
    assert sorted(n for n, _ in result[1] + result[2]) == starts


def test_amounts_that_python_reads_are_read_alike() -> None:
    texts = ["1", "-1.5", "0.0001", "1e2", "12,345.67", "(8.25)", "$5", "5-", "+4"]
    rows = [(str(i), "c", "2026-01-31", text, "") for i, text in enumerate(texts)]
    result = stage_text(as_csv(rows))
    assert result is not None
    expected = []
    for text in texts:
        try:
            expected.append(Decimal(text))
        except InvalidOperation:
            expected.append(
                {"12,345.67": Decimal("12345.67"), "(8.25)": Decimal("-8.25"), "$5": Decimal(5), "5-": Decimal(-5)}[
                    text
                ]
            )
    assert [amount for _, amount in result[1]] == expected
