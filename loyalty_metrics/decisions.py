"""Decisions: what is to be done, by whom, for which customers, and what is expected to move by how much.

What a decision is judged by is fixed when it is taken and cannot be changed later: its customers (frozen on the day,
some of them left alone by lot if so chosen), the days that are counted, the outcome and by how much it should move.
Who does it, by when, where it stands and what it cost so far can; each change is kept with who made it and when.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.lists import Look
from loyalty_metrics.scope import Scope
from loyalty_metrics.signing import signed

if TYPE_CHECKING:
    from loyalty_metrics.workspace import Workspace

OUTCOMES = ("bought", "orders", "revenue", "margin")
"""What a decision may be judged by, a customer: whether they bought, purchases, net revenue, margin."""

STATUSES = ("open", "done", "dropped")
LONGEST_TITLE, LONGEST_NOTE = 120, 4000
SHORTEST, LONGEST, USUAL = 7, 365, 60
"""Days that are counted: at least, at most, and unless said otherwise."""

MOST_HELD_OUT = 0.5


@dataclass(frozen=True)
class Plan:
    """What is decided.

    Attributes:
        title: What is to be done.
        owner: Who does it.
        outcome: One of `OUTCOMES`.
        expected: By how much it should move, a customer: a share, purchases or money; None where nobody says.
        days: How many days are counted, the first included.
        starts_on: The first of them; None is the day after the list's as-of date.
        due_on: By when it is to be done.
        budget: What it may cost.
        held_out: Share of the list that is left alone, drawn by lot, to compare with.
    """

    title: str
    owner: str
    outcome: str = "bought"
    expected: float | None = None
    days: int = USUAL
    starts_on: date | None = None
    due_on: date | None = None
    budget: Decimal | None = None
    held_out: float = 0.0


@dataclass(frozen=True)
class Decision:
    """A decision as it stands.

    Attributes:
        decision_id: Its number.
        plan: What was decided; owner and due date as last changed.
        listed_on: The day of which its customers are.
        listed: What the list is of, for people.
        measure: The measure that its customers are behind; empty where they were named one by one.
        targets: Customers it is for.
        left_alone: Customers who were drawn to be left alone.
        status: One of `STATUSES`.
        cost: What it cost so far; None where nobody said.
        decided_at: When, in UTC.
        decided_by: By whom.
        closed_on: The day on which it was closed, by the clock.
    """

    decision_id: int
    plan: Plan
    listed_on: date
    listed: str
    measure: str
    targets: int
    left_alone: int
    status: str
    cost: Decimal | None
    decided_at: datetime
    decided_by: str
    closed_on: date | None

    @property
    def starts_on(self) -> date:
        """The first day that is counted."""
        return self.plan.starts_on or self.listed_on + timedelta(days=1)

    @property
    def ends_on(self) -> date:
        """The last day that is counted: then it can be told what came of it, and not before."""
        return self.starts_on + timedelta(days=self.plan.days - 1)

    @property
    def is_randomised(self) -> bool:
        """Whether it is compared with those left alone by lot."""
        return self.left_alone > 0


class Decisions:
    """The decisions of a workspace."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace

    def decide(
        self,
        plan: Plan,
        who: str,
        measure: str,
        scope: Scope | None = None,
        listed: str = "",
        seed: str | None = None,
        **cell: Any,
    ) -> int:
        """Take a decision for the customers behind a cell of a measure, as they are on the scope's as-of date.

        Args:
            plan: What is decided.
            who: Who says so.
            measure: The measure.
            scope: Its as-of date is the day of the list.
            listed: What the list is of, for people.
            seed: What the lot is drawn from; by default chance.
            **cell: See `Workspace.who`.

        Returns:
            The decision's number.

        Raises:
            LoyaltyError: Something of the plan is amiss, or nobody is on the list; nothing was kept.
        """
        customers, asked = self.listed(measure, scope, **cell)
        assert asked.as_of
        title = self._workspace.registry.card(measure).title
        told = {"listed": listed or title, "measure": measure, "scope": json.dumps(asked.to_query())}
        told["cell"] = json.dumps({name: str(value) for name, value in cell.items()}, ensure_ascii=False)
        return self.keep(plan, who, asked.as_of, customers, told, seed)

    def listed(self, measure: str, scope: Scope | None = None, **cell: Any) -> tuple[pd.Series, Scope]:
        """The customers behind a cell, or of a measure that is a list of them; and the scope with its as-of date."""
        if self._workspace.registry.card(measure).who_model is None:
            result = self._workspace.measure(measure, scope)
            return result.frame["customer_id"].drop_duplicates(), result.scope
        found = self._workspace.customers(measure, scope, Look(limit=None), **cell)
        return found.frame["customer_id"], found.scope

    def decide_for(
        self, plan: Plan, who: str, listed_on: date, customers: Iterable[str], listed: str = "", seed: str | None = None
    ) -> int:
        """Take a decision for customers who are named, such as a list from elsewhere; see `decide`."""
        known = self._workspace.measure("customers_around", around(listed_on, listed_on, 1)).frame["customer_id"]
        named = {text for one in customers if (text := str(one).strip())}
        chosen = known[known.isin(named)]
        if len(chosen) < len(named):
            strange = sorted(named - set(chosen))
            raise LoyaltyError(
                f"{len(strange):,} of {len(named):,} are not customers with a purchase up to {listed_on}, such as"
                f" {strange[0]!r}. Leave them out, or import their orders first."
            )
        return self.keep(plan, who, listed_on, chosen, {"listed": listed, "measure": ""}, seed)

    def keep(
        self,
        plan: Plan,
        who: str,
        day: date,
        customers: pd.Series,
        told: dict[str, str],
        seed: str | None = None,
        now: datetime | None = None,
    ) -> int:
        """Keep a decision for customers who are known, as they are on a day; see `decide` and `decide_for`."""
        name, plan = signed(who), checked(plan, day)
        if customers.empty:
            raise LoyaltyError("Nobody is on the list, so nothing can be decided for them.")
        seed = seed or secrets.token_hex(8)
        alone = left_alone(customers, plan.held_out, seed)
        values = {
            **{part: getattr(plan, part) for part in Plan.__dataclass_fields__},
            "listed_on": day,
            **told,
            "seed": seed,
            "targets": int((~alone).sum()),
            "left_alone": int(alone.sum()),
            "status": "open",
            "decided_at": now or _now(),
            "decided_by": name,
        }
        with self._workspace.keeping() as cursor:
            number = int(cursor.value("select coalesce(max(decision_id), 0) + 1 from decisions"))
            values["decision_id"] = number
            columns = ", ".join(values)
            cursor.run(
                f"insert into decisions ({columns}) values ({', '.join(f'${column}' for column in values)})", values
            )
            cursor.register("frozen", pd.DataFrame({"customer_id": customers, "is_left_alone": alone}))
            cursor.run(
                "insert into decision_customers select $id, customer_id, is_left_alone from frozen", {"id": number}
            )
        return number

    def all(self) -> list[Decision]:
        """Every decision, the last taken first."""
        with self._workspace.looking() as cursor:
            rows = cursor.rows(
                "select decision_id, title, owner, outcome, expected, days, starts_on, due_on, budget, held_out,"
                " listed_on, listed, measure, targets, left_alone, status, cost, decided_at, decided_by,"
                " cast(closed_at as date) from decisions order by decided_at desc, decision_id desc"
            )
        return [Decision(number, Plan(*rest[:9]), *rest[9:]) for number, *rest in rows]

    def one(self, decision_id: int) -> Decision:
        """A decision by its number."""
        found = next((one for one in self.all() if one.decision_id == decision_id), None)
        if found is None:
            raise LoyaltyError(f"There is no decision {decision_id}.")
        return found

    def customers(self, decision_id: int) -> pd.DataFrame:
        """The frozen list: `customer_id`, `is_left_alone`; ids that count as one person by now are one row.

        A person of whom one id was targeted and another left alone was targeted.
        """
        with self._workspace.looking() as cursor:
            return cursor.frame(
                "select coalesce(p.person_id, d.customer_id) as customer_id, bool_and(d.is_left_alone) as is_left_alone"
                " from decision_customers as d left join persons as p on d.customer_id = p.customer_id"
                " where d.decision_id = $id group by all order by customer_id",
                {"id": decision_id},
            )

    def also_targeted(self, one: Decision) -> set[str]:
        """Customers whom other decisions are for whose days overlap with those of this one."""
        others = [
            other.decision_id
            for other in self.all()
            if other.decision_id != one.decision_id
            and other.status != "dropped"
            and other.starts_on <= one.ends_on
            and other.ends_on >= one.starts_on
        ]
        found: set[str] = set()
        for number in others:
            theirs = self.customers(number)
            found |= set(theirs.loc[~theirs["is_left_alone"], "customer_id"])
        return found

    def changes(self, decision_id: int) -> pd.DataFrame:
        """What was changed or noted since, the newest first: `changed_at` (UTC), `who`, `part`, `value`."""
        with self._workspace.looking() as cursor:
            return cursor.frame(
                "select changed_at, who, part, value from decision_changes where decision_id = $id"
                " order by changed_at desc, rowid desc",
                {"id": decision_id},
            )

    def change(self, decision_id: int, who: str, now: datetime | None = None, **parts: Any) -> None:
        """Change the owner, the due date, the status or the cost so far, or add a note.

        Args:
            decision_id: Which decision.
            who: Who changes it.
            now: When, in UTC.
            **parts: `owner`, `due_on`, `status`, `cost`, `note`; what stays the same is not written.
        """
        before, name = self.one(decision_id), signed(who)
        known = {"owner": before.plan.owner, "due_on": before.plan.due_on, "status": before.status, "cost": before.cost}
        wrong = set(parts) - known.keys() - {"note"}
        if wrong:
            raise LoyaltyError(f"{', '.join(sorted(wrong))} of a decision is fixed when it is taken; take another one.")
        new = {part: value for part, value in parts.items() if value != known.get(part, "") and value is not None}
        if "status" in new and new["status"] not in STATUSES:
            raise LoyaltyError(f"The status may be {', '.join(STATUSES)}.")
        if "owner" in new:
            new["owner"] = signed(new["owner"])
        if "cost" in new:
            new["cost"] = _money(new["cost"], "cost")
        if len(str(new.get("note", ""))) > LONGEST_NOTE:
            raise LoyaltyError(f"A note has at most {LONGEST_NOTE:,} letters.")
        now = now or _now()
        with self._workspace.keeping() as cursor:
            for part, value in new.items():
                told = {"id": decision_id, "now": now, "who": name, "part": part, "value": str(value)}
                cursor.run("insert into decision_changes values ($id, $now, $who, $part, $value)", told)
                if part != "note":
                    cursor.run(
                        f"update decisions set {part} = $value where decision_id = $id",
                        {"value": value, "id": decision_id},
                    )
            if "status" in new:
                closed = None if new["status"] == "open" else now
                cursor.run(
                    "update decisions set closed_at = $closed where decision_id = $id",
                    {"closed": closed, "id": decision_id},
                )


def around(known_on: date, as_of: date, days: int) -> Scope:
    """The scope of `customers_around`: the days up to a date, and as many after it."""
    first, last = known_on - timedelta(days=days - 1), known_on + timedelta(days=days)
    compare = "/".join(day.isoformat() for day in (first, known_on, known_on + timedelta(days=1), last))
    return Scope(as_of=max(as_of, known_on + timedelta(days=1)), compare_to=known_on, compare=compare)


def left_alone(customers: pd.Series, share: float, seed: str) -> pd.Series:
    """Who is drawn to be left alone: the same ones for the same list and seed, in whichever order they stand."""
    lots = customers.map(lambda one: hashlib.blake2b(f"{seed}|{one}".encode(), digest_size=8).hexdigest())
    return lots.rank(method="first") <= round(share * len(customers))


def checked(plan: Plan, listed_on: date) -> Plan:
    """The plan as it is kept.

    Raises:
        LoyaltyError: Something is amiss, and what.
    """
    title = " ".join(plan.title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise LoyaltyError(f"Say in at most {LONGEST_TITLE} letters what is to be done.")
    if not plan.owner.strip():
        raise LoyaltyError("Say who does it: a decision without an owner is a wish.")
    if plan.outcome not in OUTCOMES:
        raise LoyaltyError(f"A decision is judged by {', '.join(OUTCOMES)}, not by {plan.outcome!r}.")
    if not SHORTEST <= plan.days <= LONGEST:
        raise LoyaltyError(f"Count between {SHORTEST} and {LONGEST} days.")
    if not 0 <= plan.held_out <= MOST_HELD_OUT:
        raise LoyaltyError(f"Between none and {MOST_HELD_OUT:.0%} of the list may be left alone.")
    starts_on = plan.starts_on or listed_on + timedelta(days=1)
    if starts_on <= listed_on:
        raise LoyaltyError(
            f"The list is of {listed_on}, so the first day counted is {listed_on + timedelta(days=1)} at the earliest:"
            " customers must not be chosen by what they did afterwards."
        )
    budget = None if plan.budget is None else _money(plan.budget, "budget")
    return Plan(
        title, signed(plan.owner), plan.outcome, plan.expected, plan.days, starts_on, plan.due_on, budget, plan.held_out
    )


def _money(amount: Any, name: str) -> Decimal:
    value = Decimal(str(amount))
    if not value.is_finite() or value < 0:
        raise LoyaltyError(f"The {name} is an amount of money, 0 or more.")
    return value


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
