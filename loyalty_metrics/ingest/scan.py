"""Look at every byte of a text once, fast: can it be used as it is, and how many lines has it?"""

import unicodedata
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.watch import Watch

BLOCK = 1 << 20
LONGEST_LINE = 1 << 24
_SIGNS = (b"=", b"'", b"+")
_NEWLINE, _RETURN = 10, 13
_TAIL = 64


class LineCount:
    """Counts lines piece by piece; each piece ends where a line ends.

    Attributes:
        signs: Those of `=`, `'` and `+` that occur: without them no id is written as ="001", '001 or 4.17E+13.
        empty: The numbers of lines with nothing in them.
    """

    def __init__(self) -> None:
        self._newlines = self._returns = self._pairs = self._empty = 0
        self._is_open = False
        self.signs: set[str] = set()
        self.empty = array("q")

    def add(self, piece: bytes) -> None:
        """Take the next bytes of the file."""
        codes = np.frombuffer(piece, np.uint8)
        is_newline = codes == _NEWLINE
        has_returns = b"\r" in piece
        # Searching for two bytes takes far longer than looking whether a newline stands behind another.
        has_empty = piece.startswith((b"\n", b"\r\n")) or bool(np.any(is_newline[1:] & is_newline[:-1]))
        if has_empty or (has_returns and b"\n\r\n" in piece):
            ended = piece.split(b"\n")[:-1]
            self.empty.extend(n for n, line in enumerate(ended, self._newlines + 1) if line in (b"", b"\r"))
        newlines = int(np.count_nonzero(is_newline))
        if has_returns:
            self._returns += int(np.count_nonzero(codes == _RETURN))
            self._pairs += int(np.count_nonzero((codes[:-1] == _RETURN) & (codes[1:] == _NEWLINE)))
        self._newlines += newlines
        filled = _filled(piece)
        ends = piece.count(b"\n", filled)
        self._empty = self._empty + ends if not filled else max(0, ends - 1)
        self._is_open = ends == 0
        self.signs |= {sign.decode() for sign in _SIGNS if sign in piece}

    @property
    def is_mixed(self) -> bool:
        """Whether lines end in more than one way, or in lone returns: the database refuses such files."""
        return self._returns != self._pairs or self._pairs not in (0, self._newlines)

    @property
    def lines(self) -> int:
        """Lines up to the last one that is not empty."""
        return self._newlines + self._is_open - self._empty


def _filled(piece: bytes) -> int:
    """How many bytes there are before the line ends at the end; what is before the last few is rarely looked at."""
    begin = max(0, len(piece) - _TAIL)
    filled = piece[begin:].rstrip(b"\r\n")
    return begin + len(filled) if filled else len(piece[:begin].rstrip(b"\r\n"))


def pieces(path: Path, name: str, watch: Watch) -> Iterator[bytes]:
    """Give a file's bytes in pieces that end where a line ends, so that each can be decoded by itself.

    Raises:
        ImportRefused: A line is longer than any real one.
    """
    watch.step("Reading the text", path.stat().st_size, "bytes")
    done, rest = 0, b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            done += len(block)
            watch.advance(done)
            cut = block.rfind(b"\n") + 1 or block.rfind(b"\r", 0, -1) + 1
            if cut:
                yield rest + block[:cut]
            rest = block[cut:] if cut else rest + block
            check_length(name, len(rest))
    if rest:
        yield rest


def check_length(name: str, length: int) -> None:
    """Refuse a line that no table has, before it fills the memory."""
    if length > LONGEST_LINE:
        raise ImportRefused(
            f"{name} has a line of more than {LONGEST_LINE >> 20} MiB, which no table has; "
            "its line ends were lost or it is no table: export it again."
        )


def clean_lines(path: Path, name: str, watch: Watch) -> LineCount | None:
    """Count the lines of a text that is usable as it is; None when it must be transcoded."""
    count = LineCount()
    for piece in pieces(path, name, watch):
        if b"\0" in piece:
            return None
        if not piece.isascii():
            try:
                if not unicodedata.is_normalized("NFC", piece.decode()):
                    return None
            except UnicodeDecodeError:
                return None
        count.add(piece)
        if count.is_mixed:
            return None
    return count
