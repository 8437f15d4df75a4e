"""Alerts by e-mail and webhook, where a file outside the workspace says so; else nothing leaves the machine.

The environment variable `LOYALTY_METRICS_ALERTS` names a TOML file:

```toml
[smtp]
host = "mail.example.com"
port = 587
security = "starttls"      # or "ssl", "none"
user = "reports"           # if the server asks for one
password_env = "MAIL_PASSWORD"  # the variable that holds the password
from = "reports@example.com"
to = ["team@example.com"]

[webhook]
url = "https://chat.example.com/hooks/abc"   # is sent {"text": "..."} and the alerts as JSON
```
"""

import json
import os
import smtplib
import ssl
import tomllib
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from loyalty_metrics.errors import LoyaltyError

SETTING = "LOYALTY_METRICS_ALERTS"
WAIT = 20
"""Seconds until a server that does not answer is given up."""


@dataclass(frozen=True)
class Mail:
    """Where e-mails go."""

    host: str
    sender: str
    to: tuple[str, ...]
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Channels:
    """Where alerts go; nowhere by default."""

    mail: Mail | None = None
    webhook: str | None = field(default=None, repr=False)

    @property
    def is_quiet(self) -> bool:
        """Whether they go nowhere."""
        return self.mail is None and self.webhook is None


def configured() -> Channels:
    """What the file says that the environment names.

    Raises:
        LoyaltyError: It cannot be read, or lacks something.
    """
    named = os.environ.get(SETTING)
    if not named:
        return Channels()
    try:
        told = tomllib.loads(Path(named).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LoyaltyError(f"{SETTING} names {named}, which cannot be read as TOML: {error}.") from error
    mail = _mail(told["smtp"], named) if "smtp" in told else None
    url = told.get("webhook", {}).get("url")
    if url is not None and not str(url).startswith(("https://", "http://")):
        raise LoyaltyError(f"{named}: the webhook's url begins with https:// or http://.")
    return Channels(mail, url)


def _mail(told: dict[str, Any], named: str) -> Mail:
    missing = [part for part in ("host", "from", "to") if not told.get(part)]
    if missing:
        raise LoyaltyError(f"{named}: [smtp] lacks {', '.join(missing)}.")
    security = told.get("security", "starttls")
    if security not in ("starttls", "ssl", "none"):
        raise LoyaltyError(f"{named}: security is {security!r}; it may be starttls, ssl or none.")
    to = [told["to"]] if isinstance(told["to"], str) else told["to"]
    password = os.environ.get(str(told.get("password_env", "")), "")
    port = int(told.get("port", 465 if security == "ssl" else 587))
    return Mail(told["host"], told["from"], tuple(to), port, security, told.get("user", ""), password)


def send(channels: Channels, subject: str, lines: Sequence[str], alerts: Sequence[dict[str, Any]]) -> None:
    """Send alerts to every place that is configured.

    Args:
        channels: Where to.
        subject: One line.
        lines: One sentence an alert.
        alerts: The same as plain values, for programs.

    Raises:
        LoyaltyError: A server could not be reached or refused; the message never holds a password or address.
    """
    if channels.mail:
        _by_mail(channels.mail, subject, "\n\n".join(lines))
    if channels.webhook:
        _by_webhook(channels.webhook, {"text": "\n".join([subject, *lines]), "alerts": list(alerts)})


def _by_mail(mail: Mail, subject: str, text: str) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = " ".join(subject.split()), mail.sender, ", ".join(mail.to)
    message.set_content(text)
    try:
        context = ssl.create_default_context()
        if mail.security == "ssl":
            server: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, timeout=WAIT, context=context)
        else:
            server = smtplib.SMTP(mail.host, mail.port, timeout=WAIT)
        with server:
            if mail.security == "starttls":
                server.starttls(context=context)
            if mail.user:
                server.login(mail.user, mail.password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise LoyaltyError(
            f"The mail server {mail.host}:{mail.port} did not take the alerts ({type(error).__name__}). They stay in"
            " the feed; look at the settings and send again."
        ) from error


def _by_webhook(url: str, told: dict[str, Any]) -> None:
    body = json.dumps(told, ensure_ascii=False).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json; charset=utf-8"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=WAIT):  # noqa: S310 - the scheme is checked
            pass
    except (OSError, ValueError) as error:
        raise LoyaltyError(
            f"The webhook did not take the alerts ({type(error).__name__}). They stay in the feed; look at the settings"
            " and send again."
        ) from error
