"""What looks wrong in rows that can be read; repeats of rows; several currencies."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, inspect, stage


def found(report) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {warning.code: (warning.rows, warning.examples) for warning in report.warnings}


def test_odd_rows(load) -> None:
    report = load(
        "order id,customer id,date,quantity,unit price,amount\n"
        "1,a,1985-01-31,1,5,5\n2,a,2026-01-31,-1,5,5\n3,a,2026-01-31,1,-5,5\n3,b,2026-01-31,1,5,5\n"
        "4,Ann@e.com,2026-01-31,1,5,5\n5,ann@e.com,2026-01-31,1,5,5\n"
    )
    assert found(report) == {
        "old_date": (1, ("1985-01-31",)),
        "negative_price": (1, ("-5.00",)),
        "order_of_two": (2, ("3",)),
        "ids_in_two_cases": (2, ("Ann@e.com / ann@e.com",)),
    }
    assert [(note.code, note.rows, note.money) for note in report.money_notes] == [("turned", 1, -10)]
    assert all(warning.sentence.endswith(".") for warning in report.warnings)
    assert report.loaded == 6


def test_a_clean_file_has_no_warnings(load) -> None:
    rows = [f"{i},c{i % 7},{date(2026, 1, 1) + timedelta(i % 60)},5" for i in range(600)]
    assert load("order id,customer id,date,amount\n" + "\n".join(rows) + "\n").warnings == ()


def test_odd_days(load) -> None:
    days = [date(2025, 1, 1) + timedelta(i if i < 30 else i + 20) for i in range(60)]
    rows = [f"{day},5" for day in days for _ in range(9 if day == days[40] else 2)]
    report = load("date,amount\n" + "\n".join(rows) + "\n")
    assert found(report) == {
        "gap_in_days": (0, (f"{days[29]} to {days[30]}",)),
        "large_day": (9, (f"{days[40]}: 9 rows",)),
        "no_customers": (127, ()),
    }


def test_repeated_rows_are_kept_unless_the_analyst_drops_them(load, cursor: Cursor) -> None:
    text = "order id,customer id,date,amount\n1,a,2026-01-31,5\n1,a,2026-01-31,5\n2,a,2026-01-31,5\n1,a,2026-01-31,5\n"
    assert (load(text).loaded, load(text).facts["duplicate_rows"]) == (4, 2)
    report = load(text, repeated_rows="drop")
    assert (report.loaded, report.facts["duplicate_rows"], report.money_loaded) == (2, 0, 10)
    assert [(reason.code, reason.rows, reason.money) for reason in report.reasons] == [("repeated_row", 2, 10)]
    assert cursor.rows("select line_no from set_aside order by line_no") == [(3,), (5,)]
    with pytest.raises(ImportRefused, match=r"kept .* or dropped"):
        load(text, repeated_rows="maybe")


MIXED = "order id,customer id,date,amount,currency\n1,a,2026-01-30,10,usd\n2,b,2026-01-31,20,EUR\n3,c,2026-01-31,1,\n"


def test_several_currencies_are_asked_about(cursor: Cursor, write) -> None:
    (question,) = inspect(cursor, write(MIXED), ImportOptions()).questions
    assert (question.code, question.option, question.choices) == ("currencies", "currency", ("EUR", "USD"))
    with pytest.raises(ImportRefused, match=r"EUR: 1 rows, USD: 1 rows.*--currency EUR.*--rates"):
        stage(cursor, write(MIXED), ImportOptions())


def test_one_of_several_currencies(load, cursor: Cursor) -> None:
    report = load(MIXED, currency="usd")
    assert cursor.rows("select order_id, amount, currency from staged") == [("1", 10, "USD")]
    assert [(reason.code, reason.rows, reason.money) for reason in report.reasons] == [("other_currency", 2, 0)]
    assert report.money_read == 10


def test_the_currency_of_a_file_that_names_none(load, cursor: Cursor) -> None:
    load("date,amount\n2026-01-31,5\n", currency="VND")
    assert cursor.rows("select currency from staged") == [("VND",)]


def test_rates(load, cursor: Cursor, tmp_path: Path) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("date,currency,rate\n2026-01-31,EUR,1.19555\n", encoding="utf-8")
    text = MIXED.replace("3,c,2026-01-31,1,", "3,c,2026-01-31,1,USD")
    report = load(text, rates=str(rates), currency="USD")
    assert cursor.rows("select amount, currency from staged order by order_id") == [
        (10, "USD"),
        (Decimal("23.911"), "USD"),
        (1, "USD"),
    ]
    assert (report.money_read, report.money_loaded) == (Decimal("34.911"), Decimal("34.911"))
    with pytest.raises(ImportRefused, match=r"no rate of EUR on 2026-02-01 \(1 rows\)"):
        load(text + "4,a,2026-02-01,5,EUR\n", rates=str(rates), currency="USD")
    with pytest.raises(ImportRefused, match="need a currency"):
        load(text, rates=str(rates))
    rates.write_text("date,currency,rate\n2026-01-31,EUR,much\n", encoding="utf-8")
    with pytest.raises(ImportRefused, match=r"rates\.csv, line 2"):
        load(text, rates=str(rates), currency="USD")
