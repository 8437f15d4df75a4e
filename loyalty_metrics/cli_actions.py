"""The commands about actions: decisions with their effect, and alerts."""

import argparse
import json
from typing import Any

from loyalty_metrics import alerting, answers
from loyalty_metrics.alert_sending import SETTING, configured
from loyalty_metrics.alerts import ABOVE, BELOW, RATE, UNUSUAL, Alerts
from loyalty_metrics.cli_keeping import add, add_json, open_workspace
from loyalty_metrics.decisions import Decision, Decisions
from loyalty_metrics.effects import Effect, effect
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import without_markup
from loyalty_metrics.paying import money_of
from loyalty_metrics.workspace import Workspace

SAMPLE = "sample"


def add_commands(commands: argparse._SubParsersAction) -> None:
    """Add the commands to the parser."""
    told = add(commands, "decisions", _decisions, "the decisions that were taken, and what came of each")
    add_json(told)
    watch = add(commands, "alerts", _alerts, "check what is watched; tell, and with --send send, what is new")
    watch.add_argument("--send", action="store_true", help=f"send what is new, to where {SETTING} says")
    watch.add_argument("--unusual", metavar="SERIES", help="watch for unusual weeks of revenue, customers, ...")
    watch.add_argument("--rate", type=float, default=RATE, help=f"of weeks as usual, how many to call; default: {RATE}")
    watch.add_argument("--above", metavar="MEASURE.COLUMN=LIMIT", help="watch for a figure above a limit")
    watch.add_argument("--below", metavar="MEASURE.COLUMN=LIMIT", help="watch for a figure below a limit")
    watch.add_argument("--row", default="", metavar="COLUMN=VALUE", help="which row of the measure a limit is on")
    watch.add_argument("--who", default="", metavar="NAME", help="who makes the rule")
    watch.add_argument("--rules", action="store_true", help="list what is watched")
    watch.add_argument("--drop", type=int, metavar="ID", help="stop watching")
    add_json(watch)


def _decisions(options: argparse.Namespace) -> None:
    workspace = Workspace.sample() if options.workspace == SAMPLE else open_workspace(options)
    found = [(one, effect(workspace, one)) for one in Decisions(workspace).all()]
    if options.json:
        print(json.dumps([_plain(*pair) for pair in found], indent=2, ensure_ascii=False))
    else:
        bounds, currency = workspace.bounds(), workspace.currency()
        for one, told in found:
            day = bounds[1] if bounds else one.listed_on
            said = without_markup(answers.effect_answer(one, told, day, currency))
            print(f"{one.decision_id}  {one.plan.title} ({one.plan.owner}, {one.status}): {said}")
        if not found:
            print("No decision was taken yet.")
    workspace.close()


def _plain(one: Decision, told: Effect) -> dict[str, Any]:
    money = money_of(one, told)
    return {
        "decision_id": one.decision_id,
        "title": one.plan.title,
        "owner": one.plan.owner,
        "status": one.status,
        "listed_on": one.listed_on.isoformat(),
        "starts_on": one.starts_on.isoformat(),
        "ends_on": one.ends_on.isoformat(),
        "due_on": one.plan.due_on and one.plan.due_on.isoformat(),
        "targets": one.targets,
        "left_alone": one.left_alone,
        "outcome": one.plan.outcome,
        "expected": one.plan.expected,
        "state": told.state,
        "reason": told.reason,
        "verdict": answers.verdict_of(one, told),
        "evidence": told.evidence,
        "compared": told.compared,
        "others": told.others,
        "outcomes": json.loads(told.outcomes.to_json(orient="records")),
        "brought": money and {"basis": money.basis, "value": money.value, "low": money.low, "high": money.high},
        "cost": money and money.cost,
    }


def _alerts(options: argparse.Namespace) -> None:
    workspace = open_workspace(options)
    alerts = Alerts(workspace)
    if options.drop is not None:
        alerts.drop(options.drop)
    if options.unusual:
        alerts.watch(UNUSUAL, options.unusual, options.who, rate=options.rate)
    for kind, text in ((ABOVE, options.above), (BELOW, options.below)):
        if text:
            measure, column, limit = _limit(text)
            alerts.watch(kind, measure, options.who, column, options.row, limit)
    if options.rules:
        _tell_rules(workspace, options.json)
    else:
        if options.send and configured().is_quiet:
            raise LoyaltyError(f"Nowhere to send to: let {SETTING} name a file, see docs/command-line.md.")
        _tell_new(workspace, options)
    workspace.close()


def _limit(text: str) -> tuple[str, str, float]:
    figure, sign, limit = text.partition("=")
    measure, dot, column = figure.partition(".")
    try:
        if not sign or not dot:
            raise ValueError
        return measure, column, float(limit)
    except ValueError as error:
        raise LoyaltyError(f"{text!r} is no limit; write MEASURE.COLUMN=LIMIT.") from error


def _tell_rules(workspace: Workspace, as_json: bool) -> None:
    rules = Alerts(workspace).rules()
    if as_json:
        print(json.dumps([vars(rule) for rule in rules], indent=2, ensure_ascii=False))
        return
    currency = workspace.currency()
    for rule in rules:
        card = None if rule.kind == UNUSUAL else workspace.registry.card(rule.measure)
        print(f"{rule.rule_id}  {without_markup(answers.rule_words(rule, card, currency))}")
    if not rules:
        print("Nothing is watched.")


def _tell_new(workspace: Workspace, options: argparse.Namespace) -> None:
    new = alerting.check(workspace)
    if options.json:
        print(json.dumps([alerting.as_plain(alert) for alert in new], indent=2, ensure_ascii=False))
    else:
        currency = workspace.currency()
        for alert in new:
            print(without_markup(answers.alert_words(alert, alerting.card_of(workspace, alert), currency)))
    if options.send:
        alerting.send_new(workspace)
