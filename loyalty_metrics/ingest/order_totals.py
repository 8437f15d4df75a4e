"""Whether an amount is that of its line, of the whole order on its rows, or of one unit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from loyalty_metrics.ingest.orders import FEWEST_ORDERS, OrderHabits, order_key
from loyalty_metrics.ingest.questions import MoneyMove, Question
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.values import Reading, Values

_CENT = "0.005"
_SURE = 10
"""From so many orders on, equal amounts on all their rows are no chance."""
_SHARE = 4
"""Where equal amounts are not so many times as frequent as different ones, they are chance."""
_MOST_ODD = 1000
_OF_ORDER = "(highest between 0.5 * total and 1.5 * total and highest > 1.3 * least)"
"""An amount beyond a line's price and its tax, and about that of all lines less discounts."""


def is_order_total(
    values: Values, matches: Mapping[str, Match], cells: Mapping[str, Reading], habits: OrderHabits, is_known: bool
) -> bool:
    """Whether the amount is that of the whole order: on its first row alone, or the same on each of them.

    Args:
        values: The file's columns.
        matches: Which column fills which canonical one.
        cells: How each is read.
        habits: How the file writes orders of several rows.
        is_known: Whether the file's format writes totals.
    """
    if not {"amount", "order_id"} <= matches.keys() or values.options.amounts in ("line", "unit"):
        return False
    if is_known or values.options.amounts == "order" or "amount" in habits.on_first:
        _tell_odd(values, matches, cells)
        return True
    counts = habits.counts.get("amount")
    if counts is None or counts.equal < FEWEST_ORDERS or counts.equal <= _SHARE * counts.differing:
        return False
    evidence = _evidence(values, matches, cells)
    if evidence.are_lines:
        return False
    is_sure = "amount" in habits.on_each and (evidence.add_up or (counts.equal >= _SURE and evidence.different > 2))
    if not is_sure:
        _ask(values, matches, cells)
    _tell_odd(values, matches, cells)
    return True


@dataclass(frozen=True)
class _Evidence:
    """What is known of the orders with equal amounts on all their rows.

    Attributes:
        orders: How many there are.
        lines: In how many each amount is quantity times price.
        sums: In how many quantities times prices add up to the amount, or come nearer to it together than alone.
        different: How many different amounts they have.
    """

    orders: int
    lines: int
    sums: int
    different: int

    @property
    def are_lines(self) -> bool:
        """Whether the amounts are those of lines."""
        return self.orders > 0 and self.lines == self.orders

    @property
    def add_up(self) -> bool:
        """Whether prices add up to the amount in nearly all orders."""
        return self.sums > 0 and self.sums * 20 >= self.orders * 19


def _evidence(values: Values, matches: Mapping[str, Match], cells: Mapping[str, Reading]) -> _Evidence:
    amount, key = cells["amount"].store, order_key(values.source, matches["order_id"].column)
    price = "null"
    if {"quantity", "unit_price"} <= cells.keys():
        price = f"{cells['quantity'].store} * {cells['unit_price'].store}"
    row = values.cursor.row(
        f"select count(*), count(*) filter (is_line), count(*) filter (abs(total - highest) < 0.02 or {_OF_ORDER}),"
        f" approx_count_distinct(highest) from (select min({amount}) as lowest, max({amount}) as highest,"
        f" bool_and(abs({amount} - {price}) < {_CENT}) as is_line, sum({price}) as total, min({price}) as least"
        f" from {values.source.relation} group by {key} having count(*) > 1) as orders where lowest = highest",
        values.parameters,
    )
    return _Evidence(*row)


def _ask(values: Values, matches: Mapping[str, Match], cells: Mapping[str, Reading]) -> None:
    amount, key = cells["amount"].store, order_key(values.source, matches["order_id"].column)
    header, source = matches["amount"].column.header, values.source
    of_lines, of_orders = values.cursor.row(
        f"select sum(line), sum(total) from (select sum({amount}) as line, arg_min({amount}, {source.line_no}) as total"
        f" from {source.relation} group by {key}) as orders",
        values.parameters,
    )
    readings = (
        ("order", f"it is the total of the order, repeated on each line: {of_orders or 0:,.2f} in all"),
        ("line", f"it is the money of each line: {of_lines or 0:,.2f} in all"),
    )
    sentence = (
        f'{source.name}: column "{header}" is equal on all rows of most orders, and may be the total of the order or'
        " the money of each line; say which with --amounts order or --amounts line."
    )
    values.questions.append(Question("amounts", sentence, "amounts", header, ("order", "line"), readings))


def _tell_odd(values: Values, matches: Mapping[str, Match], cells: Mapping[str, Reading]) -> None:
    """Tell which money is not counted, of orders whose rows have other amounts than the first one."""
    amount = cells["amount"].store
    found = _odd_lines(values, order_key(values.source, matches["order_id"].column), amount)
    if not found:
        return
    values.parameters["odd_lines"] = found
    header = matches["amount"].column.header
    sentence = f'Column "{header}" has several amounts in some orders: that of their first row is the total.'
    odd = f"list_contains($odd_lines, {values.source.line_no})"
    values.money_moves.append(MoneyMove("odd_totals", sentence, odd, f"case when {odd} then -{amount} end"))


def _odd_lines(values: Values, key: str, amount: str) -> list[int]:
    """The lines whose amount is not the first one of their order."""
    source = values.source
    rows = f"select {key} as k, {source.line_no} as n, {amount} as m from {source.relation}"
    orders = f"select k, arg_min(m, n) as total from ({rows}) as read group by k having min(m) <> max(m)"
    found = values.cursor.rows(
        f"select n from ({rows}) as read inner join ({orders}) as orders using (k) where m <> total"
        f" order by n limit {_MOST_ODD}",
        values.parameters,
    )
    return [line for (line,) in found]


def tell_shares(values: Values, matches: Mapping[str, Match], cells: Mapping[str, Reading]) -> None:
    """Say how the total of an order becomes the amounts of its rows."""
    header = matches["amount"].column.header
    how = (
        "shared out among its rows by quantity times price, to the cent"
        if {"quantity", "unit_price"} <= cells.keys()
        else "counted on its first row"
    )
    values.notes.append(f'Column "{header}" holds the total of the whole order: it is {how}, so that it counts once.')


def settle_unit_amounts(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> None:
    """Ask whether an amount is that of one unit, where it is the price on every row of several units."""
    if not {"amount", "quantity"} <= matches.keys():
        return
    quantity, amount = values.number(matches["quantity"].column, "money").store, cells["amount"].store
    if values.options.amounts == "unit":
        store = f"try_cast({quantity} * {amount} as decimal(18,4))"
        cells["amount"] = replace(cells["amount"], store=store, can_fail=True, is_quick=False)
        header = matches["amount"].column.header
        sentence = f'Column "{header}" holds the amount of one unit: it is taken times the quantity, as you said.'
        move = f"try_cast({store} - {amount} as decimal(18,4))"
        values.money_moves.append(MoneyMove("unit_amounts", sentence, f"{quantity} <> 1", move))
    elif "unit_price" in matches and values.options.amounts is None:
        _ask_for_unit(values, matches, quantity, amount, cells["unit_price"].store)


def _ask_for_unit(values: Values, matches: Mapping[str, Match], quantity: str, amount: str, price: str) -> None:
    header, source = matches["amount"].column.header, values.source
    rows, equal, of_lines, of_units = values.cursor.row(
        f"select count(*), count(*) filter (a = p), sum(a), sum(q * a) from (select {quantity} as q, {amount} as a,"
        f" {price} as p from {source.relation}) as read where abs(q) <> 1 and q <> 0 and p <> 0",
        values.parameters,
    )
    if not rows or equal < rows:
        return
    readings = (
        ("unit", f"it is the price of one unit: {of_units or 0:,.2f} on rows of several units"),
        ("line", f"it is the money of the line: {of_lines or 0:,.2f} on rows of several units"),
    )
    sentence = (
        f'{source.name}: column "{header}" is the price of one unit on all {rows:,} rows of several units, and may not'
        " be the money of the line; say which with --amounts unit or --amounts line."
    )
    values.questions.append(Question("unit_amounts", sentence, "amounts", header, ("unit", "line"), readings))
