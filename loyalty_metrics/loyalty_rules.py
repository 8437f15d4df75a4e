"""The rules by which customers get a loyalty type: data, read from a file and kept in the workspace for the models."""

import hashlib
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import LoyaltyError

SHIPPED = Path(__file__).parent / "rules" / "loyalty_types.toml"

CONDITIONS = (
    "repeats_high",
    "repeats_low",
    "attitude_likes",
    "attitude_lukewarm",
    "attitude_dislikes",
    "attitude_unknown",
    "cannot_switch",
    "buys_on_deals",
    "was_referred",
)
"""What the model `customer_loyalty` can tell of a customer."""

LIMITS = ("recommend_high", "recommend_low", "satisfied", "dissatisfied", "deal_times")
"""The numbers these conditions depend on."""


class RulesError(LoyaltyError):
    """Rules that cannot be used; the message says what is wrong."""


@dataclass(frozen=True)
class Condition:
    """One condition: in words, what they mean, and the column without which nobody can be told to fulfil it."""

    name: str
    words: str
    meaning: str
    needs: str | None


@dataclass(frozen=True)
class Rule:
    """A type, and the conditions that must all hold for it."""

    type: str
    when: tuple[str, ...]


@dataclass(frozen=True)
class LoyaltyRules:
    """All rules, in their order, with their limits and conditions."""

    limits: dict[str, float]
    conditions: tuple[Condition, ...]
    rules: tuple[Rule, ...]


def parse(text: str) -> LoyaltyRules:
    """Read rules, and refuse those by which a customer could have no type.

    Raises:
        RulesError: A limit or condition is missing or unknown, or the last rule does not take everybody.
    """
    found = tomllib.loads(text)
    limits, conditions = found.get("limits", {}), found.get("conditions", {})
    for given, wanted, kind in ((limits, LIMITS, "limits"), (conditions, CONDITIONS, "conditions")):
        if set(given) != set(wanted):
            raise RulesError(f"The {kind} are {', '.join(given)}; they must be {', '.join(wanted)}.")
    rules = tuple(Rule(rule["type"], tuple(rule["when"])) for rule in found.get("rules", ()))
    unknown = sorted({name for rule in rules for name in rule.when} - set(CONDITIONS))
    if unknown:
        raise RulesError(f"There is no condition {', '.join(unknown)}; there are {', '.join(CONDITIONS)}.")
    if not rules or rules[-1].when:
        raise RulesError("The last rule must have no condition, so that every customer has a type.")
    told = (
        Condition(name, one["words"], _told(one["meaning"], limits), one.get("needs"))
        for name, one in conditions.items()
    )
    return LoyaltyRules({name: float(value) for name, value in limits.items()}, tuple(told), rules)


def _told(meaning: str, limits: dict[str, float]) -> str:
    """What a condition means, with the limits in them; parts of what was expected are percents."""
    shown = {name: f"{value:.0%}" if "satisfied" in name else f"{value:g}" for name, value in limits.items()}
    return meaning.format(**shown)


def write(cursor: Cursor, text: str | None = None) -> None:
    """Keep rules where the models read them; nothing is written when they are there already.

    Args:
        cursor: Where to write.
        text: The rules; the shipped ones unless given.
    """
    text = SHIPPED.read_text(encoding="utf-8") if text is None else text
    mark = hashlib.sha256(text.encode()).hexdigest()
    if cursor.rows("select 1 from settings where name = 'loyalty_rules' and value = $mark", {"mark": mark}):
        return
    rules = parse(text)
    cursor.run("create or replace table loyalty_limits (name varchar, value double)")
    cursor.run(
        "create or replace table loyalty_conditions"
        " (position integer, name varchar, words varchar, meaning varchar, needs varchar)"
    )
    cursor.run("create or replace table loyalty_rules (position integer, loyalty_type varchar, conditions varchar[])")
    for name, value in rules.limits.items():
        cursor.run("insert into loyalty_limits values ($name, $value)", {"name": name, "value": value})
    for place, one in enumerate(rules.conditions, start=1):
        condition = {"position": place} | asdict(one)
        cursor.run("insert into loyalty_conditions values ($position, $name, $words, $meaning, $needs)", condition)
    for position, rule in enumerate(rules.rules, start=1):
        told = {"position": position, "type": rule.type, "when": list(rule.when)}
        cursor.run("insert into loyalty_rules values ($position, $type, $when)", told)
    cursor.run("insert or replace into settings values ('loyalty_rules', $mark)", {"mark": mark})
