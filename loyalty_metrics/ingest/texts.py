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
_WORDS_AS_WRITTEN = _list(
    [form(word) for word in _NOTHING for form in (str, str.upper, str.capitalize)] + ["NaN", "NaT"]
)


@dataclass(frozen=True)
class Habits:
    """What a text column needs before its values can be used."""

    has_blanks: bool = True
    has_words: bool = True

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
    """Look at whole text columns, all in one pass."""
    if not columns:
        return {}
    tests = []
    for column in columns:
        tests.append(
            f"coalesce(bool_or(unicode({column.sql}) in ({_CODES}) or {column.sql}[-1] in ({_BLANK_LIST})), false)"
        )
        tests.append(f"coalesce(bool_or({column.sql} in ({_WORDS_AS_WRITTEN})), false)")
    row = cursor.row(f"select {', '.join(tests)} from {source.relation}", source.parameters)
    return {column: Habits(*row[2 * i : 2 * i + 2]) for i, column in enumerate(columns)}
