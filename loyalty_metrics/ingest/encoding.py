"""Bring a text file to UTF-8: as it is where it can be, else from the encoding that its letters speak for."""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.alphabets import Reading, readings
from loyalty_metrics.ingest.scan import LineCount, clean_lines, pieces
from loyalty_metrics.ingest.transcode import Transcoder
from loyalty_metrics.ingest.watch import Watch

_HEAD = 1 << 16
_EVIDENCE = 1 << 14
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF32_BE, "utf_32"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)
_CONTROLS = bytes({*range(32), 127} - {0, 9, 10, 11, 12, 13, 26, 27})
_MOST_CONTROLS = 0.01


@dataclass(frozen=True)
class TextFile:
    """A text file as UTF-8.

    Attributes:
        path: Where the UTF-8 text is: the file itself, or a temporary copy.
        encoding: The encoding it was found in.
        lines: Physical lines, without empty ones at the end.
        signs: Which of `=`, `'` and `+` occur in it.
        notes: What people should know of how it was read.
        empty: The numbers of the lines with nothing in them.
    """

    path: Path
    encoding: str
    lines: int
    signs: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    empty: Sequence[int] = ()


@dataclass(frozen=True)
class _Guess:
    """An encoding a file may be in: that of single lines in another, and how sure it is."""

    encoding: str
    fallback: str | None = None
    notes: tuple[str, ...] = ()


def to_utf8(path: Path, name: str, folder: Path, encoding: str | None, watch: Watch) -> TextFile:
    """Find a file's encoding and transcode it into `folder`; a clean UTF-8 file is used where it is.

    Args:
        path: The file.
        name: What people call it.
        folder: Where a copy may be put.
        encoding: The encoding, when the analyst named it.
        watch: Sees how many bytes are read.

    Raises:
        ImportRefused: The file is no text, or not in the encoding that was named.
    """
    if encoding is None:
        count = clean_lines(path, name, watch)
        if count is not None:
            return TextFile(path, "utf_8", count.lines, frozenset(count.signs), empty=count.empty)
    target = folder / "utf8.txt"
    for guess in [_Guess(encoding)] if encoding else _guesses(path, name, watch):
        transcoder = Transcoder(guess.encoding, guess.fallback)
        try:
            count = transcoder.write(path, name, target, watch)
        except LookupError as error:
            raise ImportRefused(
                f"{name}: the encoding {encoding} is not known; use a name such as utf-8, gb18030 or cp1252."
            ) from error
        except UnicodeError:
            continue
        return _text_file(target, count, transcoder, guess)
    tried = encoding or "any known encoding, or it was cut off"
    raise ImportRefused(f"{name} is not text in {tried}; name the right one with --encoding, or export it again.")


def _text_file(path: Path, count: LineCount, done: Transcoder, guess: _Guess) -> TextFile:
    notes = list(guess.notes)
    if done.others:
        notes.append(
            f"Not in {_name(done.encoding)} like the others, and read as {_name(done.fallback or '')}: "
            f"{_lines(done.others, done.first)}; look at the names there."
        )
    if done.damaged:
        notes.append(
            f"Bytes that {_name(done.encoding)} does not know, shown as �: {_lines(done.damaged, done.first)}."
        )
    if done.nulls:
        notes.append(f"{done.nulls:,} NUL characters were left out of the text.")
    return TextFile(path, done.encoding, count.lines, frozenset(count.signs), tuple(notes), count.empty)


def _lines(count: int, first: int | None) -> str:
    return f"line {first}" if count == 1 else f"{count:,} lines, the first of them line {first}"


def _name(encoding: str) -> str:
    return encoding.replace("_", "-")


def _guesses(path: Path, name: str, watch: Watch) -> Iterator[_Guess]:
    """Name the encodings a file may be in, likeliest first."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            yield _Guess(encoding)
            return
    wide = _without_mark(head)
    if wide:
        yield _Guess(wide)
        return
    controls = len(head) - len(head.translate(None, _CONTROLS + b"\0"))
    if controls > _MOST_CONTROLS * len(head) and not _only_nulls(head):
        raise ImportRefused(f"{name} is not a text file, a workbook or a Parquet file.")
    yield from _by_letters(path, name, watch)


def _only_nulls(head: bytes) -> bool:
    """Whether what is not text is nothing but NULs, as some programs leave them at the end of a file or field."""
    rest = head.replace(b"\0", b"")
    return len(rest) - len(rest.translate(None, _CONTROLS)) == 0 and len(rest) * 2 > len(head.rstrip(b"\0"))


def _without_mark(head: bytes) -> str | None:
    """Tell UTF-16 without a mark: every other byte of digits, delimiters and plain letters is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) / 16 or min(even, odd) > max(even, odd) / 8:
        return None
    encoding = "utf_16_le" if odd > even else "utf_16_be"
    try:
        text = head[: len(head) // 4 * 4].decode(encoding, "ignore")
    except UnicodeError:
        return None
    return encoding if "\0" not in text.rstrip("\0") and "\n" in text + "\n" else None


def _by_letters(path: Path, name: str, watch: Watch) -> Iterator[_Guess]:
    """Weigh the lines with letters outside ASCII: only those tell encodings apart."""
    utf8, others = _telling_lines(path, name, watch)
    if not others:
        yield _Guess("utf_8")
        return
    found = readings(b"".join(others))
    if utf8 >= len(others):
        yield _Guess("utf_8", found[0].encoding if found else "latin_1")
        return
    for reading in found:
        yield _Guess(reading.encoding, notes=(_doubt(reading, found),))
    yield _Guess("latin_1", notes=("No encoding fits the text well; if names look wrong, name the encoding.",))


def _telling_lines(path: Path, name: str, watch: Watch) -> tuple[int, list[bytes]]:
    """Count the lines with letters outside ASCII that are UTF-8, and gather some that are not."""
    utf8, size = 0, 0
    others: list[bytes] = []
    for piece in pieces(path, name, watch):
        for line in piece.splitlines(keepends=True) if not piece.isascii() else ():
            if line.isascii():
                continue
            try:
                line.decode()
                utf8 += 1
            except UnicodeDecodeError:
                others.append(line[:_EVIDENCE])
                size += len(line)
        if size >= _EVIDENCE:
            break
    return utf8, others


def _doubt(best: Reading, found: list[Reading]) -> str:
    """Show how a guessed encoding reads, and how the next likely one would."""
    name = _name(best.encoding)
    other = next((reading for reading in found if reading is not best), None)
    if other is None:
        return f'Text is taken for {name} ("{_telling_words(best.text)}"); if names look wrong, name the encoding.'
    pairs = zip(best.text.splitlines(), other.text.splitlines(), strict=False)
    ours, theirs = next(((a, b) for a, b in pairs if a != b), (best.text, other.text))
    return (
        f'Text is taken for {name} ("{_telling_words(ours, theirs)}"); as {_name(other.encoding)} it would say '
        f'"{_telling_words(theirs, ours)}": if that is right, name the encoding.'
    )


def _telling_words(text: str, other: str = "") -> str:
    """The text around the first letter that is outside ASCII, and where there is another reading, differs from it."""
    telling = (i for i, c in enumerate(text) if not c.isascii() and c != other[i : i + 1])
    place = next(telling, 0)
    return " ".join(text[max(0, place - 10) : place + 20].split())
