"""Tell which table a file is for, by which tables' columns it can fill, and by kinds of files that hold no orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.file_kinds import FoundKind, find_kind
from loyalty_metrics.ingest.plan import missing_question
from loyalty_metrics.ingest.presets import find_preset
from loyalty_metrics.ingest.questions import Question
from loyalty_metrics.ingest.recognise import Match, recognise
from loyalty_metrics.ingest.source import Source
from loyalty_metrics.ingest.state_words import meanings
from loyalty_metrics.schema import POINTS, TABLES, TRANSACTIONS, Column, Table, normalise_header

_OPTIONAL = 0.3
_ENOUGH = 1.4
_CLEARLY = 0.5
"""By so much more of another table than of transactions a file must have, to be asked about."""
_WIDEST = 300
"""A file of more columns is not weighed against every table."""


@dataclass(frozen=True)
class Likely:
    """Which tables a file may be for.

    Attributes:
        tables: Those whose required columns it has, likeliest first; if there is none, the one it has most of. The
            table of a kind that has no orders comes before that of transactions.
        fitting: Those whose required columns it has, and enough others to name it.
        weights: How much of each table it has.
        kind: The kind it is of, where that has no orders.
        sales: The columns of sales that it has.
    """

    tables: tuple[str, ...]
    fitting: tuple[str, ...]
    weights: Mapping[str, float]
    kind: FoundKind | None = None
    sales: frozenset[str] = frozenset()

    @property
    def hint(self) -> str | None:
        """How to import a file that is no whole file of orders."""
        if self.kind and self.tables[0] in (self.kind.kind.table, TRANSACTIONS.name):
            looks_like = f"it looks like {self.kind.sentence}"
            table = self.kind.kind.table
            return f"or import it with --table {table}, as {looks_like}" if table else looks_like
        return f"or import it into the table {self.fitting[0]}, whose columns it has" if self.fitting else None

    def question(self, source: Source) -> Question | None:
        """Ask which table is meant, where the file is clearly likelier for another one than that of orders."""
        other = self.kind.kind.table if self.kind else self._clearly_likelier()
        if other is None:
            return None
        like = self.kind.sentence if self.kind else f"a file for the table {other}, whose columns it has"
        ways = f"--table {other}, or with --table transactions" if other else "--table transactions only"
        sentence = f"{source.name} looks like {like}, and not like orders: import it with {ways} if each row is a sale."
        return Question("table", sentence, "table", None, (*([other] if other else []), TRANSACTIONS.name))

    @property
    def _has_orders(self) -> bool:
        """Whether the file names orders, their day and their money."""
        return self.sales >= {"order_id", "ordered_at", "amount"}

    def _clearly_likelier(self) -> str | None:
        first = self.tables[0]
        if self._has_orders or first == TRANSACTIONS.name or first not in self.fitting:
            return None
        if first == POINTS.name and "amount" in self.sales:  # a ledger of points has no money but what points are worth
            return None
        is_clear = self.weights[first] >= self.weights[TRANSACTIONS.name] + _CLEARLY
        return first if is_clear else None


def likely_tables(cursor: Cursor, source: Source, samples: Mapping[str, Sequence[str]]) -> Likely:
    """Weigh a file against every table.

    A required column weighs more than three optional ones: the more a table asks for, the more it says that a file has
    all of it.
    """
    if len(source.columns) > _WIDEST:
        return Likely((TRANSACTIONS.name,), (), {TRANSACTIONS.name: 0.0})
    preset = find_preset(source, TRANSACTIONS.name)
    of_sales = recognise(TRANSACTIONS, source, samples, {}, preset)
    kind = None if preset else find_kind(cursor, source, of_sales)
    weighed = sorted((_weighed(table, source, samples) for table in TABLES.values()), reverse=True)
    whole = [(weight, name) for is_whole, weight, name in weighed if is_whole]
    tables = [name for _, name in whole] or [weighed[0][2]]
    if kind and kind.kind.table and (not whole or tables[0] == TRANSACTIONS.name):
        tables = [kind.kind.table, *(name for name in tables if name != kind.kind.table)]
    fitting = tuple(name for weight, name in whole if weight >= _ENOUGH)
    weights = {name: weight for _, weight, name in weighed}
    return Likely(tuple(tables), fitting, weights, kind, frozenset(of_sales))


def _weighed(table: Table, source: Source, samples: Mapping[str, Sequence[str]]) -> tuple[bool, float, str]:
    """Whether the file is whole for a table, how much of it the file has, and its name."""
    found = recognise(table, source, samples, {}, find_preset(source, table.name))
    matches = {name: match for name, match in found.items() if _can_be_code(match.role, samples[match.column.name])}
    return missing_question(table, source, matches) is None, _weight(table, matches), table.name


def _can_be_code(role: Column, sample: Sequence[str]) -> bool:
    """Whether a column taken for a code has any value that is one, or a word that means one."""
    if role.type != "code" or not sample:
        return True
    known = {normalise_header(value) for value in role.values} | meanings(role.name).keys()
    return any(normalise_header(value) in known for value in sample)


def _weight(table: Table, matches: Mapping[str, Match]) -> float:
    required = {column.name for column in table.columns if column.required}
    if table is TRANSACTIONS:
        required |= {"amount"} if "amount" in matches else {"quantity", "unit_price"}
    return sum(match.confidence * (1 if name in required else _OPTIONAL) for name, match in matches.items())
