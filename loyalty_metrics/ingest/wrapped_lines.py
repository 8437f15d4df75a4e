"""Lines that stand in quotation marks as a whole, as when a file of one column was saved anew by a spreadsheet."""

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from loyalty_metrics.ingest.encoding import TextFile

_WRAPPED = re.compile(r'"((?:[^"]|"")*)"[,;\t|]*\s*')
_MOST = 0.5


def without_wrapping(text: TextFile, lines: Sequence[str], delimiters: str, folder: Path) -> TextFile:
    """Copy a text without the quotation marks around whole lines, if most of its first lines stand in such.

    Args:
        text: The text.
        lines: Its first lines.
        delimiters: What may stand between the fields within.
        folder: Where the copy goes; lines keep their numbers.
    """
    if not any(_are_wrapped(lines, delimiter) for delimiter in delimiters):
        return text
    target = folder / "unwrapped.txt"
    with text.path.open(encoding="utf-8-sig") as file, target.open("w", encoding="utf-8", newline="\n") as copy:
        copy.writelines(f"{_inner(line)}\n" for line in file)
    note = "Lines stand in quotation marks as a whole; they are read as the fields within."
    return replace(text, path=target, notes=(*text.notes, note))


def _are_wrapped(lines: Sequence[str], delimiter: str) -> bool:
    """Whether most lines below the first are one quoted field each, and all hold as many fields within as the first."""
    filled = [line for line in lines if line.strip()]
    wrapped = [line for line in filled[1:] if _WRAPPED.fullmatch(line)]
    if not wrapped or len(wrapped) < _MOST * len(filled[1:]):
        return False
    widths = {len(cut_again(_inner(line), delimiter)) for line in (filled[0], *wrapped)}
    return len(widths) == 1 and widths.pop() > 1


def _inner(line: str) -> str:
    found = _WRAPPED.fullmatch(line)
    return found[1].replace('""', '"') if found else line.rstrip("\n")


def cut_again(text: str, delimiter: str) -> list[str]:
    """The fields within a field."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
