"""Alerts: rules on measures, and a feed of what they found. Without a rule nothing is ever said.

A rule on unusual weeks looks at each week that is over once, against what the weeks before and the season lead to
expect; chance alone makes it speak as often as its rate says. A rule with a limit speaks when the figure passes it, and
not again until it has come back.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.review import MEASURES, weekly_of, weekly_scope
from loyalty_metrics.scope import Scope
from loyalty_metrics.signing import signed
from loyalty_metrics.workspace import Workspace

UNUSUAL, ABOVE, BELOW = "unusual_week", "above_limit", "below_limit"
KINDS = (UNUSUAL, ABOVE, BELOW)

SERIES = ("revenue", "customers", "orders", "new_customers", "stopped_buying", "complaints")
"""What may be watched for unusual weeks."""

RATE = 0.01
"""Of weeks in which nothing happened, the share that a rule calls unusual: one in about two years."""

RATES = (0.05, 0.01, 0.002)
AT_MOST = 8
"""So many weeks back a rule looks that has not been checked for long."""


@dataclass(frozen=True)
class Rule:
    """What is watched.

    Attributes:
        rule_id: Its number.
        kind: One of `KINDS`.
        measure: One of `SERIES`, or for limits a measure that is not about single customers.
        column: For limits, the column of it.
        row: For limits, the values that pick one row, such as `figure=repeat_rate`; empty where there is one only. Of
            measures with one row a period, the last that is over counts.
        limit: For limits, the figure.
        rate: For unusual weeks, how often chance may make it speak.
        unit: Of the figure.
        who: Who made it.
    """

    rule_id: int
    kind: str
    measure: str
    column: str = ""
    row: str = ""
    limit: float | None = None
    rate: float | None = None
    unit: str = ""
    who: str = ""


@dataclass(frozen=True)
class Alert:
    """What a rule found; nothing in it is about single customers.

    Attributes:
        alert_id: Its number.
        rule: The rule as it was.
        raised_at: When, in UTC.
        as_of: The last day of the data then.
        about: The day it is about: the Monday of a week, the first day of a period, or the as-of date.
        value: What was seen.
        expected: What was to be expected, or the limit.
        chance: How often chance makes such a difference; None for limits.
        is_sent: Whether it went out.
        seen_by: Who has seen it; None while nobody has.
    """

    alert_id: int
    rule: Rule
    raised_at: datetime
    as_of: date
    about: date
    value: float
    expected: float
    chance: float | None
    is_sent: bool
    seen_by: str | None


class Alerts:
    """The alerts of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def watch(
        self,
        kind: str,
        measure: str,
        who: str,
        column: str = "",
        row: str = "",
        limit: float | None = None,
        rate: float = RATE,
    ) -> int:
        """Make a rule; its number. See `Rule` for what the parts are.

        Raises:
            LoyaltyError: There is no such figure, or it is about single customers.
        """
        name = signed(who)
        if kind not in KINDS:
            raise LoyaltyError(f"A rule is one of {', '.join(KINDS)}, not {kind!r}.")
        if kind == UNUSUAL:
            if measure not in SERIES:
                raise LoyaltyError(f"Unusual weeks are told of {', '.join(SERIES)}, not of {measure!r}.")
            if not 0 < rate <= 0.2:
                raise LoyaltyError("The rate of false alarms lies above 0 and is at most 0.2.")
        elif limit is None or not np.isfinite(limit):
            raise LoyaltyError("Name the limit.")
        unit = "money" if measure == "revenue" else "count"
        if kind != UNUSUAL:
            unit = self._figure(Rule(0, kind, measure, column, row), None)[2]
        values = {
            "kind": kind, "measure": measure, "column": column, "row": row, "limit": limit,
            "rate": rate if kind == UNUSUAL else None, "unit": unit, "who": name, "now": _now(),
        }  # fmt: skip
        with self._workspace.keeping() as cursor:
            return int(
                cursor.value(
                    "insert into alert_rules select (select coalesce(max(rule_id), 0) + 1 from alert_rules), $kind,"
                    " $measure, $column, $row, $limit, $rate, $unit, $who, $now, null, false, null returning rule_id",
                    values,
                )
            )

    def drop(self, rule_id: int) -> None:
        """Stop watching; what the rule found stays in the feed."""
        with self._workspace.keeping() as cursor:
            found = cursor.rows(
                "update alert_rules set dropped_at = $now where rule_id = $id and dropped_at is null returning rule_id",
                {"id": rule_id, "now": _now()},
            )
        if not found:
            raise LoyaltyError(f"There is no rule {rule_id}.")

    def rules(self) -> list[Rule]:
        """What is watched."""
        with self._workspace.looking() as cursor:
            rows = cursor.rows(
                'select rule_id, kind, measure, "column", "row", "limit", rate, unit, who from alert_rules'
                " where dropped_at is null order by rule_id"
            )
        return [Rule(*row) for row in rows]

    def feed(self, limit: int = 100) -> list[Alert]:
        """What was found, the newest first."""
        with self._workspace.looking() as cursor:
            rows = cursor.rows(
                "select a.alert_id, a.raised_at, a.as_of, a.about, a.value, a.expected, a.chance,"
                " a.sent_at is not null, a.seen_by,"
                ' r.rule_id, r.kind, r.measure, r."column", r."row", r."limit", r.rate, r.unit, r.who'
                " from alerts as a inner join alert_rules as r on a.rule_id = r.rule_id"
                " order by a.alert_id desc limit $limit",
                {"limit": limit},
            )
        return [Alert(row[0], Rule(*row[9:]), *row[1:9]) for row in rows]

    def see(self, who: str) -> None:
        """Mark all that was found as seen."""
        with self._workspace.keeping() as cursor:
            cursor.run("update alerts set seen_by = $who where seen_by is null", {"who": signed(who)})

    def sent(self, alert_ids: list[int]) -> None:
        """Mark alerts as sent."""
        with self._workspace.keeping() as cursor:
            cursor.run(
                "update alerts set sent_at = $now where list_contains($ids, alert_id)",
                {"now": _now(), "ids": alert_ids},
            )

    def check(self) -> list[Alert]:
        """Look at every rule anew; what is found for the first time is written to the feed and given back."""
        rules, bounds = self.rules(), self._workspace.bounds()
        if not rules or bounds is None:
            return []
        before = {alert.alert_id for alert in self.feed()}
        unusual = [rule for rule in rules if rule.kind == UNUSUAL]
        if unusual:
            self._check_weeks(unusual, bounds[1])
        for rule in rules:
            if rule.kind != UNUSUAL:
                self._check_limit(rule, bounds[1])
        return [alert for alert in self.feed() if alert.alert_id not in before]

    def _check_weeks(self, rules: list[Rule], as_of: date) -> None:
        asked = weekly_scope(Scope(as_of=as_of))
        weekly = weekly_of({name: self._workspace.measure(name, asked).frame for name in MEASURES}, as_of)
        for rule in rules:
            checked_to = self._checked_to(rule)
            new = [n for n, week in enumerate(weekly.weeks) if checked_to is None or week > checked_to]
            # A new rule looks at the last week alone: the past is past.
            new = new[-1:] if checked_to is None else new[-AT_MOST:]
            if not new:
                continue
            found = weekly.sums[rule.measure].surprises(1) if rule.measure in weekly.sums else None
            for n in new if found else []:
                assert found
                chance = float(found.chance[0, n])
                if np.isfinite(chance) and rule.rate and chance <= rule.rate:
                    seen, expected = float(found.seen[0, n]), float(found.expected[0, n])
                    self._raise(rule, as_of, weekly.weeks[n], seen, expected, chance)
            with self._workspace.keeping() as cursor:
                cursor.run(
                    "update alert_rules set checked_to = $week where rule_id = $id",
                    {"week": weekly.weeks[new[-1]], "id": rule.rule_id},
                )

    def _checked_to(self, rule: Rule) -> date | None:
        with self._workspace.looking() as cursor:
            found = cursor.value("select checked_to from alert_rules where rule_id = $id", {"id": rule.rule_id})
        return found if found is None else pd.Timestamp(found).date()

    def _check_limit(self, rule: Rule, as_of: date) -> None:
        try:
            about, value, _unit = self._figure(rule, as_of)
        except LoyaltyError:
            return  # a measure that is gone, or not known yet: nothing to say
        assert rule.limit is not None
        is_beyond = value > rule.limit if rule.kind == ABOVE else value < rule.limit
        with self._workspace.looking() as cursor:
            was_beyond = cursor.value("select is_beyond from alert_rules where rule_id = $id", {"id": rule.rule_id})
        if is_beyond and not was_beyond:
            self._raise(rule, as_of, about, value, rule.limit, None)
        with self._workspace.keeping() as cursor:
            cursor.run(
                "update alert_rules set is_beyond = $is_beyond where rule_id = $id",
                {"is_beyond": bool(is_beyond), "id": rule.rule_id},
            )

    def _figure(self, rule: Rule, as_of: date | None) -> tuple[date, float, str]:
        """The day that a figure with a limit is about, the figure, and its unit.

        Raises:
            LoyaltyError: There is none.
        """
        card = self._workspace.registry.card(rule.measure)
        if "customer_id" in card.units or card.kind != "measure":
            raise LoyaltyError(f"{card.title} is about single customers; alerts are not.")
        if rule.column not in card.units:
            raise LoyaltyError(f"{card.title} has no column {rule.column!r}; it has {', '.join(card.units)}.")
        result = self._workspace.measure(rule.measure, Scope(as_of=as_of))
        frame = result.frame
        for part in filter(None, (text.strip() for text in rule.row.split(","))):
            name, _sign, value = part.partition("=")
            if name not in frame:
                raise LoyaltyError(f"{card.title} has no column {name!r} to pick a row by.")
            frame = frame[frame[name].astype("str") == value]
        day = result.scope.as_of
        if "period" in frame and "state" in frame:
            frame = frame[frame["state"] == "complete"].tail(1)
            day = pd.Timestamp(frame["period"].iloc[0]).date() if len(frame) else day
        if as_of is None and not len(frame):
            raise LoyaltyError(f"{card.title} has no such row now; look at it before a limit is set on it.")
        if len(frame) != 1:
            raise LoyaltyError(f"{card.title} has {len(frame)} such rows; pick one, such as figure=repeat_rate.")
        value = frame[rule.column].iloc[0]
        if pd.isna(value) or not pd.api.types.is_number(float(value)):
            raise LoyaltyError(f"{card.title}: {rule.column} is not known.")
        assert day
        # Of measures with one figure a row, each row has its own unit.
        unit = frame["unit"].iloc[0] if "unit" in frame and rule.column in ("value", "low", "high") else None
        return day, float(value), str(unit or card.units[rule.column])

    def _raise(self, rule: Rule, as_of: date, about: date, value: float, expected: float, chance: float | None) -> None:
        values: dict[str, Any] = {"rule": rule.rule_id, "now": _now(), "as_of": as_of, "about": about, "value": value}
        values |= {"expected": expected, "chance": chance}
        with self._workspace.keeping() as cursor:
            # The same rule speaks of a day once, whatever is imported or undone.
            cursor.run(
                "insert into alerts select (select coalesce(max(alert_id), 0) + 1 from alerts), $rule, $now, $as_of,"
                " $about, $value, $expected, $chance, null, null"
                " where not exists (select 1 from alerts where rule_id = $rule and about = $about)",
                values,
            )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
