"""What was understood of a file, before anything is loaded: column by column, beside what the file has."""

import re
from collections.abc import Sequence

import streamlit as st

from loyalty_metrics.ingest import FileSketch
from loyalty_metrics.ingest.recognise import roles_of
from loyalty_metrics.ingest.sketch import ColumnSketch
from loyalty_metrics.language import _, label, plain
from loyalty_metrics.schema import TABLES
from pages._ui import tables

_EMAIL = re.compile(r"\b(\w)[\w.+-]*(@[\w-]+)[\w.-]*")


def columns(sketch: FileSketch) -> None:
    """The columns found: your header, what it is taken for, an example, what that means, how sure it is."""
    meanings = {role.name: role.meaning for role in roles_of(TABLES[sketch.table])}
    order = {name: place for place, name in enumerate(meanings)}
    found = sorted((c for c in sketch.columns if c.role), key=lambda column: order[str(column.role)])
    rows = [
        {
            _("In your file"): plain(column.header),
            _("Taken for"): label(str(column.role)),
            _("For example"): plain(example(column)),
            _("Which means"): plain(_(meanings[str(column.role)])),
            _("How sure"): how_sure(column),
        }
        for column in found
    ]
    tables.static(rows, alt=_("Columns found in the file"), wide=True)
    left = [plain(column.header) for column in sketch.columns if not column.role]
    if left:
        st.caption(_("Not used: {columns}").format(columns=", ".join(left)))


def example(column: ColumnSketch) -> str:
    """Some of its values; names, e-mails and phones of people are not spelt out."""
    if column.role and column.role in _personal():
        return _("(not shown)")
    return shorten(" · ".join(discreet(value) for value in column.samples[:3]))


def discreet(text: str) -> str:
    """A text with its e-mail addresses cut down to what tells them apart."""
    return _EMAIL.sub(r"\1…\2…", text)


def shorten(text: str, to: int = 60) -> str:
    """A text that fits into a cell."""
    return text if len(text) <= to else f"{text[: to - 1].rstrip()}…"


def how_sure(column: ColumnSketch) -> str:
    """The confidence in words."""
    if column.how == "explicit":
        return _("you said so")
    if column.confidence >= 0.9:
        return _("sure, by its name")
    return _("likely, by its name") if column.how == "header" else _("a guess, by its values")


def _personal() -> Sequence[str]:
    return [column.name for table in TABLES.values() for column in table.columns if column.personal]
