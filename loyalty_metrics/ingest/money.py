"""What the money of a row is, where the file does not say it in one column: derived from those it has."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from loyalty_metrics.ingest.discounts import discounted, told_beside
from loyalty_metrics.ingest.questions import MoneyMove
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.values import Reading, Values
from loyalty_metrics.schema import normalise_header

_DEDUCTED = ("discount_in_amount", "shipping_in_amount", "tax_in_amount")
_TAKEN_OFF = (*_DEDUCTED, "cost")
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
    for name in _TAKEN_OFF:
        if name in cells:
            cells[name] = _above_zero(values, matches[name], cells[name])
    if "amount" not in matches:
        cells["amount"] = _amount_from_price(values, matches, cells)
        values.notes.append(
            "Amount is quantity times unit price" + (", less discount." if "discount" in matches else ".")
        )
    elif "discount" in matches and not shared:
        gross = _gross(values, matches, cells) if {"quantity", "unit_price"} <= cells.keys() else None
        cells["discount"] = told_beside(values, matches["discount"], cells["discount"], cells["amount"].store, gross)
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


def _gross(values: Values, matches: Mapping[str, Match], cells: Mapping[str, Reading]) -> str:
    """Multiply in decimals: the result is exact, and rounded once."""
    return f"({values.number(matches['quantity'].column, 'money').store} * {cells['unit_price'].store})"


def _amount_from_price(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> Reading:
    amount = gross = _gross(values, matches, cells)
    filled = f"({cells['quantity'].filled} and {cells['unit_price'].filled})"
    if "discount" in matches:
        discount = discounted(values, matches["discount"], cells["discount"], gross)
        cells["discount"] = replace(discount, store=f"try_cast({discount.store} as decimal(18,4))")
        amount += f" - case when {discount.filled} then {discount.store} else 0 end"
    return Reading(f"try_cast({amount} as decimal(18,4))", filled, can_fail=True)


def _above_zero(values: Values, match: Match, reading: Reading) -> Reading:
    """What is taken off the amount, written above 0: where none of it is, it was written below."""
    least, most = values.cursor.row(
        f"select min(m), max(m) from (select {reading.store} as m from {values.source.relation}) as read",
        values.parameters,
    )
    if least is None or least >= 0 or most > 0:
        return reading
    values.money_moves.append(
        MoneyMove("below_zero", f'Column "{match.column.header}" is written below 0: it is taken off all the same.')
    )
    return replace(reading, store=f"(-{reading.store})", is_quick=False)


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
