"""What columns are taken for: by words in ten languages, and by values where no word is known."""

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, inspect

ROW = "\n7,c1,2026-01-31 10:00,Tea,2,3.50,7.00\n8,c2,2026-02-01 10:00,Cup,1,3.50,3.50\n"
ROLES = ["order_id", "customer_id", "ordered_at", "product", "quantity", "unit_price", "amount"]


def roles(cursor: Cursor, path, **options) -> dict[str, str | None]:
    return {column.header: column.role for column in inspect(cursor, path, ImportOptions(**options)).columns}


@pytest.mark.parametrize(
    "header",
    [
        "Order number,Customer ID,Order date,Product name,Qty,Unit price,Line total",
        "订单编号,会员编号,下单时间,商品名称,数量,单价,金额",
        "訂單編號,會員編號,訂單日期,商品名稱,數量,單價,小計",
        "Mã đơn hàng,Mã khách hàng,Ngày đặt hàng,Tên sản phẩm,Số lượng,Đơn giá,Thành tiền",
        "Número de pedido,Código de cliente,Fecha del pedido,Producto,Cantidad,Precio unitario,Importe",
        "Número do pedido,Código do cliente,Data do pedido,Produto,Quantidade,Preço unitário,Valor total",
        "N° de commande,Numéro client,Date de commande,Produit,Quantité,Prix unitaire,Montant",
        "Bestellnummer,Kundennummer,Bestelldatum,Artikel,Menge,Einzelpreis,Gesamtbetrag",
        "注文番号,会員番号,注文日時,商品名,数量,単価,金額",
        "หมายเลขคำสั่งซื้อ,รหัสลูกค้า,วันที่สั่งซื้อ,ชื่อสินค้า,จำนวน,ราคา,ยอดรวม",
        "Sipariş No,Müşteri No,Sipariş Tarihi,Ürün Adı,Adet,Birim Fiyat,Tutar",
        "주문번호,고객번호,주문일시,상품명,수량,단가,결제금액",
    ],
)
def test_words_of_many_languages(cursor: Cursor, write, header: str) -> None:
    assert list(roles(cursor, write(header + ROW)).values()) == ROLES


def test_values_tell_what_no_word_does(cursor: Cursor, write) -> None:
    path = write("wer,wann,wieviel,n\nann@e.com,2026-01-31,5.00,1\nbo@e.com,2026-01-31,17.25,2\n")
    sketch = inspect(cursor, path, ImportOptions())
    assert [(column.role, column.how, column.confidence) for column in sketch.columns] == [
        ("email", "values", 0.5),
        ("ordered_at", "values", 0.5),
        ("amount", "values", 0.5),
        (None, None, 0.0),
    ]
    assert sketch.understood[0].cells["customer_id"] == "ann@e.com"
    assert any("only one whose values can be that" in note for note in sketch.notes)


def test_two_columns_that_could_be_it_are_not_guessed_between(cursor: Cursor, write) -> None:
    sketch = inspect(cursor, write("wann,a,b\n2026-01-31,5.00,6.00\n"), ImportOptions())
    assert sketch.questions[0].code == "missing_column"
    assert "amount" not in [column.role for column in sketch.columns]


def test_a_date_of_payment_is_the_date_of_the_order_if_there_is_no_other(cursor: Cursor, write) -> None:
    assert roles(cursor, write("order id,paid at,amount\n1,2026-01-31,5\n"))["paid at"] == "ordered_at"
    both = roles(cursor, write("order id,created at,paid at,amount\n1,2026-01-31,2026-01-31,5\n"))
    assert (both["created at"], both["paid at"]) == ("ordered_at", "paid_at")


def test_a_file_for_another_table_is_told_so(load) -> None:
    with pytest.raises(ImportRefused, match="or import it into the table customers, whose columns it has"):
        load("First Name,Last Name,Email,Phone,Birthday\nA,B,a@e.com,1234567,1990-01-31\n")


def test_customers_without_a_number_are_known_by_e_mail_or_telephone(load, cursor: Cursor) -> None:
    text = "First Name,Last Name,Email,Phone\nAnn,Li, Ann@E.com ,\nBo,,,+33 1 23 45 67\n,Yu,,\n"
    report = load(text, table="customers")
    assert cursor.rows("select customer_id, name, email from staged") == [
        ("ann@e.com", "Ann Li", "Ann@E.com"),
        ("331234567", "Bo", None),
    ]
    assert [(reason.code, reason.rows) for reason in report.reasons] == [("value_missing", 1)]


def test_masked_telephone_numbers_are_nobodys(load, cursor: Cursor) -> None:
    load("order id,phone,date,amount\n1,******11,2026-01-31,5\n2,12,2026-01-31,5\n3,0912 345 678,2026-01-31,5\n")
    assert cursor.rows("select customer_id from staged order by line_no") == [(None,), (None,), ("0912345678",)]


def test_words_for_states_in_other_languages(load) -> None:
    text = "Mã đơn hàng,Mã khách hàng,Ngày đặt hàng,Thành tiền,Trạng thái\n"
    for number, state in enumerate(["Hoàn thành", "Đã hủy", "ĐÃ HUỶ", "Chờ thanh toán", "Đã hoàn tiền", "Bay"]):
        text += f"{number},k,2026-01-31,10,{state}\n"
    report = load(text)
    assert {reason.code: reason.rows for reason in report.reasons} == {"cancelled": 2, "unpaid": 1}
    assert report.facts["refund_money_made"] == "-10.0000"
    assert any('"Bay" (1 rows) are not known as states' in note.sentence for note in report.money_notes)


def test_answers_to_the_question_of_recommending(load, cursor: Cursor) -> None:
    load("ID,Survey date,NPS\n1,2026-01-31,10\n2,2026-01-31,\n", table="surveys")
    assert cursor.rows("select dimension, perceived, cast(answered_at as date) is not null from staged") == [
        ("recommend", 10, True),
        ("recommend", None, False),
    ]


def test_answers_on_where_else_a_customer_buys(load, cursor: Cursor) -> None:
    text = "ID,Survey date,Spend elsewhere,Shop rank,Number of shops,Could buy elsewhere\n"
    load(text + "1,2026-01-31,35.50,1,2,no\n2,2026-01-31,,,,\n3,2026-01-31,,2,3,yes\n", table="surveys")
    assert cursor.rows(
        "select dimension, cast(spend_elsewhere as double), shop_rank, shops_used, could_switch,"
        " answered_at is not null from staged order by line_no"
    ) == [
        ("elsewhere", 35.5, 1, 2, False, True),
        ("elsewhere", None, None, None, None, False),
        ("elsewhere", None, 2, 3, True, True),
    ]


def test_outcomes_of_complaints_in_words(load, cursor: Cursor) -> None:
    text = (
        "ticket,date received,status\n1,2026-01-31,Solved\n2,2026-01-31,Closed with explanation\n3,2026-01-31,Pending\n"
    )
    report = load(text + "4,2026-01-31,Lost\n", table="complaints")
    assert cursor.rows("select outcome from staged order by line_no") == [("settled",), ("closed",), (None,)]
    assert [(reason.code, reason.rows) for reason in report.reasons] == [("code_unknown", 1)]


def test_totals_that_may_hold_shipping_and_tax_are_named(load) -> None:
    text = "order id,date,grand total,shipping cost,VAT\n1,2026-01-31,12.50,2.50,1.00\n"
    notes = " ".join(load(text).notes)
    assert '--map shipping_in_amount="shipping cost" --map tax_in_amount="VAT"' in notes
    taken = load(text, columns={"shipping_in_amount": "shipping cost", "tax_in_amount": "VAT"})
    assert (taken.money_loaded, taken.money_read) == (9, 9)
    assert "may hold" not in " ".join(taken.notes)
