"""One order in two spellings: 1001 here, and #1001, "Order 1001" or "No. 1001" in another export.

Where both spellings tell of the same day and money, they are taken for one order, and it is said. Else it is asked.
"""

from dataclasses import dataclass

from loyalty_metrics import store
from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import Question
from loyalty_metrics.ingest.check import ROWS
from loyalty_metrics.ingest.plan import TWINS
from loyalty_metrics.schema import TRANSACTIONS

SAME, AS_WRITTEN = "same", "as_written"
ORDER_IDS = (SAME, AS_WRITTEN)
_MOST_SEEN = 20_000
_SIGNS = r"[\s''’`\"#№＃.:*°º]"
_WORDS = (
    "order|orders|ord|no|nr|num|number|nº|n°|pedido|orden|commande|bestellung|auftrag|ordine|bestelling|zamówienie|заказ"
    "|sipariş|pesanan|đơn|đơn hàng|订单|訂單|注文|주문"
)
_BARE = rf"^{_SIGNS}*(?:(?:{_WORDS})(?:{_SIGNS}|[-_])+)*([0-9].*)$"

_FIND = f"""
create or replace temp table {TWINS} as
with here as (
    select order_id, {{bare}} as bare, min(cast(ordered_at as date)) as on_day, sum(amount) as money, count(*) as rows
    from {{rows}} group by order_id
),

known as (
    select order_id, {{bare}} as bare, min(cast(ordered_at as date)) as on_day, sum(amount) as money
    from {{known}} where order_id is not null group by order_id
),

-- Of two spellings in the file itself, the one without a sign stands for both.
others as (
    select order_id, bare, on_day, money, 0 as place from known
    union all
    select order_id, bare, on_day, money, 1 from here where order_id = bare
)

select
    h.order_id as here, o.order_id as known, h.on_day = o.on_day and h.money = o.money and h.bare = o.bare as is_equal,
    h.on_day as day_here, h.money as money_here, o.on_day as day_known, o.money as money_known
from here as h
inner join others as o on ltrim(h.bare, '0') = ltrim(o.bare, '0') and h.order_id <> o.order_id
where h.order_id not in (select order_id from known)
qualify row_number() over (partition by h.order_id order by h.bare <> o.bare, o.place, o.order_id) = 1
"""


@dataclass(frozen=True)
class Respelled:
    """Orders of a file that are known in another spelling.

    Attributes:
        orders: How many.
        is_same: Whether they are taken for the orders known.
        note: What is taken for what.
        question: What only the analyst can tell.
    """

    orders: int = 0
    is_same: bool = False
    note: str | None = None
    question: Question | None = None


def check_answer(order_ids: str | None) -> None:
    """Refuse an answer that is none."""
    if order_ids not in (None, *ORDER_IDS):
        raise ImportRefused(f"order_ids is {order_ids!r}; it may be {' or '.join(ORDER_IDS)}.")


def find(cursor: Cursor, rows: str, import_id: int, file: str, answer: str | None) -> Respelled:
    """Find orders that are known in another spelling; the cursor then has them beside each other.

    Args:
        cursor: Where they are left.
        rows: A relation of canonical transactions.
        import_id: The number of their import; only lower ones are known.
        file: The name of their file, for sentences.
        answer: What the analyst said of them.
    """
    known = f"(select * from {store.loaded(TRANSACTIONS.name)} where import_id < {import_id})"
    if answer == AS_WRITTEN or not (_has_signs(cursor, known) or (not _are_whole(cursor) and _has_signs(cursor, rows))):
        return Respelled()
    cursor.run(_FIND.format(rows=rows, known=known, bare=_bare("order_id")))
    orders, equal = cursor.row(f"select count(*), count(*) filter (is_equal) from {TWINS}")
    if not orders:
        return Respelled()
    if answer == SAME or orders == equal:
        return Respelled(orders, True, _note(cursor, orders))
    return Respelled(orders, question=_question(cursor, file, orders))


def _bare(order_id: str) -> str:
    """SQL of an order's number without signs and words before it."""
    number = f"regexp_extract(lower({order_id}), '{_BARE}', 1)"
    return f"coalesce(nullif({number}, ''), lower(trim({order_id})))"


def _are_whole(cursor: Cursor) -> bool:
    """Whether the ids of the file are kept as whole numbers: as such they bear no sign."""
    return cursor.rows(f"select typeof(order_id) from {ROWS} limit 1") == [("BIGINT",)]


def _has_signs(cursor: Cursor, rows: str) -> bool:
    """Whether any id of an order is more than a number that begins with a digit above 0."""
    return bool(cursor.rows(f"select 1 from {rows} where order_id < '1' or order_id >= ':' limit 1"))


def _note(cursor: Cursor, orders: int) -> str:
    here, known = cursor.row(f"select here, known from {TWINS} order by here limit 1")
    return f"{orders:,} orders are known in another spelling and taken for the same, such as {here} for {known}."


def _question(cursor: Cursor, file: str, orders: int) -> Question:
    here, known, day, money, known_day, known_money = cursor.row(
        f"select here, known, day_here, money_here, day_known, money_known from {TWINS} where not is_equal"
        " order by here limit 1"
    )
    now, before = (f"{d} {m.normalize():f}" for d, m in ((day, money), (known_day, known_money)))
    sentence = (
        f"{file} has {orders:,} orders whose numbers are known in another spelling, such as {here} ({now}) and {known}"
        f" ({before}); say --order-ids same if they are the same orders, or --order-ids as_written if they are others."
    )
    readings = ((SAME, f"{here} is {known}"), (AS_WRITTEN, f"{here} and {known} are two orders"))
    return Question("order_ids", sentence, "order_ids", None, ORDER_IDS, readings)
