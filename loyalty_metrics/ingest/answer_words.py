"""One answer of a survey, as a program or a person writes it: a number with a label, stars, a share, a word."""

import re
from dataclasses import dataclass

from loyalty_metrics.ingest.numbers import looks_like_number
from loyalty_metrics.ingest.state_words import meanings
from loyalty_metrics.schema import normalise_header

NO_ANSWER = "no_answer"
_STAR_SCALE = 5
_WORD_SCALE = 5

_N = r"(\d+(?:[.,]\d+)?)"
_OUT_OF = re.compile(rf"{_N}\s*(?:/|out of|of|von|sur|de|di|su|van|z|из|trên|dari)\s*(\d+)", re.IGNORECASE)
_PERCENT = re.compile(rf"{_N}\s*[%％]")
_STARS = re.compile(r"([★⭐🌟]+)([☆]*)")
_NAMED_STARS = re.compile(
    rf"{_N}\s*-?(?:stars?|sao|星|estrell\w+|estrel\w+|étoiles?|sterne?n?|stelle|stella|sterren|ster|gwiazd\w+|звезд\w+|ดาว|yıldız|별|bintang)",
    re.IGNORECASE,
)
_PLAIN = re.compile(rf"{_N}\s*(?:分|点|點|điểm|점|points?|pts?|คะแนน|puan|баллов|балла|балл)?\.?", re.IGNORECASE)
_NUMBER_FIRST = re.compile(rf"{_N}\s*[-–—:：.=(（,;|)]?\s*([^\W\d_][^\d]*)")
_NUMBER_LAST = re.compile(rf"([^\W\d_][^\d]*?)\s*[-–—:：=(（,;|]\s*{_N}\s*[)）]?")


@dataclass(frozen=True)
class Answer:
    """One answer: its number, if any was given, and the best answer of its scale where it says so itself."""

    number: float | None
    best: int | None = None


def read_answer(text: str) -> Answer | None:
    """Read one answer; None where it is none that is known."""
    text = " ".join(text.replace("\ufe0f", "").split())
    if match := _STARS.fullmatch(text.replace(" ", "")):
        return Answer(len(match[1]), max(_STAR_SCALE, len(match[1]) + len(match[2])))
    for pattern, best in ((_PERCENT, 100), (_NAMED_STARS, _STAR_SCALE), (_PLAIN, None)):
        if match := pattern.fullmatch(text):
            return Answer(_number(match[1]), best)
    if match := _OUT_OF.fullmatch(text):
        return Answer(_number(match[1]), int(match[2]))
    meaning = meanings("answer").get(normalise_header(text))
    if meaning:
        return Answer(None) if meaning == NO_ANSWER else Answer(int(meaning), _WORD_SCALE)
    if match := _NUMBER_FIRST.fullmatch(text):
        return Answer(_number(match[1]))
    if match := _NUMBER_LAST.fullmatch(text):
        return Answer(_number(match[2]))
    return None


def looks_like_answer(text: str) -> bool:
    """Whether a value may be an answer."""
    return read_answer(text) is not None or looks_like_number(text)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
