"""Write a text of any encoding as UTF-8 with composed letters and plain line ends, without holding it in memory."""

import codecs
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from loyalty_metrics.ingest.scan import BLOCK, LineCount, check_length, pieces
from loyalty_metrics.ingest.watch import Watch

_WIDE = ("utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be")
_MOST_DAMAGED = 0.2


@dataclass
class Transcoder:
    """Decodes one file, line by line where it must.

    Attributes:
        encoding: The encoding of the file.
        fallback: The one of lines that are not in it.
        others: Lines that were in the fallback.
        damaged: Lines that are in neither; what cannot be read in them becomes the sign �.
        first: The number of the first such line.
        nulls: NUL characters that were left out.
    """

    encoding: str
    fallback: str | None = None
    others: int = 0
    damaged: int = 0
    first: int | None = None
    nulls: int = 0
    _telling: int = 0

    def write(self, path: Path, name: str, target: Path, watch: Watch) -> LineCount:
        """Write the file as UTF-8.

        Raises:
            UnicodeError: It is not in that encoding.
            LookupError: There is no such encoding.
        """
        codecs.lookup(self.encoding)
        count = LineCount()
        with target.open("wb") as copy:
            for text in self._texts(path, name, watch, count):
                self.nulls += text.count("\0")
                plain = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
                piece = unicodedata.normalize("NFC", plain).encode()
                count.add(piece)
                copy.write(piece)
        if self.damaged > _MOST_DAMAGED * self._telling:
            raise UnicodeError(f"{self.damaged} lines are not in {self.encoding}.")
        return count

    def _texts(self, path: Path, name: str, watch: Watch, count: LineCount) -> Iterator[str]:
        if codecs.lookup(self.encoding).name.replace("-", "_") in _WIDE:
            yield from self._wide_texts(path, name, watch)
            return
        for piece in pieces(path, name, watch):
            text = self._text(piece, count.lines)
            yield text.removeprefix("\ufeff") if count.lines == 0 else text

    def _text(self, piece: bytes, before: int) -> str:
        if piece.isascii() and self.encoding != "utf_7":
            return piece.decode("ascii")
        try:
            text = piece.decode(self.encoding)
        except UnicodeDecodeError:
            lines = piece.splitlines(keepends=True)
            return "".join(self._line(line, number) for number, line in enumerate(lines, before + 1))
        self._telling += 1
        return text

    def _line(self, line: bytes, number: int) -> str:
        self._telling += not line.isascii()
        for encoding in (self.encoding, self.fallback):
            try:
                text = line.decode(encoding or "ascii")
            except UnicodeDecodeError:
                continue
            self.others += encoding != self.encoding
            break
        else:
            self.damaged += 1
            text = line.decode(self.encoding, "replace")
        if self.first is None and self.others + self.damaged:
            self.first = number
        return text

    def _wide_texts(self, path: Path, name: str, watch: Watch) -> Iterator[str]:
        """Decode what has two or four bytes a letter: a byte that looks like a newline may be half of another."""
        watch.step("Reading the text", path.stat().st_size, "bytes")
        decoder = codecs.getincrementaldecoder(self.encoding)()
        with path.open("rb") as file:
            _need_mark(self.encoding, file.read(4))
        done, rest, is_first = 0, "", True
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                done += len(block)
                watch.advance(done)
                rest += decoder.decode(block)
                cut = rest.rfind("\n") + 1 or rest.rfind("\r", 0, -1) + 1
                if cut:
                    yield rest[:cut].removeprefix("\ufeff") if is_first else rest[:cut]
                    is_first = False
                rest = rest[cut:]
                check_length(name, len(rest))
        rest += decoder.decode(b"", final=True)
        if rest:
            yield rest.removeprefix("\ufeff") if is_first else rest


def _need_mark(encoding: str, head: bytes) -> None:
    """Without a mark in front nothing says which half of a letter comes first."""
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
    if not encoding.lower().endswith(("le", "be")) and not head.startswith(marks):
        raise UnicodeError(f"The text has no mark of {encoding}.")
