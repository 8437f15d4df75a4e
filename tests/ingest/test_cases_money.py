"""Money that goes back or never came: how many ways files write it, and what is counted of each."""

from decimal import Decimal
from pathlib import Path

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, ImportReport, inspect, stage

CASES = Path(__file__).parents[1] / "cases"


def net(cursor: Cursor) -> Decimal:
    return cursor.value("select sum(amount) from staged")


def kinds(cursor: Cursor) -> dict[str, Decimal]:
    return dict(cursor.rows("select kind, sum(amount) from staged group by kind"))


def aside(report: ImportReport) -> dict[str, int]:
    return {reason.code: reason.rows for reason in report.reasons}


@pytest.mark.parametrize(
    ("file", "money", "reasons"),
    [
        ("01-refund-row-counted-twice/ledger.csv", "40.00", {}),
        ("02-refund-row-positive-adds/ledger.csv", "60.00", {}),
        ("02-refund-row-positive-adds/negative_quantity.csv", "20", {}),
        ("17-states-with-prefix-or-reason/states.csv", "10", {"cancelled": 3, "unpaid": 1}),
        ("28-shopee-accepted-returns-ignored/shopee.csv", "100000", {}),
        ("36-notes-that-move-money-are-in-a-tab/ledger.csv", "120.00", {}),
        ("39-open-invoices-counted-as-revenue/invoices.csv", "20.00", {"unpaid": 2}),
        ("40-flag-columns-ignored/flags.csv", "20", {"cancelled": 1, "unpaid": 1}),
    ],
)
def test_what_is_counted(cursor: Cursor, file: str, money: str, reasons: dict[str, int]) -> None:
    report = stage(cursor, CASES / file, ImportOptions())
    assert (net(cursor), aside(report)) == (Decimal(money), reasons)
    assert report.second_account is not None and report.second_account.is_explained
    assert report.second_account.counted == Decimal(money)


def test_what_moves_money_is_told_with_its_money(cursor: Cursor) -> None:
    report = stage(cursor, CASES / "36-notes-that-move-money-are-in-a-tab" / "ledger.csv", ImportOptions())
    assert [(note.code, note.rows, note.money) for note in report.money_notes] == [("turned", 1, -80)]


def test_a_line_far_above_all_others_is_named(cursor: Cursor) -> None:
    report = stage(cursor, CASES / "34-no-warning-on-outlier" / "o.csv", ImportOptions())
    found = [warning for warning in report.warnings if warning.code == "outlier"]
    assert [(warning.rows, warning.examples) for warning in found] == [(1, ("5,000,000.00 in line 42",))]


LEDGER = "Order ID,Customer ID,Date,{header},Amount\n"


def ledger(header: str, *rows: tuple[int, str, str]) -> str:
    """A ledger of rows with an order, a word under the header, and money."""
    lines = (f"{order},C1,2025-03-{day:02},{word},{money}\n" for day, (order, word, money) in enumerate(rows, 1))
    return LEDGER.format(header=header) + "".join(lines)


@pytest.mark.parametrize(
    ("header", "words", "counted"),
    [
        # A row that books money going back, under a header of what rows book: below 0 however it is written.
        ("Type", ("Sale", "Refund"), (100, -100)),
        ("Transaction Type", ("Verkauf", "Gutschrift"), (100, -100)),
        ("交易类型", ("销售", "退货"), (100, -100)),
        ("Type", ("Purchase", "Refund (partial)"), (100, -100)),
        # Under a header of states beside words for sales: the same.
        ("Status", ("Sale", "Return"), (100, -100)),
        # The state of an order: the sale stands, and what went back is taken off it.
        ("Status", ("Completed", "Refunded"), (100, 0)),
        ("Order Status", ("completed", "Returned - damaged"), (100, 0)),
        ("Status", ("delivered", "已退款"), (100, 0)),
        ("Status", ("wc-completed", "wc-on-hold"), (100, 100)),
        ("Status", ("Delivered", "Not returned"), (100, 100)),
        ("Status", ("Delivered", "Partially refunded"), (100, 100)),
        # No sale at all.
        ("Status", ("Shipped", "CANCELLED BY SYSTEM"), (100, None)),
        ("Status", ("Shipped", "Annulée par le client"), (100, None)),
        ("Status", ("Shipped", "Payment failed - card declined"), (100, None)),
        ("Status", ("Shipped", "Cancelled / refunded"), (100, None)),
    ],
)
def test_words_of_state(load, cursor: Cursor, header: str, words: tuple[str, str], counted: tuple) -> None:
    report = load(ledger(header, (1, words[0], "100"), (2, words[1], "100")))
    sold, second = counted
    assert net(cursor) == sold + (second or 0)
    assert report.set_aside == (second is None)
    below = load(ledger(header, (1, words[0], "100"), (1, words[1], "-40")))
    assert (net(cursor), below.set_aside) == (60, 0), "a row below 0 takes back what it says, once"
    assert all(found.second_account.is_explained for found in (report, below))


@pytest.mark.parametrize(
    "word",
    ["Return requested", "Refund pending", "Refund rejected", "退款申请中", "Rückgabe angefragt", "Return label"],
)
def test_a_word_that_may_mean_that_no_money_came_is_asked(cursor: Cursor, write, word: str) -> None:
    path = write(ledger("Status", (1, "Completed", "100"), (2, word, "30")), "orders.csv")
    (question,) = inspect(cursor, path, ImportOptions()).questions
    assert (question.code, question.option, question.key, question.header) == ("state", "states", word, "Status")
    assert question.choices == ("sale", "refunded", "refund", "cancelled", "unpaid")
    with pytest.raises(ImportRefused, match="say what it means with --state"):
        stage(cursor, path, ImportOptions())
    for meaning, money in (("sale", 130), ("refunded", 100), ("refund", 70), ("cancelled", 100), ("unpaid", 100)):
        report = stage(cursor, path, ImportOptions(states={word: meaning}))
        assert (net(cursor), report.set_aside) == (money, meaning in ("cancelled", "unpaid"))
        assert report.second_account is not None and report.second_account.is_explained
    with pytest.raises(ImportRefused, match="cannot mean 'gift'"):
        stage(cursor, path, ImportOptions(states={word: "gift"}))


def test_a_refund_that_may_be_the_sale_or_its_booking_is_asked(cursor: Cursor, write) -> None:
    """Of two equal rows of an order without a product, the second may book the refund, or be a line that came back."""
    path = write(ledger("Status", (1, "Completed", "100"), (1, "Refunded", "100")), "orders.csv")
    (question,) = inspect(cursor, path, ImportOptions()).questions
    assert dict(question.readings)["refund"] == "-100.00 counted, as these rows book what went back"
    stage(cursor, path, ImportOptions(states={"Refunded": "refund"}))
    assert net(cursor) == 0
    stage(cursor, path, ImportOptions(states={"Refunded": "refunded"}))
    assert net(cursor) == 100


def test_a_cancellation_that_takes_back_a_sale_counts(load, cursor: Cursor) -> None:
    load(ledger("Status", (1, "Completed", "50"), (1, "Cancelled", "-50"), (2, "Completed", "10")))
    assert net(cursor) == 10
    report = load(ledger("Status", (1, "Cancelled", "50"), (1, "Cancelled", "-50"), (2, "Completed", "10")))
    assert (net(cursor), report.set_aside) == (10, 2)


def test_totals_of_orders_on_each_line_are_refunded_once(load, cursor: Cursor) -> None:
    text = "Order ID,Customer,Date,Status,Product,Quantity,Price,Order Total\n"
    for order in range(12):
        state = "Refunded" if order == 5 else "Completed"
        text += "".join(
            f"{order},c,2025-01-{order + 1:02},{state},{name},1,{price},30\n" for name, price in (("A", 10), ("B", 20))
        )
    report = load(text)
    assert (net(cursor), kinds(cursor)["refund"]) == (330, -30)
    assert report.second_account is not None and report.second_account.is_explained


@pytest.mark.parametrize(
    ("back", "counted"), [("0", 100), ("100", 0), ("30.5", Decimal("69.5")), ("-30.5", Decimal("69.5"))]
)
def test_a_column_of_refunds(load, cursor: Cursor, back: str, counted: Decimal) -> None:
    report = load(f"Order ID,Customer ID,Date,Amount,Refunded Amount\n1,a,2025-01-01,100,{back}\n2,b,2025-01-02,5,0\n")
    assert net(cursor) == counted + 5
    assert report.second_account is not None and report.second_account.is_explained


def test_units_that_were_returned_take_their_part_back(load, cursor: Cursor) -> None:
    rows = "1,a,2025-01-01,4,100,1\n2,b,2025-01-02,2,50,2\n3,c,2025-01-03,1,7,0\n"
    report = load(f"Order ID,Customer ID,Date,Quantity,Total,Returned quantity\n{rows}")
    assert (net(cursor), report.facts["refund_money_made"]) == (82, "-75.0000")
    assert report.second_account is not None and report.second_account.is_explained


def test_a_column_of_refunds_beside_a_row_below_0_counts_once(load, cursor: Cursor) -> None:
    load("Order ID,Customer ID,Date,Amount,Refunded Amount\n1,a,2025-01-01,100,0\n2,a,2025-01-02,-40,40\n")
    assert net(cursor) == 60


def test_units_that_come_back_are_asked_where_money_is_written_in_two_ways(cursor: Cursor, write) -> None:
    text = (
        "Order ID,Customer ID,Date,Quantity,Total\n1,a,2025-01-01,2,20\n2,a,2025-01-02,-1,10\n3,a,2025-01-03,-1,-10\n"
    )
    path = write(text, "orders.csv")
    (question,) = inspect(cursor, path, ImportOptions()).questions
    assert (question.option, question.choices) == ("returns", ("subtract", "as_written"))
    for answer, money in (("subtract", 0), ("as_written", 20)):
        stage(cursor, path, ImportOptions(returns=answer))
        assert net(cursor) == money


@pytest.mark.parametrize(
    ("columns", "rows", "counted"),
    [
        ("paid_at", ["2025-01-02", "", "NULL", "0000-00-00"], 1),
        ("amount_paid", ["10.00", "0.00", "0", "0"], 1),
        ("Balance due", ["0.00", "10.00", "10", "10.00"], 1),
        ("Paid", ["Yes", "No", "no", "No"], 1),
        ("Is Cancelled", ["0", "1", "1", "1"], 1),
        ("cancelled_at", ["", "2025-01-03", "2025-01-03", "2025-01-04"], 1),
    ],
)
def test_money_that_did_not_come(load, cursor: Cursor, columns: str, rows: list[str], counted: int) -> None:
    lines = (f"{place},c{place},2025-01-0{place + 1},10.00,{cell}\n" for place, cell in enumerate(rows))
    report = load(f"Order ID,Customer ID,Date,Total,{columns}\n{''.join(lines)}")
    assert (net(cursor), report.loaded) == (10 * counted, counted)


def test_a_column_that_is_no_flag_tells_nothing(load, cursor: Cursor) -> None:
    report = load("Order ID,Customer ID,Date,Total,Returned\n1,a,2025-01-01,10,never\n2,b,2025-01-02,10,Monday\n")
    assert net(cursor) == 20
    assert [note.code for note in report.money_notes] == ["unread_flag"]
    assert 'Column "Returned" does not say yes or no, and is not used' in report.money_notes[0].sentence
