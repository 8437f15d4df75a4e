"""What a file of answers leaves unsaid: what was asked about, when, and which questionnaire a row is.

A file may have a row for each answer, or one for each person with a column for each question.
"""

from collections.abc import Mapping

from loyalty_metrics.database import literal
from loyalty_metrics.ingest.answer_words import looks_like_answer
from loyalty_metrics.ingest.answers import read_answers
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.state_words import meanings
from loyalty_metrics.ingest.tells import ASKED, TELLS
from loyalty_metrics.ingest.values import Reading, Values
from loyalty_metrics.schema import SURVEYS, normalise_header

ELSEWHERE = ("spend_elsewhere", "shop_rank", "could_switch")
"""Answers on where else the customer buys, or could."""

QUESTIONS = tuple(column.name for column in TELLS[SURVEYS.name] if column.name.startswith(ASKED))
"""Columns of answers to one question each."""

_ANSWERS = ("perceived", "expected", *QUESTIONS)
_NUMBER_SIGN = "#"
_LONG = 4
"""A header of so many words may be a question."""


def asked_about(matches: Mapping[str, Match]) -> str | None:
    """What the answers of the one column of them are about, where its header says it."""
    if "perceived" not in matches:
        return None
    header = normalise_header(matches["perceived"].column.header)
    return (
        "recommend"
        if meanings("dimension").get(header.removesuffix(" score").removesuffix(" rating")) == "recommend"
        else None
    )


def questions_asked(matches: Mapping[str, Match]) -> list[str]:
    """The questions that have a column of their own, unless each row says what it is about."""
    return [name for name in QUESTIONS if name in matches and "dimension" not in matches]


def follows(name: str, matches: Mapping[str, Match]) -> bool:
    """Whether a column that the file lacks follows from those it has."""
    if name == "response_id":
        return True
    if name == "sent_at":
        return "answered_at" in matches
    return name == "dimension" and bool(asked_about(matches) or questions_asked(matches) or is_about_elsewhere(matches))


def is_about_elsewhere(matches: Mapping[str, Match]) -> bool:
    """Whether the file holds nothing but answers on where else the customer buys."""
    return "perceived" not in matches and bool(matches.keys() & set(ELSEWHERE))


def complete_survey(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> None:
    """Fill in what was asked about and when it was answered, where that follows from the rest."""
    read_answers(values, matches, cells, _ANSWERS)
    _tell_questions(values, matches, cells)
    if "sent_at" not in cells:
        cells["sent_at"] = cells["answered_at"]
        values.notes.append("There is no date on which the survey was sent: that of the answer is taken for it.")
    said = " or ".join(f"({cells[name].filled})" for name in ("perceived", *ELSEWHERE) if name in cells)
    if "answered_at" not in matches and said:
        answered = f"(case when {said} then {cells['sent_at'].store} end)"
        cells["answered_at"] = Reading(answered, said)
        values.notes.append("There is no date of the answer: the date of the survey is taken for it.")
    if "response_id" not in matches:
        cells["response_id"] = _response_id(values)


def _tell_questions(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> None:
    """Take the row as the answer to its first question, and answers to others as lines of their own."""
    asked = questions_asked(matches)
    for name in QUESTIONS:
        if name not in asked:
            cells.pop(name, None)
    dimension = asked_about(matches) if "dimension" not in cells else None
    if not dimension and asked:
        if "perceived" in cells:
            _tell_unused(values, [values.header("perceived")])
        dimension = asked[0].removeprefix(ASKED)
        cells["perceived"] = cells.pop(asked[0])
    else:
        cells.pop(f"{ASKED}{dimension}", None)
    if dimension:
        cells["dimension"] = Reading(literal(dimension), "true")
        _tell_asked(values, dimension, asked)
        _tell_unused(values, _unused(values, matches))
    elif "dimension" not in cells and is_about_elsewhere(matches):
        cells["dimension"] = Reading("'elsewhere'", "true")


def _tell_asked(values: Values, dimension: str, asked: list[str]) -> None:
    named = {name.removeprefix(ASKED): values.header(name) for name in asked}
    main = named.get(dimension) or values.header("perceived")
    if dimension == "recommend":
        values.notes.append(f'Answers in column "{main}" are taken as 0 to 10, recommending.')
    others = [f'{name} (column "{header}")' for name, header in named.items() if header != main]
    if others or dimension != "recommend":
        lines = ", ".join([f'{dimension} (column "{main}")', *others])
        values.notes.append(f"Each question has its column, and becomes a line of its own: {lines}.")


def _unused(values: Values, matches: Mapping[str, Match]) -> list[str]:
    """Columns that look like questions answered by a number, and that nothing is taken from."""
    taken = [match.column for match in matches.values()]
    left = [
        column for column in values.source.columns if column not in taken and _is_question(column.header, column.also)
    ]
    return [column.header for column in left if (found := values.words(column)) and all(map(looks_like_answer, found))]


def _is_question(header: str, also: str) -> bool:
    text = also or header
    return text.rstrip().endswith(("?", "？", "¿")) or len(text.split()) >= _LONG


def _tell_unused(values: Values, headers: list[str]) -> None:
    for header in headers:
        values.notes.append(
            f'Column "{header}" holds answers, but what they are about is not known, and it is not used; if you know, '
            f'say it with --map {QUESTIONS[1]}="{header}", or another of {", ".join(QUESTIONS)}.'
        )


def _response_id(values: Values) -> Reading:
    """The number of a questionnaire where no word names it: a column headed by a mere sign for it, or one made."""
    column = next((column for column in values.source.columns if column.header == _NUMBER_SIGN), None)
    if column is None:
        values.notes.append("There is no column that numbers the questionnaires: each row is taken as one.")
        return Reading(_made_id(values), "true")
    values.notes.append(f'Column "{_NUMBER_SIGN}" is taken for the number of the questionnaire.')
    return Reading(values.value(column), f"{values.value(column)} is not null")


def _made_id(values: Values) -> str:
    """SQL of an id that depends on nothing but the row: the same row in another file has the same one."""
    cells = ", ".join(
        f"'{number}=' || cast({column.sql} as varchar)" for number, column in enumerate(values.source.columns)
    )
    digest = f"left(md5(concat_ws(chr(31), {cells})), 12)"
    return f"'row ' || {digest} || coalesce('.' || nullif(row_number() over (partition by {digest}), 1), '')"
