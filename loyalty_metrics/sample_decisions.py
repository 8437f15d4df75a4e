"""The decisions and notes of the sample shop: some of its monthly offers, and one decision that cannot be told.

The offers lift the purchases of the week after them by a quarter, so that a single one is often too small to be shown.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from loyalty_metrics.day_notes import DayNotes
from loyalty_metrics.decisions import Decisions, Plan

if TYPE_CHECKING:
    from loyalty_metrics.workspace import Workspace

DAYS = 14
_OFFERS = ((date(2026, 2, 12), 36), (date(2026, 4, 12), 35), (date(2026, 6, 12), None))
_NOTES = (
    (date(2025, 3, 1), "Better welcome for new customers begins"),
    (date(2025, 9, 15), "Complaints at Riverside pile up"),
)
_GOT_IT = """
select distinct c.customer_id
from contacts as c
inner join customer_keys as k on c.customer_id = k.customer_id
where c.reason = 'monthly offer' and cast(c.contacted_at as date) = $day
order by c.customer_id
"""
_QUIET = """
select k.customer_id
from transactions as t
inner join customer_keys as k on t.customer_key = k.customer_key
where t.posted_on < $day
group by k.customer_id
having max(t.posted_on) between $day - 75 and $day - 60
order by k.customer_id
"""


def take(workspace: "Workspace") -> None:
    """Take them."""
    decisions = Decisions(workspace)
    for day, cost in _OFFERS:
        title = f"Monthly offer of {day:%B}"
        plan = Plan(title, "Tuan", expected=0.02, days=DAYS, starts_on=day, due_on=day, budget=Decimal(50))
        number = _keep(workspace, plan, "Mara", day, _GOT_IT, "who got the offer")
        decisions.change(number, "Tuan", datetime.combine(day, time(17)), status="done", cost=cost)
    for day, text in _NOTES:
        DayNotes(workspace).add(day, text, "Mara", datetime.combine(day, time(9)))
    day = date(2026, 3, 10)
    plan = Plan("Call all who have been away for two months", "Mara", days=60, due_on=date(2026, 4, 30), starts_on=day)
    _keep(workspace, plan, "Mara", day, _QUIET, "all who have been away for 60 to 75 days")


def _keep(workspace: "Workspace", plan: Plan, who: str, day: date, query: str, listed: str) -> int:
    with workspace.looking() as cursor:
        customers = cursor.frame(query, {"day": day})["customer_id"]
    before = day - timedelta(days=1)
    told = {"listed": listed, "measure": ""}
    return Decisions(workspace).keep(plan, who, before, customers, told, now=datetime.combine(before, time(9)))
