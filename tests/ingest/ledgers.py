"""Ledgers as programs write them, made at random, each with the net money that follows from how it was made.

A ledger has sales, and from some row on rows that take money away: booked as refunds, of orders that were refunded,
cancelled or not paid, by a flag, a column of refunds or a quantity below 0; in some language, sign and way of writing
numbers. The truth is added up while it is made, and knows nothing of how it will be read.
"""

import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

Cents = int
Row = dict[str, str]


@dataclass
class Ledger:
    """One file: its text, the money that is to be counted, and what was special about it."""

    text: str
    net: Decimal
    kind: str
    numbers: str
    first: int
    options: dict[str, object] = field(default_factory=dict)


def _grouped(cents: Cents, group: str, mark: str) -> str:
    whole, rest = divmod(abs(cents), 100)
    return f"{whole:,}".replace(",", group) + f"{mark}{rest:02}"


NUMBERS: dict[str, Callable[[Cents], str]] = {
    "plain": lambda c: f"{c / 100:.2f}",
    "grouped": lambda c: ("-" if c < 0 else "") + _grouped(c, ",", "."),
    "continental": lambda c: ("-" if c < 0 else "") + _grouped(c, ".", ","),
    "dollar": lambda c: f"({'$' + _grouped(c, ',', '.')})" if c < 0 else "$" + _grouped(c, ",", "."),
    "dollar_inside": lambda c: f"$({_grouped(c, ',', '.')})" if c < 0 else "$" + _grouped(c, ",", "."),
    "euro": lambda c: ("-" if c < 0 else "") + _grouped(c, ".", ",") + " €",
    "rupee": lambda c: ("-" if c < 0 else "") + "Rs. " + _grouped(c, ",", "."),
    "krone": lambda c: ("-" if c < 0 else "") + "kr. " + _grouped(c, ".", ","),
    "swiss": lambda c: ("-" if c < 0 else "") + "CHF " + _grouped(c, "'", ".").replace(".00", ".-"),
    "trailing": lambda c: _grouped(c, ",", ".") + ("-" if c < 0 else ""),
    "dash": lambda c: ("\N{MINUS SIGN}" if c < 0 else "") + _grouped(c, ",", "."),
    "spaced": lambda c: ("-" if c < 0 else "") + _grouped(c, "\N{NO-BREAK SPACE}", ","),
}

SALES = ["Sale", "Purchase", "sale", "Venta", "Vente", "Verkauf", "销售", "Bán hàng", "Satış", "POS Sale", "Invoice"]
REFUNDS = [
    *("Refund", "refund", "REFUND", "Return", "Sales return", "Credit note", "Credit Memo", "Chargeback", "Devolución"),
    *(
        "Nota de crédito",
        "Remboursement",
        "Avoir",
        "Gutschrift",
        "Retoure",
        "退款",
        "退货",
        "Hoàn trả",
        "Zwrot",
        "İade",
    ),
    *("Refund - damaged goods", "Refund (partial)", "Reversal", "Rimborso", "Estorno"),
]
PAID = ["Completed", "completed", "wc-completed", "Paid", "Delivered", "已完成", "Hoàn thành", "Bezahlt", "Entregado"]
REFUNDED = [
    *("Refunded", "refunded", "wc-refunded", "Returned", "Returned to Seller", "Shipped - Returned to Seller"),
    *("Returned to sender", "已退款", "Đã hoàn tiền", "Reembolsado", "Remboursé", "Zurückerstattet", "İade edildi"),
]
CANCELLED = [
    *("Cancelled", "Canceled", "cancelled", "wc-cancelled", "Cancelled - Fraud", "Canceled by customer", "Voided"),
    *("已取消", "Đã hủy", "Anulado", "Annulée", "Storniert", "İptal edildi", "CANCELLED_BY_SYSTEM", "Declined"),
]
UNPAID = ["Unpaid", "Payment pending", "Payment failed", "Payment error", "Uncollectible", "未付款", "Chưa thanh toán"]
FLAGS = [("Yes", "No"), ("yes", "no"), ("TRUE", "FALSE"), ("True", "False"), ("1", "0"), ("Y", "N"), ("是", "否")]
TYPES = ["Type", "Transaction Type", "Event Type", "交易类型", "Tipo de transacción"]
STATES = ["Status", "Order Status", "订单状态", "Trạng thái", "Statut", "Estado del pedido"]


class _Maker:
    """Writes the rows of one ledger, and adds up what is to be counted."""

    def __init__(self, chance: random.Random, first: int) -> None:
        self._chance = chance
        self._first = first
        self._number = 0
        self.net = 0
        self.rows: list[Row] = []

    def fill(self, sale: Row, taken: Callable[[Row, Cents], tuple[Row, Cents]], share: float = 0.3) -> None:
        """Write sales, and from the first row on now and then one that takes money away.

        Args:
            sale: What a sale says beside its money.
            taken: Makes of a row and its cents what the row says, and what is to be counted of it.
            share: How often.
        """
        for place in range(self._first + 25):
            cents = self._chance.choice([self._chance.randrange(100, 9_000), self._chance.randrange(100_000, 900_000)])
            row = self._row() | sale
            counted = cents
            if place == self._first or (place > self._first and self._chance.random() < share):
                row, counted = taken(row, cents)
            else:
                row["Amount"] = str(cents)
            self.net += counted
            self.rows.append(row)

    def _row(self) -> Row:
        self._number += 1
        day = self._number % 28 + 1
        return {
            "Order ID": str(10_000 + self._number),
            "Customer ID": f"C{self._chance.randrange(9)}",
            "Order Date": f"2025-{self._number % 12 + 1:02}-{day:02}",
        }


def _booked(maker: _Maker, chance: random.Random, below: bool) -> None:
    header, sale, words = chance.choice(TYPES), chance.choice(SALES), chance.sample(REFUNDS, 2)
    maker.fill(
        {header: sale},
        lambda row, cents: (row | {header: chance.choice(words), "Amount": str(-cents if below else cents)}, -cents),
    )


def _refunded(maker: _Maker, chance: random.Random, below: bool) -> None:
    header, paid, words = chance.choice(STATES), chance.choice(PAID), chance.sample(REFUNDED, 2)
    maker.fill(
        {header: paid},
        lambda row, cents: (
            row | {header: chance.choice(words), "Amount": str(-cents if below else cents)},
            -cents if below else 0,
        ),
    )


def _no_sale(words: Sequence[str]) -> Callable[[_Maker, random.Random, bool], None]:
    def make(maker: _Maker, chance: random.Random, below: bool) -> None:
        header, paid, chosen = chance.choice(STATES), chance.choice(PAID), chance.sample(words, 2)
        maker.fill({header: paid}, lambda row, cents: (row | {header: chance.choice(chosen), "Amount": str(cents)}, 0))

    return make


def _flagged(headers: Sequence[str], is_good: bool) -> Callable[[_Maker, random.Random, bool], None]:
    def make(maker: _Maker, chance: random.Random, below: bool) -> None:
        header, (yes, no) = chance.choice(headers), chance.choice(FLAGS)
        good, bad = (yes, no) if is_good else (no, yes)
        maker.fill({header: good}, lambda row, cents: (row | {header: bad, "Amount": str(cents)}, 0))

    return make


def _in_a_column(maker: _Maker, chance: random.Random, below: bool) -> None:
    header = chance.choice(["Refunded Amount", "Amount Refunded", "退款金额", "Monto reembolsado", "Refund amount"])

    def taken(row: Row, cents: Cents) -> tuple[Row, Cents]:
        back = chance.choice([cents, cents // 2 + 1])
        return row | {"Amount": str(cents), header: str(-back if below else back)}, cents - back

    maker.fill({header: "0"}, taken)


def _units_back(maker: _Maker, chance: random.Random, below: bool) -> None:
    header = chance.choice(["Quantity", "Qty", "数量", "Cantidad"])
    maker.fill(
        {header: "2"}, lambda row, cents: (row | {header: "-1", "Amount": str(-cents if below else cents)}, -cents), 0.2
    )


def _not_paid_yet(maker: _Maker, chance: random.Random, below: bool) -> None:
    maker.fill(
        {"Status": "PAID", "paid_at": "2025-12-31 10:00:00"},
        lambda row, cents: (row | {"Status": "OPEN", "paid_at": chance.choice(["", "NULL"]), "Amount": str(cents)}, 0),
    )


KINDS: dict[str, Callable[[_Maker, random.Random, bool], None]] = {
    "booked": _booked,
    "refunded": _refunded,
    "cancelled": _no_sale(CANCELLED),
    "unpaid": _no_sale(UNPAID),
    "cancelled_flag": _flagged(["Cancelled", "Is Cancelled", "Canceled"], is_good=False),
    "returned_flag": _flagged(["Returned", "Is Returned"], is_good=False),
    "paid_flag": _flagged(["Paid", "Is Paid"], is_good=True),
    "column": _in_a_column,
    "units": _units_back,
    "paid_at": _not_paid_yet,
}
_MONEY = ("Amount", "Refunded Amount", "Amount Refunded", "退款金额", "Monto reembolsado", "Refund amount")


def make_ledger(seed: int, first: int = 5) -> Ledger:
    """Make the ledger of a seed; from row `first` on rows take money away."""
    chance = random.Random(seed)
    kind, numbers = chance.choice(list(KINDS)), chance.choice(list(NUMBERS))
    below = chance.random() < 0.5
    maker = _Maker(chance, first)
    KINDS[kind](maker, chance, below)
    write = NUMBERS[numbers]
    rows = [
        {name: write(int(cell)) if name in _MONEY and cell else cell for name, cell in row.items()}
        for row in maker.rows
    ]
    headers = list(rows[0])
    if chance.random() < 0.3:
        headers = [*headers[:3], *chance.sample(headers[3:], len(headers) - 3)]
    out = io.StringIO()
    writer = csv.DictWriter(out, headers, delimiter=chance.choice(",;\t"), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return Ledger(out.getvalue(), Decimal(maker.net) / 100, f"{kind}{' below 0' if below else ''}", numbers, first)
