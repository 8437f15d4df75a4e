"""Text as programs write it: blanks around it, empty text, words that stand for "nothing".

Looking at a column once is far cheaper than cleaning every value of it, and most columns need no cleaning.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.source import Source, SourceColumn

_BLANKS = " \t\r\n\u00a0\u2007\u202f\u3000"
_NOTHING = ("null", "nan", "nat", "none", "n/a", "#n/a", "\\n")


def _list(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_BLANK_LIST = _list(tuple(_BLANKS))
_CODES = ", ".join(str(ord(blank)) for blank in _BLANKS)
_WORDS = _list(_NOTHING)
_WORD_CODES = ", ".join(sorted({str(ord(letter)) for word in _NOTHING for letter in (word[0], word[0].upper())}))
_WORDS_AS_WRITTEN = _list(
    [form(word) for word in _NOTHING for form in (str, str.upper, str.capitalize)] + ["NaN", "NaT"]
)


_HEAD = 50_000
_MANY = 1_000_000
"""Rows from which on it pays to ask first how many different values a column may have."""


@dataclass(frozen=True)
class Habits:
    """What a text column needs before its values can be used.

    Attributes:
        has_blanks: Whether any value has blanks around it.
        has_words: Whether any value is a word for "nothing".
        is_whole: Whether all values are whole numbers without a sign, a zero or a blank too many: as numbers they
            take less room, and the text comes back letter by letter.
    """

    has_blanks: bool = True
    has_words: bool = True
    is_whole: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether values stand as they are meant, but for empty text."""
        return not (self.has_blanks or self.has_words)

    def text(self, sql: str) -> str:
        """SQL of free text: without blanks around it, NULL where nothing is left."""
        return f"nullif(trim({sql}, '{_BLANKS}'), '')" if self.has_blanks else f"nullif({sql}, '')"

    def value(self, sql: str) -> str:
        """SQL of a value: NULL also where a program wrote a word for "nothing"."""
        text = self.text(sql)
        return f"(case when lower({text}) in ({_WORDS}) then null else {text} end)" if self.has_words else text


def is_blank(sql: str) -> str:
    """SQL that tells whether text holds nothing."""
    return f"{Habits().text(sql)} is null"


def habits_of(cursor: Cursor, source: Source, columns: Sequence[SourceColumn]) -> dict[SourceColumn, Habits]:
    """Look at whole text columns, in one pass; at those of few different values once a value."""
    if not columns:
        return {}
    found = {}
    few, whole = _guessed(cursor, source, columns)
    for column, is_whole in zip(whole, _asked(cursor, source, [_is_whole(c) for c in whole]), strict=True):
        if is_whole:
            found[column] = Habits(has_blanks=False, has_words=False, is_whole=True)
    for column in few:
        found[column] = Habits(*_asked(cursor, source, _needs(column), values_of=column))
    rest = [column for column in columns if column not in found]
    row = _asked(cursor, source, [test for column in rest for test in _needs(column)])
    return found | {column: Habits(*row[2 * i : 2 * i + 2]) for i, column in enumerate(rest)}


def _asked(cursor: Cursor, source: Source, tests: Sequence[str], values_of: SourceColumn | None = None) -> tuple:
    """Ask for aggregates over the rows of a source, or over the different values of one column."""
    if not tests:
        return ()
    relation = source.relation
    if values_of:
        relation = f"(select distinct {values_of.sql} from {relation}) as different"
    return cursor.row(f"select {', '.join(tests)} from {relation}", source.parameters)


def _guessed(
    cursor: Cursor, source: Source, columns: Sequence[SourceColumn]
) -> tuple[list[SourceColumn], list[SourceColumn]]:
    """Guess from the first rows which columns have few different values, and which hold whole numbers alone."""
    tests = ", ".join(f"4 * approx_count_distinct({c.sql}) < count(*), {_is_whole(c)}" for c in columns)
    head = f"select {', '.join(c.sql for c in columns)} from {source.relation} limit {_HEAD}"
    row = cursor.row(f"select {tests} from ({head}) as head", source.parameters)
    few = [column for column, is_few in zip(columns, row[::2], strict=True) if is_few and source.rows >= _MANY]
    whole = [column for column, is_so in zip(columns, row[1::2], strict=True) if is_so and column not in few]
    return few, whole


def _is_whole(column: SourceColumn) -> str:
    """SQL: whether all values are whole numbers that are written as the database writes them."""
    written = f"cast(try_cast({column.sql} as bigint) as varchar) = {column.sql}"
    return f"coalesce(bool_and(coalesce({written}, {column.sql} is null)), false)"


def _needs(column: SourceColumn) -> tuple[str, str]:
    """SQL: whether any value has blanks around it, and whether any is a word for "nothing"."""
    first = f"unicode({column.sql})"
    return (
        f"coalesce(bool_or({first} in ({_CODES}) or {column.sql}[-1] in ({_BLANK_LIST})), false)",
        f"coalesce(bool_or({first} in ({_WORD_CODES}) and {column.sql} in ({_WORDS_AS_WRITTEN})), false)",
    )
