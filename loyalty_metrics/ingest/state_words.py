"""Words in which programs write the state of something, in many languages; they are data: see rules/statuses.toml."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from loyalty_metrics.schema import normalise_header

_RULES = Path(__file__).parent.parent / "rules" / "statuses.toml"

GONE = ("cancelled", "unpaid", "test_order", "refunded", "refund", "part_refunded")
"""What takes money away: such a word counts within a longer one too, a mere word for a sale does not."""

_BACK = ("refunded", "refund", "part_refunded")
_SHORTEST = 4


@cache
def _section(section: str) -> Mapping[str, Sequence[str]]:
    found: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return found.get(section, {})


@cache
def meanings(section: str) -> Mapping[str, str]:
    """What each word means, by the folded word; nothing for a section that there is not."""
    return {normalise_header(word): meaning for meaning, words in _section(section).items() for word in words}


@cache
def _parts(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(normalise_header, _section("parts")[name])))


def meaning_of(word: str, known: Mapping[str, str]) -> str | None:
    """What a word of state means: itself, without what a program puts in front, or by the words within it.

    Args:
        word: As the file writes it.
        known: Meanings of folded words.

    Returns:
        None where it means nothing known, or where its parts contradict each other.
    """
    folded = normalise_header(word)
    for spelled in (folded, folded.replace(" ", ""), _without_prefix(folded)):
        if spelled in known:
            return known[spelled]
    return _by_parts(folded, known)


def is_doubtful(word: str) -> bool:
    """Whether a word that means nothing known looks as if money had not come, or had gone back."""
    folded = normalise_header(word)
    return any(_begins_in(folded, stem) for stem in _parts("doubtful"))


def _without_prefix(folded: str) -> str:
    first, _, rest = folded.partition(" ")
    return rest if first in _parts("prefixes") and rest else folded


class _Found(NamedTuple):
    """A known word within a longer one."""

    begin: int
    end: int
    meaning: str


def _by_parts(folded: str, known: Mapping[str, str]) -> str | None:
    """What the known words within a longer one say together; the first decides between ways in which no money came."""
    found = _known_within(folded, known)
    gone = [part for part in found if part.meaning in GONE]
    if not gone:
        whole = found and sum(part.end - part.begin for part in found) >= len(folded.replace(" ", ""))
        return "sale" if whole else None
    first = gone[0]
    if _is_denied(folded, first):
        return "sale" if len(gone) == 1 else None
    went_back = first.meaning in _BACK
    if went_back and (_is_undecided(folded) or any(part.meaning not in _BACK for part in gone)):
        return None
    rest = _without(folded, found)
    return None if is_doubtful(rest) else first.meaning


def _known_within(folded: str, known: Mapping[str, str]) -> list[_Found]:
    """The known words that stand in a text, none within a longer one that is known, in their order."""
    found: list[_Found] = []
    for word in sorted(known, key=len, reverse=True):
        begin = _place(folded, word)
        if begin is None or any(begin < part.end and part.begin < begin + len(word) for part in found):
            continue
        if known[word] in GONE or known[word] == "sale":
            found.append(_Found(begin, begin + len(word), known[word]))
    return sorted(found)


def _place(text: str, word: str) -> int | None:
    """Where a word stands in a text: between blanks, or anywhere in scripts that have none."""
    if word.isascii() or " " in word:
        return at if len(word) >= _SHORTEST and (at := f" {text} ".find(f" {word} ")) >= 0 else None
    return at if len(word) > 1 and (at := text.find(word)) >= 0 else None


def _is_denied(folded: str, part: _Found) -> bool:
    """Whether the word right before says that it is not so."""
    before = folded[: part.begin].rstrip()
    return before.endswith(_parts("not_before")) or any(f" {before}".endswith(f" {word}") for word in _parts("not"))


def _is_undecided(folded: str) -> bool:
    return any(_place(folded, word) is not None or _is_short_within(folded, word) for word in _parts("undecided"))


def _is_short_within(folded: str, word: str) -> bool:
    """Whether a short word stands in a text, which `_place` does not look for."""
    return f" {word} " in f" {folded} " if word.isascii() else word in folded


def _without(folded: str, found: Sequence[_Found]) -> str:
    for part in sorted(found, reverse=True):
        folded = f"{folded[: part.begin]} {folded[part.end :]}"
    return folded


def _begins_in(text: str, stem: str) -> bool:
    return f" {stem}" in f" {text}" if stem.isascii() else stem in text
