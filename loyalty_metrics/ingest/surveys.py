"""What a file of answers leaves unsaid: a column of NPS answers is about recommending, and an answer was given."""

from collections.abc import Mapping

from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.values import Reading, Values
from loyalty_metrics.schema import normalise_header

_RECOMMEND = {"nps", "nps score", "nps rating", "recommend", "likelihood to recommend", "recommendation", "推荐意愿"}

ELSEWHERE = ("spend_elsewhere", "shop_rank", "could_switch")
"""Answers on where else the customer buys, or could."""


def is_about_recommending(matches: Mapping[str, Match]) -> bool:
    """Whether the answers are those to the question whether one would recommend the shop."""
    return "perceived" in matches and normalise_header(matches["perceived"].column.header) in _RECOMMEND


def follows(matches: Mapping[str, Match]) -> bool:
    """Whether what was asked about follows from the columns."""
    return is_about_recommending(matches) or is_about_elsewhere(matches)


def is_about_elsewhere(matches: Mapping[str, Match]) -> bool:
    """Whether the file holds nothing but answers on where else the customer buys."""
    return "perceived" not in matches and bool(matches.keys() & set(ELSEWHERE))


def complete_survey(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> None:
    """Fill in what was asked about and when it was answered, where that follows from the rest."""
    if "dimension" not in matches and is_about_recommending(matches):
        cells["dimension"] = Reading("'recommend'", "true")
        values.notes.append(f'Answers in column "{values.header("perceived")}" are taken as 0 to 10, recommending.')
    elif "dimension" not in matches and is_about_elsewhere(matches):
        cells["dimension"] = Reading("'elsewhere'", "true")
    said = " or ".join(f"({cells[name].filled})" for name in ("perceived", *ELSEWHERE) if name in cells)
    if "answered_at" not in matches and "sent_at" in cells and said:
        answered = f"(case when {said} then {cells['sent_at'].store} end)"
        cells["answered_at"] = Reading(answered, said)
        values.notes.append("There is no date of the answer: the date of the survey is taken for it.")
