"""A second account of the money of an import: what the file itself says, read plainly, against what is counted.

The first account balances by construction, as it adds up what the reading made of the file. This one reads the file's
money anew by `plain_money`, which shares nothing with that reading, and has each difference explained by a rule that
the row itself must keep, and that the import told of; what no rule explains is said.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from loyalty_metrics.database import Cursor, literal
from loyalty_metrics.ingest.by_day import DAYS
from loyalty_metrics.ingest.check import MADE, ROWS, SENTENCES
from loyalty_metrics.ingest.plain_money import decimal_mark, plain_money
from loyalty_metrics.ingest.plan import Plan
from loyalty_metrics.ingest.report import Explained, SecondAccount
from loyalty_metrics.ingest.source import APART, SET_ASIDE, SourceColumn
from loyalty_metrics.schema import TRANSACTIONS

_SAID = "second_said"
_ROWS = "second_rows"
_VALUES = "second_values"
_MOST_VALUES = 1_000_000
"""Of more different spellings that are no plain numbers, nothing is said."""
_DECIMAL = "decimal(18,4)"
_NEAR = "0.00011"
"""How far two roundings to four digits may be apart."""
_CENT = "0.0051"
_UNITS = ("0.01", "0.001", "0.1", "1000", "10000", "1000000", "1000000000")
"""What money written in cents, thousands or millions is multiplied by."""
_LINES = 5

_SIGNS = {"turned", "credit_marks"}
_TAKEN_OFF = ("discount_in_amount", "shipping_in_amount", "tax_in_amount")
_CAUSES = {
    "turned": "Rows that book money which went back, written without a minus",
    "unit": "The unit that the column is written in",
    "unit_amounts": "Prices of one unit, times the quantity",
    "taken_off": "Discounts, shipping or tax taken off",
    "converted": "Money converted by the rates given",
    "order_totals": "Totals of orders that stand on several rows, counted once",
    "refunds": "Refunds that rows tell of beside their money",
}
"""Why what is counted may differ from what a row says."""
_ASIDE = "aside "


def second_account(
    cursor: Cursor, plan: Plan, told: Collection[str] = (), decimal: str | None = None
) -> SecondAccount | None:
    """Add up what the file says of its money, and explain why something else is counted.

    Args:
        cursor: Where the rows are staged, those set aside taken out.
        plan: How they were read.
        told: The codes of the readings that were told beside the total; see `MoneyNote`.
        decimal: The decimal mark, where the analyst named it.

    Returns:
        None where the file has no money, or too many spellings of it to be read a second time.
    """
    names = _money_columns(plan)
    if plan.table is not TRANSACTIONS or not names:
        return None
    if names == ("amount",) and decimal != "," and not told and (same := _if_the_same(cursor, plan)):
        return same
    beside = [name for name in _beside(names, told) if name in plan.matches]
    terms = _Terms(cursor, plan, decimal).read([*names, *beside])
    if terms is None:
        return None
    says = " * ".join(terms[name] for name in names)
    taken = " + ".join(f"coalesce(abs({terms[name]}), 0)" for name in beside if name in (*_TAKEN_OFF, "discount"))
    cells = {
        "says": f"try_cast({says} as {_DECIMAL})",
        "taken": taken or "0",
        "rate": f"abs(try_cast({terms.get('discount', 'null')} as double))",
        "units": terms.get("quantity", "null") if names == ("amount",) else "null",
        "refunded": terms.get("refunded", "null"),
    }
    _write_down(cursor, plan, ", ".join(f"{sql} as {name}" for name, sql in cells.items()))
    return _account(cursor, plan, told, " × ".join(plan.matches[name].column.header for name in names))


def _if_the_same(cursor: Cursor, plan: Plan) -> SecondAccount | None:
    """The account of plain numbers of which each row counts what it says, or is set aside; else nothing.

    It takes no more than a look at the column, where explaining each row takes as long as reading the file.
    """
    column = plan.matches["amount"].column
    if plan.makes_lines or not plan.counts_each_row:
        return None
    look = _look(cursor, plan, column)
    if not look.is_clear:
        return None
    aside = cursor.rows(
        f"select reason, count(*), -coalesce(sum(says), 0) from (select {_cast(column)} as says, line_no"
        f" from ({_rows_of(plan)}) as f) as said inner join {SET_ASIDE} as a using (line_no)"
        " group by reason order by count(*) desc, reason",
        plan.parameters,
    )
    counted = cursor.value(f"select coalesce(sum(money), 0) from {DAYS}")
    if look.said + sum(money for _, _, money in aside) != counted:
        return None
    steps = tuple(Explained(reason, SENTENCES[reason], count, Decimal(money)) for reason, count, money in aside)
    return SecondAccount(column.header, look.said, look.above, Decimal(counted), steps, Decimal(0), 0)


@dataclass(frozen=True)
class _Look:
    """What a look at a column tells.

    Attributes:
        is_clear: Whether all values are plain numbers, with a point that can be nothing but the decimal mark.
        said: What they add up to then.
        above: The part of it above 0.
    """

    is_clear: bool
    said: Decimal
    above: Decimal


def _look(cursor: Cursor, plan: Plan, column: SourceColumn) -> _Look:
    money = _cast(column)
    odd, said, above = cursor.row(
        f"select count(*) filter ({money} is null), coalesce(sum({money}), 0),"
        f" coalesce(sum({money}) filter ({money} > 0), 0) from ({_rows_of(plan)}) as f where {column.sql} is not null",
        plan.parameters,
    )
    return _Look(not odd and _shows_its_mark(cursor, plan, column), Decimal(said), Decimal(above))


def _shows_its_mark(cursor: Cursor, plan: Plan, column: SourceColumn) -> bool:
    """Whether a point in a column is the decimal mark for sure: some value has other than three digits behind it."""
    if not column.is_text:
        return True
    rows = f"select 1 from ({_rows_of(plan)}) as f where contains({column.sql}, '.')"
    is_shown = cursor.rows(f"{rows} and {column.sql}[-4] <> '.' limit 1", plan.parameters)
    return bool(is_shown) or not cursor.rows(f"{rows} limit 1", plan.parameters)


def _cast(column: SourceColumn) -> str:
    return f"try_cast({column.sql} as {_DECIMAL})"


def _money_columns(plan: Plan) -> tuple[str, ...]:
    if "amount" in plan.matches:
        return ("amount",)
    return ("quantity", "unit_price") if {"quantity", "unit_price"} <= plan.matches.keys() else ()


def _beside(names: Sequence[str], told: Collection[str]) -> tuple[str, ...]:
    """The columns that may change what a row says of its money."""
    if names != ("amount",):
        return ("discount", "refunded")
    return (*_TAKEN_OFF, *(("quantity",) if "unit_amounts" in told else ()), "refunded")


def _rows_of(plan: Plan) -> str:
    """SQL of all rows of the file, those taken for lines of totals among them, each with its line.

    A line of totals has nothing where columns are filled down or joined: they are made of rows alone.
    """
    source = plan.source
    columns = list(dict.fromkeys(match.column for match in plan.matches.values()))
    rows = f"select {', '.join(column.sql for column in columns)}, {source.line_no} as line_no from {source.relation}"
    if not source.apart:
        return rows
    names = ", ".join(literal(column.name) for column in columns)
    of_file = f"columns(lambda name: name in ({names}))"
    return f"{rows} union all by name select {of_file}, apart_line_no as line_no from {APART}"


class _Terms:
    """Reads columns plainly: gives SQL of their numbers over the rows of the file."""

    def __init__(self, cursor: Cursor, plan: Plan, decimal: str | None) -> None:
        self._cursor, self._plan, self._decimal = cursor, plan, decimal

    def read(self, names: Sequence[str]) -> dict[str, str] | None:
        """SQL of each column's number; None where one has too many spellings."""
        columns = {name: self._plan.matches[name].column for name in names}
        odd = {name: self._odd_values(column) for name, column in columns.items() if column.is_text}
        if any(len(values) > _MOST_VALUES for values in odd.values()):
            return None
        shown = [value for values in odd.values() for value in values]
        common = self._decimal or decimal_mark(shown) or "."
        return {name: self._term(name, column, odd.get(name), common) for name, column in columns.items()}

    def _odd_values(self, column: SourceColumn) -> list[tuple[str, int]]:
        """The values of a column that are not all plain numbers."""
        if self._decimal != "," and _look(self._cursor, self._plan, column).is_clear:
            return []
        return self._cursor.rows(
            f"select {column.sql} as text, count(*) from ({_rows_of(self._plan)}) as f where {column.sql} is not null"
            f" group by text limit {_MOST_VALUES + 1}",
            self._plan.parameters,
        )

    def _term(self, name: str, column: SourceColumn, odd: list[tuple[str, int]] | None, common: str) -> str:
        if not odd:
            return _cast(column)
        mark = self._decimal or decimal_mark(odd) or common
        read = [(text, money) for text, _ in odd if (money := plain_money(text, mark)) is not None]
        texts = pa.array([text for text, _ in read], pa.string())
        money = pa.array([_short(money) for _, money in read], pa.decimal128(24, 4))
        self._cursor.register(f"{_VALUES}_{name}", pa.table({"text": texts, "money": money}))
        values = f"select money from {_VALUES}_{name} as v where v.text = f.{column.sql}"
        return f"try_cast(({values}) as {_DECIMAL})"


def _short(money: Decimal) -> Decimal:
    return money.quantize(Decimal("0.0001")) if abs(money) < Decimal(10) ** 13 else Decimal(0)


def _write_down(cursor: Cursor, plan: Plan, cells: str) -> None:
    """Write down what each row says beside what is counted of it, and how it would be set aside."""
    key = "null"
    if plan.shared:
        order = plan.matches["order_id"].column.sql
        key = f"coalesce(nullif(trim(cast({order} as varchar)), ''), 'row ' || line_no)"
    cursor.run(
        f"create or replace temp table {_SAID} as"
        f" select line_no, {key} as order_key, {cells} from ({_rows_of(plan)}) as f",
        plan.parameters,
    )
    cursor.run(
        f"""
        create or replace temp table {_ROWS} as
        select s.*, a.reason, a.money as aside_money, r.amount, r.line_no is not null as is_loaded
        from {_SAID} as s
        left join (select line_no, any_value(reason) as reason, any_value(money) as money from {SET_ASIDE}
            group by line_no) as a using (line_no)
        left join {ROWS} as r using (line_no)
        """
    )


@dataclass(frozen=True)
class _Cause:
    """Why money is counted otherwise than it is said: how many rows, how much more or less, some lines."""

    name: str
    rows: int
    money: Decimal
    lines: tuple[int, ...]


def _account(cursor: Cursor, plan: Plan, told: Collection[str], header: str) -> SecondAccount:
    unit = _unit(cursor) if "unit" in told and not plan.shared else "1"
    causes = _of_orders(cursor) if plan.shared else _of_rows(cursor, plan, told, unit)
    if plan.makes_lines:
        causes += _of_made(cursor)
    said, above = cursor.row(f"select coalesce(sum(says), 0), coalesce(sum(says) filter (says > 0), 0) from {_SAID}")
    counted = cursor.value(f"select coalesce(sum(amount), 0) from {ROWS}")
    if plan.makes_lines:
        counted += cursor.value(f"select coalesce(sum(amount), 0) from {MADE}")
    steps = tuple(
        Explained(cause.name.removeprefix(_ASIDE), _sentence(cause.name), cause.rows, cause.money)
        for cause in causes
        if cause.name != "unexplained"
    )
    odd = [cause for cause in causes if cause.name == "unexplained"]
    return SecondAccount(
        header=header,
        said=Decimal(said),
        said_above_zero=Decimal(above),
        counted=Decimal(counted),
        steps=steps,
        unexplained=Decimal(counted) - Decimal(said) - sum((step.money for step in steps), Decimal(0)),
        unexplained_rows=sum(cause.rows for cause in odd),
        lines=tuple(line for cause in odd for line in cause.lines)[:_LINES],
    )


def _sentence(name: str) -> str:
    return SENTENCES[name.removeprefix(_ASIDE)] if name.startswith(_ASIDE) else _CAUSES[name]


def _unit(cursor: Cursor) -> str:
    """What most rows are multiplied by."""
    units = ("1", *_UNITS)
    counts = ", ".join(f"count(*) filter (abs(abs(amount) - abs(says) * {unit}::double) <= {_NEAR})" for unit in units)
    row = cursor.row(f"select {counts} from {_ROWS} where is_loaded and says <> 0")
    found: Mapping[str, int] = dict(zip(units, row, strict=True))
    best = max(found, key=lambda unit: found[unit])
    return best if found[best] > found["1"] else "1"


def _of_rows(cursor: Cursor, plan: Plan, told: Collection[str], unit: str) -> list[_Cause]:
    """Explain each row by itself."""
    base = f"says * {unit}::double" if unit != "1" else "says"
    turned = not _SIGNS.isdisjoint(told)
    cases = {
        f"'{_ASIDE}' || reason": "reason is not null",
        "null": "is_loaded and amount = says",
        "'unit'": f"is_loaded and {unit} <> 1 and abs(amount - {base}) <= {_NEAR}",
        "'turned'": f"{turned} and is_loaded and amount <= 0 and abs(amount + abs({base})) <= {_NEAR}",
        "'unit_amounts'": f"is_loaded and abs(amount - {base} * units) <= {_NEAR}",
        "'taken_off'": (
            f"is_loaded and (abs(amount - ({base} - taken * {unit}::double)) <= {_NEAR}"
            f" or abs(abs(amount) - abs({base}) * (1 - rate)) <= {_CENT}"
            f" or abs(abs(amount) - abs({base}) * (1 - rate / 100)) <= {_CENT})"
        ),
        "'converted'": "true" if plan.converts else "false",
    }
    whens = " ".join(f"when {condition} then {cause}" for cause, condition in cases.items())
    money = "case when reason is not null then -coalesce(says, 0) else coalesce(amount, 0) - coalesce(says, 0) end"
    return _causes(
        cursor, f"select case {whens} else 'unexplained' end as cause, {money} as money, line_no as line from {_ROWS}"
    )


def _of_orders(cursor: Cursor) -> list[_Cause]:
    """Explain orders whose total stands on their rows: rows set aside take their share with them."""
    orders = f"""
        select order_key, arg_min(says, line_no) filter (says is not null) as total, sum(coalesce(says, 0)) as said,
            sum(coalesce(amount, 0)) as counted, sum(coalesce(aside_money, 0)) as aside, max(taken) as taken,
            min(line_no) as line, count(*) as places, count(distinct says) as totals
        from {_ROWS} group by order_key
    """
    whole = "counted + aside"
    right = f"abs({whole} - (total - taken)) <= {_NEAR} or abs({whole} + total) <= {_NEAR} or {whole} = total"
    cause = (
        f"case when {whole} = said and places = 1 then null when totals <= 1 and ({right}) then 'order_totals'"
        f" when totals = 0 and {whole} = 0 then 'order_totals' else 'unexplained' end"
    )
    found = _causes(cursor, f"select {cause} as cause, {whole} - said as money, line from ({orders}) as orders")
    return found + _causes(
        cursor,
        f"select '{_ASIDE}' || reason as cause, -coalesce(aside_money, 0) as money, line_no as line from {_ROWS}"
        " where reason is not null",
    )


def _of_made(cursor: Cursor) -> list[_Cause]:
    """Explain refunds made beside rows: no more than the row says went back, and none of a row that is below 0."""
    told = f"abs(m.amount) <= abs(coalesce(r.refunded, 0)) + {_NEAR}"
    own = f"coalesce(r.refunded, 0) = 0 and abs(m.amount) <= coalesce(r.amount, r.says) + {_NEAR}"
    right = f"coalesce(r.says, 0) >= 0 and ({told} or {own})"
    return _causes(
        cursor,
        f"select case when {right} then 'refunds' else 'unexplained' end as cause, m.amount as money, m.line_no as line"
        f" from {MADE} as m left join {_ROWS} as r using (line_no)",
    )


def _causes(cursor: Cursor, rows: str) -> list[_Cause]:
    found = cursor.rows(
        f"select cause, count(*), coalesce(sum(money), 0), list(line order by line)[1:{_LINES}] from ({rows}) as rows"
        " where cause is not null and (money <> 0 or starts_with(cause, 'aside') or cause = 'unexplained')"
        " group by cause order by count(*) desc, cause"
    )
    return [_Cause(name, count, Decimal(money), tuple(lines)) for name, count, money, lines in found]
