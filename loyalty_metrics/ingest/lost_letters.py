"""Headers some letters of which an export lost: `N�mero`, `N?mero` or `NÃºmero` for `Número`."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from loyalty_metrics.ingest.presets import presets
from loyalty_metrics.ingest.source import Source
from loyalty_metrics.ingest.tells import roles_of
from loyalty_metrics.schema import TABLES, Table, normalise_header

_LOST = "�"
_LETTERS = re.compile(r"(\N{REPLACEMENT CHARACTER}+|\?+)")
_ACCENTED = r"[^\W\d_\x00-\x7f]"
_TWICE = 2


def with_whole_headers(source: Source, table: Table) -> Source:
    """Give headers their lost letters back, where one known header alone fits; say which."""
    whole = {column.header: _whole(column.header, table.name) for column in source.columns}
    changed = {header: found for header, found in whole.items() if found != header and found not in whole}
    if not changed:
        return source
    columns = tuple(replace(column, header=changed.get(column.header, column.header)) for column in source.columns)
    told = ", ".join(f'"{header}" as "{found}"' for header, found in changed.items())
    note = f"Letters were lost in these headers, which are read by the words that fit: {told}."
    return replace(source, columns=columns, notes=(*source.notes, note))


def _whole(header: str, table: str) -> str:
    header = _decoded(header)
    if _LOST not in header and "?" not in header:
        return header
    fitting = list(_fitting(header, table))
    return fitting[0] if len(set(map(normalise_header, fitting))) == 1 else header


def _decoded(header: str) -> str:
    """Undo that UTF-8 was taken for another encoding: hardly any text but such becomes UTF-8 again."""
    for _ in range(_TWICE):
        if header.isascii():
            return header
        for encoding in ("cp1252", "latin-1"):
            try:
                header = header.encode(encoding).decode("utf-8")
                break
            except UnicodeError:
                continue
    return header


def _fitting(header: str, table: str) -> Iterator[str]:
    """Known headers that are the same where no letter is lost; each lost one may have left several signs.

    A question mark may be one: it is a letter only where that has an accent.
    """
    parts = _LETTERS.split(" ".join(header.split()))
    signs = [_sign(part) if i % 2 else re.escape(part) for i, part in enumerate(parts)]
    pattern = re.compile("".join(signs), re.IGNORECASE)
    return (word for word in _known(table) if pattern.fullmatch(word))


def _sign(lost: str) -> str:
    return f"{_ACCENTED if '?' in lost else '[^_]'}{{1,{len(lost)}}}"


@cache
def _known(table: str) -> tuple[str, ...]:
    """Every header that a known format or a column's words have."""
    formats = [preset for preset in presets() if preset.table == table]
    of_formats = [header for preset in formats for header in preset.needs]
    of_formats += [header for preset in formats for headers in preset.columns.values() for header in headers]
    words = [word for role in roles_of(TABLES[table]) for known in role.words.values() for word in known]
    return tuple(dict.fromkeys([*of_formats, *words]))
