"""Checking the rules of a workspace and sending what they found: after an import, or on a schedule."""

from contextlib import suppress
from dataclasses import asdict
from typing import Any

from loyalty_metrics.alert_sending import Channels, configured, send
from loyalty_metrics.alerts import UNUSUAL, Alert, Alerts
from loyalty_metrics.answers import alert_words
from loyalty_metrics.card import Card
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, ngettext, without_markup
from loyalty_metrics.workspace import Workspace


def check(workspace: Workspace) -> list[Alert]:
    """What is new; see `Alerts.check`."""
    return Alerts(workspace).check()


def after_import(workspace: Workspace) -> list[Alert]:
    """Check, and send where that is configured; no import fails for it, and what was not sent waits in the feed."""
    new: list[Alert] = []
    with suppress(LoyaltyError):
        new = check(workspace)
        send_new(workspace)
    return new


def send_new(workspace: Workspace, channels: Channels | None = None) -> int:
    """Send what was not sent yet, if anywhere is configured; how many.

    Args:
        workspace: Whose alerts.
        channels: Where to; by default what the environment says.
    """
    channels = channels or configured()
    alerts = Alerts(workspace)
    waiting = [alert for alert in reversed(alerts.feed()) if not alert.is_sent]
    if channels.is_quiet or not waiting:
        return 0
    name = workspace.path.stem if workspace.path else _("Sample shop")
    n = len(waiting)
    subject = ngettext("{name}: {n} alert", "{name}: {n} alerts", n).format(name=name, n=n)
    currency = workspace.currency()
    lines = [without_markup(alert_words(alert, card_of(workspace, alert), currency)) for alert in waiting]
    send(channels, subject, lines, [as_plain(alert) for alert in waiting])
    alerts.sent([alert.alert_id for alert in waiting])
    return n


def card_of(workspace: Workspace, alert: Alert) -> Card | None:
    """The card of the measure that an alert's limit is on, while there is one."""
    if alert.rule.kind == UNUSUAL or alert.rule.measure not in workspace.registry.models:
        return None
    return workspace.registry.card(alert.rule.measure)


def as_plain(alert: Alert) -> dict[str, Any]:
    """An alert as values for programs; names of people are left out."""
    rule = {name: value for name, value in asdict(alert.rule).items() if name not in ("who", "rule_id")}
    return rule | {
        "alert_id": alert.alert_id,
        "about": alert.about.isoformat(),
        "as_of": alert.as_of.isoformat(),
        "raised_at": alert.raised_at.isoformat(timespec="seconds"),
        "value": alert.value,
        "expected": alert.expected,
        "chance": alert.chance,
    }
