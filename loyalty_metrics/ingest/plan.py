"""The plan of an import: for every canonical column, the SQL that fills it, with what can be derived from others."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.complaints import settle_complaints
from loyalty_metrics.ingest.consent import read_consent
from loyalty_metrics.ingest.costs import advertising_headers, settle_costs
from loyalty_metrics.ingest.currencies import settle_currency
from loyalty_metrics.ingest.customers import KEYS, join_names, tell_customers_apart
from loyalty_metrics.ingest.money import derive_money, tell_what_totals_hold
from loyalty_metrics.ingest.money_columns import settle_money
from loyalty_metrics.ingest.movements import MOVEMENTS, tell_movements
from loyalty_metrics.ingest.order_totals import is_order_total, settle_unit_amounts, tell_shares
from loyalty_metrics.ingest.orders import OrderHabits
from loyalty_metrics.ingest.presets import Preset
from loyalty_metrics.ingest.questions import Question
from loyalty_metrics.ingest.recognise import Match, find_column
from loyalty_metrics.ingest.returns import PART_REFUNDED, Rows, settle_refunds
from loyalty_metrics.ingest.source import IMPORTED, Source
from loyalty_metrics.ingest.spreadsheet_ids import lost_digits
from loyalty_metrics.ingest.statuses import NO_SALE, Sales
from loyalty_metrics.ingest.surveys import QUESTIONS, complete_survey, follows
from loyalty_metrics.ingest.tells import TELLS
from loyalty_metrics.ingest.texts import Habits
from loyalty_metrics.ingest.unknown_words import tell_unknown_words
from loyalty_metrics.ingest.values import UNKNOWN_CODE, Reading, Values
from loyalty_metrics.schema import COMPLAINTS, COSTS, CUSTOMERS, POINTS, SURVEYS, TRANSACTIONS, Column, Table

TWINS = "order_twins"
"""Orders of a file in their own spelling (`here`) and in the one in which they are known (`known`)."""

_EARLIEST = "timestamp '1970-01-01 00:00:00.000001'"
"""The first moment of 1970 is what programs write that had no date."""
KIND = (
    "case when {amount} < 0 or {quantity} < 0 then "
    r"case when regexp_full_match({order_id}, 'C\d+') then 'cancellation' else 'refund' end else 'sale' end"
)
_BESIDE = {
    TRANSACTIONS.name: ("refunded", PART_REFUNDED),
    POINTS.name: ("redeemed", "expired"),
    SURVEYS.name: QUESTIONS,
}
"""Columns of a row that tell of a further line, by table."""


@dataclass(frozen=True)
class Plan:
    """What is to be done with a file.

    Attributes:
        table: The canonical table.
        source: The file.
        matches: Which columns of the file fill which canonical ones.
        cells: The canonical columns that are filled, by name.
        moments: Required moments as they are written, before the range of plausible dates is applied.
        amount: SQL of what a row says of its amount, over the source; None where the table has none.
        money: SQL of a row's money, over the source: NULL where the amount is in another currency than is loaded.
        make_order_ids: Whether rows without an order id must get one.
        parameters: Values the SQL needs.
        shared: Whether the amount is the total of the order, to be shared out among its rows.
        refund_once: Whether a refund is that of the order, to be counted on its first row.
        converts: Whether money is converted into one currency.
        respells: Whether orders are named as they are known, where that differs from the file.
    """

    table: Table
    source: Source
    matches: Mapping[str, Match]
    cells: Mapping[str, Reading]
    moments: Mapping[str, str]
    amount: str | None
    money: str | None
    make_order_ids: bool
    parameters: Mapping[str, object]
    shared: bool = False
    refund_once: bool = False
    converts: bool = False
    respells: bool = False

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
        tests += [f"{NO_SALE} is not null"] if NO_SALE in self.cells else []
        return " or ".join(tests)

    @property
    def marks_refunds(self) -> bool:
        """Whether the file itself says which transactions are refunds; then their money must be negative."""
        return self.table is TRANSACTIONS and "kind" in self.cells

    @property
    def makes_lines(self) -> bool:
        """Whether rows tell of further lines in columns beside their own; see `made_lines`."""
        return not self.cells.keys().isdisjoint(_BESIDE.get(self.table.name, ()))

    @property
    def is_quick(self) -> bool:
        """Whether rows can be read from the source again at each question, for less than writing them down takes."""
        goes_over_rows = self.shared or self.converts or self.refund_once or self.make_order_ids
        return self.source.relation == IMPORTED and not goes_over_rows and all(c.is_quick for c in self.cells.values())

    @property
    def counts_each_row(self) -> bool:
        """Whether the money of a row is what that row of the file says, whatever the others say."""
        return not (self.shared or self.converts)

    def shown(self, name: str) -> str:
        """SQL over the kept rows: a canonical value, NULL where the file has none."""
        if name == "kind" and self.table is TRANSACTIONS:
            return self._shown_kind()
        if name not in self.cells:
            return f"cast(null as {self.table[name].sql_type})"
        shown = self.cells[name].show.format(name)
        if name == "order_id" and self.respells:
            return f"coalesce((select t.known from {TWINS} as t where t.here = {shown}), {shown})"
        return shown

    def compact(self, name: str) -> str:
        """SQL over the kept rows: the same value in the type it is kept in."""
        is_kept = name in self.cells and name != "kind" and not (name == "order_id" and self.respells)
        return name if is_kept else self.shown(name)

    def _shown_kind(self) -> str:
        terms = {name: self.shown(name) for name in ("amount", "quantity", "order_id")}
        derived = KIND.format(**terms)
        return f"coalesce(kind, {derived})" if "kind" in self.cells else derived


def missing_question(
    table: Table, source: Source, matches: Mapping[str, Match], said: Collection[str] = ()
) -> Question | None:
    """Say which required column a file lacks, if any; those `said` have a value that the analyst gives every row."""
    missing = [column for column in table.columns if column.required and column.name not in {*matches, *said}]
    missing = [column for column in missing if not _follows(table, column.name, source, matches)]
    has_money = "amount" in matches or {"quantity", "unit_price"} <= set(matches)
    names = [f"{column.name} ({column.meaning.rstrip('.').split(',')[0].lower()})" for column in missing]
    if table is TRANSACTIONS and not has_money:
        names.append("amount (or quantity and unit_price)")
    if not names:
        return None
    if len(names) == 1 and missing and missing[0].values:
        return _ask_for_constant(source, missing[0])
    first = missing[0].name if missing else "amount"
    if source.has_header:
        where = f"its columns are {source.headers}; name the right one with --map {first}=HEADER"
    else:
        where = f'it has no header line; name columns by their place, such as --map {first}="#3"'
    sentence = f"{source.name} has no column for {' nor for '.join(names)}: {where}."
    return Question("missing_column", sentence, "columns", None, tuple(column.header for column in source.columns))


def _ask_for_constant(source: Source, column: Column) -> Question:
    """Ask for the one value of every row, or for the column that has them."""
    asked = column.meaning.rstrip(".").lower()
    others = ", ".join(column.values[1:])
    sentence = (
        f"{source.name} has no column for {column.name} ({asked}): say what all of its rows are with --set "
        f"{column.name}={column.values[0]}, or another of {others}; or name the column with --map {column.name}="
        f"HEADER, its columns are {source.headers}."
    )
    return Question("missing_constant", sentence, "constants", None, column.values, key=column.name)


def _follows(table: Table, name: str, source: Source, matches: Mapping[str, Match]) -> bool:
    """Whether a column that the file lacks follows from those it has."""
    if table is CUSTOMERS:
        return name == "customer_id" and bool(matches.keys() & set(KEYS))
    if name == "customer_id":
        return "email" in matches
    if table is POINTS:
        return name in ("kind", "points") and bool(
            matches.keys() & {*MOVEMENTS, *(["points"] if name == "kind" else [])}
        )
    if table is COSTS:
        return name == "purpose" and bool(advertising_headers(source))
    return table is SURVEYS and follows(name, matches)


def make_plan(
    table: Table, values: Values, matches: Mapping[str, Match], habits: OrderHabits, preset: Preset | None
) -> Plan:
    """Plan an import; what only the analyst can decide is left in `values.questions`."""
    cells = {name: values.read(match.role, match.column) for name, match in matches.items()}
    settle_money(values, matches, cells)
    for lost in lost_digits(values.cursor, values.source, matches):
        values.notes.append(lost.sentence)
        if lost.are_mixed_up:
            values.questions.append(Question("lost_digits", lost.sentence, "columns", lost.column.header))
    make_order_ids = shared = converts = refund_once = False
    _set_constants(table, values, cells)
    if table in (TRANSACTIONS, CUSTOMERS) or {"email", "customer_id"} & matches.keys():
        tell_customers_apart(values, matches, cells)
        join_names(cells)
    if table is CUSTOMERS:
        read_consent(values, matches, cells)
    if table is COMPLAINTS:
        settle_complaints(values, matches, cells)
    if table is COSTS:
        settle_costs(values, cells)
    if table is SURVEYS:
        complete_survey(values, matches, cells)
    if table is POINTS:
        tell_movements(values, matches, cells)
    tell_unknown_words(values, table)
    if table is TRANSACTIONS:
        settle_unit_amounts(values, matches, cells)
        shared = is_order_total(values, matches, cells, habits, bool(preset and preset.order_totals))
        derive_money(values, matches, cells, shared)
        if preset is None:
            tell_what_totals_hold(values, matches)
        if shared:
            tell_shares(values, matches, cells)
            cells.setdefault("discount", Reading("cast(null as decimal(18,4))", "false"))
        make_order_ids = _lacks_order_ids(values, matches, cells)
        refund_once = "refunded" in cells and (
            "refunded" in habits.on_first | habits.on_each or bool(preset and preset.refunds_once)
        )
        converts = _settle_sales(values, cells, matches, preset, shared, refund_once)
    amount = money = cells["amount"].store if "amount" in cells else None
    if "other" in cells:
        money = f"case when {cells['other'].store} then null else {money} end"
        cells["amount"] = Reading(f"({money})", cells["amount"].filled, can_fail=cells["amount"].can_fail)
    beside = ("refunded", *MOVEMENTS, "worth", "balance", *QUESTIONS)
    for name in ("other", *(tell.name for tell in TELLS.get(table.name, ()) if tell.name not in beside)):
        cells.pop(name, None)
    return Plan(
        table=table,
        source=values.source,
        matches=matches,
        moments=_limit_moments(table, cells),
        cells=cells,
        amount=amount,
        money=money,
        make_order_ids=make_order_ids,
        parameters=values.parameters,
        shared=shared,
        refund_once=refund_once,
        converts=converts,
    )


def _set_constants(table: Table, values: Values, cells: dict[str, Reading]) -> None:
    """Give every row the values that the analyst says all of them have, where the file has no column for them."""
    for name, value in values.options.constants.items():
        if name not in table.names:
            raise ImportRefused(f"The table {table.name} has no column {name}; it has {', '.join(table.names)}.")
        role = table[name]
        if name in values.headers:
            where = values.header(name)
            raise ImportRefused(
                f'{values.source.name} has a column for {name}, "{where}": give no other value for all rows.'
            )
        if role.values and value not in role.values:
            raise ImportRefused(f"{name} cannot be {value!r}; it can be {', '.join(role.values)}.")
        values.parameters[f"constant_{name}"] = value
        cells[name] = Reading(f"cast($constant_{name} as {role.sql_type})", "true")


def _settle_sales(
    values: Values,
    cells: dict[str, Reading],
    matches: Mapping[str, Match],
    preset: Preset | None,
    shared: bool,
    once: bool,
) -> bool:
    """Find which rows are no sales, what went back, and in which currency; say whether money is to be converted.

    `once` says that a column of refunds holds those of whole orders.
    """
    other = settle_currency(values, cells, matches)
    summary = _summary_of_order(values, matches, preset)
    rows = Rows.of(values, cells, matches, shared)
    sales = Sales(values, rows, preset.statuses if preset else {}, summary)
    no_sale = sales.no_sale(other)
    if no_sale:
        cells[NO_SALE] = no_sale
    if other:
        cells["other"] = Reading(other, "true")
    has_column = "refunded" in cells and (preset is not None or once)
    settle_refunds(values, cells, rows, sales.refunds, [] if has_column else sales.refunded)
    return values.options.rates is not None and "currency" in values.headers


def _summary_of_order(values: Values, matches: Mapping[str, Match], preset: Preset | None) -> str | None:
    """SQL that is true of a row that sums up the other rows of its order, in formats that write such rows."""
    header = preset.summary_without if preset else None
    column = find_column(values.source, header) if header else None
    if column is None or "order_id" not in matches:
        return None
    item, key = (Habits().text(c.sql) if c.is_text else c.sql for c in (column, matches["order_id"].column))
    others = f"select {key} from {values.source.relation} where {item} is not null"
    return f"({item} is null and {key} in ({others}))"


def _limit_moments(table: Table, cells: dict[str, Reading]) -> dict[str, str]:
    """Keep required moments between 1970 and tomorrow; outside, a row is set aside."""
    tomorrow = datetime.now().date() + timedelta(days=1)  # noqa: DTZ005 - the store's day, wherever it is
    latest = f"timestamp '{tomorrow} 23:59:59.999999'"
    moments = {}
    for column in table.columns:
        if column.required and column.type == "timestamp" and column.name in cells:
            reading = cells[column.name]
            moments[column.name] = reading.store
            kept = f"(case when {reading.store} between {_EARLIEST} and {latest} then {reading.store} end)"
            cells[column.name] = replace(reading, store=kept)
    return moments


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
