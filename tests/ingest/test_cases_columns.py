"""Which column is what, which table a file is for, who is a customer: files that were taken for what they are not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.database import Cursor, Database
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, ImportReport, inspect, stage
from loyalty_metrics.ingest.header_meanings import is_other_date, is_other_money, may_be_money
from loyalty_metrics.schema import normalise_header
from tests.oracles.strategies import examples

CASES = Path(__file__).parents[1] / "cases"
Load = Callable[..., ImportReport]


def customers(cursor: Cursor) -> list[str | None]:
    return [name for (name,) in cursor.rows("select customer_id from staged order by line_no")]


def warned(report: ImportReport) -> list[str]:
    return [warning.code for warning in report.warnings]


# Columns


@pytest.mark.parametrize("name", ["orders.csv", "latitude.csv"])
def test_other_numbers_are_not_revenue_for_want_of_money(cursor: Cursor, name: str) -> None:
    with pytest.raises(ImportRefused, match=r"no column for amount .* --map amount=HEADER"):
        stage(cursor, CASES / "10-freight-taken-as-revenue" / name, ImportOptions())


@pytest.mark.parametrize(
    "header",
    [
        *(
            "Freight",
            "Shipping total",
            "Account balance",
            "Credit Limit Amount",
            "Longitude",
            "Weight (kg)",
            "Distance",
        ),
        *(
            "Rating",
            "Salary",
            "Budget amount",
            "Total points",
            "Cost",
            "Tax amount",
            "Service fee",
            "Stock value",
            "Age",
        ),
        *(
            "运费",
            "积分",
            "余额",
            "Phí vận chuyển",
            "Số dư",
            "Saldo",
            "Gastos de envío",
            "Frete",
            "Solde",
            "Frais de port",
        ),
        *(
            "Versandkosten",
            "Gewicht",
            "Spedizione",
            "Verzendkosten",
            "Waga",
            "送料",
            "残高",
            "배송비",
            "잔액",
            "ค่าจัดส่ง",
        ),
        *("Kargo", "Bakiye", "Доставка", "Баланс", "Ongkir", "Berat", "Anything else"),
    ],
)
def test_money_of_another_kind_is_asked_for(load: Load, header: str) -> None:
    with pytest.raises(ImportRefused, match="no column for amount"):
        load(f"Order ID,Customer ID,Date,{header}\n1,a,2026-01-31,12.50\n2,b,2026-01-31,3.25\n")


@pytest.mark.parametrize("header", ["amt", "Value (EUR)", "wieviel", "Sale $", "Preis gesamt", "总额", "ยอด", "col 4"])
def test_a_header_that_may_be_money_is_taken_by_its_values(load: Load, header: str) -> None:
    report = load(f"Order ID,Customer ID,Date,{header}\n1,a,2026-01-31,12.50\n2,b,2026-01-31,3.25\n")
    assert report.money_loaded == 15.75


@examples(50)
@given(st.text(max_size=20), st.sampled_from(["freight", "运费", "saldo", "gewicht", "fee"]))
def test_what_is_other_money_stays_so_whatever_stands_beside_it(text: str, word: str) -> None:
    header = normalise_header(f"{text} {word}")
    assert is_other_money(header)
    assert not may_be_money(header)


def test_meanings_of_headers() -> None:
    other = ["Total tax", "Ship cost", "Gift card amount"]
    assert [is_other_money(normalise_header(header)) for header in other] == [True] * 3
    assert not is_other_money("total incl tax")
    assert not is_other_money("amount spent")
    assert is_other_date("register date")
    assert is_other_date("last order date")
    assert not is_other_date("order date")


def test_german_words_of_orders(cursor: Cursor) -> None:
    report = stage(cursor, CASES / "38-german-order-words" / "bestellungen.csv", ImportOptions())
    assert (report.loaded, report.money_loaded, report.facts["customers"]) == (2, 330, 2)
    assert cursor.rows("select cast(ordered_at as varchar) from staged order by line_no") == [
        ("2023-09-01 08:30:00",),
        ("2023-09-02 09:00:00",),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Numero ordine,Codice cliente,Data ordine,Totale ordine",
        "Ordernummer,Klantnummer,Besteldatum,Totaalbedrag",
        "Nr zamówienia,Klient,Data zamówienia,Wartość zamówienia",
        "Номер заказа,Клиент,Дата заказа,Сумма заказа",
        "No Pesanan,ID Pelanggan,Tanggal Pesanan,Total Pembayaran",
        "N° commande,Code client,Date de la commande,Montant de la commande",
        "Nro. de pedido,ID cliente,Fecha y hora,Total del pedido",
        "Código do pedido,ID cliente,Data e hora,Valor do pedido",
        "Bestell-Nr.,Kunden-Nr.,Bestellt am,Bestellsumme",
        "订单编码,顾客编号,购买时间,成交金额",
        "Mã giao dịch,ID khách hàng,Ngày giao dịch,Tổng giá trị đơn hàng",
        "オーダー番号,顧客ID,注文時間,注文金額",
        "주문 번호,고객 번호,주문날짜,주문금액",
        "เลขที่บิล,หมายเลขสมาชิก,วันที่ขาย,ยอดสุทธิ",
        "Sipariş Kodu,Müşteri Kodu,Sipariş Zamanı,Sipariş Tutarı",
    ],
)
def test_words_of_orders_in_many_languages(load: Load, header: str) -> None:
    report = load(f"{header}\n1001,K1,2023-09-01 08:30,250\n1002,K2,2023-09-02 09:00,80\n")
    assert (report.money_loaded, report.facts["orders"], report.facts["customers"]) == (330, 2, 2)


CUSTOMER_HEADERS = (
    *(
        "cust",
        "cust_id",
        "CustNo",
        "client",
        "account",
        "acct",
        "buyer",
        "shopper",
        "patron",
        "guest id",
        "member",
        "user",
    ),
    *("contact id", "debtor"),
)


@pytest.mark.parametrize("header", CUSTOMER_HEADERS)
def test_short_words_for_a_customer(load: Load, header: str) -> None:
    report = load(f"order id,{header},date,amount\n1,a,2026-01-31,5\n2,b,2026-01-31,5\n3,a,2026-01-31,5\n")
    assert report.facts["customers"] == 2
    assert "no_customers" not in warned(report)


@pytest.mark.parametrize(
    "header", ["Customer Name", "Customer Type", "Customer Segment", "Customer Group", "Client City"]
)
def test_what_is_told_of_a_customer_is_no_id(load: Load, header: str) -> None:
    report = load(f"order id,{header},date,amount\n1,a,2026-01-31,5\n2,b,2026-01-31,5\n")
    assert "customers" not in report.facts
    assert "no_customers" in warned(report)
    assert report.unused == (header,)


# Tables


@pytest.mark.parametrize("name", ["members.csv", "rfm_table.csv"])
def test_a_list_of_customers_is_not_orders(cursor: Cursor, name: str) -> None:
    path = CASES / "15-member-list-loaded-as-orders" / name
    with pytest.raises(ImportRefused, match="--table customers, as it looks like a list of customers, one row each"):
        stage(cursor, path, ImportOptions())
    assert inspect(cursor, path, ImportOptions()).tables[0] == "customers"


def test_a_list_of_members_comes_in_as_customers(cursor: Cursor) -> None:
    path = CASES / "15-member-list-loaded-as-orders" / "members.csv"
    assert stage(cursor, path, ImportOptions(table="customers")).loaded == 3
    assert cursor.rows(
        "select customer_id, cast(birthday as varchar), cast(joined_at as date) = '2024-01-15' from staged"
    )[0] == ("a@example.com", "1990-05-28", True)


MEMBERS = "Customer ID,Date,Total spent,Number of orders,Points\na,2026-01-30,50.00,2,5\nb,2026-01-31,70.00,3,7\n"


def test_customers_with_a_date_and_money_are_asked_about(cursor: Cursor, load: Load, write) -> None:
    with pytest.raises(ImportRefused, match=r"a list of customers.*--table customers, or with --table transactions"):
        load(MEMBERS)
    assert load(MEMBERS, table_is_said=True).loaded == 2
    assert load(MEMBERS, columns={"amount": "Total spent"}).loaded == 2
    (question,) = inspect(cursor, write(MEMBERS), ImportOptions()).questions
    assert (question.code, question.option, question.choices) == ("table", "table", ("customers", "transactions"))


def test_orders_that_tell_of_their_customers_stay_orders(load: Load) -> None:
    text = "Order ID,Customer ID,Date,Total,Birthday,Tier,Points,Customer since\n"
    assert load(text + "1,a,2026-01-30,5.00,1990-01-31,Gold,3,2020-01-31\n2,b,2026-01-30,6.00,,,,\n").loaded == 2
    twice = MEMBERS + "a,2026-02-01,8.00,2,5\n"
    assert load(twice).facts["customers"] == 2


@pytest.mark.parametrize(
    ("text", "like"),
    [
        (
            "date,channel,campaign,impressions,clicks,spend,conversions,revenue\n"
            "2026-01-30,search,a,900,20,5.00,1,9.00\n2026-01-31,search,a,800,21,4.00,1,8.00\n",
            "a report of advertising .*--table costs, or with --table transactions",
        ),
        ("Datum,Kampagne,Impressionen,Klicks,Umsatz\n2026-01-30,a,900,20,5.00\n", "a report of advertising .*costs"),
        ("Date,Department,Budget,Actual amount\n2026-01-30,a,9.00,5.00\n", "a budget, plan or forecast"),
        ("Date,Product,Amount,Stock on hand\n2026-01-30,a,9.00,5\n", "a list of products, prices or stock"),
    ],
)
def test_files_with_dates_and_money_that_are_no_orders(load: Load, text: str, like: str) -> None:
    with pytest.raises(ImportRefused, match=like):
        load(text)
    assert load(text, table_is_said=True).loaded >= 1


def test_a_type_that_is_no_purpose_makes_no_costs(cursor: Cursor) -> None:
    path = CASES / "16-ledger-guessed-as-costs-on-data-page" / "ledger.csv"
    assert inspect(cursor, path, ImportOptions()).tables[0] == "transactions"
    assert stage(cursor, path, ImportOptions()).money_loaded == 160


# Customers


def test_guests_are_told_apart_by_e_mail(cursor: Cursor) -> None:
    report = stage(cursor, CASES / "05-woocommerce-guests-customer-0" / "woo.csv", ImportOptions())
    assert customers(cursor) == ["a@example.com", "b@example.com", "7", "a@example.com", "d@example.com"]
    assert (report.facts["customers"], report.money_loaded) == (4, 105)


@pytest.mark.parametrize("nobody", ["", "0", "-1", "null", "00000000-0000-0000-0000-000000000000", "Guest", "-", "N/A"])
def test_an_id_that_is_nobodys_takes_the_e_mail(load: Load, cursor: Cursor, nobody: str) -> None:
    load(f"order id,user id,email,date,amount\n1,{nobody},a@b.c,2026-01-31,5\n2,K7,b@b.c,2026-01-31,5\n")
    assert customers(cursor) == ["a@b.c", "K7"]


def test_the_walk_in_customer_is_a_guest(cursor: Cursor) -> None:
    report = stage(cursor, CASES / "06-walk-in-as-one-customer" / "pos.csv", ImportOptions())
    assert (report.facts["customers"], report.facts["guest_rows"], report.loaded, report.money_loaded) == (
        7,
        20,
        40,
        400,
    )
    assert any('"Walk-in Customer" (20 rows) is taken for no customer' in note for note in report.notes)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Walk-in Customer",
            "WALK IN CUSTOMER",
            "Guest",
            "Cash Sale",
            "anonymous",
            "Unknown",
            "-",
            "--",
            "n/a",
            "none",
            "POS",
        ),
        *(
            "散客",
            "Khách lẻ",
            "Consumidor final",
            "Público general",
            "Consumidor não identificado",
            "Client de passage",
        ),
        *(
            "Laufkundschaft",
            "Barverkauf",
            "Cliente occasionale",
            "Losse klant",
            "Klient detaliczny",
            "ゲスト",
            "비회원",
        ),
        *(
            "ลูกค้าทั่วไป",
            "Misafir",
            "Одноразовый покупатель",
            "Pelanggan umum",
            "default customer",
            "Counter sale",
            "test",
        ),
    ],
)
def test_words_for_nobody(load: Load, cursor: Cursor, name: str) -> None:
    load(f'order id,customer,date,amount\n1,"{name}",2026-01-31,5\n2,K7,2026-01-31,5\n')
    assert customers(cursor) == [None, "K7"]


def many(name: str) -> str:
    rows = [f"{n},{name if n % 2 else f'C{n % 9}'},2026-01-{n % 28 + 1:02d},10" for n in range(60)]
    return "\n".join(["order id,customer id,date,amount", *rows])


@pytest.mark.parametrize("made_up", ["9999", "1111", "1"])
def test_a_made_up_number_with_many_orders_is_asked_about(load: Load, cursor: Cursor, write, made_up: str) -> None:
    with pytest.raises(ImportRefused, match=f"the id {made_up} .* 30 rows, 50% of all.*--guest {made_up}.*--customer"):
        load(many(made_up))
    (question,) = inspect(cursor, write(many(made_up)), ImportOptions()).questions
    assert (question.option, question.key, question.choices) == ("ids", made_up, ("guest", "customer"))
    assert load(many(made_up), ids={made_up: "guest"}).facts["guest_rows"] == 30
    assert load(many(made_up), ids={made_up: "customer"}).facts["guest_rows"] == 0


def test_a_customer_of_half_of_all_orders_is_named(load: Load) -> None:
    report = load(many("Till 3"))
    (warning,) = [warning for warning in report.warnings if warning.code == "dominant_customer"]
    assert '--guest "Till 3"' in warning.sentence
    assert (warning.rows, report.facts["customers"]) == (30, 10)
    assert load(many("Till 3"), ids={"Till 3": "guest"}).facts["guest_rows"] == 30


def test_numbers_counted_from_zero_are_customers(load: Load) -> None:
    rows = [f"{n},{n % 5},2026-01-{n % 28 + 1:02d},10" for n in range(10)]
    assert load("\n".join(["order id,customer id,date,amount", *rows])).facts["customers"] == 5


def test_one_telephone_number_in_four_spellings(cursor: Cursor) -> None:
    report = stage(cursor, CASES / "24-phone-country-code" / "orders.csv", ImportOptions())
    assert customers(cursor) == ["0912345678"] * 4
    assert (report.facts["customers"], report.money_loaded) == (1, 70)


@pytest.mark.parametrize(
    ("phones", "found"),
    [
        (["+1 (415) 555-2671", "415-555-2671", "0014155552671"], 1),
        (["+44 (0)20 7946 0958", "020 7946 0958"], 1),
        (["+49 151 23456789", "0151/23456789", "0049-151-23456789"], 1),
        (["0912345678", "912345678"], 1),
        (["+84912345678", "0912345679"], 2),
        (["+6581234567", "81234567"], 2),  # eight digits may be of two countries
        (["+33612345678", "+34612345678"], 2),
    ],
)
def test_spellings_of_telephone_numbers(load: Load, phones: list[str], found: int) -> None:
    rows = [f'{n},"{phone}",2026-01-31,5' for n, phone in enumerate(phones)]
    assert load("\n".join(["order id,phone,date,amount", *rows])).facts["customers"] == found


@examples(10)
@given(st.lists(st.from_regex(r"[1-9][0-9]{8}", fullmatch=True), min_size=1, max_size=6, unique=True))
def test_spellings_make_no_customers_and_join_none(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[str]
) -> None:
    path = tmp_path_factory.mktemp("phones") / "orders.csv"
    spelled = [form.format(number) for number in numbers for form in ("+84{}", "0{}", "{}")]
    rows = [f"{n},{phone},2026-01-31,5" for n, phone in enumerate(spelled)]
    path.write_text("\n".join(["order id,phone,date,amount", *rows]))
    database = Database(None)
    with database.transaction() as cursor:
        assert stage(cursor, path, ImportOptions()).facts["customers"] == len(numbers)
    database.close()
