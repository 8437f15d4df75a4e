"""What a discount is: money off the line, a part of the price, or the part of it that is paid."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from loyalty_metrics.ingest.options import ANSWERS
from loyalty_metrics.ingest.questions import MoneyMove, Question
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.source import SourceColumn
from loyalty_metrics.ingest.values import Reading, Values
from loyalty_metrics.schema import normalise_header

_ABSURD = Decimal("0.005")
"""Discounts below 1 that would take less than so much of the prices are no money."""
_ABSURD_PERCENT = Decimal("0.0005")
_HALF = Decimal("0.5")
_CENT = "0.01"
_ZHE = "折"
_SIGNS = f"%％{_ZHE} "


@dataclass(frozen=True)
class _Facts:
    """What the discounts of a file are like, those that are not 0.

    Attributes:
        least: The least of them.
        most: The greatest.
        count: How many there are.
        fractions: How many are neither whole nor half.
        share: What part of the prices they would take as money; None where no price stands beside one.
        percents: How many bear a percent sign.
        paid: How many bear the sign 折, the part that is paid.
        on_returns: How many stand on lines below 0.
    """

    least: Decimal
    most: Decimal
    count: int
    fractions: int
    share: Decimal | None
    percents: int
    paid: int
    on_returns: int

    @property
    def greatest(self) -> Decimal:
        """How far the discounts go from 0."""
        return max(abs(self.least), abs(self.most))

    @property
    def is_below_zero(self) -> bool:
        """Whether discounts are written as what they add to the price."""
        return self.count > 0 and self.most <= 0


@dataclass(frozen=True)
class _Discount:
    """A column of discounts in SQL.

    Attributes:
        column: The column.
        is_known: Whether its format is known, and so that it holds money.
        number: The number that is written.
        written: The money that it is, where it is money.
        filled: Whether there is one.
        gross: What the line costs without it.
        text: What is written.
        facts: What the discounts are like.
    """

    column: SourceColumn
    is_known: bool
    number: str
    written: str
    filled: str
    gross: str
    text: str
    facts: _Facts

    @property
    def way(self) -> str | None:
        """What header and values say discounts are; None where they may be money as well as a part of the price."""
        facts, header = self.facts, self.column.header
        if not facts.count:
            return "money"
        if facts.paid:
            return "paid"
        if facts.percents:
            return "percent" if facts.percents == facts.count else None
        if _says(header, "part"):
            return self._part
        if self.is_known or _says(header, "money") or facts.greatest > 100 or (facts.greatest >= 1 and facts.fractions):
            return "money"
        if facts.share is not None and facts.share < (_ABSURD if facts.greatest < 1 else _ABSURD_PERCENT):
            return self._part
        return None

    @property
    def is_rate(self) -> bool:
        """Whether all are from 0 to below 1, and none is called money."""
        facts = self.facts
        return facts.count > 0 and facts.least >= 0 and facts.most < 1 and not _says(self.column.header, "money")

    @property
    def _part(self) -> str | None:
        """A rate or a percent; in Chinese such a column may as well hold what is paid."""
        facts, is_zhe = self.facts, _ZHE in self.column.header
        if facts.greatest > 100:
            return "money"
        if facts.greatest > 1:
            return None if is_zhe and facts.greatest <= 10 else "percent"
        if is_zhe and facts.least >= _HALF:
            return None
        return "rate" if facts.fractions or facts.least % 1 else "percent"

    def rate(self, way: str) -> str:
        """SQL of the part of the price that is taken off."""
        number = self.number
        if way == "paid":
            return f"(1 - {number} / (case when {number} <= 1 then 1 when {number} < 10 then 10 else 100 end))"
        return f"(abs({number}) / 100)" if way == "percent" else f"abs({number})"

    def money(self, way: str) -> str:
        """SQL of the money that is taken off; what bears a sign of percent is a percent always."""
        if way == "money" and self.facts.percents:
            percent = f"contains(translate({self.text}, '％', '%'), '%')"
            return f"(case when {percent} then {self.money('percent')} else {self.written} end)"
        if way == "money":
            return self._signed
        return f"(try_cast({self.gross} as decimal(18,4)) * try_cast({self.rate(way)} as decimal(12,8)))"

    @property
    def _signed(self) -> str:
        """Money off the price: written below 0 as well as above, and off what goes back, too."""
        if self.facts.is_below_zero:
            return f"(-{self.written})"
        return (
            f"({self.written} * sign({self.gross}))"
            if self.facts.least >= 0 and self.facts.on_returns
            else self.written
        )


def discounted(values: Values, match: Match, read: Reading, gross: str) -> Reading:
    """The money of a discount, off a line that costs `gross`; what it is in is asked where the file does not tell."""
    discount = _look(values, match, read, gross)
    way = values.options.discount_kind or discount.way
    if way is None:
        _ask(values, discount)
        way = "money"
    _tell(values, discount, way)
    return Reading(f"(case when {discount.filled} then {discount.money(way)} end)", discount.filled, can_fail=True)


def told_beside(values: Values, match: Match, read: Reading, amount: str, gross: str | None) -> Reading:
    """The money of a discount that moves none, as the amount stands beside it.

    What it is off the price, it is off the amount and itself: 20 % off are a fourth of what is paid.
    """
    discount = _look(values, match, read, gross or amount)
    way = values.options.discount_kind or discount.way
    if way in (None, "money") and discount.is_rate:
        way = "rate"
    if way is None and gross and _takes_percents(values, discount, amount):
        way = "percent"
    if way in (None, "money"):
        return replace(read, store=f"abs({read.store})") if discount.facts.is_below_zero else read
    rate = f"cast({discount.rate(str(way))} as double)"
    header = discount.column.header
    values.notes.append(f'Discounts in column "{header}" are parts of the price and are turned into money.')
    money = f"try_cast(cast({amount} as double) * {rate} / nullif(1 - {rate}, 0) as decimal(18,4))"
    return Reading(money, discount.filled)


def _takes_percents(values: Values, discount: "_Discount", amount: str) -> bool:
    """Whether each amount is its price less that percent."""
    paid = f"{discount.gross} - {discount.money('percent')}"
    rows = f"{values.source.relation} where {discount.number} <> 0"
    fits: bool | None = values.cursor.value(
        f"select bool_and(abs({amount} - ({paid})) < {_CENT}) from {rows}", values.parameters
    )
    return bool(fits)


def _look(values: Values, match: Match, read: Reading, gross: str) -> "_Discount":
    column, number = match.column, values.number(match.column, "exact", _SIGNS)
    facts = _facts(values, column, number.store, gross)
    money = number.store if facts.percents or facts.paid else read.store
    return _Discount(
        column, match.how == "preset", number.store, money, number.filled, gross, values.value(column), facts
    )


def _facts(values: Values, column: SourceColumn, number: str, gross: str) -> _Facts:
    text = values.value(column)
    row = values.cursor.row(
        f"select coalesce(min(d), 0), coalesce(max(d), 0), count(*), count(*) filter (abs(d) % 0.5 <> 0),"
        " sum(abs(d)) filter (g <> 0) / nullif(sum(abs(g)), 0),"
        " count(*) filter (contains(t, '%') or contains(t, '％')),"
        f" count(*) filter (contains(t, '{_ZHE}')), count(*) filter (g < 0)"
        f" from (select {number} as d, {gross} as g, {text} as t from {values.source.relation}) as read where d <> 0",
        values.parameters,
    )
    share = None if row[4] is None else Decimal(str(row[4]))
    least, most, count, fractions, _, percents, paid, on_returns = row
    return _Facts(least, most, count, fractions, share, percents, paid, on_returns)


def _says(header: str, what: str) -> bool:
    folded = normalise_header(header)
    if what == "part" and re.search("[%％‰]", header):
        return True
    return any(f" {word} " in f" {folded} " or (not word.isascii() and word in folded) for word in _words(what))


@cache
def _words(what: str) -> Collection[str]:
    path = Path(__file__).parent.parent / "rules" / "discount_words.toml"
    found: Mapping[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return frozenset(found[what])


def _tell(values: Values, discount: _Discount, way: str) -> None:
    """Say what the discounts are taken for, where they are not just money above 0 off what is sold."""
    facts, said = discount.facts, ", as you said" if values.options.discount_kind else ""
    told = {
        "rate": "holds rates: that part of quantity times price is taken off",
        "percent": "holds percents: that part of quantity times price is taken off",
        "paid": "holds the part of the price that is paid: the rest is taken off",
        "money": "holds discounts below 0: they are taken off",
    }
    if way == "money" and facts.on_returns and facts.least >= 0:
        told["money"] = "holds discounts of returned lines as well: they lower what goes back"
    if facts.count and (way != "money" or facts.is_below_zero or (facts.on_returns and facts.least >= 0)):
        sentence = f'Column "{discount.column.header}" {told[way]}{said}.'
        money = discount.money(way)
        values.money_moves.append(
            MoneyMove("discount", sentence, f"{money} <> 0", f"try_cast(-{money} as decimal(18,4))")
        )


def _ask(values: Values, discount: _Discount) -> None:
    """Ask what the discounts are, with the total that each answer gives."""
    most, is_zhe = discount.facts.greatest, _ZHE in discount.column.header
    fitting = {"money": True, "rate": most <= 1, "percent": most > 1, "paid": is_zhe}
    ways = tuple(way for way in ANSWERS["discount_kind"] if fitting[way])
    sums = ", ".join(f"sum({discount.gross} - coalesce({discount.money(way)}, 0))" for way in ways)
    totals = values.cursor.row(f"select {sums} from {values.source.relation}", values.parameters)
    readings = tuple((way, f"the amounts add up to {total or 0:,.2f}") for way, total in zip(ways, totals, strict=True))
    answers = " or ".join(f"--discount-kind {way}" for way in ways)
    sentence = (
        f'{values.source.name}: discounts in column "{discount.column.header}" (up to {most.normalize():f}) may be'
        f" money or a part of the price; say which with {answers}."
    )
    values.questions.append(
        Question("discount_kind", sentence, "discount_kind", discount.column.header, ways, readings)
    )
