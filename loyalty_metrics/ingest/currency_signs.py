"""The currency of money that names none in a column of its own, but bears a sign: `12,00 €`, `R$ 5`, `US$1`.

A sign that several currencies share, such as `$`, is never taken for one of them: it is named in a note.
"""

from collections.abc import Mapping

from loyalty_metrics.database import literal
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.signs import known_sign, signs
from loyalty_metrics.ingest.units import currency_of
from loyalty_metrics.ingest.values import Reading, Values

_WORD = r"[^\s\d.,'’()+−－–—-]+"
_BESIDE_DIGITS = rf"^[-+(−－–\s]*({_WORD})[.]?\s*[-+(−－–]*\s*[\d.,]|[\d.,][-—–/]*\s*({_WORD}?)[.)\s−–-]*$"
"""What stands before the first digit, or after the last."""
_MOST = 50


def read_signs(values: Values, cells: dict[str, Reading], matches: Mapping[str, Match], wanted: str | None) -> None:
    """Tell the currency of each row by the sign that its money bears; leave it unknown where that says too little.

    Args:
        values: The file's columns.
        cells: Gets `currency`.
        matches: Which columns hold money.
        wanted: The currency that the analyst named: shared signs that may mean it do.
    """
    money = matches.get("amount") or matches.get("unit_price")
    if money is None:
        return
    if money.column.is_text and values.has_words(money.column):
        _read_beside_numbers(values, cells, money, wanted)
    sign = known_sign(currency_of(money.column.header))
    if "currency" not in cells and sign and not wanted:
        cells |= _of_all(values, money.column.header, sign, signs()[sign])


def _read_beside_numbers(values: Values, cells: dict[str, Reading], money: Match, wanted: str | None) -> None:
    text = values.value(money.column)
    parts = [f"nullif(regexp_extract({text}, {literal(_BESIDE_DIGITS)}, {group}), '')" for group in (1, 2)]
    sign = f"coalesce({', '.join(parts)})"
    rows = values.cursor.rows(
        f"select {sign} as sign, count(*) as rows from {values.source.relation} where {text} is not null"
        f" group by sign order by rows desc, sign limit {_MOST}",
        values.parameters,
    )
    found = {sign: count for sign, count in rows if sign and known_sign(sign)}
    meant = {sign: _meant(sign, wanted) for sign in found}
    if len(set(meant.values())) > 1:
        values.headers["currency"] = money.column.header
        currency = _by_sign(values, sign, meant)
        cells["currency"] = Reading(currency, f"{currency} is not null")
    elif 2 * sum(found.values()) >= max(1, sum(count for _, count in rows)):
        cells |= _of_all(values, money.column.header, *next(iter(meant.items())))


def _by_sign(values: Values, sign: str, meant: Mapping[str, tuple[str, ...]]) -> str:
    """SQL of the currency of a row: a sign that several share stands for itself."""
    whens = ""
    for number, (text, codes) in enumerate(meant.items()):
        values.parameters[f"sign_{number}"] = text
        whens += f" when $sign_{number} then {literal(codes[0] if len(codes) == 1 else known_sign(text))}"
    return f"(case {sign}{whens} end)"


def _of_all(values: Values, header: str, sign: str, codes: tuple[str, ...]) -> dict[str, Reading]:
    """The currency of a file that writes one sign, where the sign says it; else a note."""
    if len(codes) == 1:
        values.notes.append(f'The currency is {codes[0]}, as column "{header}" writes {sign}.')
        return {"currency": Reading(f"'{codes[0]}'", "true")}
    values.notes.append(
        f'Column "{header}" writes {sign}, which may be {", ".join(codes[:-1])} or {codes[-1]}: the currency is left'
        f" unknown. Name it with --currency, such as --currency {codes[0]}."
    )
    return {}


def _meant(text: str, wanted: str | None) -> tuple[str, ...]:
    codes = signs()[known_sign(text)]
    return (wanted,) if wanted in codes else codes
