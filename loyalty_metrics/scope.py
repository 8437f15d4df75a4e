"""What a figure is about: which date, which window, which clock, which customers and orders."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, cast

from loyalty_metrics.errors import LoyaltyError

GRAINS = ("day", "week", "month", "quarter")
CLOCKS = ("calendar", "rolling")
CRITERIA = ("exact", "on_or_after", "cumulative")
REFUNDS = ("restate", "own_date")
VALUES = ("revenue", "profit", "orders", "units")
MONEY_VALUES = ("revenue", "profit")

CUSTOMER_FILTERS = (
    "acquired_through",
    "customer_country",
    "tier",
    "first_category",
    "first_channel",
    "first_store",
)
"""Filters that keep or drop whole customers; also the attributes by which customers are compared (`by`)."""

ORDER_FILTERS = ("category", "channel", "store", "country")
"""Filters that choose which orders count as coming back; they never move a customer to another cohort."""

ROLLING_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 90}
"""Length of a rolling period, in days since the customer's own first purchase, by grain."""

Pairs = tuple[tuple[str, tuple[str, ...]], ...]
"""Filters as they are kept: name and allowed values, in order, hashable."""

_COMPARED = ("older_from", "older_to", "newer_from", "newer_to")

_PARAMETERS = {
    "as_of": {"as_of", "since", "compare_to", "compare_since"},
    "compare_to": {"compare_to", "compare_since"},
    "window": {"since", "compare_since"},
    "grain": {"grain", "rolling_days"},
    "compare": set(_COMPARED),
    "customer": {"customers"},
}
"""The parameters that a part of the scope becomes, where they do not have its own name."""

_CHOICES = {"grain": GRAINS, "clock": CLOCKS, "criterion": CRITERIA, "refunds": REFUNDS, "value": VALUES}

_RANGES = {
    "window": (1, 36500, "a whole number of days"),
    "lapse_days": (1, 36500, "a whole number of days"),
    "age": (1, 1000, "a whole number of periods"),
    "nth": (2, 1000, "the place of a purchase, a whole number"),
    "horizon": (7, 3650, "a whole number of days"),
    "discount": (0, 100, "percent a year, a whole number"),
}


COMPARED_DAYS = 91
"""How much earlier the date compared with is, unless the scope names one: thirteen weeks, so weekdays are alike."""


class ScopeError(LoyaltyError):
    """A scope that cannot be read; the message names the part and what it may be."""


@dataclass(frozen=True)
class Scope:
    """The frame of a question. Hashable, so that results can be kept by (workspace version, scope).

    Attributes:
        as_of: Only rows up to and including this day count. None is the last day in the data, never today.
        window: Length in days, up to `as_of`, of the window for standing measures (RFM, Pareto, repeat rate);
            None is the whole history. Cohorts always look at the whole history.
        compare_to: The earlier date that the as-of date is compared with; None is thirteen weeks before.
        grain: Length of a period.
        clock: `calendar` periods, or `rolling` ones counted from each customer's own first purchase.
        criterion: When a customer counts as retained in period k: bought in it (`exact`), in it or later
            (`on_or_after`), or has bought again by its end (`cumulative`).
        refunds: `restate` takes a refund off the order it names; `own_date` books it on its own day.
        value: What Pareto adds up.
        lapse_days: Days without a purchase after which a customer counts as lapsed; None takes the time by
            which nine in ten of those who come back have come, where the data tell it.
        by: The attribute of customers by which groups are compared, one of `CUSTOMER_FILTERS`; None compares none.
        age: The age of a cohort, in periods, that "what changed" looks at.
        nth: The purchase that "time to the next order" waits for, counted from the one before: 2 is the second.
        horizon: Days that forecasts of value look ahead.
        discount: Percent a year by which money to come is worth less than money now.
        compare: Two sets of cohorts that "what changed" compares, by the first days of their first and last cohorts,
            older set first: `2024-09-01/2025-02-01/2025-03-01/2025-08-01`. None takes the newest and as many before.
        settled_from: First day from which cohorts and weeks of newcomers are pooled and compared; those before lie
            within the edge of the data, where old customers look new. None finds it from the data; the first of all
            days takes them all in.
        customer: The id of the one customer that measures of one customer are about; None asks for nobody.
        filters: Pairs of filter name and allowed values; a mapping is accepted. "" stands for unknown.
    """

    as_of: date | None = None
    window: int | None = None
    compare_to: date | None = None
    grain: str = "month"
    clock: str = "calendar"
    criterion: str = "exact"
    refunds: str = "restate"
    value: str = "revenue"
    lapse_days: int | None = None
    by: str | None = None
    age: int = 1
    nth: int = 2
    horizon: int = 365
    discount: int = 10
    compare: str | None = None
    settled_from: date | None = None
    customer: str | None = None
    filters: Pairs | Mapping[str, Iterable[str]] = ()

    def __post_init__(self) -> None:
        for name in ("as_of", "compare_to", "settled_from"):
            object.__setattr__(self, name, _date(name, getattr(self, name)))
        for name in _RANGES:
            object.__setattr__(self, name, _whole(name, getattr(self, name)))
        object.__setattr__(self, "compare", _compare(self.compare))
        object.__setattr__(self, "customer", str(self.customer) if self.customer else None)
        object.__setattr__(self, "filters", _filters(self.filters))
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ScopeError(f"{name} is {getattr(self, name)!r}; it may be {', '.join(choices)}.")
        if self.by is not None and self.by not in CUSTOMER_FILTERS:
            raise ScopeError(f"by is {self.by!r}; it may be {', '.join(CUSTOMER_FILTERS)}.")

    def chosen(self, name: str) -> tuple[str, ...]:
        """The values a filter allows; empty when it is not set."""
        return dict(self.pairs).get(name, ())

    @property
    def pairs(self) -> Pairs:
        """The filters as they are kept."""
        return cast(Pairs, self.filters)

    @property
    def compared(self) -> tuple[date, ...] | None:
        """The four days of `compare`."""
        return tuple(map(date.fromisoformat, self.compare.split("/"))) if self.compare else None

    @property
    def value_unit(self) -> str:
        """The unit of what Pareto adds up: `money` or `count`."""
        return "money" if self.value in MONEY_VALUES else "count"

    def replace(self, **changes: Any) -> "Scope":
        """The same scope with some parts changed."""
        return replace(self, **changes)

    def parameters(self) -> dict[str, Any]:
        """The scope as named parameters for SQL. `as_of` must be known by now."""
        if self.as_of is None:
            raise ScopeError("The as-of date is not known yet; ask the workspace to resolve the scope.")
        compare_to = self.compare_to or _earlier(self.as_of, COMPARED_DAYS)
        named = {name: list(self.chosen(name)) or None for name in CUSTOMER_FILTERS + ORDER_FILTERS}
        return {
            "as_of": self.as_of,
            "since": self._since(self.as_of),
            "compare_to": compare_to,
            "compare_since": self._since(compare_to),
            "grain": self.grain,
            "clock": self.clock,
            "rolling_days": ROLLING_DAYS[self.grain],
            "criterion": self.criterion,
            "refunds": self.refunds,
            "value": self.value,
            "lapse_days": self.lapse_days,
            "by": self.by,
            "age": self.age,
            "nth": self.nth,
            "settled_from": self.settled_from or date.min,
            "customers": None if self.customer is None else [self.customer],
            "horizon": self.horizon,
            "discount": self.discount,
            **dict(zip(_COMPARED, self.compared or (None,) * 4, strict=True)),
            "orders_filtered": any(self.chosen(name) for name in ORDER_FILTERS),
            "customers_filtered": any(self.chosen(name) for name in CUSTOMER_FILTERS),
            **{f"in_{name}": values for name, values in named.items()},
        }

    def _since(self, day: date) -> date:
        return _earlier(day, self.window - 1) if self.window else date.min

    def only(self, parameters: Collection[str]) -> "Scope":
        """The same scope with every part left at its default that none of these parameters depends on.

        Two scopes that are equal then get the same answer from a measure that asks for no other parameters.
        """
        asked = set(parameters)
        filters = {name: values for name, values in self.pairs if asked & {f"in_{name}", _filtered_by(name)}}
        changes = {
            field.name: field.default
            for field in fields(self)
            if field.name != "filters" and not asked & _PARAMETERS.get(field.name, {field.name})
        }
        return self.replace(filters=filters, **changes)

    def to_query(self) -> dict[str, str | list[str]]:
        """The scope as the part of a link after the question mark; defaults are left out."""
        default = Scope()
        query: dict[str, str | list[str]] = {
            name: str(getattr(self, name)) for name in PARTS if getattr(self, name) != getattr(default, name)
        }
        return query | {name: list(values) for name, values in self.pairs}

    @classmethod
    def from_query(cls, query: Mapping[str, str | Iterable[str]]) -> "Scope":
        """Read a scope back from `to_query`; unknown keys are left alone."""
        plain = {name: _single(value) for name, value in query.items() if name in PARTS}
        filters = {name: query[name] for name in CUSTOMER_FILTERS + ORDER_FILTERS if name in query}
        return cls(**plain, filters=filters)  # type: ignore[arg-type]

    def describe(self) -> str:
        """The whole scope in one line, for exports: what was chosen, and the rules that hold where nothing was."""
        parts = {name: getattr(self, name) for name in PARTS if name != "customer" or self.customer}
        told = {name: "default" if value is None else str(value) for name, value in parts.items()}
        told |= {name: "|".join(value or "(unknown)" for value in values) for name, values in self.pairs}
        return ", ".join(f"{name}={value}" for name, value in told.items())


PARTS = tuple(field.name for field in fields(Scope) if field.name != "filters")
"""All that a scope says besides its filters."""


def _filtered_by(name: str) -> str:
    """The parameter that says whether any filter of this kind is set."""
    return "orders_filtered" if name in ORDER_FILTERS else "customers_filtered"


def _single(value: str | Iterable[str]) -> str:
    return value if isinstance(value, str) else list(value)[-1]


def _earlier(day: date, days: int) -> date:
    return date.fromordinal(max(1, day.toordinal() - days))


def _date(name: str, value: date | str | None) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise ScopeError(f"{name} is {value!r}; write a date as YYYY-MM-DD.") from error


def _whole(name: str, value: int | str | None) -> int | None:
    if value is None or value == "":
        return None
    low, high, words = _RANGES[name]
    try:
        number = int(value)
    except ValueError as error:
        raise ScopeError(f"{name} is {value!r}; it is {words}.") from error
    if not low <= number <= high:
        raise ScopeError(f"{name} is {number}; it is {words} from {low} to {high}.")
    return number


def _compare(value: str | None) -> str | None:
    if value is None or value == "":
        return None
    words = "four days YYYY-MM-DD with / between them, each set's first before its last and the older set first"
    try:
        older_from, older_to, newer_from, newer_to = (date.fromisoformat(day) for day in str(value).split("/"))
    except ValueError as error:
        raise ScopeError(f"compare is {value!r}; it is {words}.") from error
    if not older_from <= older_to < newer_from <= newer_to:
        raise ScopeError(f"compare is {value!r}; it is {words}.")
    return str(value)


def _filters(filters: Any) -> Pairs:
    pairs = dict(filters)
    for name in pairs:
        if name not in CUSTOMER_FILTERS + ORDER_FILTERS:
            raise ScopeError(f"There is no filter {name!r}; there are {', '.join(CUSTOMER_FILTERS + ORDER_FILTERS)}.")
    values = {n: (v,) if isinstance(v, str) else tuple(sorted({str(x) for x in v})) for n, v in pairs.items()}
    return tuple(sorted((name, chosen) for name, chosen in values.items() if chosen))
