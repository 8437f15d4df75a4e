"""Exports of shops and tills: known by their headers, with the habits they have."""

from decimal import Decimal
from pathlib import Path

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, inspect
from loyalty_metrics.ingest.presets import presets
from loyalty_metrics.ingest.tells import roles_of
from loyalty_metrics.schema import TABLES

SHOPIFY = """\
Name,Email,Financial Status,Currency,Subtotal,Shipping,Total,Discount Amount,Created at,Lineitem quantity,\
Lineitem name,Lineitem price,Lineitem discount,Billing Country,Phone,Cancelled at,Payment Method,Refunded Amount
#1,Ann@E.com,paid,USD,95.40,30.00,125.40,63.60,2026-01-11 04:32:30 -0500,1,Pants,159.00,0.00,SE,,,Stripe,0.00
#2,bo@e.com,partially_refunded,USD,100.00,0.00,100.00,20.00,2026-01-12 01:00 -0500,2,Top,30.00,0.00,US,,,Stripe,25.00
#2,bo@e.com,,,,,,,2026-01-12 01:00 -0500,1,Bra,40.00,0.00,,,,,
#2,bo@e.com,,,,,,,2026-01-12 01:00 -0500,2,Gift,10.00,0.00,,,,,
#3,,paid,USD,10.00,5.00,15.00,0.00,2026-01-13 01:00 -0500,1,Sock,10.00,0.00,US,+1 (555) 010-0001,,Stripe,15.00
#4,ann@e.com ,paid,USD,7.00,0.00,7.00,0.00,2026-01-14 01:00 -0500,1,Sock,7.00,0.00,US,,2026-01-15 01:00,Stripe,7.00
#4,ann@e.com ,,,,,,,2026-01-14 01:00 -0500,1,Free,0.00,0.00,,,,,
#5,cy@e.com,paid,USD,8.00,0.00,8.00,0.00,2026-01-14 01:00 -0500,1,Sock,8.00,0.00,US,,,Bogus,0.00
#6,cy@e.com,pending,USD,9.00,0.00,9.00,0.00,2026-01-15 01:00 -0500,1,Sock,9.00,0.00,US,,,Cash on Delivery,0.00
#7,cy@e.com,voided,USD,6.00,0.00,6.00,0.00,2026-01-16 01:00 -0500,1,Sock,6.00,0.00,US,,,Stripe,0.00
"""


def amounts(cursor: Cursor) -> list[tuple]:
    return cursor.rows("select line_no, customer_id, amount, kind from staged order by line_no, kind desc")


def aside(report) -> dict[str, tuple[int, Decimal]]:
    return {reason.code: (reason.rows, reason.money) for reason in report.reasons}


def test_shopify(load, cursor: Cursor) -> None:
    report = load(SHOPIFY)
    assert amounts(cursor) == [
        (2, "ann@e.com", Decimal("95.4"), "sale"),
        (3, "bo@e.com", Decimal("50"), "sale"),
        (3, "bo@e.com", Decimal("-25"), "refund"),
        (4, "bo@e.com", Decimal("33.33"), "sale"),
        (5, "bo@e.com", Decimal("16.67"), "sale"),
        (6, "15550100001", Decimal("10"), "sale"),
        (6, "15550100001", Decimal("-10"), "refund"),
        (10, "cy@e.com", Decimal("9"), "sale"),
    ]
    assert aside(report) == {"cancelled": (3, Decimal(13)), "test_order": (1, Decimal(8))}
    assert (report.read, report.loaded, report.money_read) == (10, 6, Decimal("235.4"))
    assert (report.facts["refund_lines_made"], report.facts["refund_money_made"]) == (2, "-35.0000")
    refund = "select order_id, refund_of, quantity, product, country, currency from staged where kind = 'refund'"
    assert cursor.rows(f"{refund} order by line_no") == [
        ("#2", "#2", None, None, "US", "USD"),
        ("#3", "#3", None, None, "US", "USD"),
    ]
    assert cursor.rows("select discount from staged where kind = 'sale' order by line_no") == [
        (Decimal(text),) for text in ("63.6", "10", "6.67", "3.33", "0", "0")
    ]
    bridge = [(step.code, step.rows, step.money) for step in report.bridge()]
    assert bridge[1:4] == [("no_sale", -4, -21), ("loaded", 6, Decimal("214.4")), ("refunds", 2, -35)]
    assert any('"pending" (1 rows) may not be paid' in note.sentence for note in report.money_notes)
    detail = cursor.value("select detail from set_aside where line_no = 7")
    assert detail == "payment_status: paid; cancelled_at: 2026-01-15 01:00; test: Stripe; currency: USD"


def test_shares_add_up_to_the_order_to_the_last_cent(load, cursor: Cursor) -> None:
    rows = "".join(f"#1,,,,{'100.00' if i == 0 else ''},,,,2026-01-11,1,P{i},33.33,0,,,,,\n" for i in range(7))
    load(SHOPIFY.splitlines()[0] + "\n" + rows)
    assert cursor.value("select sum(amount) from staged") == 100
    assert {amount for (amount,) in cursor.rows("select amount from staged")} <= {Decimal("14.28"), Decimal("14.29")}


def test_absurd_quantities_do_not_disturb_the_shares(load, cursor: Cursor) -> None:
    rows = "#1,,,,90.00,,,,2026-01-11,1,A,30,0,,,,,\n#1,,,,,,,,2026-01-11,1e400,B,30,0,,,,,\n"
    load(SHOPIFY.splitlines()[0] + "\n" + rows + "#1,,,,,,,,2026-01-11,2,B,30,0,,,,,\n")
    assert [amount for _, _, amount, _ in amounts(cursor)] == [30, 0, 60]
    assert cursor.rows("select quantity from staged order by line_no") == [(1,), (None,), (2,)]


def test_a_refund_of_shipping_too_takes_back_no_more_than_the_goods(load) -> None:
    report = load("\n".join([SHOPIFY.splitlines()[0], *(line for line in SHOPIFY.splitlines() if line[:2] == "#3")]))
    assert (report.money_loaded, report.facts["refund_money_made"]) == (10, "-10.0000")


def test_an_order_without_a_word_of_refunds_has_none(load) -> None:
    rows = "#1,a@e.com,paid,USD,90.00,0,90,0,2026-01-11,1,A,30,0,,,,Stripe,\n#1,,,,,,,,2026-01-11,2,B,30,0,,,,Stripe,\n"
    assert load(SHOPIFY.splitlines()[0] + "\n" + rows).facts["refund_lines_made"] == 0


def test_headers_are_a_format_in_any_spelling(cursor: Cursor, write) -> None:
    header, rows = SHOPIFY.split("\n", 1)
    assert inspect(cursor, write(header.upper() + "\n" + rows), ImportOptions()).preset == "shopify_orders"
    spelled = header.replace("Created at", "created_at").replace("Lineitem quantity", "LineItemQuantity")
    assert inspect(cursor, write(spelled + "\n" + rows), ImportOptions()).preset == "shopify_orders"


def test_totals_repeated_on_each_row_count_once(load, cursor: Cursor) -> None:
    text = "Order,Customer,Date,Product,Qty,Price,Total\n"
    for order in range(4):
        text += f"{order},c{order},2026-01-31,A,1,10,25\n{order},c{order},2026-01-31,B,2,10,25\n"
    report = load(text + "9,c9,2026-01-31,A,1,10,10\n")
    assert [row[2] for row in amounts(cursor)] == [Decimal("8.33"), Decimal("16.67")] * 4 + [10]
    assert (report.money_read, report.money_loaded) == (110, 110)
    assert any("holds the total of the whole order" in note for note in report.notes)


def test_equal_amounts_of_lines_are_not_taken_for_totals(load) -> None:
    text = "Order,Customer,Date,Product,Qty,Price,Total\n"
    for order in range(4):
        text += f"{order},c,2026-01-31,A,1,10,10\n{order},c,2026-01-31,B,2,5,10\n"
    assert load(text).money_loaded == 80
    two_orders = "Order,Date,Product,Total\n1,2026-01-31,A,5\n1,2026-01-31,B,5\n2,2026-01-31,A,5\n2,2026-01-31,B,5\n"
    assert load(two_orders).money_loaded == 20


def test_totals_without_prices_stay_on_the_first_row(load, cursor: Cursor) -> None:
    load("Order,Date,Product,Total\n1,2026-01-31,A,5\n1,,B,\n2,2026-02-01,A,6\n2,,C,\n2,,D,\n")
    assert cursor.rows("select amount, cast(ordered_at as date) = date '2026-01-31' from staged order by line_no") == [
        (5, True),
        (0, True),
        (6, False),
        (0, False),
        (0, False),
    ]


def test_tmall(load, cursor: Cursor) -> None:
    header = "订单编号,总金额,买家实际支付金额,收货地址 ,订单创建时间,订单付款时间 ,退款金额\n"
    rows = "1,178.8,0.0,上海,2020-02-21 00:00:00,,0.0\n2,21.0,21.0,内蒙古,2020-02-20 23:59:54,2020-02-21 00:00:02,0.0\n"
    report = load(header + rows + "3,64.8,4.8,江苏省,2020-02-20 23:57:04,2020-02-20 23:57:11,60.0\n")
    assert aside(report) == {"unpaid": (1, Decimal("178.8"))}
    assert report.money_loaded + Decimal(str(report.facts["refund_money_made"])) == Decimal("25.8")
    assert any("need a customer column" in note for note in report.notes)


def test_tiendanube_writes_the_day_first(load, cursor: Cursor) -> None:
    text = (
        '"Número de orden";Email;Fecha;"Estado de la orden";"Estado del pago";Moneda;"Subtotal de productos";Descuento;'
        '"Costo de envío";Total;"Nombre del producto";"Precio del producto";"Cantidad del producto"\n'
        '18199;a@b.c;"04/11/2025 23:45:11";Abierta;Recibido;ARS;78890;19701.00;100;59289;Pack;13990;1\n'
        "18199;a@b.c;;;;;;;;;Otro;39900;1\n18199;a@b.c;;;;;;;;;Mas;25000;1\n"
    )
    report = load(text, written_in="latin-1")
    assert (report.money_loaded, report.facts["first_date"]) == (Decimal("59189"), "2025-11-04")
    assert any("as Tiendanube, sales writes them" in note for note in report.notes)


def test_money_that_moves_between_accounts_is_no_sale(load, cursor: Cursor) -> None:
    header = "Date,Time,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,Transaction ID,Reference Txn ID\n"
    rows = (
        '31/01/2026,10:00:00,A,Website Payment,Completed,USD,"1,000.00",-3,997,A@b.c,T1,\n'
        "31/01/2026,11:00:00,A,Payment Refund,Completed,USD,-50.00,0,-50,a@b.c,T2,T1\n"
        "31/01/2026,11:00:00,Me,General Withdrawal,Completed,USD,-900.00,0,-900,me@b.c,T3,\n"
    )
    report = load(header + rows)
    assert aside(report) == {"not_a_sale": (1, -900)}
    assert cursor.rows("select kind, amount, customer_id, refund_of from staged order by line_no") == [
        ("sale", 1000, "a@b.c", None),
        ("refund", -50, "a@b.c", "T1"),
    ]
    stripe = "balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category\n"
    stripe += "a,2026-01-23 08:26:29,usd,12.00,0,12,charge\nb,2026-01-24 08:26:29,usd,-1.00,0,-1,refund\n"
    report = load(stripe + "c,2026-01-25 08:26:29,usd,-11.00,0,-11,payout\n")
    assert (report.money_loaded, aside(report)) == (11, {"not_a_sale": (1, -11)})


def test_an_analyst_may_switch_the_format_off_or_name_it(cursor: Cursor, write) -> None:
    path = write(SHOPIFY)
    assert inspect(cursor, path, ImportOptions()).preset == "shopify_orders"
    assert inspect(cursor, path, ImportOptions(preset="none")).preset is None
    with pytest.raises(ImportRefused, match="is no export of the format ebay"):
        inspect(cursor, path, ImportOptions(preset="ebay"))
    with pytest.raises(ImportRefused, match="no export format 'abc'"):
        inspect(cursor, path, ImportOptions(preset="abc"))


def test_a_saved_mapping_gives_what_the_format_gave(load, cursor: Cursor) -> None:
    report = load(SHOPIFY)
    found = amounts(cursor)
    again = load(SHOPIFY, columns={mapped.column: mapped.header for mapped in report.mapping})
    assert amounts(cursor) == found
    assert again.money_read == report.money_read


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.name)
def test_formats_are_written_down_right(cursor: Cursor, tmp_path: Path, preset) -> None:
    assert set(preset.columns) <= {role.name for role in roles_of(TABLES[preset.table])}
    headers = {header for headers in preset.columns.values() for header in headers}
    assert len(headers) == sum(map(len, preset.columns.values())), "a column serves one role"
    assert headers & set(preset.needs)
    path = tmp_path / "file.tsv"
    path.write_text("\t".join([*preset.needs, "Extra"]) + "\n" + "\t".join(["1"] * (len(preset.needs) + 1)), "utf-8")
    assert inspect(cursor, path, ImportOptions(table=preset.table)).preset == preset.name


def test_blanks_behind_an_order_number_do_not_part_its_rows(load, cursor: Cursor) -> None:
    report = load("Order,Date,Product,Total\n1 ,2026-01-31,A,5\n1,,B,\n2,2026-02-01,A,6\n2\u00a0,,C,\n")
    assert (report.loaded, report.money_loaded) == (4, 11)
    assert cursor.rows("select order_id, count(*) from staged group by all order by 1") == [("1", 2), ("2", 2)]
