"""Care lists: whom to greet, call back, look after or win back; each is marked as done, with what came of it.

Nobody who said that they may not be contacted is on any of them.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from loyalty_metrics.decisions import around
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.festivals import Festival, Festivals
from loyalty_metrics.scope import Scope
from loyalty_metrics.signing import signed

if TYPE_CHECKING:
    from loyalty_metrics.workspace import Workspace

BIRTHDAYS, FESTIVALS, CALL_BACK, AT_RISK, WINNABLE = (
    "birthdays",
    "festivals",
    "call_back",
    "valuable_at_risk",
    "winnable",
)
KINDS = (BIRTHDAYS, FESTIVALS, CALL_BACK, AT_RISK, WINNABLE)

GLAD, NOT_INTERESTED, NOT_REACHED, LATER = "glad", "not_interested", "not_reached", "later"
CARE_OUTCOMES = (GLAD, NOT_INTERESTED, NOT_REACHED, LATER)

LEFT_IN_PEACE = 60
"""Days for which somebody who was called for being at risk or lapsed is not on that list again."""

FESTIVAL_SPAN = 21
"""Who bought in so many days up to a festival last time is greeted for it this time."""

LONGEST_NOTE = 1000


class Care:
    """The care lists of a workspace, and what was done about them."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace

    def todo(self, kind: str, scope: Scope, days: int = 14, festival: Festival | None = None) -> pd.DataFrame:
        """Whom to care for, who was not attended to yet: the most valuable or urgent first.

        Args:
            kind: One of `KINDS`.
            scope: With its as-of date.
            days: How many days ahead, of birthdays and calls to make again.
            festival: Which, of festivals.

        Returns:
            `customer_id`, `occasion` (what it is done for), and columns that say why.
        """
        assert scope.as_of
        as_of = scope.as_of
        if kind == BIRTHDAYS:
            frame = self._workspace.measure("care_birthdays", scope).frame
            frame = frame[frame["days_until"] <= days]
            frame = frame.assign(occasion=frame["birthday_on"].astype("str").str[:10])
        elif kind == FESTIVALS:
            frame = self._greeted(festival, as_of)
        elif kind == CALL_BACK:
            return self._again(as_of + timedelta(days=days), as_of)
        elif kind == AT_RISK:
            frame = self._workspace.measure("worth_the_call", scope).frame.assign(occasion="")
        elif kind == WINNABLE:
            frame = self._workspace.measure("care_winnable", scope).frame.assign(occasion="")
        else:
            raise LoyaltyError(f"There is no care list {kind!r}; there are {', '.join(KINDS)}.")
        frame = frame[~frame["customer_id"].isin(self.refused())]
        return self._not_done(frame, kind, as_of)

    def mark(
        self,
        kind: str,
        customers: dict[str, str],
        outcome: str,
        who: str,
        note: str = "",
        again_on: date | None = None,
        done_at: datetime | None = None,
    ) -> int:
        """Mark customers as attended to; how many.

        Args:
            kind: The care list.
            customers: For each customer what it was done for, as `todo` says.
            outcome: One of `CARE_OUTCOMES`.
            who: Who did it.
            note: What was said.
            again_on: When to call again, where the outcome is `later`.
            done_at: When, in UTC; now unless said.

        Raises:
            LoyaltyError: Something is amiss; nothing was kept.
        """
        name = signed(who)
        if kind not in KINDS or outcome not in CARE_OUTCOMES:
            raise LoyaltyError(f"A care list is one of {', '.join(KINDS)}; an outcome of {', '.join(CARE_OUTCOMES)}.")
        if not customers:
            raise LoyaltyError("Tick the customers who were attended to.")
        if (outcome == LATER) != (again_on is not None):
            raise LoyaltyError("Say on which day to call again, where the outcome is that, and only there.")
        if len(note) > LONGEST_NOTE:
            raise LoyaltyError(f"A note has at most {LONGEST_NOTE:,} letters.")
        values = {"kind": kind, "outcome": outcome, "who": name, "note": note.strip(), "again": again_on}
        values["now"] = done_at or _now()
        with self._workspace.keeping() as cursor:
            for customer, occasion in customers.items():
                cursor.run(
                    "insert into care_done select (select coalesce(max(care_id), 0) + 1 from care_done), $kind,"
                    " $customer, $occasion, $now, $who, $outcome, $note, $again, null, null",
                    values | {"customer": customer, "occasion": occasion},
                )
        return len(customers)

    def strike(self, care_id: int, who: str) -> None:
        """Take back that something was done; it is kept and marked."""
        with self._workspace.keeping() as cursor:
            struck = cursor.rows(
                "update care_done set struck_at = $now, struck_by = $who where care_id = $id and struck_at is null"
                " returning care_id",
                {"id": care_id, "who": signed(who), "now": _now()},
            )
        if not struck:
            raise LoyaltyError(f"There is no entry {care_id} that is not struck out already.")

    def done(self) -> pd.DataFrame:
        """What was done, the last first; customers under the id that counts by now."""
        with self._workspace.looking() as cursor:
            return cursor.frame(
                "select d.care_id, d.kind, coalesce(p.person_id, d.customer_id) as customer_id, d.occasion, d.done_at,"
                " d.who, d.outcome, d.note, d.again_on from care_done as d"
                " left join persons as p on d.customer_id = p.customer_id"
                " where d.struck_at is null order by d.done_at desc, d.care_id desc"
            )

    def refused(self) -> set[str]:
        """Customers who said that they may not be contacted, as last entered."""
        with self._workspace.looking() as cursor:
            return {
                customer
                for (customer,) in cursor.rows(
                    "select customer_id from customers group by customer_id"
                    " having not max_by(consent, (import_id, line_no))"
                )
            }

    def contacts(self, customers: Iterable[str]) -> pd.DataFrame:
        """How to reach customers, as last entered: `customer_id`, `name`, `phone`, `email`."""
        with self._workspace.looking() as cursor:
            return cursor.frame(
                "select customer_id, max_by(name, (import_id, line_no)) as name,"
                " max_by(phone, (import_id, line_no)) as phone, max_by(email, (import_id, line_no)) as email"
                " from customers where list_contains($customers, customer_id) group by customer_id",
                {"customers": list(customers)},
            )

    def _greeted(self, festival: Festival | None, as_of: date) -> pd.DataFrame:
        """Who bought before the same festival last time, the largest spenders first."""
        columns = ["customer_id", "occasion", "festival", "revenue_then", "days_silent", "year_spend"]
        last = Festivals(self._workspace).before(festival) if festival else None
        if festival is None or last is None or last.day >= as_of:
            return pd.DataFrame(columns=columns)
        then = self._workspace.measure("customers_around", around(last.day, as_of, FESTIVAL_SPAN)).frame
        now = self._workspace.measure("customers_around", around(as_of - timedelta(days=1), as_of, 1)).frame
        bought = then[then["bought_before"] == 1].set_index("customer_id")
        frame = now[now["customer_id"].isin(bought.index)][["customer_id", "recency", "year_spend"]]
        frame = frame.rename(columns={"recency": "days_silent"})
        frame = frame.assign(
            occasion=f"{festival.name} {festival.day}",
            festival=festival.name,
            revenue_then=frame["customer_id"].map(bought["revenue_before"]),
        )
        return frame.sort_values(["revenue_then", "customer_id"], ascending=[False, True])[columns]

    def _again(self, until: date, as_of: date) -> pd.DataFrame:
        """Calls to make again by a day, where nothing was done since."""
        last = self._done_by(as_of).drop_duplicates(["kind", "customer_id", "occasion"])
        due = last[(last["outcome"] == LATER) & (pd.to_datetime(last["again_on"]) <= pd.Timestamp(until))]
        due = due.sort_values(["again_on", "customer_id"])
        return due[["customer_id", "occasion", "again_on", "kind", "who", "note"]].reset_index(drop=True)

    def _done_by(self, as_of: date) -> pd.DataFrame:
        """What was done by a day of the past; by the last day of the data, all: what is done today counts today."""
        done, bounds = self.done(), self._workspace.bounds()
        return done if bounds is None or as_of >= bounds[1] else done[done["done_at"].dt.date <= as_of]

    def _not_done(self, frame: pd.DataFrame, kind: str, as_of: date) -> pd.DataFrame:
        done = self._done_by(as_of)
        done = done[done["kind"] == kind]
        lately = done["done_at"] > pd.Timestamp(as_of) - pd.Timedelta(days=LEFT_IN_PEACE)
        known = done[(done["occasion"] != "") | lately]
        attended = set(zip(known["customer_id"], known["occasion"], strict=True))
        is_done = [pair in attended for pair in zip(frame["customer_id"], frame["occasion"], strict=True)]
        return frame[[not one for one in is_done]].reset_index(drop=True)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
