"""What the money of a row is, where the file does not say it in one column: derived from those it has."""

from collections.abc import Collection, Mapping

from loyalty_metrics.ingest.orders import OrderHabits, order_key
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.values import Reading, Values
from loyalty_metrics.schema import normalise_header

_AMOUNT_WORDS = ("amount", "amt", "value", "money", "金额", "montant", "betrag", "importe", "valor")
_DEDUCTED = ("discount_in_amount", "shipping_in_amount", "tax_in_amount")
_CENT = "0.005"
_TOTAL = ("total", "gesamtbetrag", "toplam", "tong cong", "总金额", "總金額", "合計", "订单金额")
_HELD = {
    "shipping_in_amount": (
        *("shipping", "postage", "freight", "delivery fee", "costo de envio", "envio", "frete", "frais de port"),
        *("livraison", "versand", "versandkosten", "phi van chuyen", "kargo", "运费", "邮费", "運費", "送料"),
    ),
    "tax_in_amount": (
        *("tax", "taxes", "vat", "gst", "iva", "impuesto", "imposto", "tva", "mwst", "steuer", "thue", "kdv"),
        *("税", "税额", "消費税"),
    ),
}


def derive_money(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading], shared: bool) -> None:
    """Fill amount, discount and cost from one another where the file leaves them out."""
    if "amount" not in matches:
        cells["amount"] = _amount_from_price(values, matches)
        values.notes.append(
            "Amount is quantity times unit price" + (", less discount." if "discount" in matches else ".")
        )
    elif "discount" in matches and not shared and _is_rate(values, matches["discount"], cells["discount"]):
        amount, rate = cells["amount"].store, values.number(matches["discount"].column, "number").store
        money = f"try_cast(cast({amount} as double) * {rate} / (1 - {rate}) as decimal(18,4))"
        cells["discount"] = Reading(money, cells["discount"].filled)
        header = matches["discount"].column.header
        values.notes.append(
            f'Discounts in column "{header}" are all below 1: they are taken as rates and turned into money.'
        )
    _deduct(matches, cells, shared)
    if "cost" not in matches and "profit" in matches:
        cells["cost"] = Reading(f"({cells['amount'].store} - {cells['profit'].store})", cells["profit"].filled)
        values.notes.append(f'Cost is amount less column "{matches["profit"].column.header}".')


def _deduct(matches: Mapping[str, Match], cells: dict[str, Reading], shared: bool) -> None:
    """Take off the amount what it holds beside the price of the goods.

    Off the total of an order comes the discount of the whole order: that of its rows follows from their shares.
    """
    taken = [name for name in _DEDUCTED if name in matches]
    if taken:
        amount = cells["amount"]
        less = "".join(f" - coalesce({cells[name].store}, 0)" for name in taken)
        cells["amount"] = Reading(
            f"cast({amount.store}{less} as decimal(18,4))", amount.filled, can_fail=amount.can_fail
        )
    if "discount_in_amount" in taken and "discount" not in matches and not shared:
        cells["discount"] = cells["discount_in_amount"]
    for name in taken:
        del cells[name]


def _amount_from_price(values: Values, matches: Mapping[str, Match]) -> Reading:
    """Multiply in decimals: the result is exact, and rounded once."""
    quantity = values.number(matches["quantity"].column, "money")
    price = values.number(matches["unit_price"].column, "money")
    amount = f"{quantity.store} * {price.store}"
    if "discount" in matches:
        discount = values.number(matches["discount"].column, "money")
        amount += f" - case when {discount.filled} then {discount.store} else 0 end"
    filled = f"({quantity.filled} and {price.filled})"
    return Reading(f"try_cast({amount} as decimal(18,4))", filled, can_fail=True)


def _is_rate(values: Values, match: Match, reading: Reading) -> bool:
    """Whether discounts are rates: every one from 0 to below 1, in a column not called an amount."""
    header = normalise_header(match.column.header)
    if any(word in header for word in _AMOUNT_WORDS):
        return False
    least, most = values.cursor.row(
        f"select min(d), max(d) from (select {reading.store} as d from {values.source.relation}) as discounts",
        values.parameters,
    )
    return least is not None and least >= 0 and 0 < most < 1


def is_order_total(
    values: Values, matches: Mapping[str, Match], cells: Mapping[str, Reading], habits: OrderHabits
) -> bool:
    """Whether the amount is that of the whole order: on its first row alone, or the same on each of them."""
    if "amount" in habits.on_first:
        return True
    if "amount" not in habits.on_each:
        return False
    amount, key = cells["amount"].store, order_key(values.source, matches["order_id"].column)
    of_line = "false"
    if {"quantity", "unit_price"} <= cells.keys():
        of_line = f"abs({amount} - {cells['quantity'].store} * {cells['unit_price'].store}) < {_CENT}"
    differing, all_of_line = values.cursor.row(
        "select count(*) filter (lowest <> highest), bool_and(is_line) from ("
        f"select min({amount}) as lowest, max({amount}) as highest, bool_and({of_line}) as is_line"
        f" from {values.source.relation} group by {key} having count(*) > 1) as orders",
        values.parameters,
    )
    return differing == 0 and not all_of_line


def tell_what_totals_hold(values: Values, matches: Mapping[str, Match]) -> None:
    """Say that a total may hold shipping and tax, where those stand beside it and nothing takes them off."""
    if "amount" not in matches or not _contains(matches["amount"].column.header, _TOTAL):
        return
    taken = {match.column.header for match in matches.values()}
    beside = [column.header for column in values.source.columns if column.header not in taken]
    found = {
        role: next((header for header in beside if _contains(header, words)), None) for role, words in _HELD.items()
    }
    ways = " ".join(f'--map {role}="{header}"' for role, header in found.items() if header)
    if ways:
        total = matches["amount"].column.header
        values.notes.append(f'Column "{total}" may hold shipping or tax, which are no revenue: {ways} takes them off.')


def _contains(header: str, words: Collection[str]) -> bool:
    folded = normalise_header(header)
    return any(f" {word} " in f" {folded} " or (not word.isascii() and word in folded) for word in words)


def tell_shares(values: Values, matches: Mapping[str, Match], cells: Mapping[str, Reading]) -> None:
    """Say how the total of an order becomes the amounts of its rows."""
    header = matches["amount"].column.header
    how = (
        "shared out among its rows by quantity times price, to the cent"
        if {"quantity", "unit_price"} <= cells.keys()
        else "counted on its first row"
    )
    values.notes.append(f'Column "{header}" holds the total of the whole order: it is {how}, so that it counts once.')
