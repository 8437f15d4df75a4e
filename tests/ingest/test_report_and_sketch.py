"""The account adds up, travels as JSON, and a first look tells what will be asked."""

from decimal import Decimal

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest import ImportOptions, ImportReport, Reason, inspect

FILE = "Order ID,Kunde,Order Date,Umsatz,Nonsense\n1,a,05/06/2026,1.234,x\n2,b,05/07/2026,2.500,y\n"


def report(**changes) -> ImportReport:
    reasons = (Reason("date_missing", "The row has no date.", 1, Decimal("2.50")),)
    numbers = {"read": 3, "loaded": 2, "set_aside": 1}
    money = {"money_read": Decimal("7.50"), "money_loaded": Decimal("5.00"), "money_set_aside": Decimal("2.50")}
    return ImportReport("orders.csv", "transactions", **{**numbers, **money, "reasons": reasons, **changes})


@pytest.mark.parametrize("wrong", [{"read": 4}, {"money_read": Decimal(7)}, {"reasons": ()}])
def test_an_account_that_does_not_add_up_is_an_error(wrong: dict) -> None:
    with pytest.raises(ValueError, match="do not add up"):
        report(**wrong)


def test_json_and_back(load) -> None:
    for whole in (report(), load("date,amount\n2026-01-31,5.10\n,6\n")):
        assert ImportReport.from_json(whole.to_json()) == whole


@pytest.mark.parametrize(
    ("ids", "orders"),
    [
        (["7", "7", "7"], 1),
        (["1", "2", "2", "40", "3"], 4),
        (["-3", "0", "-3", "5"], 3),
        (["5123456789012", "5123456789013", "5123456789012"], 2),  # close together, and far from 0
        (["1", "9000000000000000000", "1"], 2),  # far apart
        (["1", "01", "1"], 2),  # text
        (["A1", "A2", "A1"], 2),
    ],
)
def test_orders_are_counted_once_each_whatever_their_ids_look_like(load, ids: list[str], orders: int) -> None:
    rows = "".join(f"{order},a,2026-01-0{n},5\n" for n, order in enumerate(ids, start=1))
    assert load(f"order id,customer,date,amount\n{rows}").facts["orders"] == orders


def test_rows_that_are_set_aside_are_in_no_count(load) -> None:
    """The counts are of what is loaded, whether rows had to be taken out or not."""
    head, good = (
        "order id,customer,date,quantity,amount\n",
        "1,a,2026-01-01,1,0\n1,a,2026-01-01,-1,-5\n2,,2026-01-03,1,7.5\n",
    )
    whole, mixed = load(head + good), load(head + good + "3,b,,1,9\n4,c,2026-01-09,1,\n5,d,1950-01-01,-2,0\n")
    assert whole.facts == mixed.facts
    assert (mixed.loaded, mixed.set_aside, mixed.money_loaded, mixed.money_set_aside) == (3, 3, Decimal("2.5"), 9)
    wanted = {
        "customers": 1,
        "orders": 2,
        "zero_amount_rows": 1,
        "negative_quantity_rows": 1,
        "refund_rows": 1,
        "cancellation_rows": 0,
        "guest_rows": 1,
        "guest_money": "7.5000",
        "first_date": "2026-01-01",
        "last_date": "2026-01-03",
    }
    assert wanted.items() <= whole.facts.items()


def test_inspect_asks_what_the_data_cannot_decide(cursor: Cursor, write) -> None:
    sketch = inspect(cursor, write(FILE), ImportOptions())
    assert {question.code for question in sketch.questions} == {"date_order", "decimal_mark"}
    assert {question.option for question in sketch.questions} == {"date_format", "decimal"}
    assert [column.role for column in sketch.columns] == ["order_id", "customer_id", "ordered_at", "amount", None]
    assert all(column.how == "header" for column in sketch.columns[:4])
    assert sketch.columns[1].samples == ("a", "b")
    assert (sketch.rows, sketch.first_rows[0]) == (2, ("1", "a", "05/06/2026", "1.234", "x"))
    answered = inspect(cursor, write(FILE), ImportOptions(date_format="%d/%m/%Y", decimal="."))
    assert answered.questions == ()


def test_inspect_says_what_is_missing(cursor: Cursor, write) -> None:
    sketch = inspect(cursor, write("customer,product\na,b\n"), ImportOptions())
    assert sketch.questions[0].code == "missing_column"
    assert sketch.questions[0].choices == ("customer", "product")


def test_explicit_beats_recognised(cursor: Cursor, write) -> None:
    path = write("order id,date,amount,total\n1,2026-01-31,5,6\n")
    sketch = inspect(cursor, path, ImportOptions(columns={"amount": "total", "order_id": ""}))
    roles = {column.header: (column.role, column.how) for column in sketch.columns}
    assert roles["total"] == ("amount", "explicit")
    assert roles["amount"] == roles["order id"] == (None, None)


def test_a_date_column_is_known_by_its_values(cursor: Cursor, write) -> None:
    sketch = inspect(cursor, write("wann,amount\n2026-01-31,5\n"), ImportOptions())
    assert (sketch.columns[0].role, sketch.columns[0].how) == ("ordered_at", "values")


def test_bridge_walks_from_the_rows_read_to_those_measured(load) -> None:
    text = "order id,customer,date,amount\n1,a,2026-01-31,5\n2,,2026-01-31,2.50\n3,a,soon,7\n,,,\n4,b,2026-01-31,-1\n"
    report = load(text)
    steps = [(step.code, step.rows, step.money) for step in report.bridge()]
    assert steps == [
        ("read", 5, Decimal("13.5")),
        ("blank", -1, 0),
        ("unreadable", -1, -7),
        ("loaded", 3, Decimal("6.5")),
        ("no_customer", -1, Decimal("-2.5")),
        ("in_measures", 2, 4),
    ]
    assert [step.code for step in report.bridge() if step.is_total] == ["read", "loaded", "in_measures"]


def test_questions_show_both_readings_of_a_real_value(cursor: Cursor, write) -> None:
    readings = {q.code: q.readings for q in inspect(cursor, write(FILE), ImportOptions()).questions}
    assert readings["date_order"] == (("%d/%m/%Y", "5 June"), ("%m/%d/%Y", "6 May"))
    assert readings["decimal_mark"] == ((".", "1.234"), (",", "1234"))


def test_first_rows_are_shown_as_they_will_be_loaded(cursor: Cursor, write) -> None:
    text = "order id,customer,date,quantity,price\n1,a,31/01/2026 10:05,2,1.50\n2,b,soon,1,3\n"
    first, second = inspect(cursor, write(text), ImportOptions()).understood
    assert first.cells == {
        "order_id": "1",
        "customer_id": "a",
        "ordered_at": "2026-01-31 10:05:00",
        "quantity": "2",
        "unit_price": "1.5",
        "amount": "3",
        "kind": "sale",
    }
    assert (first.line_no, first.reason) == (2, None)
    assert (second.line_no, second.reason, second.sentence) == (3, "date_unreadable", "The date cannot be read.")
    assert inspect(cursor, write(FILE), ImportOptions()).understood == ()


def test_files_of_one_kind_have_one_fingerprint(cursor: Cursor, write) -> None:
    marks = {
        inspect(cursor, write(text), ImportOptions()).fingerprint
        for text in ("Order ID,Date,Amount\n1,2026-01-31,5\n", "amount,order_id,date\n6,2,2026-02-01\n")
    }
    assert len(marks) == 1
    assert inspect(cursor, write("Order,Date,Amount\n1,2026-01-31,5\n"), ImportOptions()).fingerprint not in marks


def test_columns_that_compete_are_named(cursor: Cursor, write) -> None:
    sketch = inspect(cursor, write("order id,date,amount,net amount\n1,2026-01-31,5,4\n"), ImportOptions())
    assert [(r.role, r.header) for r in sketch.runners_up] == [("amount", "net amount")]
