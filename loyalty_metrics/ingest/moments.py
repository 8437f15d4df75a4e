"""Columns of a large text that the database may read as moments at once, instead of as text that is looked at again."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

LARGE = 32 << 20
"""Bytes from which on reading twice, should a guess be wrong, is worth the chance."""

FORMATS = {"TIMESTAMP": "%Y-%m-%d %H:%M:%S", "DATE": "%Y-%m-%d"}
"""Only what stands for one moment in every country, and is written again letter by letter as it stood."""

_SHAPES = {
    "TIMESTAMP": re.compile(r"[12]\d{3}-\d\d-\d\d \d\d:\d\d:\d\d"),
    "DATE": re.compile(r"[12]\d{3}-\d\d-\d\d"),
}
_PLACES = 16
_PIECE = 1 << 15


def moments_in(path: Path, delimiter: str, quote_mark: str, width: int) -> dict[int, str]:
    """Guess from lines all over a text which of its columns hold moments in ISO form and nothing else.

    Args:
        path: The UTF-8 text.
        delimiter: What stands between fields.
        quote_mark: The quotation mark, or nothing.
        width: How many columns it has.

    Returns:
        `TIMESTAMP` or `DATE` by the number of the column from 0; nothing for a text that is not large.
    """
    if path.stat().st_size < LARGE:
        return {}
    reader = csv.reader(_lines(path), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quote_mark else csv.QUOTE_NONE)
    rows = [row for row in reader if len(row) == width]
    columns = [[cell for cell in cells if cell] for cells in zip(*rows, strict=True)]
    return {
        number: kind
        for number, cells in enumerate(columns)
        for kind, shape in _SHAPES.items()
        if cells and all(map(shape.fullmatch, cells))
    }


def _lines(path: Path) -> Iterator[str]:
    """Whole lines from evenly spread places of a file, none from its head, where titles stand."""
    size = path.stat().st_size
    with path.open("rb") as file:
        for place in range(1, _PLACES + 1):
            file.seek(place * size // (_PLACES + 1))
            whole = file.read(_PIECE).split(b"\n")[1:-1]
            yield from (line.decode("utf-8", "replace").rstrip("\r") for line in whole)
