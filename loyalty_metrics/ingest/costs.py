"""Costs as programs of advertising export them: what they were for, and of which period and currency."""

import re
import tomllib
from functools import cache
from pathlib import Path

from loyalty_metrics.ingest.questions import Question
from loyalty_metrics.ingest.source import Source
from loyalty_metrics.ingest.values import Reading, Values
from loyalty_metrics.schema import normalise_header

_RULES = Path(__file__).parents[1] / "rules" / "advertising.toml"
_ENOUGH = 2
_CODE = re.compile(r"\(([A-Z]{3})\)|\b([A-Z]{3})$")


@cache
def _words() -> frozenset[str]:
    found = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return frozenset(normalise_header(word) for words in found.values() for word in words)


def advertising_headers(source: Source) -> list[str]:
    """The headers by which a file is one of advertising; fewer than two say nothing."""
    found = [column.header for column in source.columns if _bare(column.header) in _words()]
    return found if len(found) >= _ENOUGH else []


def _bare(header: str) -> str:
    """A header without what stands in brackets, such as a currency."""
    return normalise_header(re.sub(r"\(.*?\)", "", header))


def settle_costs(values: Values, cells: dict[str, Reading]) -> None:
    """Tell what costs were for, on which day they are booked, and in which currency they are."""
    if "purpose" not in cells:
        cells["purpose"] = Reading("'acquisition'", "true")
        named = ", ".join(f'"{header}"' for header in advertising_headers(values.source)[:3])
        values.notes.append(
            f"The file is of advertising (columns {named}): its costs are taken as those of winning customers; "
            "say otherwise with --set purpose=retention."
        )
    end = cells.pop("period_end", None)
    if end and "booked_on" in cells:
        _tell_period(values, cells["booked_on"], end)
    currency = cells.pop("currency", None)
    if currency:
        _tell_currencies(values, currency)
    elif code := _CODE.search(values.header("amount")):
        values.notes.append(_of_one_currency(values.header("amount"), code[1] or code[2]))


def _tell_period(values: Values, begin: Reading, end: Reading) -> None:
    rows = values.cursor.value(
        f"select count(*) from {values.source.relation} where {end.store} > {begin.store}", values.parameters
    )
    if rows:
        values.notes.append(
            f"{rows:,} rows are of more than a day: their costs are booked on the first "
            f'(column "{values.header("booked_on")}").'
        )


def _tell_currencies(values: Values, currency: Reading) -> None:
    """Costs have no currency of their own: those of several cannot be added up."""
    header = values.header("currency")
    found = values.cursor.rows(
        f"select upper({currency.store}) as code, count(*) as rows from {values.source.relation}"
        f" where {currency.filled} group by code order by rows desc, code",
        values.parameters,
    )
    if len(found) == 1:
        values.notes.append(_of_one_currency(header, found[0][0]))
    elif found:
        counts = ", ".join(f"{code}: {rows:,} rows" for code, rows in found)
        sentence = (
            f'{values.source.name} holds costs in several currencies ({counts}) in column "{header}", which cannot be '
            "added up; import a file of each on its own, with its amounts in the currency of the orders."
        )
        values.questions.append(Question("currencies", sentence, "columns", header))


def _of_one_currency(header: str, code: str) -> str:
    return f'Costs are in {code} (column "{header}"); they are held against orders as if these were in {code} too.'
