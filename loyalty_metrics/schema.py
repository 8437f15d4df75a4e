"""The canonical tables: every column a workspace can hold, declared once.

Templates, recognition of columns, checks, the glossary and the documentation are all made from `TABLES`. A column's
`words` are the header texts it is recognised by, by language code; they are compared after `normalise_header`.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Literal

Type = Literal["text", "code", "timestamp", "date", "money", "number", "integer", "boolean"]

SQL_TYPES: dict[Type, str] = {
    "text": "varchar",
    "code": "varchar",
    "timestamp": "timestamp",
    "date": "date",
    "money": "decimal(18,4)",
    "number": "double",
    "integer": "bigint",
    "boolean": "boolean",
}


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    Attributes:
        name: Identifier in SQL, Python and exports.
        type: `text` is free text; `code` takes one of `values`.
        meaning: What the column holds, for people.
        required: A file without it cannot be loaded.
        example: A value as it would stand in a file.
        words: Header texts it is recognised by, by language code.
        values: The allowed values of a `code` column.
        personal: Names, e-mails, phones: hidden in screen-share mode.
    """

    name: str
    type: Type
    meaning: str
    example: str = ""
    required: bool = False
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: tuple[str, ...] = ()
    personal: bool = False

    @property
    def sql_type(self) -> str:
        """The column's type in DuckDB."""
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Table:
    """One canonical table: what a row is, and why it is worth having."""

    name: str
    grain: str
    worth: str
    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"The table {self.name} has no column {name}; it has {', '.join(self.names)}.")

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(column.name for column in self.columns)


def normalise_header(text: str) -> str:
    """Fold a header to what is compared: lower case, no accents, no punctuation, single blanks."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text.replace("Đ", "D").replace("đ", "d"))
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).casefold()))


def _words(text: str) -> dict[str, tuple[str, ...]]:
    """Read "en: order id, invoice no; zh: 订单编号" into one tuple of words a language."""
    words = {}
    for part in filter(None, text.split(";")):
        language, _, names = part.partition(":")
        words[language.strip()] = tuple(name.strip() for name in names.split(","))
    return words


def _column(name: str, type: Type, meaning: str, example: str = "", words: str = "", **more: Any) -> Column:
    return Column(name, type, meaning, example, words=_words(words), **more)


TRANSACTIONS = Table(
    "transactions",
    "one line of an order",
    "Every measure of retention, segments and value starts here; it is the only table that is required.",
    (
        _column(
            "order_id",
            "text",
            "The order or invoice the line belongs to. Without it each row is taken as an order.",
            "10234",
            "en: order id, order number, order no, order, invoice no, invoice number, invoice, basket id, receipt no, transaction id, sale id; zh: 订单编号, 订单号; vi: mã đơn hàng, mã đơn, số hóa đơn; es: numero de orden, pedido; pt: pedido, numero do pedido; fr: numero de commande, commande; de: bestellnummer, rechnungsnummer; ja: 注文番号; th: หมายเลขคำสั่งซื้อ; tr: sipariş no",
        ),
        _column(
            "customer_id",
            "text",
            "The shop's own key of the customer. Empty means a guest.",
            "C-1042",
            "en: customer id, customer number, customer no, customer, client id, household id, member id, user id, buyer id, loyalty number; zh: 客户编号, 会员号, 买家会员名, 用户id; vi: mã khách hàng, người mua; es: id de cliente, cliente; pt: id do cliente, cliente; fr: id client, client, numero client; de: kundennummer, kunde; ja: 顧客id, 会員番号; th: รหัสลูกค้า; tr: müşteri no",
        ),
        _column(
            "ordered_at",
            "timestamp",
            "When the line was sold or refunded, in the store's time zone.",
            "2026-03-14 10:26",
            required=True,
            words="en: order date, ordered at, date, invoice date, created at, transaction timestamp, timestamp, sale date, purchase date, datetime, paid at, transaction date; zh: 订单创建时间, 下单时间, 订单付款时间, 日期; vi: ngày đặt hàng, ngày, thời gian tạo đơn hàng; es: fecha; pt: data, data do pedido; fr: date de commande; de: datum, bestelldatum; ja: 注文日, 注文日時; th: วันที่สั่งซื้อ; tr: sipariş tarihi, tarih",
        ),
        _column(
            "product",
            "text",
            "The product sold: its name, or its number.",
            "Filter coffee 500 g",
            "en: product, product name, product id, item, sku, stock code, description, lineitem name, item name, product title; zh: 商品名称, 宝贝标题; vi: tên sản phẩm, sản phẩm; es: producto, nombre del producto; pt: produto; fr: produit, article; de: artikel, produkt; ja: 商品名; th: ชื่อสินค้า; tr: ürün",
        ),
        _column(
            "category",
            "text",
            "The product's group.",
            "Coffee",
            "en: category, product category, department, product type, sub category; zh: 类目, 商品类目; vi: danh mục, nhóm hàng; es: categoria; pt: categoria; fr: categorie; de: kategorie, warengruppe; ja: カテゴリ; th: หมวดหมู่; tr: kategori",
        ),
        _column(
            "quantity",
            "number",
            "Units sold; negative where units came back.",
            "2",
            "en: quantity, qty, units, number of cds, lineitem quantity, item quantity; zh: 数量, 购买数量; vi: số lượng; es: cantidad; pt: quantidade; fr: quantite; de: menge, anzahl; ja: 数量, 個数; th: จำนวน; tr: adet, miktar",
        ),
        _column(
            "unit_price",
            "money",
            "Price of one unit before discount.",
            "9.50",
            "en: unit price, price, item price, lineitem price; zh: 单价, 商品单价; vi: đơn giá, giá; es: precio, precio unitario; pt: preco, preco unitario; fr: prix unitaire, prix; de: einzelpreis, preis; ja: 単価; th: ราคา; tr: birim fiyat, fiyat",
        ),
        _column(
            "discount",
            "money",
            "Money taken off the line, as a positive number.",
            "1.90",
            "en: discount amount, discount, line discount, retail disc; zh: 优惠金额, 折扣; vi: giảm giá, chiết khấu; es: descuento; pt: desconto; fr: remise; de: rabatt; ja: 割引; th: ส่วนลด; tr: indirim",
        ),
        _column(
            "amount",
            "money",
            "What the customer pays for the line: quantity times price, less discount; negative on refunds.",
            "17.10",
            "en: amount, line total, net amount, sales, sales value, dollar value, total, line amount, revenue, net sales, subtotal, payment value; zh: 金额, 买家实际支付金额, 总金额, 实付金额; vi: thành tiền, tổng tiền, doanh thu; es: importe, total; pt: valor, total; fr: montant, total; de: betrag, umsatz, summe; ja: 金額, 合計; th: ยอดรวม; tr: tutar, toplam",
        ),
        _column(
            "cost",
            "money",
            "Cost of the goods on the line; with it profit can be told.",
            "8.20",
            "en: cost, line cost, cogs, cost of goods; zh: 成本; vi: giá vốn; es: costo, coste; pt: custo; fr: cout; de: kosten, wareneinsatz; ja: 原価; th: ต้นทุน; tr: maliyet",
        ),
        _column(
            "channel",
            "text",
            "How the order came: web, shop, app, marketplace.",
            "web",
            "en: channel, sales channel, source, source name, platform; zh: 渠道; vi: kênh bán hàng, kênh; es: canal; pt: canal; fr: canal; de: kanal, vertriebskanal; ja: 販売チャネル; th: ช่องทาง; tr: kanal",
        ),
        _column(
            "store",
            "text",
            "The shop, branch or till.",
            "Riverside",
            "en: store, store id, shop, branch, location, outlet, region; zh: 门店, 店铺名称; vi: cửa hàng, chi nhánh; es: tienda, sucursal; pt: loja; fr: magasin; de: filiale; ja: 店舗; th: สาขา; tr: mağaza, şube",
        ),
        _column(
            "country",
            "text",
            "The country the order was sold to.",
            "FR",
            "en: country, shipping country, billing country, country region; zh: 国家; vi: quốc gia; es: pais; pt: pais; fr: pays; de: land; ja: 国; th: ประเทศ; tr: ülke",
        ),
        _column(
            "staff_id",
            "text",
            "Who served the customer.",
            "S07",
            "en: staff id, employee, sales person, cashier, staff, salesperson; zh: 店员, 销售员; vi: nhân viên; es: vendedor; pt: vendedor; fr: vendeur; de: mitarbeiter, verkaufer; ja: 担当者; th: พนักงาน; tr: personel",
        ),
        _column(
            "currency",
            "text",
            "ISO code of the currency; a workspace has one.",
            "EUR",
            "en: currency, currency code; zh: 币种; vi: tiền tệ; es: moneda; pt: moeda; fr: devise; de: wahrung; ja: 通貨; th: สกุลเงิน; tr: para birimi",
        ),
        _column(
            "kind",
            "code",
            "What the line is. Unmarked lines are sales; money is negative on the other two.",
            "sale",
            "en: kind, line kind, transaction kind",
            values=("sale", "refund", "cancellation"),
        ),
        _column(
            "refund_of",
            "text",
            "The order that a refund or cancellation takes back, where it is known.",
            "10234",
            "en: refund of, original order, original order id, refunded order id; vi: đơn hàng gốc; zh: 原订单号",
        ),
    ),
)

CUSTOMERS = Table(
    "customers",
    "one customer",
    "Filters and comparisons by how customers were won, where they live and what winning them cost.",
    (
        _column(
            "customer_id",
            "text",
            "The shop's own key of the customer.",
            "C-1042",
            required=True,
            words="en: customer id, customer number, client id, household id, member id, user id, loyalty number, id; zh: 客户编号, 会员号; vi: mã khách hàng",
        ),
        _column(
            "name",
            "text",
            "The customer's name.",
            "Anna Li",
            "en: name, customer name, full name; zh: 姓名; vi: tên khách hàng",
            personal=True,
        ),
        _column(
            "email",
            "text",
            "E-mail address.",
            "anna@example.com",
            "en: email, e mail, email address; zh: 邮箱",
            personal=True,
        ),
        _column(
            "phone",
            "text",
            "Telephone number.",
            "+33 1 23 45",
            "en: phone, telephone, mobile; zh: 手机; vi: số điện thoại, điện thoại",
            personal=True,
        ),
        _column(
            "birthday",
            "date",
            "Date of birth.",
            "1988-05-02",
            "en: birthday, birth date, date of birth; vi: ngày sinh; zh: 生日",
            personal=True,
        ),
        _column(
            "joined_at",
            "timestamp",
            "When the customer joined the programme or opened an account.",
            "2025-01-20",
            "en: joined at, joined, created at, member since, enrolment date, signup date",
        ),
        _column(
            "acquired_through",
            "text",
            "Channel or campaign that won the customer.",
            "search",
            "en: acquired through, acquisition channel, source, utm source; zh: 来源",
        ),
        _column(
            "acquisition_cost",
            "money",
            "What winning this customer cost.",
            "14.00",
            "en: acquisition cost, cac",
        ),
        _column(
            "country",
            "text",
            "Where the customer lives.",
            "FR",
            "en: country, country region; zh: 国家; vi: quốc gia",
        ),
        _column(
            "referred_by",
            "text",
            "The customer who referred them.",
            "C-0007",
            "en: referred by, referrer, referrer id",
        ),
        _column(
            "consent",
            "boolean",
            "May be contacted with offers.",
            "true",
            "en: consent, accepts marketing, accepts email marketing, opt in",
        ),
    ),
)

POINTS = Table(
    "points",
    "one movement of points",
    "Outstanding points, what they will cost, and whether they bring customers back.",
    (
        _column("customer_id", "text", "Whose points.", "C-1042", required=True),
        _column("posted_at", "timestamp", "When they moved.", "2026-03-14 10:26", required=True),
        _column(
            "kind",
            "code",
            "What happened to them.",
            "issued",
            required=True,
            values=("issued", "redeemed", "expired", "adjusted"),
        ),
        _column(
            "points",
            "number",
            "How many, as a positive number; only adjustments may be negative.",
            "17",
            required=True,
        ),
        _column("order_id", "text", "The order that earned or used them.", "10234"),
        _column("expires_at", "date", "Until when issued points are good.", "2027-03-14"),
        _column("value", "money", "Money a redemption was worth.", "0.85"),
    ),
)

TIERS = Table(
    "tiers",
    "one stay of a customer in a tier",
    "Who moves up and down, and whether a tier changes what people buy.",
    (
        _column("customer_id", "text", "Whose tier.", "C-1042", required=True),
        _column("tier", "text", "Name of the tier.", "Gold", required=True),
        _column("from_on", "date", "First day in the tier.", "2026-01-01", required=True),
        _column("until_on", "date", "Last day in the tier; empty while it lasts.", "2026-12-31"),
    ),
)

REFERRALS = Table(
    "referrals",
    "one referral",
    "Whether loyal customers bring others, and what those are worth.",
    (
        _column("referrer_id", "text", "The customer who referred.", "C-0007", required=True),
        _column("referred_id", "text", "The person referred; a customer once they bought.", "C-1042"),
        _column("referred_at", "timestamp", "When.", "2025-01-18", required=True),
        _column("converted_at", "timestamp", "When the referred person first bought.", "2025-01-20"),
        _column("reward_cost", "money", "What the reward cost.", "5.00"),
    ),
)

SURVEYS = Table(
    "surveys",
    "one question put to one person",
    "Satisfaction, recommendation, and which satisfied customers leave all the same.",
    (
        _column("response_id", "text", "One questionnaire sent to one person.", "R-550", required=True),
        _column("customer_id", "text", "Who was asked; empty when anonymous.", "C-1042"),
        _column("sent_at", "timestamp", "When it was sent.", "2026-02-01", required=True),
        _column("answered_at", "timestamp", "When it was answered; empty means no answer.", "2026-02-03"),
        _column(
            "dimension",
            "code",
            "What was asked about.",
            "service",
            required=True,
            values=("recommend", "product", "service", "staff", "image", "money", "time", "effort", "energy"),
        ),
        _column("expected", "number", "What was expected, 1 to 10.", "8"),
        _column("perceived", "number", "What was found, 1 to 10; 0 to 10 for recommend.", "9"),
        _column("comment", "text", "What the customer wrote.", "Quick delivery", personal=True),
    ),
)

COMPLAINTS = Table(
    "complaints",
    "one complaint",
    "Whether settling complaints keeps customers, and what slow settlement costs.",
    (
        _column("complaint_id", "text", "Its number.", "K-88", required=True),
        _column("customer_id", "text", "Who complained.", "C-1042"),
        _column("order_id", "text", "About which order.", "10234"),
        _column("opened_at", "timestamp", "When it came in.", "2026-03-16", required=True),
        _column("closed_at", "timestamp", "When it was closed; empty while open.", "2026-03-18"),
        _column("reason", "text", "What about.", "late delivery"),
        _column("severity", "integer", "1 (slight) to 5 (grave).", "3"),
        _column(
            "outcome",
            "code",
            "How it ended; empty while open.",
            "settled",
            values=("settled", "closed", "unresolved"),
        ),
        _column("store", "text", "Where.", "Riverside"),
        _column("staff_id", "text", "Who handled it.", "S07"),
        _column("cost", "money", "What settling it cost.", "12.00"),
    ),
)

CONTACTS = Table(
    "contacts",
    "one contact with a customer",
    "What service costs, which contact sells, and who has gone silent.",
    (
        _column("contact_id", "text", "Its number.", "T-901", required=True),
        _column("customer_id", "text", "With whom.", "C-1042"),
        _column("contacted_at", "timestamp", "When.", "2026-03-01 09:00", required=True),
        _column("channel", "text", "By which way.", "e-mail", required=True),
        _column("direction", "code", "Who began it.", "out", values=("in", "out")),
        _column("reason", "text", "What about, or the campaign.", "spring offer"),
        _column("staff_id", "text", "Who on our side.", "S07"),
        _column("cost", "money", "What it cost.", "0.10"),
    ),
)

COSTS = Table(
    "costs",
    "one booking of cost",
    "What winning a customer costs against keeping one.",
    (
        _column("booked_on", "date", "When it fell due.", "2026-03-31", required=True),
        _column(
            "purpose",
            "code",
            "What it was for.",
            "acquisition",
            required=True,
            values=("acquisition", "retention", "service", "programme", "other"),
        ),
        _column("channel", "text", "For which channel.", "search"),
        _column("amount", "money", "How much.", "1200.00", required=True),
    ),
)

STAFF = Table(
    "staff",
    "one employee",
    "Whether staff who stay keep customers who stay.",
    (
        _column("staff_id", "text", "Their number.", "S07", required=True),
        _column("name", "text", "Their name.", "B. Novak", personal=True),
        _column("store", "text", "Where they work.", "Riverside"),
        _column("team", "text", "Their team.", "counter"),
        _column("joined_on", "date", "First day.", "2023-06-01"),
        _column("left_on", "date", "Last day; empty while employed.", ""),
        _column("satisfaction", "number", "Their own satisfaction, 1 to 10.", "8"),
    ),
)

ACTIONS = Table(
    "actions",
    "one decision taken in a review",
    "What was decided, by whom, at what cost, and whether it worked.",
    (
        _column("action_id", "text", "Its number.", "A-3", required=True),
        _column("decided_on", "date", "When it was decided.", "2026-03-02", required=True),
        _column("title", "text", "What is to be done.", "Call lapsing Champions", required=True),
        _column("owner", "text", "Who does it.", "Mara", personal=True),
        _column("segment", "text", "For which customers.", "Cannot lose"),
        _column("measure", "text", "By which measure it is judged.", "repeat_purchase_rate"),
        _column("due_on", "date", "By when.", "2026-03-31"),
        _column("budget", "money", "What it may cost.", "500.00"),
        _column("status", "code", "Where it stands.", "open", values=("open", "done", "dropped")),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        TRANSACTIONS,
        CUSTOMERS,
        POINTS,
        TIERS,
        REFERRALS,
        SURVEYS,
        COMPLAINTS,
        CONTACTS,
        COSTS,
        STAFF,
        ACTIONS,
    )
}
