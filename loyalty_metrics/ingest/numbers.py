"""Numbers in text: which mark is the decimal one, decided by every value of the file together.

The mark is a habit of the program that wrote the file, so evidence from one column settles another. `1.234` alone is
evidence of nothing: then the analyst is asked.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from loyalty_metrics.database import Cursor, literal
from loyalty_metrics.ingest.shapes import MOST, Shape, shape
from loyalty_metrics.ingest.source import Source

Mark = Literal[".", ","]

# The same patterns serve Python (on shapes) and the database (on values): only what both engines read alike.
_FILL = " \u00a0\u2007\u2009\u202f'’_"
_MINUS = "-−－"
_CURRENCY = r"(?:[A-Za-z]{0,2}\$|[€£¥￥₫₩₽₹฿₺₴₱₦₪₡₲元円원đ]|kr\.?|zł|Kč|Rp\.?|S/\.?|Rs\.?|[A-Z]{2,3})"
_DIGITS = "[0-9０-９]"
_NUMBER = (
    r"{d}{{1,3}}(?:[{group}]{d}{{2,3}})*[{group}]{d}{{3}}(?:[{mark}]{d}*)?"
    r"|{d}+(?:[{mark}]{d}*)?(?:[eE][-+]?{d}+)?|[{mark}]{d}+"
)
_WHOLE = r"[(]?[+{minus}]?[{fill}]*(?:{currency}[{fill}]*)?[+{minus}]?(?:{number})[{fill}]*(?:{currency})?[)-]?"
_WIDE = "０１２３４５６７８９．，"
_NARROW = "0123456789.,"
_PLAIN = re.compile(r"-?9+(\.9+)?$")
_EXPONENT = r"[0-9][.]?[eE][-+]?[0-9]"
_FEW = 6


def _pattern(mark: str, other: str) -> str:
    number = _NUMBER.format(d=_DIGITS, group=other + _FILL, mark=mark)
    return _WHOLE.format(minus=_MINUS[::-1], fill=_FILL, currency=_CURRENCY, number=number)


_PATTERNS: dict[Mark, str] = {".": _pattern(".．", ",，"), ",": _pattern(",，", ".．")}


@dataclass(frozen=True)
class Evidence:
    """What the shapes of a column say of the decimal mark.

    Attributes:
        shapes: The shapes.
        rows: How many rows speak for each mark.
        unclear: An example such as `1.234`, when there are values that speak for neither.
    """

    shapes: Sequence[Shape]
    rows: dict[Mark, int]
    unclear: str | None

    @property
    def best(self) -> Mark | None:
        """The mark that most rows speak for."""
        best = max(self.rows, key=lambda mark: self.rows[mark])
        return best if self.rows[best] else None


def weigh(shapes: Sequence[Shape]) -> Evidence:
    """Gather what a column's shapes say of the decimal mark."""
    rows: dict[Mark, int] = {".": 0, ",": 0}
    unclear = None
    for item in shapes:
        vote = _vote(item.pattern)
        if vote == "unclear":
            unclear = unclear or item.example
        elif vote is not None:
            rows[vote] += item.rows
    return Evidence(shapes, rows, unclear)


def _vote(pattern: str) -> Mark | Literal["unclear"] | None:
    """Say which decimal mark a shape shows, if any."""
    fits: list[Mark] = [mark for mark in _PATTERNS if re.fullmatch(_PATTERNS[mark], pattern)]
    if len(fits) == 1:
        return fits[0]
    return "unclear" if fits and re.search(f"{_DIGITS}[.,．，]{_DIGITS}", pattern) else None


def looks_like_number(value: str) -> bool:
    """Whether one value may be a number, with either mark."""
    pattern = shape(value.strip())
    return any(re.fullmatch(whole, pattern) for whole in _PATTERNS.values())


def has_leading_zero(cursor: Cursor, source: Source, sql: str, mark: str) -> bool:
    """Whether a value such as `0.125` stands in the column: nobody groups thousands after a zero."""
    found = cursor.rows(
        f"select 1 from {source.relation} where regexp_matches({sql}, '^[^0-9]*0[{mark}][0-9]+[^0-9]*$') limit 1",
        source.parameters,
    )
    return bool(found)


def unclear_sentence(name: str, header: str, example: str) -> str:
    """The question to ask about a column whose decimal mark nothing settles."""
    large, small = sorted((reading for _, reading in both_numbers(example)), key=lambda text: "." in text)
    return (
        f'{name}: the numbers in column "{header}" can be read in two ways ({example} is {large} or {small}); '
        "say which with --decimal . or --decimal , (the decimal mark)."
    )


def both_numbers(example: str) -> tuple[tuple[str, str], ...]:
    """What a number such as `1.234` is with each decimal mark, as (mark, number)."""
    seen = "," if "," in example else "."
    digits = re.sub(r"[^0-9.,]", "", example)
    return tuple((mark, digits.replace(seen, "." if mark == seen else "")) for mark in (".", ","))


def number_sql(sql: str, mark: Mark, shapes: Collection[Shape], sql_type: str) -> str:
    """SQL that turns text into a number of a type, NULL where it cannot be read.

    Only the cleaning that the column's shapes call for is done: most columns need none.
    """
    if mark == "." and all(_PLAIN.match(item.pattern) for item in shapes):
        return plain_number(sql, sql_type)
    pattern = _PATTERNS[mark]
    valid = [item.pattern for item in shapes if re.fullmatch(pattern, item.pattern)]
    # With so many shapes that not all are known, any character may come.
    known = set("".join(valid)) if len(shapes) < MOST else set(_FILL + _MINUS + _WIDE + "()+$")
    value = _cleaned_sql(sql, mark, known, sql_type)
    if any(re.search(_EXPONENT, text) for text in valid):
        # Of 1e400 nothing finite is left.
        power = (
            f"nullif(try_cast({sql} as {sql_type}), 'inf')"
            if sql_type == "double"
            else f"try_cast({sql} as {sql_type})"
        )
        value = f"case when regexp_matches({sql}, '{_EXPONENT}') then {power} else {value} end"
    if len(valid) < len(shapes) or len(shapes) == MOST:
        value = f"case when regexp_full_match({sql}, {literal(pattern)}) then {value} end"
    return f"({value})"


def plain_number(sql: str, sql_type: str) -> str:
    """SQL of a number that is written as the database writes it."""
    return f"try_cast({sql} as {sql_type})"


def _cleaned_sql(sql: str, mark: Mark, characters: set[str], sql_type: str) -> str:
    """SQL that drops every character but digits and the decimal mark, and keeps the sign."""
    text = sql
    if characters & set(_WIDE):
        text = f"translate({text}, '{_WIDE}', '{_NARROW}')"
    dropped = sorted(characters - set(_NARROW) - set(_WIDE) | ({",", "."} - {mark}) & characters)
    if len(dropped) <= _FEW:
        for character in dropped:
            text = f"replace({text}, {literal(character)}, '')"
    else:
        text = f"regexp_replace({text}, '[^0-9{mark}]', '', 'g')"
    if mark == ",":
        text = f"replace({text}, ',', '.')"
    value = f"try_cast({text} as {sql_type})"
    signs = [f"contains({sql}, '{sign}')" for sign in sorted(characters & set(_MINUS + "("))]
    return f"case when {' or '.join(signs)} then -{value} else {value} end" if signs else value
