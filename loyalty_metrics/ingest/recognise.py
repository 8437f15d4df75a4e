"""Tell which header fills which canonical column: by its words, and by what its values can be."""

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.answer_words import looks_like_answer
from loyalty_metrics.ingest.dates import looks_like_date, may_be_date
from loyalty_metrics.ingest.header_meanings import is_other_date, is_other_money, may_be_money
from loyalty_metrics.ingest.numbers import looks_like_number
from loyalty_metrics.ingest.presets import Preset
from loyalty_metrics.ingest.source import Source, SourceColumn
from loyalty_metrics.ingest.tells import ASKED, roles_of
from loyalty_metrics.schema import Column, Table, normalise_header

How = Literal["explicit", "preset", "header", "values"]

_ENOUGH = 0.8
_SHARE = 0.3
_CLOSE = 0.1
_TELLS = 0.85
"""What a table keeps comes before what merely tells something: a lone date of payment is the date of the order."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ID_EXTRAS = _words("id no nr number num code key ref reference customer client buyer user member order invoice")


@dataclass(frozen=True)
class Match:
    """A canonical column found in a file.

    Attributes:
        role: The canonical column.
        column: The file's column.
        how: `explicit`, `preset`, `header` or `values`.
        confidence: From 0 to 1.
    """

    role: Column
    column: SourceColumn
    how: How
    confidence: float


@dataclass(frozen=True)
class RunnerUp:
    """A free column that could nearly as well fill a role that another one fills."""

    role: str
    header: str
    confidence: float


def recognise(
    table: Table,
    source: Source,
    samples: Mapping[str, Sequence[str]],
    explicit: Mapping[str, str],
    preset: Preset | None = None,
) -> dict[str, Match]:
    """Map canonical columns to the columns of a file; one header serves at most one.

    Args:
        table: The table to fill.
        source: The file.
        samples: Some values of each column as text, by the column's name.
        explicit: Canonical name -> header; an empty header means "not in this file".
        preset: The file's format; it says what each column is, and beside it only the analyst does.

    Raises:
        ImportRefused: An explicit name or header does not exist.
    """
    roles = roles_of(table)
    matches = _explicit_matches(table, roles, source, explicit)
    named = {match.column.name for match in matches.values()}
    free = [column for column in source.columns if column.name not in named | _parts(source, named)]
    open_roles = [role for role in roles if role.name not in explicit]
    if preset:
        places = {role: column for role, column in preset.places(source).items() if column in free}
        matches |= {r.name: Match(r, places[r.name], "preset", 1.0) for r in open_roles if r.name in places}
        return {role.name: matches[role.name] for role in roles if role.name in matches}
    scored = [
        (score, -position, -index, role, column)
        for position, role in enumerate(open_roles)
        for index, column in enumerate(free)
        if (score := _score(role, column, samples[column.name]) * (1 if role in table.columns else _TELLS)) > 0
    ]
    taken: set[str] = set()
    for score, _, _, role, column in sorted(scored, key=lambda item: item[:3], reverse=True):
        if role.name not in matches and column.name not in taken:
            matches[role.name] = Match(role, column, "header", round(score, 2))
            taken.add(column.name)
    left = [column for column in free if column.name not in taken]
    _add_by_values(open_roles, matches, left, samples)
    return {role.name: matches[role.name] for role in roles if role.name in matches}


def _parts(source: Source, named: Set[str]) -> set[str]:
    """The columns that only a joined one may be made of: those of the joined ones, none of whose parts is named."""
    joined = [column for column in source.columns if column.parts]
    used = {column.name for column in joined if not named.isdisjoint(column.part_names)}
    return used | {name for column in joined if column.name not in used for name in column.part_names}


def runners_up(
    source: Source, samples: Mapping[str, Sequence[str]], matches: Mapping[str, Match]
) -> tuple[RunnerUp, ...]:
    """Columns that nothing is taken from, and that come within 0.1 of one that was taken by its header."""
    taken = {match.column.header for match in matches.values()}
    free = [column for column in source.columns if column.header not in taken]
    scores = [
        (match, column, _score(match.role, column, samples[column.name]))
        for match in matches.values()
        if match.how == "header"
        for column in free
    ]
    return tuple(
        RunnerUp(match.role.name, column.header, round(score, 2))
        for match, column, score in scores
        if score > 0 and score >= match.confidence - _CLOSE
    )


def find_column(source: Source, header: str) -> SourceColumn | None:
    """Find a column by its header, by the folded header, or by its place as `#3`."""
    if header.startswith("#") and header[1:].isdecimal() and 0 < int(header[1:]) <= len(source.columns):
        return source.columns[int(header[1:]) - 1]
    exact = [column for column in source.columns if column.header == header.strip()]
    folded = [column for column in source.columns if normalise_header(column.header) == normalise_header(header)]
    return exact[0] if exact else folded[0] if len(folded) == 1 and normalise_header(header) else None


def _explicit_matches(
    table: Table, roles: Sequence[Column], source: Source, explicit: Mapping[str, str]
) -> dict[str, Match]:
    matches: dict[str, Match] = {}
    by_name = {role.name: role for role in roles}
    for name, header in explicit.items():
        if name not in by_name:
            raise ImportRefused(f"The table {table.name} has no column {name}; it has {', '.join(table.names)}.")
        if not header:
            continue
        column = find_column(source, header)
        if column is None:
            raise ImportRefused(
                f'{source.name} has no column "{header}" to take {name} from; its columns are {source.headers}.'
            )
        other = next((role for role, match in matches.items() if match.column == column), None)
        if other:
            raise ImportRefused(
                f'{source.name}: column "{column.header}" is named for both {other} and {name}; a column serves one.'
            )
        matches[name] = Match(by_name[name], column, "explicit", 1.0)
    return matches


def _score(role: Column, column: SourceColumn, sample: Sequence[str]) -> float:
    """How sure it is that the column fills the role: 0 is not at all."""
    score = max(_word_score(role, column.header), _word_score(role, column.also))
    if score == 0:
        return 0
    if fits(role, column, sample) or (score >= _ENOUGH and not column.parts and _may_be_moments(role, sample)):
        return score
    return score / 10 if score >= _ENOUGH else 0


def _word_score(role: Column, header: str) -> float:
    """An exact word of the schema beats a contained one; earlier words of a language beat later ones."""
    folded = normalise_header(header)
    return _score_of(role.name, role.type, role.known_words, folded) if folded else 0


@lru_cache(maxsize=1 << 14)
def _score_of(name: str, kind: str, known_words: tuple[tuple[str, int], ...], folded: str) -> float:
    best = 1.0 if folded == normalise_header(name) else 0.0
    for known, rank in known_words:
        if folded == known:
            best = max(best, 1.0 - min(rank, 19) / 100)
        elif _contains(folded, known) and _allowed(name, kind, folded, known):
            best = max(best, 0.3 + 0.4 * len(known) / len(folded) - min(rank, 19) / 1000)
    return best


def _contains(header: str, word: str) -> bool:
    """Whether the word stands in the header: between blanks, or anywhere in scripts that have none."""
    if len(word) < _SHARE * len(header):
        return False
    return f" {word} " in f" {header} " or (not word.isascii() and " " not in word and len(word) > 1 and word in header)


def _allowed(name: str, kind: str, header: str, word: str) -> bool:
    """Whether what the header says beside the word leaves the meaning alone."""
    rest = " ".join(f" {header} ".replace(f" {word} " if word.isascii() else word, " ").split())
    if name.endswith("_id") or name in ("refund_of", "referred_by"):
        return set(rest.split()) <= _ID_EXTRAS
    if kind in ("timestamp", "date"):
        return not is_other_date(rest)
    if kind in ("money", "number"):
        return not is_other_money(rest, but="rate" if name == "discount" else None)
    return 2 * len(word) >= len(header)


def fits(role: Column, column: SourceColumn, sample: Sequence[str]) -> bool:
    """Whether a column's values can be what the role wants."""
    if role.type in ("timestamp", "date"):
        return column.is_time or _mostly(looks_like_date, sample)
    if role.name in ("perceived", "expected") or role.name.startswith(ASKED):
        return column.is_number or _mostly(looks_like_answer, sample)
    if role.name == "severity":
        return True
    if role.type in ("money", "number", "integer"):
        return column.is_number or (not column.is_time and _mostly(looks_like_number, sample))
    return True


def _may_be_moments(role: Column, sample: Sequence[str]) -> bool:
    """Whether values are dates if their header says so: counted days or seconds, months without a day."""
    return role.type in ("timestamp", "date") and bool(sample) and _mostly(may_be_date, sample)


def _mostly(test: Callable[[str], bool], sample: Sequence[str]) -> bool:
    return sum(map(test, sample)) >= _ENOUGH * len(sample)


def _add_by_values(
    roles: Sequence[Column],
    matches: dict[str, Match],
    left: Sequence[SourceColumn],
    samples: Mapping[str, Sequence[str]],
) -> None:
    """Take for what is missing the only column whose values can be it: dates, money, e-mails."""
    missing = {role.name: role for role in roles if role.name not in matches}
    moments = [role for role in missing.values() if role.required and role.type == "timestamp"]
    if len(moments) == 1:
        _add_only(moments[0], matches, left, samples, _is_date)
    if "amount" in missing and not {"quantity", "unit_price"} <= matches.keys():
        _add_only(missing["amount"], matches, left, samples, _is_money)
    if "email" in missing and "customer_id" not in matches:
        _add_only(missing["email"], matches, left, samples, _is_email)


def _add_only(
    role: Column,
    matches: dict[str, Match],
    left: Sequence[SourceColumn],
    samples: Mapping[str, Sequence[str]],
    can_be: Callable[[SourceColumn, Sequence[str]], bool],
) -> None:
    free = [column for column in left if column not in [match.column for match in matches.values()]]
    found = [column for column in free if samples[column.name] and can_be(column, samples[column.name])]
    if len(found) == 1:
        matches[role.name] = Match(role, found[0], "values", 0.5)


def _is_date(column: SourceColumn, sample: Sequence[str]) -> bool:
    is_other = is_other_date(normalise_header(column.header))
    return not is_other and (column.is_time or _mostly(looks_like_date, sample))


def _is_money(column: SourceColumn, sample: Sequence[str]) -> bool:
    """Whether values have two decimals or a sign of currency, under a header that says money or nothing that tells."""
    can_be = not column.header.startswith("#") and may_be_money(normalise_header(column.header))
    return can_be and _mostly(_looks_like_money, sample)


def _looks_like_money(value: str) -> bool:
    return looks_like_number(value) and bool(re.search(r"\d[.,]\d\d\D*$|[$€£¥₫₩₽₹฿₺]", value))


def _is_email(column: SourceColumn, sample: Sequence[str]) -> bool:
    return column.is_text and _mostly(lambda value: bool(re.fullmatch(r"\S+@\S+\.\S+", value.strip())), sample)


def looks_like_header(cells: Sequence[str], table: Table) -> bool:
    """Whether a first line names columns: it holds a known word, or hardly any dates and numbers."""
    filled = [cell for cell in cells if cell.strip()]
    if any(_word_score(role, cell) >= _ENOUGH for role in roles_of(table) for cell in filled):
        return True
    values = [cell for cell in filled if looks_like_number(cell) or looks_like_date(cell)]
    has_date = any(looks_like_date(cell) for cell in values)
    return bool(filled) and not has_date and len(values) * 2 < len(filled)
