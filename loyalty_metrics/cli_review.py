"""The command that tells the weekly review, keeps it, and sets targets."""

import argparse
import json
from typing import Any

from loyalty_metrics import answers, held_reviews
from loyalty_metrics.cli_keeping import add, add_json, open_workspace, pairs
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.held_reviews import HeldReview, Restated, restated
from loyalty_metrics.language import format_interval, format_value, label, period_label, without_markup
from loyalty_metrics.review import review
from loyalty_metrics.review_shape import SHARE, UNITS, Finding, Review
from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import Workspace

SAMPLE = "sample"
"""Stands for the shipped sample shop in place of a file."""


def add_commands(commands: argparse._SubParsersAction) -> None:
    """Add the command to the parser."""
    told = add(commands, "review", _review, "the weekly review: how we are doing, what changed beyond noise, and why")
    told.add_argument("--as-of", help="YYYY-MM-DD; default: the last day in the data")
    told.add_argument("--where", action="append", default=[], metavar="FILTER=VALUE", help="see `measure --help`")
    told.add_argument("--keep", action="store_true", help="keep it as it was held; name yourself with --who")
    told.add_argument("--held", action="store_true", help="list the reviews that were held")
    told.add_argument(
        "--open", type=int, metavar="ID", help="tell a review as it was held, and what was restated since"
    )
    told.add_argument(
        "--target",
        action="append",
        default=[],
        metavar="MEASURE=AMOUNT",
        help="what a headline measure of a week is held against from now on; an empty amount ends it",
    )
    told.add_argument("--who", default="", metavar="NAME", help="who keeps the review or sets the target")
    add_json(told)


def _review(options: argparse.Namespace) -> None:
    workspace = Workspace.sample() if options.workspace == SAMPLE else open_workspace(options)
    for measure, amount in pairs(options.target, "--target"):
        held_reviews.set_target(workspace, measure, _amount(measure, amount), options.who)
    if options.held:
        _print([_summary(held) for held in held_reviews.read(workspace)], options.json, _held_line)
    elif options.open is not None:
        _open(workspace, options)
    else:
        filters: dict[str, list[str]] = {}
        for name, value in pairs(options.where, "--where"):
            filters.setdefault(name, []).append(value)
        told = review(workspace, Scope(as_of=options.as_of, filters=filters))
        if options.keep:
            held_reviews.hold(workspace, told, options.who)
        print(json.dumps(told.to_dict(), indent=2, ensure_ascii=False) if options.json else tell(told))
    workspace.close()


def _amount(measure: str, text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError as error:
        raise LoyaltyError(f"The target of {measure} is {text!r}; write a number such as 25000 or 0.3.") from error


def _open(workspace: Workspace, options: argparse.Namespace) -> None:
    held = held_reviews.find(workspace, options.open)
    now = review(workspace, Scope.from_query(held.review.query))
    moved = restated(held, now, workspace.restatements())
    if options.json:
        since = [_restated(one) for one in moved]
        told = {**_summary(held), "review": held.review.to_dict(), "restated": since}
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return
    print(tell(held.review))
    for one in moved:
        print(without_markup(answers.restated_sentence(one, UNITS[one.measure], held.review.currency)))


def _restated(one: Restated) -> dict[str, Any]:
    reasons = [{"change": each.change, "file": each.file, "at": each.at.isoformat()} for each in one.reasons]
    return {"measure": one.measure, "then": one.then, "now": one.now, "reasons": reasons}


def _summary(held: HeldReview) -> dict[str, Any]:
    told = held.review
    return {
        "review_id": held.review_id,
        "as_of": told.as_of.isoformat(),
        "week": told.week.isoformat() if told.week else None,
        "version": told.version,
        "held_at": held.held_at.isoformat(timespec="seconds"),
        "who": held.who,
        "findings": len(told.findings),
    }


def _held_line(row: dict[str, Any]) -> str:
    return f"{row['review_id']}  {row['week']}  {row['held_at']}  {row['who']}  findings: {row['findings']}"


def _print(rows: list[dict[str, Any]], as_json: bool, line: Any) -> None:
    print(json.dumps(rows, indent=2, ensure_ascii=False) if as_json else "\n".join(map(line, rows)) or "None was held.")


def tell(told: Review) -> str:
    """The review as text: the answer, the headline measures, then each finding with why."""
    lines = [without_markup(answers.review_answer(told))]
    for one in told.headlines:
        value = format_value(one.value, one.unit, told.currency)
        range_ = format_interval(one.low, one.high, one.unit, told.currency)
        sure = range_ if one.unit == SHARE else f"usually {range_}"
        week = period_label(one.week, "week")
        compared = [("last week", one.last_week), ("last year", one.last_year), ("target", one.target)]
        others = [f"{name} {format_value(v, one.unit, told.currency)}" for name, v in compared if v is not None]
        lines.append(f"{label(one.measure)}, {week}: {value} ({sure})" + "".join(f"; {other}" for other in others))
    for number, finding in enumerate(told.findings, 1):
        lines += _finding_lines(number, finding, told.currency)
    if told.looked_at:
        lines.append(without_markup(answers.looked_at_note(told)))
    return "\n".join(lines)


def _finding_lines(number: int, finding: Finding, currency: str | None) -> list[str]:
    lines = [f"{number}. {without_markup(answers.finding_sentence(finding, currency))}"]
    if why := answers.why_sentence(finding, currency):
        lines.append(f"   {without_markup(why)}")
    return lines + [f"   - {without_markup(answers.folded_sentence(each, currency))}" for each in finding.folded]
