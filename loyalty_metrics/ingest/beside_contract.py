"""Checks of what was loaded into the tables beside transactions; nothing is changed by them."""

from collections.abc import Iterator

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.check import ROWS
from loyalty_metrics.ingest.plan import Plan
from loyalty_metrics.ingest.report import Warning  # noqa: A004 - the word for it
from loyalty_metrics.ingest.source import SET_ASIDE
from loyalty_metrics.schema import COMPLAINTS, POINTS

_EXAMPLES = 3
_ROUNDING = 0.005
_MOVED = "sum(case when kind in ('redeemed', 'expired') then -points else points end)"
_PLACES = {"up": "posted_at, line_no", "down": "posted_at, -line_no"}
"""The order of a member's movements: of those of one moment a file may have the newest first."""


def warnings_beside(cursor: Cursor, plan: Plan) -> Iterator[Warning]:
    """What looks wrong in the rows of a table beside transactions."""
    if plan.table is COMPLAINTS and "outcome" in plan.cells:
        yield from _ended_without_day(cursor, plan)
    if plan.table is POINTS and "balance" in plan.cells:
        yield from _balances(cursor)


def _ended_without_day(cursor: Cursor, plan: Plan) -> Iterator[Warning]:
    """Complaints that are settled or closed, but of which it is not known when."""
    lacks = "closed_at is null" if "closed_at" in plan.cells else "true"
    ended, rows, examples = cursor.row(
        f"select count(*), count(*) filter ({lacks}),"
        f" (list(cast(complaint_id as varchar) order by line_no) filter ({lacks}))[1:{_EXAMPLES}]"
        f" from {ROWS} where outcome is not null"
    )
    if rows:
        which = f"All {rows:,}" if rows == ended else f"{rows:,} of {ended:,}"
        sentence = (
            f"{which} complaints that are settled or closed lack the day they were closed: they count as open; name "
            "its column with --map closed_at=HEADER."
        )
        yield Warning("ended_without_day", sentence, rows, tuple(examples))


def _balances(cursor: Cursor) -> Iterator[Warning]:
    """Hold the balance that the file has after each movement against the movements."""
    checked = ", ".join(f"{_difference(order)} as {way}" for way, order in _PLACES.items())
    members = f"""
        with moved as (
            select line_no, any_value(customer_id) as customer_id, any_value(posted_at) as posted_at, {_MOVED} as moved
            from staged group by line_no
        ),
        members as (
            select cast(customer_id as varchar) as member, sum(moved) as moved, {checked},
                first(balance - moved order by {_PLACES["up"]}) as opening,
                last(balance order by {_PLACES["up"]}) as closing
            from moved inner join (select line_no, balance from {ROWS}) as read using (line_no)
            group by customer_id having count(*) = count(balance)
        )
    """
    told = "member || format(': movements come to {:,g}, the file says {:,g}', opening + moved, closing)"
    differs = " and ".join(f"abs({way}) > {_ROUNDING}" for way in _PLACES)
    rows, examples, unknown, opening = cursor.row(
        f"{members} select count(*) filter ({differs}),"
        f" (list({told} order by member) filter ({differs}))[1:{_EXAMPLES}],"
        f" count(*) filter (abs(opening) > {_ROUNDING} and not ({differs})), sum(opening) filter (not ({differs}))"
        " from members"
    )
    if rows:
        sentence = f"{rows:,} members whose movements do not add up to the balance that the file has for them."
        yield Warning("balance_differs", sentence, rows, tuple(examples))
    known = cursor.rows(f"select 1 from {SET_ASIDE} where reason = 'already_imported' limit 1")
    if unknown and not known:
        sentence = (
            f"{unknown:,} members begin with a balance from before the first row of the file, {opening:,.10g} points "
            "in all: it is not among their movements."
        )
        yield Warning("opening_balance", sentence, unknown)


def _difference(order: str) -> str:
    """SQL of what lies between a member's last balance and the first one with all movements since."""
    return (
        f"last(balance order by {order}) - first(balance order by {order})"
        f" - (sum(moved) - first(moved order by {order}))"
    )
