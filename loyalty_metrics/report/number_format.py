"""The number format with which a spreadsheet shows a value as the text that people read elsewhere."""

import re
from decimal import ROUND_HALF_UP, Decimal

from loyalty_metrics.language import plotly_separators
from loyalty_metrics.report.document import Cell

_NUMBER = re.compile(r"\d(?:[\d.,'’ \u00a0\u202f]*\d)?")
_SIGNS = "+−±"
"""Before figures that are changes; other figures have at most a minus, which Excel sets by itself."""


def number_format(cell: Cell) -> str:
    """A format for Excel that shows the cell's value as its text, with its digits, signs, currency and unit.

    The text is taken apart rather than made anew, so that there is one place only where figures are formatted.

    Args:
        cell: A figure whose text holds one number.
    """
    found = _NUMBER.search(cell.text)
    if not found:
        return "General"
    before, after = cell.text[: found.start()], cell.text[found.end() :]
    shown = _quoted(before.strip(_SIGNS + "-<")) + _digits(found[0]) + _quoted(after)
    if before.startswith("<"):  # too small for its digits, but not nothing
        return f"[<0.0005]{_literal(cell.text)};{shown}"
    if before.startswith(tuple(_SIGNS)):
        return ";".join(f"{_quoted(sign)}{shown}" for sign in _SIGNS)
    return shown


def shown_alike(cell: Cell) -> float:
    """The value as a spreadsheet must hold it to show the cell's text.

    Spreadsheets round a half away from zero, the product to the even digit (6.25% is 6.2%); such a value is made
    smaller by a ten-billionth of a percent or so.
    """
    value = float(cell.value)
    found = _NUMBER.search(cell.text)
    if not found or cell.text.startswith("<"):
        return value
    digits = _digits(found[0])
    places = len(digits.partition(".")[2]) + (2 if "%" in cell.text else 0)
    rounded = abs(Decimal(repr(value))).scaleb(places).quantize(Decimal(1), ROUND_HALF_UP)
    return value if rounded == int(re.sub(r"\D", "", found[0])) else value * (1 - 1e-12)


def axis_format(text: str) -> str:
    """A format for an axis: whole numbers in the unit of a text such as `€1,000` or `10%`."""
    found = _NUMBER.search(text)
    if not found:
        return "General"
    return _quoted(text[: found.start()].strip("-")) + "#,##0" + _quoted(text[found.end() :])


def _digits(number: str) -> str:
    decimal = plotly_separators()[0]
    places = len(number.rpartition(decimal)[2]) if decimal in number else 0
    return "#,##0" + ("." + "0" * places if places else "")


def _quoted(text: str) -> str:
    """Text that stands as it is; a percent sign keeps its meaning, which is to show the value times a hundred."""
    return "".join(part if part == "%" else _literal(part) for part in re.split(r"(%)", text) if part)


def _literal(text: str) -> str:
    return '"' + text.replace('"', "") + '"'
