"""The command `customer`: who fits a text, and all about the one customer it leaves."""

import json
from typing import Any

from loyalty_metrics import answers
from loyalty_metrics.customer import RFM_VALUES, as_dict, plain_row, profile, segments
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import format_value, label, without_markup
from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import Workspace

MOST = 20
"""Customers listed at most."""

_LISTED = {"customer_id": "text", "name": "text", "last_on": "date", "revenue": "money", "segment": "code"}


def tell(workspace: Workspace, text: str, scope: Scope, as_json: bool) -> str:
    """What to print of the customers that fit a text.

    Args:
        workspace: Where to look.
        text: An id, or a part of a name, e-mail address or telephone number.
        scope: As of when, and by which rules.
        as_json: As documented in docs/command-line.md, instead of text.

    Raises:
        LoyaltyError: Nobody fits, or not yet on that day.
    """
    found = workspace.find_customers(text, scope, MOST)
    rows = [plain_row(row) for _place, row in found.frame.iterrows()]
    if not rows:
        raise LoyaltyError(_nobody(workspace, text, scope))
    for row, segment in zip(rows, segments(workspace.measure, scope, found.frame), strict=True):
        row["segment"] = segment
    one = rows[0] if len(rows) == 1 or rows[0]["customer_id"].casefold() == text.strip().casefold() else None
    if as_json:
        return json.dumps({"matches": rows, "customer": _details(workspace, one, scope)}, indent=2, default=str)
    return _sheet(workspace, one, scope) if one else _list(workspace, rows)


def _nobody(workspace: Workspace, text: str, scope: Scope) -> str:
    """Why nobody was found: nobody fits, or who fits came later."""
    later = workspace.find_customers(text, scope.replace(as_of=None), 1).frame
    if later.empty:
        return f"No customer fits {text!r}. Try a part of the name, the e-mail address, the telephone number or the id."
    known = plain_row(later.iloc[0])
    return without_markup(
        answers.absent_answer(known["customer_id"], workspace.resolve(scope).as_of, known["first_on"])
    )


def _details(workspace: Workspace, one: dict[str, Any] | None, scope: Scope) -> dict[str, Any] | None:
    found = profile(workspace.measure, scope.replace(customer=one["customer_id"])) if one else None
    if found is None:
        return None
    written = workspace.notes(found.facts["customer_id"])
    return as_dict(found) | {"notes": [plain_row(row) for _place, row in written.iterrows()]}


def _sheet(workspace: Workspace, one: dict[str, Any], scope: Scope) -> str:
    found = profile(workspace.measure, scope.replace(customer=one["customer_id"]))
    if found is None:
        raise LoyaltyError(f"There is no customer {one['customer_id']}.")
    currency = workspace.currency()
    units = workspace.registry.card("customer_facts").units
    facts = {
        label(name): format_value(value, units[name], currency)
        for name, value in found.facts.items()
        if name not in RFM_VALUES
    }
    width = max(map(len, facts))
    notes = [
        f"  {row['written_at']:%Y-%m-%d %H:%M} {row['author']}: {row['text']}"
        for row in workspace.notes(found.facts["customer_id"]).to_dict("records")
        if row["struck_by"] is None
    ]
    lines = [
        answers.customer_answer(found, found.facts["name"] or found.facts["customer_id"], currency),
        answers.next_order_of_customer(found),
    ]
    return "\n".join(
        [
            *map(without_markup, lines),
            "",
            *(f"  {name:<{width}}  {value}" for name, value in facts.items()),
            *(["", "Notes:", *notes] if notes else []),
        ]
    )


def _list(workspace: Workspace, rows: list[dict[str, Any]]) -> str:
    """One line a customer, under the names of the columns."""
    currency = workspace.currency()
    cells = [[label(name) for name in _LISTED]]
    cells += [[format_value(row[name], unit, currency) for name, unit in _LISTED.items()] for row in rows]
    widths = [max(len(row[n]) for row in cells) for n in range(len(_LISTED))]
    return "\n".join("  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip() for row in cells)
