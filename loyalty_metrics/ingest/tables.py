"""Tell which table a file is for, by which tables' columns it can fill."""

from collections.abc import Mapping, Sequence

from loyalty_metrics.ingest.plan import missing_question
from loyalty_metrics.ingest.presets import find_preset
from loyalty_metrics.ingest.recognise import Match, recognise
from loyalty_metrics.ingest.source import Source
from loyalty_metrics.schema import TABLES, TRANSACTIONS, Table

_OPTIONAL = 0.3
_ENOUGH = 1.4
_WIDEST = 300
"""A file of more columns is not weighed against every table."""


def likely_tables(source: Source, samples: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The tables whose required columns the file has, likeliest first; if there is none, the one it has most of.

    A required column weighs more than three optional ones: the more a table asks for, the more it says that a file has
    all of it.
    """
    weighed = _weighed(source, samples)
    return tuple(name for is_whole, _, name in weighed if is_whole) or (weighed[0][2],)


def fitting_tables(source: Source, samples: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The tables whose required columns the file has, and enough others to name it; likeliest first."""
    return tuple(name for is_whole, weight, name in _weighed(source, samples) if is_whole and weight >= _ENOUGH)


def _weighed(source: Source, samples: Mapping[str, Sequence[str]]) -> list[tuple[bool, float, str]]:
    """Every table: whether the file is whole for it, how much of it the file has, its name; the likeliest first."""
    if len(source.columns) > _WIDEST:
        return [(False, 0.0, TRANSACTIONS.name)]
    weighed = []
    for table in TABLES.values():
        matches = recognise(table, source, samples, {}, find_preset(source, table.name))
        is_whole = missing_question(table, source, matches) is None
        weighed.append((is_whole, _weight(table, matches), table.name))
    return sorted(weighed, key=lambda item: item[:2], reverse=True)


def _weight(table: Table, matches: Mapping[str, Match]) -> float:
    required = {column.name for column in table.columns if column.required}
    if table is TRANSACTIONS:
        required |= {"amount"} if "amount" in matches else {"quantity", "unit_price"}
    return sum(match.confidence * (1 if name in required else _OPTIONAL) for name, match in matches.items())
