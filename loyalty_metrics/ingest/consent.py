"""Whether a customer may be contacted with offers: words of many programs, and columns of those who want none.

What is not known is never a yes; and who is named as one who wants no offers is never shown as one who may get them.
"""

from collections.abc import Mapping

from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.state_words import meanings
from loyalty_metrics.ingest.values import Reading, Values, yes_or_no
from loyalty_metrics.schema import normalise_header

_KNOWN = ("true", "false")


def read_consent(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> None:
    """Read who may be contacted; a column of those who may not beats every other."""
    found = {name: _answers(values, matches[name], name) for name in ("consent", "opted_out") if name in matches}
    cells.pop("opted_out", None)
    if not found:
        return
    said, out = found.get("consent"), found.get("opted_out")
    if said and out:
        sql = f"(case when {out.store} = false then false else {said.store} end)"
        cells["consent"] = Reading(sql, f"({said.filled} or {out.filled})", can_fail=False)
    else:
        cells["consent"] = said or out or cells["consent"]


def _answers(values: Values, match: Match, name: str) -> Reading:
    """Read one column as whether offers may be sent."""
    column = match.column
    way = "false" if name == "opted_out" else "true"
    if match.how != "explicit" or name == "consent":
        way = direction(column.header) or way
    if way == "false":
        values.notes.append(f'Column "{column.header}" says who wants no offers: consent is the opposite of it.')
    meant = {word: meaning for word in values.words(column) if (meaning := meaning_of(word, way)) in _KNOWN}
    otherwise = "false" if way == "false" else "null"
    sql = f"cast({values.by_word(name, column, meant, otherwise)} as boolean)"
    return Reading(sql, f"{values.value(column)} is not null", can_fail=way != "false")


def meaning_of(word: str, way: str) -> str | None:
    """What a word says of offers: `true`, `false`, `unknown`, or None where it is not known.

    Args:
        word: As the file writes it.
        way: What a yes in the column means: `true`, `false`, or `both` where the header speaks of either.
    """
    said = meanings("consent").get(normalise_header(word))
    if said:
        return said
    answer = yes_or_no(word)
    if answer is not None:
        return {"true": answer, "false": "false" if answer == "true" else "true"}.get(way)
    return "false" if direction(word) in ("false", "both") else None


def direction(text: str) -> str | None:
    """Whether a header or a word speaks of those who want offers (`true`), of those who do not, or of `both`."""
    folded = normalise_header(text)
    ways = {way for part, way in meanings("consent_parts").items() if _begins_in(folded, part)}
    return "both" if _speaks_of_both(folded, ways) else "false" if "false" in ways else "true" if ways else None


def _speaks_of_both(folded: str, ways: set[str]) -> bool:
    """Whether beside the parts that say no, there is one that says yes in words of its own: `Opt-in / opt-out`."""
    if ways != _BOTH:
        return False
    refused = [part for part, way in meanings("consent_parts").items() if way == "false" and _begins_in(folded, part)]
    for part in sorted(refused, key=len, reverse=True):
        folded = folded.replace(part, " ")
    granted = [part for part, way in meanings("consent_parts").items() if way == "true"]
    return any(_begins_in(folded, part) for part in granted)


_BOTH = {"true", "false"}


def _begins_in(text: str, part: str) -> bool:
    return f" {part}" in f" {text}" if part.isascii() else part in text
