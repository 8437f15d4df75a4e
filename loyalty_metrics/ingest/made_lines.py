"""Lines that a row tells of in columns beside its own: refunds, points redeemed, answers to further questions."""

from collections.abc import Iterator, Mapping

from loyalty_metrics.ingest.plan import Plan
from loyalty_metrics.ingest.returns import PART_REFUNDED
from loyalty_metrics.ingest.surveys import QUESTIONS
from loyalty_metrics.ingest.tells import ASKED
from loyalty_metrics.schema import POINTS, SURVEYS, TRANSACTIONS


def made_lines(plan: Plan, cells: Mapping[str, str]) -> Iterator[tuple[dict[str, str], str]]:
    """The lines to be made of the rows of a file.

    Args:
        plan: How it is imported.
        cells: SQL over the kept rows of each canonical column, as a row has it itself.

    Yields:
        SQL of each canonical column of such a line, and the condition for rows that have one.
    """
    empty = {name: f"cast(null as {plan.table[name].sql_type})" for name in cells}
    if plan.table is TRANSACTIONS:
        for name, back in (("refunded", "abs(refunded)"), (PART_REFUNDED, f"amount * {PART_REFUNDED}")):
            if name in plan.cells:
                yield {**empty, **_refund(plan, cells, back)}, f"{name} <> 0"
    if plan.table is POINTS:
        for kind in ("redeemed", "expired"):
            if kind in plan.cells:
                yield {**empty, **_movement(plan, kind, cells)}, f"{kind} <> 0"
    if plan.table is SURVEYS:
        for question in QUESTIONS:
            if question in plan.cells:
                yield {**empty, **_answer(question, cells)}, f"{question} is not null"


def _refund(plan: Plan, cells: Mapping[str, str], back: str) -> dict[str, str]:
    """The refund of a sale: what of the row it keeps, and what is its own."""
    kept = ["order_id", "customer_id", "ordered_at", "channel", "store", "country", "staff_id", "currency"]
    kept += [] if plan.refund_once else ["product", "category"]
    own = {
        "amount": f"cast(-({back}) as decimal(18,4))",
        "kind": "'refund'",
        "refund_of": f"cast({cells['order_id']} as varchar)",
    }
    return {name: cells[name] for name in kept} | own


def _movement(plan: Plan, kind: str, cells: Mapping[str, str]) -> dict[str, str]:
    kept = {name: cells[name] for name in ("customer_id", "posted_at", "order_id")}
    worth = {"value": "worth"} if kind == "redeemed" and "worth" in plan.cells else {}
    return kept | {"kind": f"'{kind}'", "points": f"abs({kind})"} | worth


def _answer(question: str, cells: Mapping[str, str]) -> dict[str, str]:
    kept = {name: cells[name] for name in ("response_id", "customer_id", "sent_at")}
    answered = f"coalesce({cells['answered_at']}, {cells['sent_at']})"
    own = {"answered_at": answered, "dimension": f"'{question.removeprefix(ASKED)}'", "perceived": question}
    return kept | own
