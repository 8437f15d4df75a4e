"""Which customer ids are nobody: what tills and shops write in the place of a customer when nobody is known.

The words are data: see rules/guests.toml. An id of digits alone, such as 0 or 9999, is nobody where nothing else can be
meant; where it may be a customer, it is asked about.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.questions import Question
from loyalty_metrics.ingest.values import Reading, Values
from loyalty_metrics.schema import normalise_header

GUEST, CUSTOMER = "guest", "customer"
_RULES = Path(__file__).parent.parent / "rules" / "guests.toml"
_LONGEST = 60
_FEWEST_ORDERS = 20
_SHARE = 0.05
"""From this share of all orders on, an id of digits that look made up is asked about."""
_NAMED = 5
_OF_NUMBERS = "cast({} as varchar)"
"""How ids are shown that are kept as whole numbers."""
_REPEATED = "|".join(f"{digit}{{3,}}" for digit in range(1, 10))
_MADE_UP = rf"^([0 -]+|-[0-9]+|1|99|{_REPEATED}|12345[0-9]*)(\.0+)?$"
"""Zeros and dashes, numbers below 0, 1, 99, one digit again and again, 12345."""


@dataclass(frozen=True)
class _Found:
    """An id that may be nobody, with the rows and the different addresses it stands beside."""

    value: str
    rows: int
    contacts: int
    has_neighbour: bool


@cache
def _words() -> frozenset[str]:
    found = tomllib.loads(_RULES.read_text(encoding="utf-8"))["guests"]
    return frozenset(normalise_header(word) for words in found.values() for word in words)


def without_guests(values: Values, name: str, header: str, key: Reading, beside: Sequence[Reading]) -> Reading:
    """Leave what tells customers apart empty where it is nobody's.

    Args:
        values: Where what is found is told, and asked.
        name: Its canonical name.
        header: The column of the ids.
        key: The ids.
        beside: What else tells customers apart: an id beside many addresses is nobody's.
    """
    said = values.options.ids
    _check(said)
    guests = {value for value, who in said.items() if who == GUEST}
    rows: dict[str, int] = {}
    for found in _candidates(values, key, beside):
        if found.value in said:
            continue
        who = _who(values, found)
        if who == GUEST:
            guests.add(found.value)
            rows[found.value] = found.rows
        elif who is None:
            values.questions.append(_question(values, header, found))
    if not guests:
        return key
    if rows:
        values.notes.append(_told(header, rows))
    return _emptied(values, name, key, sorted(guests))


def _check(said: Mapping[str, str]) -> None:
    for value, who in said.items():
        if who not in (GUEST, CUSTOMER):
            raise ImportRefused(f"The id {value!r} is a {GUEST} or a {CUSTOMER}, and not {who!r}.")


def _emptied(values: Values, name: str, key: Reading, guests: list[str]) -> Reading:
    values.parameters[f"guests_{name}"] = guests
    text = key.show.format(key.store)
    is_guest = f"list_contains($guests_{name}, {text})"
    return Reading(f"(case when {is_guest} then null else {text} end)", f"({key.filled} and not {is_guest})")


def _candidates(values: Values, key: Reading, beside: Sequence[Reading]) -> list[_Found]:
    """The different ids that may be nobody: words without a digit, and numbers that look made up."""
    source, text = values.source, key.show.format(key.store)
    contact = f"coalesce({', '.join(reading.show.format(reading.store) for reading in beside)})" if beside else "null"
    ids = f"select id, count(*) as rows from (select {key.store} as id from {source.relation}) as ids"
    if key.show == _OF_NUMBERS:
        # Only a few numbers are made up: asking for them is far quicker than counting all ids.
        ids += f" where id < 2 or id in ({', '.join(map(str, _numbers()))})"
    else:
        # What begins with a letter and ends in a digit is no word for nobody: most ids need not be counted.
        ids += " where id[1] <= '9' or id[-1] < '0' or id[-1] > '9'"
    ids += " group by id"
    shown = key.show.format("id")
    may_be = (
        f"regexp_matches({shown}, $made_up) or not regexp_matches({shown}, '[0-9]') and length({shown}) <= {_LONGEST}"
    )
    found = values.cursor.rows(
        f"select {shown}, rows from ({ids}) as counted where id is not null and ({may_be})",
        {**values.parameters, "made_up": _MADE_UP},
    )
    found = [(value, rows) for value, rows in found if _is_number(value) or _is_word(value)]
    named = {"named": [value for value, _ in found], **values.parameters}
    contacts = dict(
        values.cursor.rows(
            f"select {text}, count(distinct {contact}) from {source.relation}"
            f" where list_contains($named, {text}) group by all",
            named,
        )
        if beside and found
        else []
    )
    neighbours = _neighbours(values, text, [value for value, _ in found])
    return [_Found(value, rows, contacts.get(value, 0), value in neighbours) for value, rows in found]


@cache
def _numbers() -> tuple[int, ...]:
    """Numbers above 1 that look made up: one digit again and again, 99, and 12345."""
    repeated = [int(str(digit) * length) for digit in range(1, 10) for length in range(3, 13)]
    return (99, *repeated, *(int("1234567890"[:length]) for length in range(5, 11)))


def _is_number(value: str) -> bool:
    return bool(re.fullmatch(r"-?[0-9]+(\.0+)?", value))


def _is_word(value: str) -> bool:
    """Whether an id is a word for nobody, or holds neither letters nor digits."""
    folded = normalise_header(value)
    return folded in _words() or not folded or set(folded) <= {"0", " "}


def _neighbours(values: Values, text: str, found: list[str]) -> set[str]:
    """Those numbers beside which the next lower or higher one is an id, too: then they are counted like all others."""
    numbers = {value: int(float(value)) for value in found if _is_number(value)}
    if not numbers:
        return set()
    wanted = [str(number + step) for number in numbers.values() for step in (-1, 1)]
    there = values.cursor.rows(
        f"select distinct {text} from {values.source.relation} where list_contains($wanted, {text})",
        {"wanted": wanted, **values.parameters},
    )
    known = {value for (value,) in there}
    return {value for value, number in numbers.items() if known & {str(number - 1), str(number + 1)}}


def _who(values: Values, found: _Found) -> str | None:
    """Whether an id is nobody or a customer; None where only the analyst can tell."""
    if not _is_number(found.value):
        return GUEST
    is_empty = int(float(found.value)) <= 0
    if is_empty and (found.contacts > 1 or not found.has_neighbour or int(float(found.value)) < 0):
        return GUEST
    is_many = found.rows >= _FEWEST_ORDERS and found.rows >= _SHARE * values.source.rows
    return None if is_many and (is_empty or not found.has_neighbour or found.contacts > 1) else CUSTOMER


def _question(values: Values, header: str, found: _Found) -> Question:
    share = found.rows / values.source.rows
    sentence = (
        f'{values.source.name}: the id {found.value} in column "{header}" stands in {found.rows:,} rows, {share:.0%} of'
        f" all, and may be nobody's; say --guest {found.value} if it is, or --customer {found.value} if it is not."
    )
    readings = (
        (GUEST, f"{found.rows:,} rows without a customer"),
        (CUSTOMER, f"one customer with {found.rows:,} rows"),
    )
    return Question("guest_id", sentence, "ids", header, (GUEST, CUSTOMER), readings, found.value)


def _told(header: str, rows: Mapping[str, int]) -> str:
    listed = sorted(rows.items(), key=lambda item: -item[1])
    named = ", ".join(f'"{value}" ({count:,} rows)' for value, count in listed[:_NAMED])
    more = f" and {len(listed) - _NAMED} more" if listed[_NAMED:] else ""
    return (
        f'In column "{header}", {named}{more} is taken for no customer: a guest, unless another column tells who it is.'
    )
