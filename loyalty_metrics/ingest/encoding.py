"""Bring a text file to UTF-8 with composed letters and plain line ends, without holding it in memory."""

import codecs
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from charset_normalizer import from_bytes

from loyalty_metrics.errors import ImportRefused

_BLOCK = 1 << 22
_EVIDENCE = 1 << 15
_CANDIDATES = ["gb18030", "big5", "cp1258", "cp1252"]
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF32_BE, "utf_32"),
    (codecs.BOM_UTF8, "utf_8_sig"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)


@dataclass(frozen=True)
class TextFile:
    """A text file as UTF-8.

    Attributes:
        path: Where the UTF-8 text is: the file itself, or a temporary copy.
        encoding: The encoding it was found in.
        lines: Physical lines, without empty ones at the end.
    """

    path: Path
    encoding: str
    lines: int


def to_utf8(path: Path, name: str, folder: Path, encoding: str | None = None) -> TextFile:
    """Find a file's encoding and transcode it into `folder`; a clean UTF-8 file is used where it is.

    Args:
        path: The file.
        name: What people call it.
        folder: Where a copy may be put.
        encoding: The encoding, when the analyst named it.

    Raises:
        ImportRefused: The file is no text, or not in the encoding that was named.
    """
    if encoding is None:
        lines = _clean_lines(path)
        if lines is not None:
            return TextFile(path, "utf_8", lines)
    for candidate in [encoding] if encoding else _candidates(path, name):
        try:
            return _transcode(path, folder / "utf8.txt", candidate)
        except LookupError as error:
            raise ImportRefused(
                f"{name}: the encoding {candidate} is not known; use a name such as utf-8, gb18030 or cp1252."
            ) from error
        except UnicodeError:
            continue
    tried = encoding or "any known encoding"
    raise ImportRefused(f"{name} is not text in {tried}; name the right one with --encoding.")


def _clean_lines(path: Path) -> int | None:
    """Count the lines of a file that is usable as it is; None when it must be transcoded."""
    counter = _LineCounter()
    decoder = codecs.getincrementaldecoder("utf_8")()
    with path.open("rb") as file:
        try:
            for block in _blocks(file):
                text = decoder.decode(block)
                if b"\0" in block or not (text.isascii() or unicodedata.is_normalized("NFC", text)):
                    return None
                counter.add(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return None if counter.is_mixed else counter.lines


class _LineCounter:
    """Counts line ends block by block; a pair of return and newline may be cut in two."""

    def __init__(self) -> None:
        self._newlines = self._returns = self._pairs = 0
        self._tail = b""

    def add(self, block: bytes) -> None:
        """Take the next bytes of the file."""
        self._newlines += block.count(b"\n")
        self._returns += block.count(b"\r")
        self._pairs += block.count(b"\r\n") + (self._tail.endswith(b"\r") and block.startswith(b"\n"))
        kept = block.rstrip(b"\r\n")
        self._tail = self._tail + block if not kept else block[len(kept) - 1 :]

    @property
    def is_mixed(self) -> bool:
        """Whether lines end in more than one way, or in lone returns: the database refuses such files."""
        return self._returns != self._pairs or self._pairs not in (0, self._newlines)

    @property
    def lines(self) -> int:
        """Lines up to the last one that is not empty."""
        return self._newlines - self._tail.count(b"\n") + (self._tail.strip(b"\r\n") != b"")


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def _candidates(path: Path, name: str) -> list[str]:
    """Name the encodings a file may be in, likeliest first."""
    with path.open("rb") as file:
        head = file.read(_EVIDENCE)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return [encoding]
    if b"\0" in head:
        return _without_mark(name, head)
    found = from_bytes(_telling_lines(path), cp_isolation=_CANDIDATES)
    names = ["utf_8", *(match.encoding for match in found), "cp1252", "latin_1"]
    return list(dict.fromkeys(names))


def _without_mark(name: str, head: bytes) -> list[str]:
    """Tell UTF-16 without a mark from a file that is no text: every other byte of plain letters is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) / 8 or min(even, odd) > max(even, odd) / 8:
        raise ImportRefused(f"{name} is not a text file, a workbook or a Parquet file.")
    return ["utf_16_le" if odd > even else "utf_16_be"]


def _telling_lines(path: Path) -> bytes:
    """Gather lines with letters outside ASCII from the whole file: only those tell encodings apart."""
    lines, size = [], 0
    with path.open("rb") as file:
        while size < _EVIDENCE and (line := file.readline(_EVIDENCE)):
            if not line.isascii():
                lines.append(line)
                size += len(line)
    return b"".join(lines)


def _transcode(path: Path, target: Path, encoding: str) -> TextFile:
    """Write the file as UTF-8 in NFC with plain newlines.

    Whole lines are composed at a time, since an accent may stand at the edge of a block but never after a newline.
    """
    lines = empty = 0
    with path.open(encoding=encoding, newline=None) as file, target.open("w", encoding="utf-8", newline="\n") as copy:
        while batch := file.readlines(_BLOCK):
            if lines == 0:
                batch[0] = batch[0].removeprefix("\ufeff")
            copy.write(unicodedata.normalize("NFC", "".join(batch)).replace("\0", ""))
            lines += len(batch)
            filled = next((i for i, line in enumerate(reversed(batch)) if line != "\n"), None)
            empty = empty + len(batch) if filled is None else filled
    return TextFile(target, encoding, lines - empty)
