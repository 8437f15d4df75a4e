"""The plan of an import: for every canonical column, the SQL that fills it, with what can be derived from others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.source import Source
from loyalty_metrics.ingest.spreadsheet_ids import lost_digits
from loyalty_metrics.ingest.values import UNKNOWN_CODE, Question, Reading, Values
from loyalty_metrics.schema import TRANSACTIONS, Column, Table, normalise_header

_EARLIEST = "timestamp '1970-01-01'"
_AMOUNT_WORDS = ("amount", "amt", "value", "money", "金额", "montant", "betrag", "importe", "valor")
KIND = (
    "case when {amount} < 0 or {quantity} < 0 then "
    r"case when regexp_full_match({order_id}, 'C\d+') then 'cancellation' else 'refund' end else 'sale' end"
)


@dataclass(frozen=True)
class Plan:
    """What is to be done with a file.

    Attributes:
        table: The canonical table.
        source: The file.
        matches: Which columns of the file fill which canonical ones.
        cells: The canonical columns that are filled, by name.
        moments: Required moments as they are written, before the range of plausible dates is applied.
        money: SQL of a row's money, over the source; None where the table has none.
        make_order_ids: Whether rows without an order id must get one.
        parameters: Values the SQL needs.
    """

    table: Table
    source: Source
    matches: Mapping[str, Match]
    cells: Mapping[str, Reading]
    moments: Mapping[str, str]
    money: str | None
    make_order_ids: bool
    parameters: Mapping[str, object]

    @property
    def required(self) -> tuple[Column, ...]:
        """Columns without which a row is set aside."""
        names = ("ordered_at", "amount") if self.table is TRANSACTIONS else ()
        return tuple(c for c in self.table.columns if c.required or c.name in names)

    @property
    def codes(self) -> tuple[Column, ...]:
        """Filled columns that take one of a few values."""
        return tuple(c for c in self.table.columns if c.type == "code" and c.name in self.matches)

    @property
    def is_bad(self) -> str:
        """SQL over the kept rows: whether a row cannot be loaded."""
        tests = [f"{column.name} is null" for column in self.required]
        tests += [f"{column.name} = '{UNKNOWN_CODE}'" for column in self.codes]
        tests += ["(kind <> 'sale' and amount > 0)"] if self.marks_refunds else []
        return " or ".join(tests)

    @property
    def marks_refunds(self) -> bool:
        """Whether the file itself says which transactions are refunds; then their money must be negative."""
        return self.table is TRANSACTIONS and "kind" in self.cells

    def shown(self, name: str) -> str:
        """SQL over the kept rows: a canonical value, NULL where the file has none."""
        if name == "kind" and self.table is TRANSACTIONS:
            return self._shown_kind()
        if name not in self.cells:
            return f"cast(null as {self.table[name].sql_type})"
        return self.cells[name].show.format(name)

    def compact(self, name: str) -> str:
        """SQL over the kept rows: the same value in the type it is kept in."""
        return name if name in self.cells and name != "kind" else self.shown(name)

    def _shown_kind(self) -> str:
        terms = {name: self.shown(name) for name in ("amount", "quantity", "order_id")}
        derived = KIND.format(**terms)
        return f"coalesce(kind, {derived})" if "kind" in self.cells else derived


def missing_question(table: Table, source: Source, matches: Mapping[str, Match]) -> Question | None:
    """Say which required column a file lacks, if any."""
    missing = [column for column in table.columns if column.required and column.name not in matches]
    has_money = "amount" in matches or {"quantity", "unit_price"} <= set(matches)
    names = [f"{column.name} ({column.meaning.rstrip('.').split(',')[0].lower()})" for column in missing]
    if table is TRANSACTIONS and not has_money:
        names.append("amount (or quantity and unit_price)")
    if not names:
        return None
    first = missing[0].name if missing else "amount"
    if source.has_header:
        where = f"its columns are {source.headers}; name the right one with --map {first}=HEADER"
    else:
        where = f'it has no header line; name columns by their place, such as --map {first}="#3"'
    sentence = f"{source.name} has no column for {' nor for '.join(names)}: {where}."
    return Question("missing_column", sentence, "columns", None, tuple(column.header for column in source.columns))


def make_plan(table: Table, values: Values, matches: Mapping[str, Match]) -> Plan:
    """Plan an import; what only the analyst can decide is left in `values.questions`."""
    cells = {name: values.read(match.role, match.column) for name, match in matches.items()}
    for lost in lost_digits(values.cursor, values.source, matches):
        values.notes.append(lost.sentence)
        if lost.are_mixed_up:
            values.questions.append(Question("lost_digits", lost.sentence, "columns", lost.column.header))
    make_order_ids = False
    if table is TRANSACTIONS:
        _derive_money(values, matches, cells)
        make_order_ids = _lacks_order_ids(values, matches, cells)
        _refuse_currencies(values, matches, cells)
    cells.pop("profit", None)
    moments = _limit_moments(values, table, cells)
    money = cells["amount"].store if "amount" in cells else None
    return Plan(table, values.source, matches, cells, moments, money, make_order_ids, values.parameters)


def _limit_moments(values: Values, table: Table, cells: dict[str, Reading]) -> dict[str, str]:
    """Keep required moments between 1970 and tomorrow; outside, a row is set aside."""
    tomorrow = datetime.now().date() + timedelta(days=1)  # noqa: DTZ005 - the store's day, wherever it is
    values.parameters["latest"] = datetime.combine(tomorrow, datetime.max.time())
    moments = {}
    for column in table.columns:
        if column.required and column.type == "timestamp" and column.name in cells:
            reading = cells[column.name]
            moments[column.name] = reading.store
            kept = f"(case when {reading.store} between {_EARLIEST} and $latest then {reading.store} end)"
            cells[column.name] = Reading(kept, reading.filled, can_fail=reading.can_fail)
    return moments


def _derive_money(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> None:
    """Fill amount, discount and cost from one another where the file leaves them out."""
    if "amount" not in matches:
        cells["amount"] = _amount_from_price(values, matches)
        values.notes.append(
            "Amount is quantity times unit price" + (", less discount." if "discount" in matches else ".")
        )
    elif "discount" in matches and _is_rate(values, matches["discount"], cells["discount"]):
        amount, rate = cells["amount"].store, values.number(matches["discount"].column, "number").store
        money = f"try_cast(cast({amount} as double) * {rate} / (1 - {rate}) as decimal(18,4))"
        cells["discount"] = Reading(money, cells["discount"].filled)
        header = matches["discount"].column.header
        values.notes.append(
            f'Discounts in column "{header}" are all below 1: they are taken as rates and turned into money.'
        )
    if "cost" not in matches and "profit" in matches:
        cells["cost"] = Reading(f"({cells['amount'].store} - {cells['profit'].store})", cells["profit"].filled)
        values.notes.append(f'Cost is amount less column "{matches["profit"].column.header}".')


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


def _lacks_order_ids(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> bool:
    """Whether ids have to be made; those there are then kept as text, to stand beside the made ones."""
    if "order_id" not in matches:
        values.notes.append("There is no order column: each row is taken as an order.")
        cells["order_id"] = Reading("cast(null as varchar)", "false")
        return True
    reading = cells["order_id"]
    count = values.cursor.value(
        f"select count(*) from {values.source.relation} where not coalesce({reading.filled}, false)",
        values.parameters,
    )
    if count:
        values.notes.append(f"{count:,} rows have no order id: each of them is taken as an order.")
        cells["order_id"] = Reading(reading.show.format(reading.store), reading.filled)
    return bool(count)


def _refuse_currencies(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> None:
    if "currency" not in matches:
        return
    reading = cells["currency"]
    cells["currency"] = Reading(f"upper({reading.store})", reading.filled)
    found = values.cursor.rows(
        f"select distinct upper({reading.store}) as code from {values.source.relation} "
        f"where {reading.filled} order by code limit 20",
        values.parameters,
    )
    if len(found) > 1:
        codes = ", ".join(code for (code,) in found)
        raise ImportRefused(
            f'{values.source.name} holds several currencies ({codes}) in column "{matches["currency"].column.header}"; '
            "split it into one file for each and import them into workspaces of their own."
        )
