"""Who a row is of: the shop's own number, else the e-mail, else the telephone; never a mere name unless it is said."""

from collections.abc import Mapping

from loyalty_metrics.ingest.guests import without_guests
from loyalty_metrics.ingest.phones import with_one_spelling
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.tells import EMAIL, PHONE
from loyalty_metrics.ingest.values import Reading, Values
from loyalty_metrics.schema import TRANSACTIONS, Column, normalise_header

KEYS = ("customer_id", "email", "phone")
"""What tells customers apart, the best first."""

_FEWEST_DIGITS = 6
_CALLED = {"customer_id": "number", "email": "e-mail", "phone": "telephone number"}


def tell_customers_apart(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> None:
    """Make the customer's key of the columns that there are; e-mails and telephone numbers are written one way."""
    ways = {name: _key(name, matches[name], cells[name]) for name in KEYS if name in matches}
    if "phone" in ways:
        written = cells["phone"].show.format(cells["phone"].store)
        ways["phone"] = with_one_spelling(values, matches["phone"].column.header, written, ways["phone"])
    if values.options.table == TRANSACTIONS.name:
        for name, header in [(name, matches[name].column.header) for name in ways]:
            beside = [reading for other, reading in ways.items() if name == "customer_id" and other != name]
            ways[name] = without_guests(values, name, header, ways[name], beside)
    if {"email", "email_of_refund", "amount"} <= cells.keys():
        ways["email"] = _email_by_direction(ways["email"], cells)
    if not ways:
        values.notes.append("No column tells customers apart: measures of repeat buying need a customer column.")
        return
    if "customer_id" in ways and (len(ways) == 1 or _is_complete(values, ways["customer_id"])):
        cells["customer_id"] = ways["customer_id"]
        return
    keys = [reading.show.format(reading.store) for reading in ways.values()]
    filled = " or ".join(f"coalesce({reading.filled}, false)" for reading in ways.values())
    cells["customer_id"] = Reading(f"coalesce({', '.join(keys)})", f"({filled})")
    named = [f'{_CALLED[name]} (column "{matches[name].column.header}")' for name in ways]
    values.notes.append(f"Customers are told apart by {', else by '.join(named)}.")


def _email_by_direction(email: Reading, cells: Mapping[str, Reading]) -> Reading:
    """The e-mail of the other side: of whom money comes from, and of whom it goes back to."""
    back, goes_back = cells["email_of_refund"], f"{cells['amount'].store} < 0"
    text = back.show.format(back.store)
    return Reading(
        f"(case when {goes_back} then lower({text}) else {email.store} end)",
        f"(case when {goes_back} then {back.filled} else {email.filled} end)",
    )


def _is_complete(values: Values, key: Reading) -> bool:
    source = values.source
    empty = f"select 1 from {source.relation} where not coalesce({key.filled}, false) limit 1"
    return not values.cursor.rows(empty, values.parameters)


def join_names(cells: dict[str, Reading]) -> None:
    """Put first and last name together, where a file keeps them apart."""
    if {"name", "last_name"} <= cells.keys():
        first, last = cells["name"], cells["last_name"]
        whole = f"nullif(concat_ws(' ', {first.store}, {last.store}), '')"
        cells["name"] = Reading(whole, f"({first.filled} or {last.filled})")


def _key(name: str, match: Match, reading: Reading) -> Reading:
    text = reading.show.format(reading.store)
    if name == "email" or _is_called(EMAIL, match):
        return Reading(f"lower({text})", reading.filled)
    if name == "phone" or _is_called(PHONE, match):
        digits = f"regexp_replace({text}, '[^0-9]', '', 'g')"
        known = f"length({digits}) >= {_FEWEST_DIGITS} and not contains({text}, '*')"
        return Reading(f"(case when {known} then {digits} end)", f"({reading.filled} and {known})")
    return reading


def _is_called(role: Column, match: Match) -> bool:
    """Whether a column that the analyst named as the customer's number holds what another role is."""
    header = normalise_header(match.column.header)
    return any(header == normalise_header(word) for words in role.words.values() for word in words)
