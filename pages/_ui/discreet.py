"""People's names, e-mails and phones are shown only where the work needs them."""

import re

from loyalty_metrics.schema import TABLES

_EMAIL = re.compile(r"\b(\w)[\w.+-]*(@[\w-]+)[\w.-]*")


def is_personal(role: str) -> bool:
    """Whether a canonical column holds what tells who somebody is."""
    return any(column.personal for table in TABLES.values() for column in table.columns if column.name == role)


def discreet(text: str) -> str:
    """A text with its e-mail addresses cut down to what tells them apart."""
    return _EMAIL.sub(r"\1…\2…", text)
