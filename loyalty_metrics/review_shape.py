"""What a weekly review says, as plain values: for the page, the command line, reports, and to be kept as it was."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

EVERYBODY = "everybody"
MONEY, COUNT, SHARE = "money", "count", "share"

UNITS = {
    "revenue": MONEY,
    "customers": COUNT,
    "new_customers": COUNT,
    "back_in_28_days": SHARE,
    "stopped_buying": COUNT,
    "complaints": COUNT,
    "closed_in_time": SHARE,
}
"""All that a review tells of, with its unit."""

HEADLINES = ("revenue", "customers", "new_customers", "back_in_28_days", "stopped_buying")
"""The five headline measures, in their order."""

LESS_IS_BETTER = frozenset({"stopped_buying", "complaints"})


@dataclass(frozen=True)
class Headline:
    """One of the five headline measures.

    Attributes:
        measure: A code of `HEADLINES`.
        week: Monday of the week it is of. Of `back_in_28_days` the last of four weeks of first orders, the latest for
            which 28 days have passed for everybody.
        value: The figure; None where it is not known.
        low, high: Of a share its 95% interval; of a sum, which is counted and sure, the usual range of such a week, by
            those before and the season; None where too few are known.
        last_week, last_year: The same of the week before, and of 52 weeks before; None where not known.
        target: What the team set itself for a week, if anything.
        trend: The figure of each of the last weeks, the oldest first, this one last.
    """

    measure: str
    week: date
    value: float | None
    low: float | None = None
    high: float | None = None
    last_week: float | None = None
    last_year: float | None = None
    target: float | None = None
    trend: tuple[float | None, ...] = ()

    @property
    def unit(self) -> str:
        """A unit of the measure cards."""
        return UNITS[self.measure]

    @property
    def more_is_better(self) -> bool:
        """Whether a rise is good news."""
        return self.measure not in LESS_IS_BETTER


@dataclass(frozen=True)
class Part:
    """What one part of the business brought to a change: parts of one attribute add up to it.

    Attributes:
        attribute: What the change is split by, such as `store`; `driver` splits revenue into how many customers bought,
            how often, and for how much; `mix` and `rate` (of shares) add up over values.
        value: The part; '' not known.
        change: In the unit of the finding; of shares, the rate effect.
        mix: Of shares, what comes of another mix of customers; else 0.
        weight: How much of the whole the part was before, as a share; 0 of drivers.
    """

    attribute: str
    value: str
    change: float
    mix: float = 0.0
    weight: float = 0.0


@dataclass(frozen=True)
class Evidence:
    """Where a finding can be seen: a measure, the rows of it, and the scope to ask it with.

    Attributes:
        measure: A name of `registry.measures`.
        rows: The values of its columns that pick the rows, such as `attribute` and `value`.
        query: The scope, as `Scope.to_query` writes it.
    """

    measure: str
    rows: Mapping[str, str]
    query: Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """A change beyond noise: a tested statement, corrected for how many were looked at in the same review.

    Attributes:
        measure: A code of `UNITS`.
        attribute: `everybody`, or what the business is split by: `store`, `channel`, `category`, `product`,
            `acquired_through`, `customer_country`, `country`, `tenure`.
        value: The part that changed; '' for everybody, or for what is not known.
        week: Monday of the last week it is about.
        weeks: How many weeks up to it are taken together.
        seen: What was seen in them, in the unit of the measure.
        expected: What the weeks before and the season led to expect; of shares, the share of the year before.
        low, high: The 95% interval of seen less expected.
        chance: How often chance alone makes so large a difference.
        corrected: The same, corrected for all that was looked at (Benjamini-Hochberg).
        at_stake: The change in money, negative where it is a loss: of revenue the difference itself; of customers and
            complaints, as many times what a customer brings in a year. None where that is not known.
        by_season: Whether the same weeks of the year before were known and taken into account.
        of: Of shares, how many customers or complaints `seen` is the share of; else None.
        parts: Why: what each part brought to the change, the largest first within each attribute.
        folded: Findings that this one explains, or that tell it again: narrower, of another measure or time.
        evidence: Where it can be seen.
    """

    measure: str
    attribute: str
    value: str
    week: date
    weeks: int
    seen: float
    expected: float
    low: float
    high: float
    chance: float
    corrected: float
    at_stake: float | None
    by_season: bool
    of: int | None = None
    parts: tuple[Part, ...] = ()
    folded: tuple["Finding", ...] = ()
    evidence: Evidence | None = None

    @property
    def unit(self) -> str:
        """A unit of the measure cards."""
        return UNITS[self.measure]

    @property
    def more_is_better(self) -> bool:
        """Whether a rise is good news."""
        return self.measure not in LESS_IS_BETTER

    @property
    def change(self) -> float:
        """Seen less expected, in the unit of the measure."""
        return self.seen - self.expected

    @property
    def is_good(self) -> bool:
        """Whether it is good news."""
        return (self.change > 0) == self.more_is_better

    @property
    def key(self) -> str:
        """Tells findings of one review apart."""
        return f"{self.measure}.{self.attribute}.{self.value}.{self.weeks}"


@dataclass(frozen=True)
class Review:
    """The weekly review as of a date.

    Attributes:
        as_of: The date; only weeks that were over by then count.
        version: The data it was told from.
        week: Monday of the last complete week; None where there is none.
        currency: Of money.
        query: The scope, as `Scope.to_query` writes it, with the as-of date.
        headlines: The five headline measures; empty without a complete week.
        findings: What changed beyond noise, the most money at stake first. Empty is a valid answer.
        looked_at: How many figures were looked at; all findings are corrected for it. 0 where there are too few weeks.
        weeks_known: Complete weeks since the first order.
        rate: The part of reviews without any true change in which something is found all the same, at most.
    """

    as_of: date
    version: int
    week: date | None
    currency: str | None
    query: Mapping[str, Any]
    headlines: tuple[Headline, ...]
    findings: tuple[Finding, ...]
    looked_at: int
    weeks_known: int
    rate: float

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON; `from_dict` reads it back."""
        return dict(_plain(asdict(self)))

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Review":
        """The review that `to_dict` told."""
        fields = dict(told)
        fields["as_of"], fields["week"] = _day(told["as_of"]), _day(told["week"])
        fields["headlines"] = tuple(
            Headline(**{**each, "week": _day(each["week"]), "trend": tuple(each["trend"])})
            for each in told["headlines"]
        )
        fields["findings"] = tuple(_finding(each) for each in told["findings"])
        return cls(**fields)

    def with_targets(self, targets: Mapping[str, float]) -> "Review":
        """The same review held against targets, by measure."""
        return replace(self, headlines=tuple(replace(h, target=targets.get(h.measure)) for h in self.headlines))


def _finding(told: Mapping[str, Any]) -> Finding:
    return Finding(
        **{
            **told,
            "week": _day(told["week"]),
            "parts": tuple(Part(**each) for each in told["parts"]),
            "folded": tuple(_finding(each) for each in told["folded"]),
            "evidence": Evidence(**told["evidence"]) if told["evidence"] else None,
        }
    )


def _day(text: str | None) -> Any:
    return date.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    """Dates as text and tuples as lists, as JSON has them."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
