"""What a column of money says beside its numbers: the unit in its header, a bookkeeper's mark of credit or debit."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.numbers import credit_condition
from loyalty_metrics.ingest.options import ANSWERS
from loyalty_metrics.ingest.questions import MoneyMove, Question
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.signs import credit_headers, credit_words
from loyalty_metrics.ingest.source import SourceColumn
from loyalty_metrics.ingest.texts import Habits
from loyalty_metrics.ingest.units import ONE, Unit, unit_of
from loyalty_metrics.ingest.values import Reading, Values
from loyalty_metrics.schema import normalise_header

_CENT = Decimal("0.01")
_MOST_MARKS = 4


def settle_money(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> None:
    """Read each column of money in its unit and by its marks; ask what they mean where that is not sure."""
    money = {name: match.column for name, match in matches.items() if match.role.type == "money"}
    units = {name: unit for name, column in money.items() if (unit := unit_of(column.header))}
    said = _said(values.options.unit)
    for name, column in money.items():
        factor = _factor(values, column, units.get(name), said if units.get(name) or not units else None)
        if factor != ONE:
            exact = values.number(column, "exact").store
            cells[name] = replace(cells[name], store=_scaled(exact, factor), can_fail=True, is_quick=False)
            _tell_unit(values, name, column, factor, cells[name])
        if values.has_credit_marks(column):
            _settle_marks(values, name, column, cells[name])
    if "amount" in money:
        _settle_sides(values, matches, cells)


def _said(unit: str | None) -> Decimal | None:
    if unit is None:
        return None
    try:
        factor = Decimal(str(unit))
    except InvalidOperation:
        factor = Decimal(0)
    if not 0 < factor <= 10**9:
        raise ImportRefused(f"The unit of money is a number such as 0.01 or 1000, and not {unit!r}.")
    return factor


def _factor(values: Values, column: SourceColumn, unit: Unit | None, said: Decimal | None) -> Decimal:
    """How many of the main unit one in the column is; what a header leaves open is asked."""
    if said is not None or unit is None:
        return said or ONE
    if len(unit.factors) > 1:
        _ask_unit(values, column, unit.word, unit.factors)
    elif unit.factors[0] == _CENT and _has_decimals(values, column):
        _ask_unit(values, column, unit.word, (_CENT, ONE))
    return unit.factors[0]


def _has_decimals(values: Values, column: SourceColumn) -> bool:
    """Whether any number has decimals: of cents there are whole ones."""
    store = values.number(column, "money").store
    found = values.cursor.rows(
        f"select 1 from {values.source.relation} where {store} <> trunc({store}) limit 1", values.parameters
    )
    return bool(found)


def _ask_unit(values: Values, column: SourceColumn, word: str, factors: tuple[Decimal, ...]) -> None:
    store = values.number(column, "exact").store
    total = values.cursor.value(f"select sum({store}) from {values.source.relation}", values.parameters) or Decimal(0)
    readings = tuple((f"{factor:f}", f"the column adds up to {total * factor:,.2f}") for factor in factors)
    ways = " or ".join(f"--unit {choice}" for choice, _ in readings)
    sentence = (
        f'{values.source.name}: in which unit column "{column.header}" holds money is not sure ("{word}"); say how many'
        f" of the currency's main unit one is, with {ways}."
    )
    choices = tuple(choice for choice, _ in readings)
    values.questions.append(Question("unit", sentence, "unit", column.header, choices, readings))


def _scaled(sql: str, factor: Decimal) -> str:
    return f"try_cast({sql} * {factor:f} as decimal(18,4))"


def _tell_unit(values: Values, name: str, column: SourceColumn, factor: Decimal, reading: Reading) -> None:
    each = f"{factor:,f}"
    sentence = f'Money in column "{column.header}" is counted in units of {each}: each number is taken times {each}.'
    written = values.number(column, "exact").store
    move = f"try_cast({reading.store} - {written} as decimal(18,4))" if name == "amount" else None
    values.money_moves.append(MoneyMove("unit", sentence, reading.filled, move))


def _settle_marks(values: Values, name: str, column: SourceColumn, reading: Reading) -> None:
    """Say or ask what a mark beside the numbers of a column means."""
    text = values.value(column)
    credit, debit = (credit_condition(text, side) for side in ("credit", "debit"))
    sign = f"(case when {credit} then -1 when {debit} then 1 else 0 end)"
    _settle_credit(values, column, name, f"{sign} * abs({reading.store})", reading.store, f"({credit} or {debit})")


def _settle_credit(values: Values, column: SourceColumn, name: str, as_minus: str, read: str, marked: str) -> None:
    """Say what marks of credit and debit are taken for; where nobody said it, ask.

    Args:
        values: The file's columns.
        column: The column that bears the marks.
        name: What the marked money is taken for.
        as_minus: SQL of the money of a marked row where credit takes money off.
        read: SQL of the money as it is read.
        marked: SQL that is true of marked rows.
    """
    relation = values.source.relation
    rows, unmarked, of_marked = values.cursor.row(
        f"select count(*) filter ({marked}), coalesce(sum({read}) filter (not coalesce({marked}, false)), 0),"
        f" coalesce(sum({as_minus}) filter ({marked}), 0) from {relation}",
        values.parameters,
    )
    said = values.options.credit_marks
    if said:
        how = "takes money off" if said == "minus" else "adds money"
        other = "adds it" if said == "minus" else "takes it off"
        sentence = f'Credit (CR) in column "{column.header}" {how} and debit (DR) {other}, as you said.'
        values.money_moves.append(MoneyMove("credit_marks", sentence, marked))
        return
    readings = (
        ("minus", f"credit takes money off, debit adds it: the column adds up to {unmarked + of_marked:,.2f}"),
        ("plus", f"credit adds money, debit takes it off: the column adds up to {unmarked - of_marked:,.2f}"),
    )
    sentence = (
        f'{values.source.name}: {rows:,} amounts ({name}) are marked as credit or debit in column "{column.header}";'
        " say what credit is with --credit-marks minus (money that goes back) or --credit-marks plus (income)."
    )
    values.questions.append(
        Question("credit_marks", sentence, "credit_marks", column.header, ANSWERS["credit_marks"], readings)
    )


def _settle_sides(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> None:
    """Give amounts the sign that a column of credit or debit beside them says."""
    column, words = _side_column(values, matches)
    if column is None:
        return
    values.parameters |= {f"side_{side}": [w for w in words if w.casefold() in _words(side)] for side in _SIDES}
    text, amount = Habits().text(column.sql), cells["amount"]
    credit, debit = (f"coalesce(list_contains($side_{side}, {text}), false)" for side in _SIDES)
    (negatives,) = values.cursor.row(
        f"select count(*) filter ({amount.store} < 0 and ({credit} or {debit})) from {values.source.relation}",
        values.parameters,
    )
    if negatives:  # the signs are there already
        return
    as_minus = f"case when {credit} then -{amount.store} when {debit} then {amount.store} end"
    _settle_credit(values, column, "amount", as_minus, amount.store, f"({credit} or {debit})")
    contrary = credit if values.options.credit_marks != "plus" else debit
    store = f"(case when {contrary} then -{amount.store} else {amount.store} end)"
    cells["amount"] = replace(amount, store=store, is_quick=False)


_SIDES = ("credit", "debit")


def _words(side: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in credit_words(side))


def _side_column(values: Values, matches: Mapping[str, Match]) -> tuple[SourceColumn | None, list[str]]:
    """The column that marks each row as credit or debit, with the words it uses; it must use both sides."""
    used = {match.column.name for match in matches.values()}
    for column in values.source.columns:
        called = normalise_header(column.header) in credit_headers()
        if column.name in used or not column.is_text or not called:
            continue
        marks = f"select distinct {column.sql} from {values.source.relation} where {column.sql} <> ''"
        found = values.cursor.rows(f"{marks} limit {_MOST_MARKS + 1}", values.source.parameters)
        words = [word.strip() for (word,) in found]
        sides = [side for side in _SIDES if any(word.casefold() in _words(side) for word in words)]
        if len(words) <= _MOST_MARKS and len(sides) == len(_SIDES):
            return column, words
    return None, []
