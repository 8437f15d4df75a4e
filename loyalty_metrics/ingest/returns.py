"""Money that goes back: rows that book it, written with or without a minus, and sales of which it was taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.options import ANSWERS
from loyalty_metrics.ingest.orders import order_key
from loyalty_metrics.ingest.questions import MoneyMove, Question
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.source import Source
from loyalty_metrics.ingest.values import Reading, Values

Beside = Literal["none", "some", "most"]

_MOST = 0.5
_HARDLY_ANY = 0.05
_ALL = "cast(1 as decimal(9,8))"
PART_REFUNDED = "part_refunded"
"""Name of the kept column that says which part of a row's money went back."""


@dataclass(frozen=True)
class Rows:
    """The rows of a file with their money, to be asked about.

    Attributes:
        cursor: Where the file is read.
        source: The file.
        cells: What fills each canonical column.
        parameters: Values that the cells need.
        key: SQL of the order of a row; None where the file has no column of orders.
        product: SQL of the product; None where the file has none.
        is_shared: Whether the amount is that of the whole order.
    """

    cursor: Cursor
    source: Source
    cells: Mapping[str, Reading]
    parameters: Mapping[str, object]
    key: str | None
    product: str | None
    is_shared: bool

    @classmethod
    def of(cls, values: Values, cells: Mapping[str, Reading], matches: Mapping[str, Match], is_shared: bool) -> "Rows":
        """The rows of the file that `values` reads."""
        order = matches.get("order_id")
        key = order_key(values.source, order.column) if order else None
        product = cells["product"].store if "product" in matches else None
        return cls(values.cursor, values.source, cells, values.parameters, key, product, is_shared)

    @property
    def amount(self) -> str:
        """SQL of the money of a row."""
        return self.cells["amount"].store

    def has(self, condition: str) -> bool:
        """Whether there is a row of which a condition is true."""
        found = f"select 1 from {self.source.relation} where {condition} limit 1"
        return bool(self.cursor.rows(found, self.parameters))

    def money(self, condition: str, factor: int = 1) -> str | None:
        """SQL of the money of a row under a condition, to be added up; None where rows share that of their order."""
        return None if self.is_shared else f"case when {condition} then {factor} * {self.amount} end"

    def takes_back(self, condition: str) -> str:
        """SQL: whether a row that is no sale takes back an earlier one that is: its minus is then to be counted.

        Where the sale is kept out as well, as the whole order was cancelled, both are kept out.
        """
        negative = f"{self.amount} < 0"
        if not self.has(f"({condition}) and {negative}"):
            return "false"
        if self.key is None:
            return f"({negative})"
        sold = f"select {self.key} from {self.source.relation} where ({condition}) and {self.amount} > 0"
        return f"({negative} and {self.key} not in ({sold}))"


def stand_beside_their_sales(values: Values, rows: Rows, condition: str) -> Beside:
    """Tell how many rows of money that goes back stand beside the sale itself, in the same order.

    Such a row books the money; one without its sale is the sale, whose money went back.
    """
    if rows.key is None:
        return "none"
    same = f"{rows.key} as order_key" + (f", {rows.product} as product" if rows.product else "")
    by = "order_key, product" if rows.product else "order_key"
    found = values.cursor.rows(
        f"""
        with lines as (
            select {same}, {rows.amount} as money, coalesce({condition}, false) as is_back from {rows.source.relation}
        ),
        sold as (select {by}, max(money) as most from lines where not is_back and money > 0 group by {by}),
        back as (select {by}, money from lines where is_back and money > 0)
        select count(*), count(*) filter (sold.most >= back.money) from back left join sold using ({by})
        """,
        values.parameters,
    )
    ((back, beside),) = found
    if beside <= _HARDLY_ANY * back:
        return "none"
    return "most" if beside >= _MOST * back else "some"


def settle_refunds(
    values: Values, cells: dict[str, Reading], rows: Rows, refunds: Sequence[str], refunded: Sequence[str]
) -> None:
    """Count rows that book money that goes back below 0, and make refunds of sales whose money went back.

    A row that is below 0 already is what it says, whatever its words are.

    Args:
        values: The file's columns.
        cells: What fills each canonical column; money that goes back is added.
        rows: The rows with their money as the file has it.
        refunds: SQL conditions of rows that book money that goes back.
        refunded: SQL conditions of sales whose money went back, unless a column says how much.
    """
    turned = [*refunds, *_quantities_below_zero(values, cells, rows)]
    back = f"(({' or '.join(turned)}) and {rows.amount} > 0)" if turned else "false"
    sold = f"({rows.amount} > 0 and not coalesce({back}, false))"
    if "refunded" in cells:
        _tell_column(values, cells, rows)
        sold = f"({sold} and coalesce({cells['refunded'].store}, 0) = 0)"
    if refunded:
        _make_refunds(values, cells, rows, f"(({' or '.join(refunded)}) and {sold})")
    if turned and rows.has(back):
        _turn(values, cells, rows, back)


def _turn(values: Values, cells: dict[str, Reading], rows: Rows, back: str) -> None:
    amount = cells["amount"]
    sentence = "Rows that book money which went back are written without a minus; they are counted below 0."
    values.money_moves.append(MoneyMove("turned", sentence, back, rows.money(back, -2)))
    turned = f"(case when {back} then -{amount.store} else {amount.store} end)"
    cells["amount"] = Reading(turned, amount.filled, can_fail=amount.can_fail)


def _make_refunds(values: Values, cells: dict[str, Reading], rows: Rows, condition: str) -> None:
    """Say of each row which part of its money went back; where rows share their order's, a part of the share."""
    if not rows.has(condition):
        return
    part = _part_returned(cells)
    cells[PART_REFUNDED] = Reading(f"case when {condition} then {part} end", "true")
    money = None if rows.is_shared else f"case when {condition} then -{rows.amount} * {part} end"
    what = "all of it" if part == _ALL else "what was returned"
    sentence = f"Rows whose state says that the money went back are loaded with a refund of {what}."
    values.money_moves.append(MoneyMove("refunded", sentence, condition, money))


def _part_returned(cells: Mapping[str, Reading]) -> str:
    """SQL of the part that was returned, where a column says how many units were; without a number, all."""
    if not {"returned_quantity", "quantity"} <= cells.keys():
        return _ALL
    units, all_units = (f"abs({cells[name].store})" for name in ("returned_quantity", "quantity"))
    part = f"case when {units} > 0 and {units} < {all_units} then {units} / {all_units} else 1 end"
    return f"cast({part} as decimal(9,8))"


def _tell_column(values: Values, cells: dict[str, Reading], rows: Rows) -> None:
    """Take money refunded in a column of its own, but of rows that are themselves below 0."""
    refunded, header = cells["refunded"], values.header("refunded")
    back = f"case when coalesce({rows.amount}, 0) >= 0 then {refunded.store} end"
    cells["refunded"] = Reading(f"({back})", refunded.filled, can_fail=refunded.can_fail)
    sentence = f'Money in column "{header}" becomes refunds of their own, on the day of their orders.'
    money = None if rows.is_shared else f"-abs({back})"
    values.money_moves.append(MoneyMove("refund_column", sentence, f"{back} <> 0", money))


def _quantities_below_zero(values: Values, cells: Mapping[str, Reading], rows: Rows) -> list[str]:
    """Rows that give units back while their money stands without a minus."""
    match = values.matches.get("quantity")
    if match is None or "amount" not in values.matches or not values.may_be_negative(match.column):
        return []
    quantity, amount = cells["quantity"].store, rows.amount
    back, both, sold = values.cursor.row(
        f"select count(*) filter ({quantity} < 0 and {amount} > 0), count(*) filter ({quantity} < 0 and {amount} < 0),"
        f" count(*) filter ({quantity} > 0 and {amount} > 0) from {values.source.relation}",
        values.parameters,
    )
    if not back:
        return []
    said = values.options.returns
    if said is None and (both or back > sold):
        _ask_signs(values, rows, f"({quantity} < 0 and {amount} > 0)", back)
    return [] if said == "as_written" else [f"{quantity} < 0"]


def _ask_signs(values: Values, rows: Rows, condition: str, count: int) -> None:
    header, file = values.header("quantity"), values.source.name
    money = values.cursor.value(
        f"select sum({rows.amount}) from {values.source.relation} where {condition}", values.parameters
    )
    sentence = (
        f'{file}: {count:,} rows have a quantity below 0 in column "{header}" and money above 0 ({money:,.2f}); say'
        " whether they take money back with --returns subtract, or are sales with --returns as_written."
    )
    choices = ANSWERS["returns"]
    readings = (f"these rows count -{money:,.2f}", f"these rows count {money:,.2f}")
    values.questions.append(
        Question("return_signs", sentence, "returns", header, choices, tuple(zip(choices, readings, strict=True)))
    )
