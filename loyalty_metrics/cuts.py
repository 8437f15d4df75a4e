"""No leak by construction: a model that is read as of a cut can see nothing that came after it.

It may read rows of every date only in a SELECT that holds them to `$as_of`; all else it reads is as of the cut itself.
"""

from collections.abc import Mapping
from typing import Final

import sqlglot
from sqlglot import exp

from loyalty_metrics.schema import TABLES, TRANSACTIONS

DOORS: Final = ("scope_orders", "open_customers")
"""The models that may look at later postings: to take them off the orders they changed, and to tell whose these are."""

ORDER_DATES: Final = frozenset({"ordered_on", "posted_on", "on_day"})
"""The columns that say when, in the stored orders, their later postings, and the days made of them."""

TIMELESS: Final = frozenset({"category_bits"})
"""Models that are made of rows of every date, and say nothing of any."""

DATED_TABLES: Final = {
    table.name: frozenset(column.name for column in table.columns if column.type in ("date", "timestamp"))
    for table in TABLES.values()
    if table.name not in ("customers", "staff")
} | {TRANSACTIONS.name: frozenset({"posted_on", "ordered_at"})}
"""Tables of what happened, with their columns that say when."""


def read_beyond(name: str, text: str, undated: Mapping[str, frozenset[str]]) -> str | None:
    """What a model reads without holding it to the as-of date; None where it reads nothing so.

    Args:
        name: The model.
        text: Its SQL.
        undated: Relations that hold rows of every date, each with its columns that say when.
    """
    if name in DOORS:
        return None
    for select in sqlglot.parse_one(text, dialect="duckdb").find_all(exp.Select):
        sources = [part.this for part in (select.args.get("from_"), *select.args.get("joins", ())) if part]
        for table in sources:
            if isinstance(table, exp.Table) and table.name in undated and not _is_held(select, table, undated):
                return str(table.name)
    return None


def _is_held(select: exp.Select, table: exp.Table, undated: Mapping[str, frozenset[str]]) -> bool:
    """Whether a condition that always holds says `date <= $as_of` of the table."""
    where = select.args.get("where")
    tests = where.this.flatten() if where and isinstance(where.this, exp.And) else [where.this] if where else []
    return any(_holds(test, table, undated[table.name]) for test in tests)


def _holds(test: exp.Expr, table: exp.Table, dates: frozenset[str]) -> bool:
    if not isinstance(test, exp.LTE | exp.LT):
        return False
    column = test.this.unnest().this if isinstance(test.this, exp.Cast) else test.this
    return (
        isinstance(test.expression, exp.Placeholder | exp.Parameter)
        and test.expression.name == "as_of"
        and isinstance(column, exp.Column)
        and column.name in dates
        and column.table in ("", table.alias_or_name)
    )
