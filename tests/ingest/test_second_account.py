"""The money of a file read a second time: by a plain reader that knows nothing of the first."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.database import Cursor, Database
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, ImportReport, stage
from loyalty_metrics.ingest.plain_money import decimal_mark, plain_money
from loyalty_metrics.ingest.plan import make_plan
from tests.ingest.ledgers import NUMBERS, Ledger, make_ledger


@pytest.mark.parametrize(
    ("text", "mark", "money"),
    [
        ("1,234.50", ".", "1234.50"),
        ("1.234,50", ",", "1234.50"),
        ("Rs.500", ".", "500"),
        ("S/. 50.20", ".", "50.20"),
        ("kr. 1.250,50", ",", "1250.50"),
        ("12,-", ",", "12"),
        ("CHF 12.-", ".", "12"),
        ("-12,-", ",", "-12"),
        ("12.50-", ".", "-12.50"),
        ("$(40.00)", ".", "-40.00"),
        ("40.00 CR", ".", "-40.00"),
        ("40.00 DR", ".", "40.00"),
        ("1,23,456.00", ".", "123456.00"),
        ("１２．５", ".", "12.5"),
        ("\N{MINUS SIGN}5", ".", "-5"),
        ("free", ".", None),
        ("12.50", ",", None),
        ("", ".", None),
    ],
)
def test_plain_money(text: str, mark: str, money: str | None) -> None:
    assert plain_money(text, mark) == (None if money is None else Decimal(money))


@given(cents=st.integers(-(10**12), 10**12), style=st.sampled_from(sorted(NUMBERS)))
def test_a_plain_reader_reads_what_programs_write(cents: int, style: str) -> None:
    mark = "," if style in ("continental", "euro", "krone", "spaced") else "."
    assert plain_money(NUMBERS[style](cents), mark) == Decimal(cents) / 100


def test_the_mark_that_most_values_show() -> None:
    assert decimal_mark([("1.234", 90), ("12,50", 5), ("1,234.5", 1)]) == ","
    assert decimal_mark([("1.234", 90)]) is None


def test_each_difference_has_its_reason(load) -> None:
    report: ImportReport = load(
        "Order ID,Customer ID,Date,Status,Amount\n"
        '1,a,2025-01-01,Completed,"1,000.00"\n2,a,2025-01-02,Cancelled,20.00\n3,b,2025-01-03,Refunded,30.50\n'
        "4,b,someday,Completed,7.00\n5,b,2025-01-05,Completed,free\n"
    )
    account = report.second_account
    assert account is not None
    assert (account.header, account.said, account.counted) == ("Amount", Decimal("1057.50"), 1000)
    assert {(step.code, step.rows, step.money) for step in account.steps} == {
        ("cancelled", 1, Decimal(-20)),
        ("date_unreadable", 1, Decimal(-7)),
        ("amount_unreadable", 1, Decimal(0)),
        ("refunds", 1, Decimal("-30.50")),
    }
    assert account.is_explained
    assert account.sentence().startswith(
        'Read a second time, the file says 1,057.50 (column "Amount"), 1,000.00 are counted; the difference is'
    )
    assert ImportReport.from_json(report.to_json()) == report
    assert json.loads(report.to_json())["second_account"]["said"] == "1057.5000"


def test_equal_money_needs_no_reason(load) -> None:
    account = load("Order ID,Customer ID,Date,Amount\n1,a,2025-01-01,10.25\n2,a,2025-01-02,-3\n").second_account
    assert (account.said, account.said_above_zero, account.steps) == (Decimal("7.25"), Decimal("10.25"), ())
    assert account.sentence().endswith("7.25 are counted: the same.")


def test_a_price_times_a_quantity_less_a_discount(load) -> None:
    account = load(
        "Order ID,Customer ID,Date,Quantity,Unit Price,Discount Amount\n1,a,2025-01-01,3,10.00,5\n"
    ).second_account
    assert (account.header, account.said, account.counted) == ("Quantity × Unit Price", 30, 25)
    assert [(step.code, step.money) for step in account.steps] == [("taken_off", -5)]


def test_a_wrong_reading_is_not_explained(cursor: Cursor, write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were amounts read a hundred times too large, and rows counted twice, the second account would say so."""
    path = write("Order ID,Customer ID,Date,Amount\n1,a,2025-01-01,10.25\n2,a,2025-01-02,3\n", "orders.csv")

    def wrong(*args: object) -> object:
        plan = make_plan(*args)
        amount = replace(plan.cells["amount"], store=f"({plan.cells['amount'].store} * 100)")
        return replace(plan, cells={**plan.cells, "amount": amount}, money=amount.store)

    monkeypatch.setattr("loyalty_metrics.ingest.prepare.make_plan", wrong)
    account = stage(cursor, path, ImportOptions()).second_account
    assert account is not None and not account.is_explained
    assert (account.unexplained, account.unexplained_rows, account.lines) == (Decimal("1311.75"), 2, (2, 3))
    assert "+1,311.75 in 2 rows are not explained, first in line 2" in account.sentence()


def counted(ledger: Ledger, folder: Path) -> tuple[Decimal, bool]:
    path = folder / "ledger.csv"
    path.write_text(ledger.text, encoding="utf-8")
    database = Database(None)
    try:
        with database.cursor() as cursor:
            report = stage(cursor, path, ImportOptions())
            account = report.second_account
            return cursor.value("select sum(amount) from staged"), account is not None and account.is_explained
    finally:
        database.close()


@pytest.mark.parametrize("seed", range(0, 300, 10))
def test_ledgers_count_what_they_hold(tmp_path: Path, seed: int) -> None:
    for ledger in (make_ledger(number) for number in range(seed, seed + 10)):
        try:
            found = counted(ledger, tmp_path)
        except ImportRefused as asked:
            pytest.fail(f"{ledger.kind}, {ledger.numbers}: {asked}")
        assert found == (ledger.net, True), (seed, ledger.kind, ledger.numbers)


@pytest.mark.parametrize(
    ("seed", "first"), [*((seed, 1_500) for seed in range(1000, 1012)), (2000, 50_000), (2001, 50_000)]
)
def test_what_takes_money_away_may_come_late(tmp_path: Path, seed: int, first: int) -> None:
    ledger = make_ledger(seed, first)
    assert counted(ledger, tmp_path) == (ledger.net, True), (ledger.kind, ledger.numbers)
