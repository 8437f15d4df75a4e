"""Points: what each row moved, whatever columns and signs a file has for it.

A ledger may write points that go below 0, or say by their kind alone that they go. A table may have a column for each
kind of movement: then one row tells of those issued and of those redeemed.
"""

from collections.abc import Mapping, Sequence

from loyalty_metrics.database import literal
from loyalty_metrics.ingest.questions import Question
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.state_words import meanings
from loyalty_metrics.ingest.unknown_words import ask_words
from loyalty_metrics.ingest.values import SET_ASIDE_WORD, UNKNOWN_CODE, Reading, Values
from loyalty_metrics.schema import POINTS, normalise_header

MOVEMENTS = ("issued", "redeemed", "expired")
"""Kinds of movement that may have a column of their own."""

SIGNS = ("signed", "unsigned", "reversed")
"""How a file writes points that go: below 0, as all others, or above 0 with those that are given below."""

_GONE = ("redeemed", "expired")
_WAYS = ("given", "taken")
_MEANINGS = (*POINTS["kind"].values, *_WAYS)
_CLEARLY = 4
"""So many times as many rows on one side as on the other settle a habit."""

_Counts = Mapping[str, tuple[int, int]]
"""Meaning -> rows above 0, rows below 0."""


def tell_movements(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> None:
    """Find what each row moved: its kind, and its points as a positive number unless they were adjusted."""
    told = [name for name in MOVEMENTS if name in matches]
    if told and not {"kind", "points"} <= matches.keys():
        _tell_columns(values, matches, cells, told)
        meaning = literal("issued")
    else:
        for name in (*MOVEMENTS, "worth"):
            cells.pop(name, None)
        meaning = _meaning(values, matches, cells)
    counts = _counts(values, meaning, cells["points"])
    sign = _sign(values, matches, counts, meaning, cells["points"])
    _tell_signs(values, matches, counts, sign)
    kind, points = _settled(meaning, cells["points"].store, sign)
    filled = cells["kind"].filled if "kind" in cells else "true"
    cells["kind"] = Reading(kind, filled)
    cells["points"] = Reading(points, cells["points"].filled, can_fail=cells["points"].can_fail)


def _tell_columns(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading], told: list[str]) -> None:
    """Take the row as the issue of points, and what was redeemed or expired as movements beside it."""
    issued = cells.pop("issued", None)
    if issued or "points" not in matches:
        cells["points"] = issued or Reading("cast(0 as double)", "true")
    cells["kind"] = Reading("'issued'", "true")
    named = ", ".join(f'{name} (column "{values.header(name)}")' for name in told)
    values.notes.append(f"Each row tells of several movements of points, which become lines of their own: {named}.")


def _meaning(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> str:
    """SQL of what the kind of each row means."""
    if "kind" in matches:
        return _meaning_of_words(values, matches, cells["points"].store)
    if "kind" in cells:
        return cells["kind"].store
    points = cells["points"].store
    plus, minus, given, taken = values.cursor.row(
        f"select count(*) filter (p > 0), count(*) filter (p < 0), coalesce(sum(p) filter (p > 0), 0),"
        f" coalesce(sum(p) filter (p < 0), 0) from (select {points} as p from {values.source.relation}) as read",
        values.parameters,
    )
    header = values.header("points")
    if not minus:
        sentence = (
            f'{values.source.name} has no column for kind (what happened to the points), and none in column "{header}"'
            " are below 0; say what all rows are with --set kind=issued, or redeemed, expired, adjusted."
        )
        values.questions.append(
            Question("missing_constant", sentence, "constants", None, POINTS["kind"].values, key="kind")
        )
    values.notes.append(
        f'There is no column for kind: points above 0 in column "{header}" are taken as issued ({plus:,} rows, '
        f"{given:,.10g} points), those below 0 as redeemed ({minus:,} rows, {taken:,.10g} points), "
        "with those that expired among them."
    )
    return f"(case when {points} < 0 then 'redeemed' else 'issued' end)"


def _meaning_of_words(values: Values, matches: Mapping[str, Match], points: str) -> str:
    column = matches["kind"].column
    known = meanings("points")
    meant, unknown = {}, []
    for word in values.words(column):
        said = values.said_of(word, _MEANINGS)
        meaning = said or (word.lower() if word.lower() in _MEANINGS else known.get(normalise_header(word)))
        if meaning is None:
            unknown.append(word)
        elif meaning != SET_ASIDE_WORD:
            meant[word] = literal(meaning)
    if unknown:
        _ask(values, matches, points, unknown, (*_MEANINGS, SET_ASIDE_WORD))
    reversals = [word for word, meaning in meant.items() if meaning == "'reversal'"]
    if reversals and not _has_direction(values, points):
        _ask(values, matches, points, reversals, _WAYS)
    return values.by_word("kind", column, meant, literal(UNKNOWN_CODE))


def _has_direction(values: Values, points: str) -> bool:
    """Whether signs say which way points went that went back: some are below 0."""
    if values.options.points_sign in ("signed", "reversed"):
        return True
    below = f"select 1 from {values.source.relation} where {points} < 0 limit 1"
    return bool(values.cursor.rows(below, values.parameters))


def _ask(
    values: Values, matches: Mapping[str, Match], points: str, words: Sequence[str], choices: tuple[str, ...]
) -> None:
    """Ask for the meaning of words, each with the points that hang on it."""
    column = matches["kind"].column
    found = values.cursor.rows(
        f"select {values.value(column)} as word, count(*) as rows, coalesce(sum({points}), 0)"
        f" from {values.source.relation} where list_contains($asked_words, word)"
        " group by word order by rows desc, word",
        {**values.parameters, "asked_words": words},
    )
    told = {word: f"{rows:,} rows, {total:,.10g} points" for word, rows, total in found}
    ask_words(values, column.header, told, choices)


def _counts(values: Values, meaning: str, points: Reading) -> _Counts:
    found = values.cursor.rows(
        f"select meaning, count(*) filter (p > 0), count(*) filter (p < 0) from"
        f" (select {meaning} as meaning, {points.store} as p from {values.source.relation}) as read group by meaning",
        values.parameters,
    )
    return {word: (plus, minus) for word, plus, minus in found}


def _sign(values: Values, matches: Mapping[str, Match], counts: _Counts, meaning: str, points: Reading) -> str:
    """How the file writes points that go, told from all rows that went and all that were issued."""
    said = values.options.points_sign
    if said:
        return said
    plus = sum(counts.get(kind, (0, 0))[0] for kind in _GONE)
    minus = sum(counts.get(kind, (0, 0))[1] for kind in _GONE)
    issued, taken = counts.get("issued", (0, 0))
    if plus == minus == 0 and taken <= issued:
        return "signed" if any(below for _, below in counts.values()) else "unsigned"
    if taken <= issued:
        if minus >= _CLEARLY * plus:
            return "signed"
        if plus >= _CLEARLY * minus:
            return "unsigned"
    elif plus and not minus and taken >= _CLEARLY * issued:
        return "reversed"
    _ask_for_sign(values, matches, meaning, points)
    return "unsigned"


def _ask_for_sign(values: Values, matches: Mapping[str, Match], meaning: str, points: Reading) -> None:
    totals = {}
    for sign in SIGNS:
        kind, moved = _settled(meaning, points.store, sign)
        balance = f"sum(case when {kind} in ('redeemed', 'expired') then -({moved}) else {moved} end)"
        total = values.cursor.value(f"select {balance} from {values.source.relation}", values.parameters)
        totals[sign] = f"all balances come to {total or 0:,.10g}"
    header = matches["points"].column.header
    sentence = (
        f"{values.source.name}: points that were issued and points that went stand above and below 0 in column "
        f'"{header}" without a rule; '
        f"say how those that go are written with --points-sign {' or --points-sign '.join(SIGNS)} "
        f"({'; '.join(f'{sign}: {told}' for sign, told in totals.items())})."
    )
    question = Question("points_sign", sentence, "points_sign", header, SIGNS, tuple(totals.items()))
    values.questions.append(question)


def _tell_signs(values: Values, matches: Mapping[str, Match], counts: _Counts, sign: str) -> None:
    """Say how signs were read, and which rows became adjustments by them."""
    if "points" not in matches:
        return
    header = matches["points"].column.header
    above, below = (sum(counts.get(kind, (0, 0))[place] for kind in _GONE) for place in (0, 1))
    issued_above, issued_below = counts.get("issued", (0, 0))
    if sign == "reversed":
        values.notes.append(f'Column "{header}" has points that were issued below 0: all its signs are turned.')
        above, below, issued_below = below, above, issued_above
    elif sign == "signed" and below:
        values.notes.append(f'Column "{header}" has points that go below 0; they are kept as positive numbers.')
    back = below if sign == "unsigned" else above
    if back:
        values.notes.append(
            f"{back:,} rows of points redeemed or expired have the other sign: they came back, as adjusted."
        )
    if issued_below:
        values.notes.append(
            f"{issued_below:,} rows of points issued have the other sign: they were taken back, as adjusted."
        )


def _settled(meaning: str, points: str, sign: str) -> tuple[str, str]:
    """SQL of the kind and of the points, by what a row's kind means and by the sign of its points."""
    moved = f"(-{points})" if sign == "reversed" else points
    gone = f"{meaning} in ('redeemed', 'expired')"
    turned = f"({gone} and {moved} {'<' if sign == 'unsigned' else '>'} 0)"
    taken_back = f"({meaning} = 'issued' and {moved} < 0)"
    kind = (
        f"(case when {turned} or {taken_back} or {meaning} in ('given', 'taken', 'reversal') then 'adjusted'"
        f" else {meaning} end)"
    )
    if sign != "unsigned":
        return kind, f"(case when {gone} and {moved} <= 0 then abs({moved}) else {moved} end)"
    amount = f"(case when {turned} or {meaning} = 'given' then abs({moved}) when {meaning} = 'taken' then -abs({moved})"
    return kind, f"{amount} else {moved} end)"
