"""Complaints as help desks export them: when they were closed, and how grave they are in words of priority."""

import re
from collections.abc import Mapping

from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.state_words import meanings
from loyalty_metrics.ingest.values import Reading, Values
from loyalty_metrics.schema import normalise_header

_GRAVEST = 5
_RANK = re.compile(r"p(?:rio(?:rity)?)? ?([1-5])")
"""Priorities such as P1, of which the first is the gravest."""


def settle_complaints(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> None:
    """Tell when complaints were closed, and read words of priority."""
    if "severity" in matches:
        _read_severity(values, matches["severity"], cells)
    updated = cells.pop("updated_at", None)
    if "outcome" not in matches:
        return
    outcome = cells["outcome"]
    ended = f"coalesce({outcome.store} is not null, false)"
    if "closed_at" in cells:
        _leave_open(values, cells, f"({outcome.filled} and not {ended})")
    elif updated:
        cells["closed_at"] = Reading(f"(case when {ended} then {updated.store} end)", f"({ended} and {updated.filled})")
        values.notes.append(
            "There is no column of when complaints were closed: for those that are, the day of their last change "
            f'(column "{values.header("updated_at")}") is taken, which may be later.'
        )


def _leave_open(values: Values, cells: dict[str, Reading], is_open: str) -> None:
    """Give no day of closing to what is open, or open again."""
    closed = cells["closed_at"]
    count = values.cursor.value(
        f"select count(*) from {values.source.relation} where {is_open} and {closed.filled}", values.parameters
    )
    if not count:
        return
    values.notes.append(
        f"{count:,} complaints are open by their state but have a day in column "
        f'"{values.header("closed_at")}": it is left out.'
    )
    cells["closed_at"] = Reading(
        f"(case when not {is_open} then {closed.store} end)",
        f"({closed.filled} and not {is_open})",
        can_fail=closed.can_fail,
    )


def _read_severity(values: Values, match: Match, cells: dict[str, Reading]) -> None:
    column = match.column
    if column.is_number:
        return
    grades = {word: grade for word in values.words(column) if (grade := _grade(word))}
    named = ", ".join(f"{word} {grade}" for word, grade in grades.items() if word != str(grade))
    if named:
        values.notes.append(f'Words in column "{column.header}" are read as a severity of 1 to 5: {named}.')
    sql = values.by_word("severity", column, {word: str(grade) for word, grade in grades.items()})
    cells["severity"] = Reading(f"cast({sql} as bigint)", f"{values.value(column)} is not null", can_fail=True)


def _grade(word: str) -> int | None:
    """How grave a word says that something is, from 1 to 5; where it has a number beside it, the word counts."""
    folded = normalise_header(word)
    for text in (folded, re.sub(r"^p?\d ?| ?\d$", "", folded), folded.removesuffix(" priority")):
        if text in meanings("severity"):
            return int(meanings("severity")[text])
    if ranked := _RANK.fullmatch(folded):
        return _GRAVEST + 1 - int(ranked[1])
    return int(folded) if re.fullmatch("[1-5]", folded) else None
