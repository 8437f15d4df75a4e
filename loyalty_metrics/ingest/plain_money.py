"""Money as a plain reader sees it: digits, a decimal mark, a sign.

It is the second reading of an import, and shares nothing with the first (`numbers`): what both read alike is right.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

_MINUS = "-−–—﹣－"
_GAPS = re.compile(r"[\s'’`´_\u200e\u200f]")
_WORD = re.compile(r"[^\W\d_]+[/]?\.?")
_NO_CENTS = re.compile(rf"(?<=\d)(?:[.,]\s*[{_MINUS}]{{1,2}}|/[{_MINUS}]|[{_MINUS}]{{2}})\s*$")
_CREDIT = re.compile(r"\bcr\b\.?", re.IGNORECASE)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*[.,]?|[.,]\d+")
_GROUP = 3


def plain_money(text: str, mark: str = ".") -> Decimal | None:
    """Read money written by whatever program; None where it is no number.

    Args:
        text: As the file has it.
        mark: The decimal mark, `.` or `,`.

    >>> plain_money("($1,234.50)"), plain_money("1.234,50 kr.", ","), plain_money("CHF 12.-"), plain_money("free")
    (Decimal('-1234.50'), Decimal('1234.50'), Decimal('12'), None)
    """
    written = unicodedata.normalize("NFKC", text).strip()
    number = _number(_bare(written), mark)
    return number if number is None else -number if _is_negative(written) else number


def decimal_mark(texts: Iterable[tuple[str, int]]) -> str | None:
    """Say which decimal mark most values show; None where none shows any.

    Args:
        texts: Different values, each with how many rows have it.
    """
    votes: Counter[str] = Counter()
    for text, rows in texts:
        if shown := _shown_mark(_bare(unicodedata.normalize("NFKC", text))):
            votes[shown] += rows
    return votes.most_common(1)[0][0] if votes else None


def _bare(written: str) -> str:
    """The digits with their marks: without words, signs of currencies, gaps, and the dash that stands for no cents."""
    text = _WORD.sub("", _NO_CENTS.sub("", written))
    text = "".join(c for c in _GAPS.sub("", text) if unicodedata.category(c) != "Sc" and c not in "$/()+")
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text).strip(_MINUS)


def _is_negative(written: str) -> bool:
    without = _NO_CENTS.sub("", written)
    signs = [c for c in without if c in _MINUS]
    return bool(signs) or (("(" in without) and (")" in without)) or bool(_CREDIT.search(without))


def _number(bare: str, mark: str) -> Decimal | None:
    if not _DIGITS.fullmatch(bare):
        return None
    other = "," if mark == "." else "."
    whole, _, rest = bare.partition(mark)
    if mark in rest:  # twice the mark: it groups, if each group has three digits
        if other in bare or not _is_grouped(bare, mark):
            return None
        whole, rest = bare.replace(mark, ""), ""
    if other in rest or (other in whole and not _is_grouped(whole, other)):
        return None
    try:
        return (
            Decimal(f"{whole.replace(other, '') or 0}.{rest or 0}") if rest else Decimal(whole.replace(other, "") or 0)
        )
    except InvalidOperation:
        return None


def _is_grouped(digits: str, mark: str) -> bool:
    """Whether a mark stands between groups of three digits; in India all but the last have two."""
    first, *groups = digits.split(mark)
    *others, last = groups
    return 0 < len(first) <= _GROUP and len(last) == _GROUP and all(len(group) in (2, _GROUP) for group in others)


def _shown_mark(bare: str) -> str | None:
    """The decimal mark that a number shows beyond doubt."""
    marks = [c for c in bare if c in ".,"]
    if not marks or not _DIGITS.fullmatch(bare):
        return None
    last = marks[-1]
    other = "," if last == "." else "."
    if len(set(marks)) == 2:
        return last
    if len(marks) > 1:
        return other
    behind = len(bare) - bare.rindex(last) - 1
    return last if behind != _GROUP or bare.startswith(("0", last)) else None
