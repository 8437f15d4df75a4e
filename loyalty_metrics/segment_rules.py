"""The rules of RFM segments: how scores are made, and which segment each pair of scores is; as data, and as a file."""

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _

HOUSE_FILE = Path(__file__).parent / "rules" / "segments.toml"
STEPS = 5
QUINTILES, THRESHOLDS = "quintiles", "thresholds"
SCORED = ("recency", "frequency", "monetary")
"""What is scored; thresholds of recency are days at most and fall, the others are at least and rise."""

LONGEST_NAME = 40
RESERVED = frozenset({"not yet", "no more"})
"""Names of the groups of customers that are in no segment; see the model `rfm_moves`."""

MOST_MONEY = 10**13

Row = tuple[str, ...]


class RulesRefused(LoyaltyError):
    """Rules by which some customer would have no segment, or two."""


@dataclass(frozen=True)
class Segment:
    """A group of customers: its name, who they are, and what to do about them."""

    name: str
    who: str = ""
    action: str = ""


@dataclass(frozen=True)
class Cuts:
    """Fixed thresholds: what it takes for the scores 2, 3, 4 and 5, in that order.

    Attributes:
        recency: Days since the last purchase, at most.
        frequency: Purchases, at least.
        monetary: Net revenue, at least.
    """

    recency: tuple[int, ...]
    frequency: tuple[int, ...]
    monetary: tuple[Decimal, ...]


@dataclass(frozen=True)
class Rules:
    """Who belongs to which segment.

    Attributes:
        segments: All of them, best first.
        grid: Names of segments: rows are R from 5 (most recent) down to 1, columns FM from 1 to 5 (best).
        cuts: The thresholds of the scores; None scores by quintiles, which compare customers with each other.
    """

    segments: tuple[Segment, ...]
    grid: tuple[Row, ...]
    cuts: Cuts | None = None

    @property
    def names(self) -> Row:
        """The segments by name, best first."""
        return tuple(segment.name for segment in self.segments)

    def at(self, r_score: int, fm_score: int) -> str:
        """The segment of a pair of scores."""
        return self.grid[STEPS - r_score][fm_score - 1]

    def cells(self, name: str) -> frozenset[tuple[int, int]]:
        """The pairs of R and FM score that are a segment."""
        scores = range(1, STEPS + 1)
        return frozenset((r, fm) for r in scores for fm in scores if self.at(r, fm) == name)

    def words(self, name: str) -> Segment:
        """A segment by its name; one of an earlier table of segments has no words."""
        return next((segment for segment in self.segments if segment.name == name), Segment(name))


@lru_cache(maxsize=1)
def house() -> Rules:
    """The rules that a workspace begins with."""
    return from_text(HOUSE_FILE.read_text(encoding="utf-8"), HOUSE_FILE.suffix)


def renamed(before: Rules, now: Rules) -> dict[str, str]:
    """New names of segments that are the same customers under both rules."""
    if before.cuts != now.cuts:
        return {}
    gone, new = set(before.names) - set(now.names), set(now.names) - set(before.names)
    return {old: name for old in gone for name in new if before.cells(old) == now.cells(name)}


def check(rules: Rules) -> None:
    """Refuse rules by which not every pair of scores is exactly one segment.

    Raises:
        RulesRefused: It says all that is to be mended.
    """
    if found := problems(rules):
        raise RulesRefused(" ".join(found))


def problems(rules: Rules) -> list[str]:
    """What is wrong with rules, a sentence each; none where each customer falls into exactly one segment."""
    return [*_names(rules), *_cells(rules), *(_cuts(rules.cuts) if rules.cuts else ())]


def _names(rules: Rules) -> Iterable[str]:
    if any(not name.strip() for name in rules.names):
        yield _("A segment has no name.")
    for name in rules.names:
        if len(name) > LONGEST_NAME:
            yield _("The name {name} is too long; {n} letters fit.").format(name=name, n=LONGEST_NAME)
        if name != " ".join(name.split()):
            yield _("The name {name} has blanks at its ends, or several in a row.").format(name=repr(name))
        if _folded(name) in RESERVED:
            yield _("{name} means customers who are in no segment; choose another name.").format(name=name)
    for folded, n in Counter(_folded(name) for name in rules.names if name).items():
        if n > 1:
            alike = ", ".join(name for name in rules.names if _folded(name) == folded)
            yield _("Two segments have one name: {names}.").format(names=alike)


def _folded(name: str) -> str:
    """Names that look the same to people are the same."""
    return " ".join(name.casefold().replace("_", " ").split())


def _cells(rules: Rules) -> Iterable[str]:
    if len(rules.grid) != STEPS or any(len(row) != STEPS for row in rules.grid):
        yield _("The table has not five rows of five cells.")
        return
    for r_score in range(STEPS, 0, -1):
        for fm_score in range(1, STEPS + 1):
            name, place = rules.at(r_score, fm_score), _place(r_score, fm_score)
            if not name:
                yield _("{place} has no segment.").format(place=place)
            elif name not in rules.names:
                yield _("{place} is {name}, which is not in the list of segments.").format(place=place, name=name)
    used = {name for row in rules.grid for name in row}
    for name in rules.names:
        if name and name not in used:
            yield _("{name} has no cell, so nobody could be in it: give it one, or take it off the list.").format(
                name=name
            )


def _place(r_score: int, fm_score: int) -> str:
    return _("The cell R {r}, FM {fm}").format(r=r_score, fm=fm_score)


def _cuts(cuts: Cuts) -> Iterable[str]:
    for name in SCORED:
        values = getattr(cuts, name)
        if len(values) != STEPS - 1:
            yield _("Scores need four thresholds each, for 2, 3, 4 and 5; one is missing.")
            return
        rising = list(values)[:: -1 if name == "recency" else 1]
        if rising != sorted(rising):
            yield (
                _("Days since the last purchase must fall from score 2 to score 5.")
                if name == "recency"
                else _("Purchases must rise from score 2 to score 5.")
                if name == "frequency"
                else _("Revenue must rise from score 2 to score 5.")
            )
    if min(cuts.recency, default=0) < 0 or min(cuts.frequency, default=1) < 1:
        yield _("Days are 0 or more, and purchases 1 or more.")


def to_text(rules: Rules, told: str = "") -> str:
    """The rules as a JSON file.

    Args:
        rules: The rules.
        told: Where they are from, such as `version 3 of 2026-01-05`; it is not read back.
    """
    described: dict[str, Any] = {"rules": told} if told else {}
    described["scores"] = THRESHOLDS if rules.cuts else QUINTILES
    if rules.cuts:
        described["thresholds"] = {
            "recency": list(rules.cuts.recency),
            "frequency": list(rules.cuts.frequency),
            "monetary": [str(value) for value in rules.cuts.monetary],
        }
    described["grid"] = [list(row) for row in rules.grid]
    described["segments"] = [vars(segment) for segment in rules.segments]
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def from_text(text: str, suffix: str = ".json") -> Rules:
    """Read rules from a file's text.

    Args:
        text: As `to_text` writes it, or the same in TOML.
        suffix: The file's ending: `.toml`, or anything else for JSON.

    Raises:
        RulesRefused: It is no such text, or some customer would have no segment by it, or two.
    """
    try:
        read = tomllib.loads(text, parse_float=Decimal) if suffix == ".toml" else json.loads(text, parse_float=Decimal)
        rules = Rules(
            tuple(_segment(one) for one in read["segments"]),
            tuple(tuple(_tidy(cell) for cell in row) for row in read["grid"]),
            _read_cuts(read),
        )
    except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation) as error:
        raise RulesRefused(
            "This is not a file of segment rules: it needs `scores`, `grid` (five rows of five names, R 5 on top),"
            f" `segments` (name, who, action) and, for scores by thresholds, `thresholds`. {_first_line(error)}"
        ) from error
    check(rules)
    return rules


def _segment(read: Mapping[str, Any]) -> Segment:
    return Segment(*(_tidy(read.get(part, "")) for part in ("name", "who", "action")))


def _tidy(text: Any) -> str:
    return " ".join(str(text).split())


def _read_cuts(read: Mapping[str, Any]) -> Cuts | None:
    scores = read.get("scores", QUINTILES)
    if scores not in (QUINTILES, THRESHOLDS):
        raise ValueError(f"scores is {scores!r}; it may be {QUINTILES}, {THRESHOLDS}.")
    if scores == QUINTILES:
        return None
    told = read["thresholds"]
    return Cuts(
        tuple(_whole(value) for value in told["recency"]),
        tuple(_whole(value) for value in told["frequency"]),
        tuple(_amount(value) for value in told["monetary"]),
    )


def _whole(value: Any) -> int:
    if isinstance(value, bool) or int(value) != value:
        raise ValueError(f"{value!r} is not a whole number.")
    return int(value)


def _amount(value: Any) -> Decimal:
    amount = Decimal(str(value))
    if not amount.is_finite() or abs(amount) > MOST_MONEY or round(amount, 4) != amount:
        raise ValueError(f"{value} is no amount of money: it has four decimals at most.")
    return amount


def _first_line(error: Exception) -> str:
    told = next(iter(str(error).splitlines()), "")
    return f"There is no {told}." if isinstance(error, KeyError) else told
