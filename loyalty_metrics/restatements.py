"""The restatement log: which past figures an import, an undo or a decision on people moved, and by how much.

Compared are days that the workspace knew both before and after: what a new day brings is no restatement. The figures
are those of the measure `revenue_by_period`, at the default scope: what customers bought, less refunds, which fall on
the day of their order.
"""

from datetime import date

import pandas as pd

from loyalty_metrics.database import Cursor

FIGURES = ("revenue", "orders", "customers", "new_customers")

_FIGURES = """
create or replace temp table {name} as
with days as (
    select *, cast(date_trunc('month', on_day) as date) as month from day_sums where on_day <= $until
),

bought as (
    select
        month,
        sum(net) as revenue,
        sum(orders) as orders,
        sum(case when is_occasion and on_day - gap_days < month then customers else 0 end) as customers
    from days
    group by month
),

begun as (
    select cast(date_trunc('month', first_on) as date) as month, sum(customers) as new_customers
    from entry_counts
    where first_on <= $until
    group by cast(date_trunc('month', first_on) as date)
),

months as (
    select cast(unnest(range(min(month), max(month) + interval 1 month, interval 1 month)) as date) as month
    from bought
),

counted as (
    select
        m.month,
        coalesce(b.revenue, 0) as revenue,
        coalesce(b.orders, 0) as orders,
        coalesce(b.customers, 0) as customers,
        coalesce(n.new_customers, 0) as new_customers
    from months as m
    left join bought as b on m.month = b.month
    left join begun as n on m.month = n.month
)

{figures}
"""
"""Every month between the first and the last has every figure; outside them nothing is known."""


def create(cursor: Cursor) -> None:
    """Lay out the log."""
    cursor.run(
        "create table restatements (import_id integer, changed_at timestamp, change varchar, file varchar, month date,"
        " figure varchar, before decimal(18, 4), after decimal(18, 4), rows bigint)"
    )


def may_move(cursor: Cursor, first_day: date | None) -> bool:
    """Whether the staged rows may move past figures: they fall on known days, or belong to known orders.

    Args:
        cursor: The one that holds them.
        first_day: Their first day.
    """
    last_day = cursor.value("select max(posted_on) from transactions")
    if last_day is None or first_day is None:
        return False
    return first_day <= last_day or _brings_known_orders(cursor)


def _brings_known_orders(cursor: Cursor) -> bool:
    """Whether a staged row belongs to an order with lines; ids are compared in the type in which lines hold them."""
    kept = {name: kind for name, kind, *_ in cursor.rows("describe from lines") if name in ("refund_of", "order_id")}
    sql_type = kept["order_id"] if len(set(kept.values())) == 1 else "varchar"
    known = ", ".join(f"cast({name} as {sql_type})" for name in sorted(kept, reverse=True))
    order = f"try_cast(coalesce(refund_of, order_id) as {sql_type})"
    return bool(cursor.rows(f"select 1 from staged where {order} in (select coalesce({known}) from lines) limit 1"))


def remember(cursor: Cursor, until: date, undone: int | None = None) -> None:
    """Keep the figures as they are, before a change.

    Args:
        cursor: Where they are kept, for `write`.
        until: The last day that is known both before and after the change.
        undone: The import that is about to be taken back: its rows can be counted only now.
    """
    _figures(cursor, "figures_before", until)
    if undone is not None:
        _count_rows(cursor, undone)


def write(cursor: Cursor, until: date, change: str, import_id: int | None, file: str) -> None:
    """Log what differs from the figures remembered, after the stored models were built anew.

    Args:
        cursor: The one that remembered.
        until: The same day.
        change: `import` or `undo`; of customer ids, `accept`, `refuse` or `undecide` that they are one person.
        import_id: Of which import; None where people were decided on.
        file: Its file; or the ids.
    """
    _figures(cursor, "figures_after", until)
    if not cursor.value(f"select count(*) from ({_MOVED}) as moved"):
        return
    if change != "undo":
        _count_rows(cursor, import_id)
    cursor.run(
        "insert into restatements"
        " select $import_id, cast(timezone('UTC', now()) as timestamp), $change, $file, m.month, m.figure, m.before,"
        f" m.after, coalesce(r.rows, 0) from ({_MOVED}) as m left join rows_by_month as r on m.month = r.month",
        {"import_id": import_id, "change": change, "file": file},
    )


_MOVED = (
    "select coalesce(b.month, a.month) as month, coalesce(b.figure, a.figure) as figure,"
    " b.value as before, a.value as after"
    " from figures_before as b full outer join figures_after as a on b.month = a.month and b.figure = a.figure"
    " where b.value is distinct from a.value"
)


def _figures(cursor: Cursor, name: str, until: date) -> None:
    each = (f"select month, '{figure}' as figure, cast({figure} as decimal(18, 4)) as value" for figure in FIGURES)
    figures = " union all ".join(f"{select} from counted" for select in each)
    cursor.run(_FIGURES.format(name=name, figures=figures), {"until": until})


def _count_rows(cursor: Cursor, import_id: int | None) -> None:
    """Count an import's rows by the month of the order they belong to."""
    cursor.run(
        "create or replace temp table rows_by_month as"
        " select cast(date_trunc('month', o.ordered_on) as date) as month, count(*) as rows from transactions as t"
        " inner join orders as o on coalesce(t.refund_of, t.order_id) = o.order_id"
        " and t.customer_key is not distinct from o.customer_key"
        " where t.import_id = $id group by cast(date_trunc('month', o.ordered_on) as date)",
        {"id": import_id},
    )


def read(cursor: Cursor, import_id: int | None) -> pd.DataFrame:
    """The log, newest first: of one import, or of all."""
    return cursor.frame(
        "select import_id, changed_at as imported_at, change, file, month, figure, before, after, rows"
        " from restatements where $import_id is null or import_id = $import_id"
        " order by changed_at desc, import_id desc, month, figure",
        {"import_id": import_id},
    )
