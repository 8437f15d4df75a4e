"""Money that bears the sign of its currency, where no column names it."""

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.currency_signs import signs


def orders(*money: str) -> str:
    return "Order,Customer,Date,Total\n" + "".join(f'{n},c,2026-01-0{n + 1},"{text}"\n' for n, text in enumerate(money))


def currencies(cursor: Cursor) -> list[tuple]:
    return cursor.rows("select amount, currency from staged order by line_no")


@pytest.mark.parametrize(
    ("money", "expected"),
    [
        (("12,00 €", "-5,00 €", "3,10"), [(12, "EUR"), (-5, "EUR"), (3.1, "EUR")]),
        (("£12.00", "(£5.00)"), [(12, "GBP"), (-5, "GBP")]),
        (("R$ 12,00", "R$5,50"), [(12, "BRL"), (5.5, "BRL")]),
        (("US$12.00", "USD 5.50", "5.50 usd"), [(12, "USD"), (5.5, "USD"), (None, "USD")]),
        (("12.50 Kč", "5.50 Kč"), [(12.5, "CZK"), (5.5, "CZK")]),
        (("12.50", "5.50", "€1.00"), [(12.5, None), (5.5, None), (1, None)]),
        (("12.50", "5.50"), [(12.5, None), (5.5, None)]),
    ],
)
def test_a_sign_tells_the_currency(load, cursor: Cursor, money, expected) -> None:
    load(orders(*money))
    found = [(amount if amount is None else float(amount), code) for amount, code in currencies(cursor)]
    assert found == [row for row in expected if row[0] is not None]


@pytest.mark.parametrize(("sign", "first"), [("$", "USD"), ("¥", "CNY"), ("kr ", "SEK")])
def test_a_sign_that_several_currencies_share_is_never_guessed(load, cursor: Cursor, sign: str, first: str) -> None:
    report = load(orders(f"{sign}12.00", f"{sign}1,000.00"))
    assert currencies(cursor) == [(12, None), (1000, None)]
    assert any(f"--currency {first}" in note and "left unknown" in note for note in report.notes)
    load(orders(f"{sign}12.00", f"{sign}1,000.00"), currency=first)
    assert currencies(cursor) == [(12, first), (1000, first)]


def test_mixed_signs_are_several_currencies(load, cursor: Cursor) -> None:
    mixed = orders("$12.00", "$13.00", "€5.10", "7.00")
    with pytest.raises(ImportRefused, match=r"several currencies \(\$: 2 rows, EUR: 1 rows\) in column \"Total\""):
        load(mixed)
    report = load(mixed, currency="CAD")
    assert currencies(cursor) == [(12, "CAD"), (13, "CAD")]
    assert {reason.code: reason.rows for reason in report.reasons} == {"other_currency": 2}
    assert report.money_read == report.money_loaded + report.money_set_aside


def test_a_named_currency_that_contradicts_the_sign_loads_nothing(load) -> None:
    report = load(orders("€5.10", "€7.00"), currency="USD")
    assert (report.loaded, [reason.code for reason in report.reasons]) == (0, ["other_currency"])


def test_signs_are_converted_by_rates(load, cursor: Cursor, tmp_path) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("date,currency,rate\n2026-01-02,GBP,1.2\n")
    load(orders("€5.00", "£10.00"), currency="EUR", rates=str(rates))
    assert currencies(cursor) == [(5, "EUR"), (12, "EUR")]


def test_every_sign_means_something() -> None:
    assert all(codes and all(len(code) == 3 and code.isupper() for code in codes) for codes in signs().values())
