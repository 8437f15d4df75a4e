"""Which columns of a table a header may mean, by its very words."""

from collections.abc import Sequence
from functools import cache

from loyalty_metrics.ingest.tells import roles_of
from loyalty_metrics.schema import TABLES, Column, Table, normalise_header

_NUMBERS = ("money", "number", "integer")


def meant_by(header: str, table: Table) -> tuple[Column, ...]:
    """The columns that are called so in some language."""
    return _by_word(table.name).get(normalise_header(header), ())


def means_money(header: str, table: Table) -> bool:
    """Whether a header is a word for money or a count."""
    return any(role.type in _NUMBERS for role in meant_by(header, table))


def is_called(header: str, names: Sequence[str], table: Table) -> bool:
    """Whether a header is a word for one of these columns."""
    return any(role.name in names for role in meant_by(header, table))


@cache
def _by_word(table: str) -> dict[str, tuple[Column, ...]]:
    found: dict[str, tuple[Column, ...]] = {}
    for role in roles_of(TABLES[table]):
        words = {role.name, *(word for known in role.words.values() for word in known)}
        for word in {normalise_header(word) for word in words} - {""}:
            found[word] = (*found.get(word, ()), role)
    return found
