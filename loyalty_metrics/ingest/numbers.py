"""Numbers in text: which mark is the decimal one, decided by every value of the file together.

The mark is a habit of the program that wrote the file, so evidence from one column settles another. `1.234` alone is
evidence of nothing: then the analyst is asked.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.shapes import Shape, shape
from loyalty_metrics.ingest.source import Source

Mark = Literal[".", ","]

# The same patterns serve Python (on shapes) and the database (on values): only what both engines read alike.
_FILL = "[ \u00a0\u2007\u2009\u202f'’_]"
_CURRENCY = (
    r"(?:[A-Za-z]{0,2}\$|[€£¥￥₫₩₽₹฿₺₴₱₦₪₡₲元円원đ]|kr\.?|zł|Kč|Rp\.?|RM|S/\.?|Rs\.?|[A-Z]{3})"
)
_SIGNED = r"\(?[-+]?(?:{body})[-)]?"
_BODY = {
    ".": r"\d+(?:\.\d*)?|\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?|\.\d+",
    ",": r"\d+(?:,\d*)?|\d{1,3}(?:\.\d{2,3})*\.\d{3}(?:,\d*)?|,\d+",
}
_WHOLE: dict[Mark, str] = {".": _SIGNED.format(body=_BODY["."]), ",": _SIGNED.format(body=_BODY[","])}
_PLAIN = re.compile(r"-?9+(\.9+)?$")
_WIDE = "０１２３４５６７８９．，－−"
_NARROW = "0123456789.,--"


@dataclass(frozen=True)
class Evidence:
    """What the shapes of a column say of the decimal mark.

    Attributes:
        rows: How many rows speak for each mark.
        unclear: An example such as `1.234`, when there are values that speak for neither.
        plain: Whether all values are digits with at most a dot, so that the database reads them without help.
    """

    rows: dict[Mark, int]
    unclear: str | None
    plain: bool


def weigh(shapes: Iterable[Shape]) -> Evidence:
    """Gather what a column's shapes say of the decimal mark."""
    rows: dict[Mark, int] = {".": 0, ",": 0}
    unclear, plain = None, True
    for item in shapes:
        plain = plain and bool(_PLAIN.match(item.pattern))
        vote = _vote(item.pattern)
        if vote == "unclear":
            unclear = unclear or item.example
        elif vote is not None:
            rows[vote] += item.rows
    return Evidence(rows, unclear, plain)


def _vote(pattern: str) -> Mark | Literal["unclear"] | None:
    """Say which decimal mark a shape shows, if any."""
    core = _core(pattern)
    fits: list[Mark] = [mark for mark in _WHOLE if re.fullmatch(_WHOLE[mark], core)]  # type: ignore[misc]
    if len(fits) == 1:
        return fits[0]
    has_mark = "." in core or "," in core
    return "unclear" if len(fits) == 2 and has_mark else None


def _core(value: str) -> str:
    """Strip a value of currency, blanks and wide digits."""
    value = value.translate(str.maketrans(_WIDE, _NARROW))
    stripped = re.sub(_FILL, "", value)
    stripped = re.sub(rf"^([-+(]?){_CURRENCY}", r"\1", stripped)
    return re.sub(rf"{_CURRENCY}([)-]?)$", r"\1", stripped)


def looks_like_number(value: str) -> bool:
    """Whether one value may be a number, with either mark."""
    core = _core(shape(value.strip()))
    return any(re.fullmatch(whole, core) for whole in _WHOLE.values())


def has_leading_zero(cursor: Cursor, source: Source, sql: str, mark: str) -> bool:
    """Whether a value such as `0.125` stands in the column: nobody groups thousands after a zero."""
    found = cursor.value(
        f"select count(*) from {source.relation} where regexp_matches({sql}, '^[^0-9]*0[{mark}][0-9]+[^0-9]*$')",
        source.parameters,
    )
    return bool(found)


def unclear_sentence(name: str, header: str, example: str) -> str:
    """The question to ask about a column whose decimal mark nothing settles."""
    mark = "," if "," in example else "."
    digits = re.sub(r"[^0-9.,]", "", example)
    large, small = digits.replace(mark, ""), digits.replace(mark, ".")
    return (
        f'{name}: the numbers in column "{header}" can be read in two ways ({example} is {large} or {small}); '
        "say which with --decimal . or --decimal , (the decimal mark)."
    )


def number_sql(sql: str, mark: Mark, plain: bool, sql_type: str) -> str:
    """SQL that turns text into a number of a type, NULL where it cannot be read."""
    if plain:
        return f"try_cast({sql} as {sql_type})"
    narrow = f"translate({sql}, '{_WIDE}', '{_NARROW}')"
    bare = f"regexp_replace({narrow}, '{_sql(_FILL)}', '', 'g')"
    bare = rf"regexp_replace({bare}, '^([-+(]?){_sql(_CURRENCY)}', '\1')"
    bare = rf"regexp_replace({bare}, '{_sql(_CURRENCY)}([)-]?)$', '\1')"
    group = "," if mark == "." else "."
    digits = f"replace(translate({bare}, '{group}()+-', ''), '{mark}', '.')"
    is_negative = f"(contains({bare}, '-') or starts_with({bare}, '('))"
    value = f"try_cast({digits} as {sql_type})"
    return (
        f"(case when regexp_full_match({bare}, '{_WHOLE[mark]}') "
        f"then case when {is_negative} then -{value} else {value} end end)"
    )


def _sql(pattern: str) -> str:
    return pattern.replace("'", "''")
