"""Numbers in text: which mark is the decimal one, decided by every value of the file together.

The mark is a habit of the program that wrote the file, so evidence from one column settles another. `1.234` alone is
evidence of nothing: then the analyst is asked.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal

from loyalty_metrics.database import Cursor, literal
from loyalty_metrics.ingest.shapes import MOST, Shape, shape
from loyalty_metrics.ingest.signs import credit_pattern, currency_pattern, scale_pattern, scales
from loyalty_metrics.ingest.source import Source

Mark = Literal[".", ","]
MARK_NAMES: dict[Mark, str] = {".": "point", ",": "comma"}

# The same patterns serve Python (on shapes) and the database (on values): only what both engines read alike.
_FILL = " \u00a0\u2000-\u200b\u200e\u200f\u202f\u2060'’`´_"
_MINUS = "-−－–‐‑"
_DASH = "-—–−－"
_NARROW_DIGITS = "0123456789"
_WIDE_DIGITS = ("０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "๐๑๒๓๔๕๖๗๘๙", "०१२३४५६७८९")
_DIGITS = f"[0-9{''.join(f'{digits[0]}-{digits[-1]}' for digits in _WIDE_DIGITS)}]"
_NUMBER = (
    r"{d}{{1,3}}(?:[{group}]{d}{{2,3}})*[{group}]{d}{{3}}(?:[{mark}]{d}*)?"
    r"|{d}+(?:[{mark}]{d}*)?(?:[eE][-+]?{d}+)?|[{mark}]{d}+"
)
_BEFORE = (
    r"(?:[+{minus}]{fill})?(?:[(]{fill}(?:[+{minus}]{fill})?)?(?:{credit}{some})?"
    r"(?:{currency}{fill}(?:[+{minus}]{fill})?(?:[(]{fill})?)?"
)
_AFTER = (
    r"(?:[{mark}] ?[{dash}]{{1,2}}|/[-=])?{fill}[)]?[{minus}]?{fill}(?:{scale}{fill})?(?:{currency}{fill})?"
    r"[)]?[{minus}]?(?:{fill}{credit})?"
)
_NO_CENTS = f"({_DIGITS})([.,．，٫] ?[{_DASH}]{{1,2}}|/[-=])"
"""A dash that stands for no cents, as in `12,-`: it is no minus."""
_NOTHING = rf"(?:{currency_pattern()})?[ ]*(?:[{_DASH}]{{1,3}}|[+-]?∞|n\.a\.|N\.A\.)"
"""What stands where there is no number."""
_WORD = r"[\pL\pM/]*\pL\pM*[/]?[.]?"
"""A word with the point of its abbreviation: `Rs.`, `S/.`"""
_LETTERS = "A-Za-z\u00c0-\u024f\u0370-\uffdc"
_HAS_WORD = re.compile(r"[^\W\d_]")
_HAS_NO_CENTS = re.compile(_NO_CENTS)
_PLAIN = re.compile(r"-?9+(\.9+)?$")
_EXPONENT = r"[0-9][.,]?[eE][-+]?[0-9]"
_FEW = 6
_CONTRARY = 100
"""Where more than one row in so many shows the other mark, both are in use."""
_THREE_DIGITS = 20
_EXACT = "decimal(30,10)"
_SCALED = f"{_DIGITS}[{_FILL}]*({scale_pattern()})(?:[^{_LETTERS}]|$)"
_CREDIT = credit_pattern("credit", "debit")


def _pattern(mark: str, other: str) -> str:
    number = _NUMBER.format(d=_DIGITS, group=other + _FILL, mark=mark)
    parts = {
        "minus": _MINUS[::-1],
        "dash": _DASH[::-1],
        "fill": f"[{_FILL}]*",
        "some": f"[{_FILL}]+",
        "mark": mark,
        "currency": currency_pattern(),
        "scale": scale_pattern(),
        "credit": _CREDIT,
    }
    return f"{_BEFORE.format(**parts)}(?:{number}){_AFTER.format(**parts)}"


_PATTERNS: dict[Mark, str] = {".": _pattern(".．٫", ",，٬"), ",": _pattern(",，٫", ".．٬")}


@cache
def _compiled(mark: Mark) -> re.Pattern[str]:
    return re.compile(_PATTERNS[mark])


@lru_cache(100_000)
def _fits(mark: Mark, pattern: str) -> bool:
    """Whether values of a shape are numbers with this decimal mark."""
    return bool(_compiled(mark).fullmatch(pattern))


@dataclass(frozen=True)
class Evidence:
    """What the shapes of a column say of the decimal mark.

    Attributes:
        shapes: The shapes.
        rows: How many rows speak for each mark.
        unclear: An example such as `1.234`, when there are values that speak for neither.
        unclear_rows: How many rows speak for neither, by the mark they bear.
    """

    shapes: Sequence[Shape]
    rows: dict[Mark, int]
    unclear: str | None = None
    unclear_rows: Mapping[Mark, int] = field(default_factory=lambda: {".": 0, ",": 0})

    @property
    def best(self) -> Mark | None:
        """The mark that most rows speak for."""
        best: Mark = "." if self.rows["."] >= self.rows[","] else ","
        return best if self.rows[best] else None

    @property
    def contrary(self) -> Mark | None:
        """The mark that the fewer rows speak for, where both are spoken for."""
        return _other(self.best) if self.best and all(self.rows.values()) else None

    @property
    def is_thin(self) -> bool:
        """Whether too little speaks for the best mark to read the unclear values by it.

        Both marks are in use; or nearly all values have three digits behind the mark, as thousands do.
        """
        best = self.best
        if best is None or self.unclear is None:
            return False
        both = self.contrary is not None and self.rows[_other(best)] * _CONTRARY >= self.rows[best]
        return both or self.unclear_rows[best] > _THREE_DIGITS * self.rows[best]


def _other(mark: Mark) -> Mark:
    return "," if mark == "." else "."


def weigh(shapes: Sequence[Shape]) -> Evidence:
    """Gather what a column's shapes say of the decimal mark."""
    rows: dict[Mark, int] = {".": 0, ",": 0}
    unclear_rows: dict[Mark, int] = {".": 0, ",": 0}
    unclear = None
    for item in shapes:
        vote = _vote(item.pattern.rstrip("%％折 "))
        if vote == "unclear":
            unclear = unclear or item.example
            unclear_rows[_seen(item.pattern)] += item.rows
        elif vote is not None:
            rows[vote] += item.rows
    return Evidence(shapes, rows, unclear, unclear_rows)


def _seen(text: str) -> Mark:
    """The mark that a value bears."""
    return "," if "," in text or "，" in text else "."


def _vote(pattern: str) -> Mark | Literal["unclear"] | None:
    """Say which decimal mark a shape shows, if any."""
    fits: list[Mark] = [mark for mark in _PATTERNS if _fits(mark, pattern)]
    if len(fits) == 1:
        return fits[0]
    return "unclear" if fits and re.search(f"{_DIGITS}[.,．，]{_DIGITS}", pattern) else None


def looks_like_number(value: str) -> bool:
    """Whether one value may be a number, with either mark."""
    pattern = shape(value.strip())
    return any(_fits(mark, pattern) for mark in _PATTERNS)


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
    seen = _seen(example)
    digits = re.sub(r"^[^0-9]*[^0-9.,]|[^0-9.,]|[^0-9]+$", "", example)
    return tuple((mark, digits.replace(seen, "." if mark == seen else "")) for mark in (".", ","))


def has_credit_marks(shapes: Collection[Shape]) -> bool:
    """Whether a bookkeeper's mark, such as CR, stands beside any number of a column."""
    return any(_looks_like_credit(item.pattern) and _is_number(item.pattern) for item in shapes)


def is_nothing(pattern: str) -> bool:
    """Whether values of a shape stand where there is no number: a dash, the sign of infinity."""
    return bool(re.fullmatch(_NOTHING, pattern))


def nothing_sql(sql: str) -> str:
    """SQL of text that is NULL where there is no number, such as at a lone dash."""
    return f"(case when regexp_full_match({sql}, {literal(_NOTHING)}) then null else {sql} end)"


def _is_number(pattern: str) -> bool:
    return any(_fits(mark, pattern) for mark in _PATTERNS)


def _looks_like_credit(pattern: str) -> bool:
    return bool(re.search(_at_an_end(_CREDIT), pattern))


def _at_an_end(mark: str) -> str:
    """The pattern of text that begins or ends with a mark beside its number."""
    beside = f"[^{_LETTERS}]"
    return f"^[-+( ]*{mark} +{beside}|{_DIGITS}[^{_LETTERS}]*(?:[A-Z]{{3}} +)?{mark}$"


def credit_condition(sql: str, side: str) -> str:
    """SQL that is true of text whose number bears a mark of one side, `credit` or `debit`, and no sign beside it."""
    marked = f"regexp_matches({sql}, {literal(_at_an_end(credit_pattern(side)))})"
    return f"({marked} and not regexp_matches({sql}, '[({_MINUS[::-1]}]'))"


def number_sql(
    sql: str, mark: Mark, shapes: Collection[Shape], sql_type: str, credit: str = "minus", is_mixed: bool = False
) -> str:
    """SQL that turns text into a number of a type, NULL where it cannot be read.

    Only the cleaning that the column's shapes call for is done: most columns need none.

    Args:
        sql: The text.
        mark: The decimal mark.
        shapes: The shapes of the column.
        sql_type: The type of the number.
        credit: What a bookkeeper's credit mark is taken for, `minus` or `plus`; a debit mark is the contrary.
        is_mixed: Whether values that can only be numbers with the other mark are read by that one.
    """
    if mark == "." and all(_PLAIN.match(item.pattern) for item in shapes):
        return plain_number(sql, sql_type)
    other = _other(mark)
    valid = [item.pattern for item in shapes if _fits(mark, item.pattern)]
    contrary = [item.pattern for item in shapes if is_mixed and _vote(item.pattern) == other]
    value = _value_sql(sql, mark, valid, shapes, sql_type, credit)
    if len(valid) < len(shapes) or len(shapes) == MOST:
        contrary_value = ""
        if contrary:
            number = _value_sql(sql, other, contrary, shapes, sql_type, credit)
            contrary_value = f" when regexp_full_match({sql}, {literal(_PATTERNS[other])}) then {number}"
        value = f"case when regexp_full_match({sql}, {literal(_PATTERNS[mark])}) then {value}{contrary_value} end"
    return f"({value})"


def plain_number(sql: str, sql_type: str) -> str:
    """SQL of a number that is written as the database writes it."""
    return f"try_cast({sql} as {sql_type})"


def shows(mark: Mark, sql: str) -> str:
    """SQL that is true of text that can only be a number with this decimal mark."""
    other = _other(mark)
    fits, unfit = (f"regexp_full_match({sql}, {literal(_PATTERNS[each])})" for each in (mark, other))
    return f"({fits} and not {unfit})"


def _value_sql(
    sql: str, mark: Mark, valid: Sequence[str], shapes: Collection[Shape], sql_type: str, credit: str
) -> str:
    """SQL of a number whose text is known to be one, of the shapes that are valid."""
    # With so many shapes that not all are known, any character may come.
    is_open = len(shapes) == MOST
    has_scale = is_open or any(re.search(_SCALED, text) for text in valid)
    number_type = _EXACT if has_scale and sql_type != "double" else sql_type
    value = _cleaned_sql(sql, mark, valid, is_open, number_type)
    if any(re.search(_EXPONENT, text) for text in valid):
        # Of 1e400 nothing finite is left.
        power = (
            f"nullif(try_cast({sql} as {number_type}), 'inf')"
            if sql_type == "double"
            else f"try_cast({sql} as {number_type})"
        )
        value = f"case when regexp_matches({sql}, '{_EXPONENT}') then {power} else {value} end"
    if is_open or any(map(_looks_like_credit, valid)):
        value = f"({value}) * {_credit_sign(sql, credit)}"
    if has_scale:
        value = f"try_cast(({value}) * {_scale_sql(sql)} as {sql_type})"
    return value


def _cleaned_sql(sql: str, mark: Mark, valid: Sequence[str], is_open: bool, sql_type: str) -> str:
    """SQL that drops every character but digits and the decimal mark, and keeps the sign."""
    text = sql
    characters = set("".join(valid))
    if is_open or any(map(_HAS_NO_CENTS.search, valid)):
        text = f"regexp_replace({text}, {literal(_NO_CENTS)}, '\\1')"
        characters |= set(_MINUS)
    signs = _MINUS + "(" if is_open else "".join(sorted(characters & set(_MINUS + "(")))
    negative = " or ".join(f"contains({text}, '{sign}')" for sign in signs)
    if is_open or any(map(_HAS_WORD.search, valid)):
        text = f"regexp_replace({text}, {literal(_WORD)}, '', 'g')"
        characters = {c for c in characters if not c.isalpha()}
    wide, narrow = _wide(mark)
    if is_open or characters & set(wide):
        text = f"translate({text}, '{wide}', '{narrow}')"
        characters = characters - set(wide) | {",", "."}
    dropped = sorted(characters - {*_NARROW_DIGITS, mark})
    if is_open or len(dropped) > _FEW:
        text = f"regexp_replace({text}, '[^0-9{mark}]', '', 'g')"
    else:
        for character in dropped:
            text = f"replace({text}, {literal(character)}, '')"
    if mark == ",":
        text = f"replace({text}, ',', '.')"
    value = f"try_cast({text} as {sql_type})"
    return f"case when {negative} then -{value} else {value} end" if negative else value


@cache
def _wide(mark: Mark) -> tuple[str, str]:
    """Digits and marks of other scripts, and what each is."""
    other = _other(mark)
    return "".join(_WIDE_DIGITS) + "．，٫٬", _NARROW_DIGITS * len(_WIDE_DIGITS) + ".," + mark + other


def _credit_sign(sql: str, credit: str) -> str:
    """SQL of the sign that a credit or debit mark gives: a sign that is written already stands."""
    contrary = "credit" if credit == "minus" else "debit"
    return f"(case when {credit_condition(sql, contrary)} then -1 else 1 end)"


def _scale_sql(sql: str) -> str:
    """SQL of how many ones the word behind a number stands for."""
    word = f"rtrim(regexp_extract({sql}, {literal(_SCALED)}, 1), '.')"
    whens = " ".join(f"when {word} = {literal(text)} then {factor}" for text, factor in scales().items())
    return f"(case {whens} else 1 end)"
