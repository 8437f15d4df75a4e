"""Answers of surveys: numbers with a label, stars, shares of a scale, words; and the scale they are on.

Answers are kept on a scale whose best is 10: on another one they are multiplied, which leaves what is divided by what
was expected as it is.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.answer_words import NO_ANSWER, Answer, read_answer
from loyalty_metrics.ingest.numbers import looks_like_number
from loyalty_metrics.ingest.questions import Question
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.state_words import meanings
from loyalty_metrics.ingest.unknown_words import ask_words
from loyalty_metrics.ingest.values import Reading, Values
from loyalty_metrics.schema import normalise_header

BEST = 10
"""The best answer of the scale that is kept."""

_IN_HEADER = re.compile(
    r"\b[01]\s*(?:-|–|—|to|bis|à|a|al|até|đến|～|~|至|到)\s*(\d{1,3})\b|(?:out of|/|von|sur)\s*(\d{1,3})\b"
)
_KNOWN_SCALES = (4, 5, 6, 7, 10, 100)
_SCALES = (5, 7)
_FEWEST = 30
"""So many answers on recommending, none of them above 7, before it is asked whether their scale ends there."""


def read_answers(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading], names: Iterable[str]) -> None:
    """Read the columns of answers to questions, all on a scale whose best answer is 10."""
    dimension = cells["dimension"].store if "dimension" in cells else None
    columns = [_Answers(values, matches[name], name, dimension) for name in names if name in matches]
    for column in columns:
        if (reading := column.reading()) is not None:
            cells[column.name] = reading


class _Answers:
    """One column of answers.

    Those on recommending have a scale of their own, where each row says what it is about.
    """

    def __init__(self, values: Values, match: Match, name: str, dimension: str | None) -> None:
        self.name = name
        self._values = values
        self._match = match
        self._dimension = dimension
        self._rows = values.words(match.column)
        self._read = {word: found for word in self._rows if (found := self._said(word) or read_answer(word))}

    def _said(self, word: str) -> Answer | None:
        said = self._values.options.states.get(word)
        if said is None:
            return None
        try:
            return Answer(None if said == NO_ANSWER else float(said))
        except ValueError as error:
            name = self._values.source.name
            raise ImportRefused(f'{name}: "{word}" is an answer; say a number for it, not {said!r}.') from error

    @property
    def _header(self) -> str:
        return self._match.column.header

    @cached_property
    def _numbers(self) -> dict[str, float]:
        return {word: answer.number for word, answer in self._read.items() if answer.number is not None}

    def reading(self) -> Reading | None:
        """SQL of the answers; None where there is nothing to be read."""
        if not self._rows:
            return None
        unknown = [word for word in self._rows if word not in self._read]
        if unknown:
            self._ask_words(unknown)
        best = self._best()
        meant = {word: _as_sql(self._kept(word, best)) for word in self._numbers}
        self._tell(best, [word for word, sql in meant.items() if sql == "null"])
        column = self._match.column
        sql = self._values.by_word(self.name, column, meant)
        if self._dimension and best != BEST:
            on_ten = {word: _as_sql(self._kept(word, BEST)) for word in self._numbers}
            recommended = self._values.by_word(f"{self.name}_recommend", column, on_ten)
            sql = f"(case when {self._dimension} = 'recommend' then {recommended} else {sql} end)"
        return Reading(f"cast({sql} as double)", f"{self._values.value(column)} is not null")

    def _ask_words(self, unknown: Sequence[str]) -> None:
        told = {word: f"{self._rows[word]:,} rows" for word in unknown}
        ask_words(self._values, self._header, told, (*map(str, range(BEST, -1, -1)), NO_ANSWER))

    def _best_of(self, word: str) -> int | None:
        return self._read[word].best

    def _kept(self, word: str, best: int) -> float | None:
        """An answer on the scale that is kept; None where it lies outside its own."""
        own = self._best_of(word) or best
        number = self._numbers[word]
        return number * BEST / own if 0 <= number <= own else None

    @cached_property
    def _scaled_rows(self) -> dict[str, int]:
        """The answers whose scale is to be found, with their rows: those that rows do not say are on recommending."""
        if not self._dimension:
            return self._rows
        source = self._values.source
        found = self._values.cursor.rows(
            f"select {self._values.value(self._match.column)} as word, count(*) from {source.relation}"
            f" where word is not null and {self._dimension} <> 'recommend' group by word",
            self._values.parameters,
        )
        return dict(found)

    def _best(self) -> int:
        """The best answer on the scale of plain numbers: as the analyst, the header or the other answers say."""
        if self._values.options.scale:
            return int(self._values.options.scale)  # the page gives it as text
        named = {self._best_of(word) for word in self._numbers} - {None}
        plain = [word for word in self._numbers if self._best_of(word) is None and self._scaled_rows.get(word)]
        if not plain:
            return BEST
        most = max(self._numbers[word] for word in plain)
        if in_header := _best_in(self._header):
            return in_header
        if len(named) == 1 and (found := named.pop()) and most <= found:
            return found
        return self._best_of_plain(plain, most)

    def _best_of_plain(self, plain: Sequence[str], most: float) -> int:
        rows = sum(self._scaled_rows[word] for word in plain)
        above = sum(self._scaled_rows[word] for word in plain if self._numbers[word] > BEST)
        ends = next((scale for scale in _SCALES if most <= scale), None)
        if self.name == "expected" or (ends is None and above * 10 <= rows):
            return BEST
        if above * 10 > rows:
            self._ask_scale(BEST, 100, most)
        elif ends and (rows >= _FEWEST or not self._is_about_recommending):
            self._ask_scale(ends, BEST, most)
        return BEST

    @property
    def _is_about_recommending(self) -> bool:
        recommend = meanings("dimension").get(normalise_header(self._header)) == "recommend"
        return self.name == "asked_recommend" or recommend

    def _ask_scale(self, one: int, other: int, most: float) -> None:
        kept = {
            scale: f"{most:g} is kept as {most * BEST / scale:g}" if most <= scale else "it is left out"
            for scale in (one, other)
        }
        sentence = (
            f'{self._values.source.name}: no answer in column "{self._header}" is above {most:g}, so their scale may '
            f"end at {one} or {other}; say which with --scale {one} ({kept[one]}) or --scale {other} ({kept[other]})."
        )
        readings = tuple((str(scale), told) for scale, told in kept.items())
        choices = (str(one), str(other))
        self._values.questions.append(Question("scale", sentence, "scale", self._header, choices, readings))

    def _tell(self, best: int, outside: Sequence[str]) -> None:
        scales = sorted({self._best_of(word) or best for word in self._numbers} - {BEST})
        for scale in scales:
            self._values.notes.append(
                f'Answers in column "{self._header}" are on a scale that ends at {scale}: they are kept '
                f"times {BEST / scale:.4g}, so that {BEST} is the best."
            )
        labelled = [word for word in self._numbers if not looks_like_number(word) and self._best_of(word) is None]
        if labelled:
            word = labelled[0]
            self._values.notes.append(
                f'Answers in column "{self._header}" with a label are read by their number: "{word}" is '
                f"{self._numbers[word]:g}."
            )
        if outside:
            rows = sum(self._rows[word] for word in outside)
            self._values.notes.append(
                f'{rows:,} answers in column "{self._header}" lie outside its scale (such as {outside[0]}) '
                "and are left empty."
            )


def _told_kept(most: float, scale: int) -> str:
    return f"{most:g} is kept as {most * BEST / scale:g}" if most <= scale else f"{most:g} is left out"


def _as_sql(number: float | None) -> str:
    return "null" if number is None else repr(number)


def _best_in(header: str) -> int | None:
    """The best answer on a scale that a header names, such as `(1-5)`."""
    found = _IN_HEADER.search(header.lower())
    best = int(found[1] or found[2]) if found else 0
    return best if best in _KNOWN_SCALES else None
