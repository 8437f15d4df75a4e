"""What only the analyst knows: asked as a choice, with a value of the file as each answer would read it."""

from collections.abc import Sequence

import streamlit as st

from loyalty_metrics.ingest import FileSketch, Question
from loyalty_metrics.language import _, label, plain
from loyalty_metrics.schema import TABLES, TRANSACTIONS
from pages._ui.mapping import NOT_HERE, Choices, key_for

_MISSING = "missing_column"
_PRICE = ("quantity", "unit_price")
_RULES = {
    "%d/%m/%Y": "the day stands first",
    "%m/%d/%Y": "the month stands first",
    "%Y/%m/%d": "the year stands first",
    ".": "the point begins the decimals",
    ",": "the comma begins the decimals",
}
"""By which rule a value is read as it is."""
_DEEDS = {
    "add": "Add these lines to the orders that are here",
    "replace": "Replace the orders that are here by this newer version",
}
"""What an answer does."""


def ask(question: Question, sketch: FileSketch, choices: Choices, key: str) -> None:
    """Draw one question, and keep the answer for all files of the kind."""
    if question.code == _MISSING:
        _ask_for_columns(sketch, choices, key)
        return
    st.warning(plain(for_page(question.sentence)))
    if question.option == "columns" or not question.choices:
        return
    chosen = choices.options.get(question.option)
    key = key_for(key, chosen)
    st.session_state[key] = chosen
    st.radio(
        _("How is it meant?"),
        question.choices,
        key=key,
        index=None,
        format_func=lambda choice: _answer(question, choice),
        on_change=choices.take,
        args=(question.option, key),
    )


def for_page(sentence: str) -> str:
    """A sentence of the package without its hints for the command line."""
    parts = sentence.split("; ")
    kept = [part for part in parts if " --" not in part]
    return f"{'; '.join(kept or parts).rstrip('.')}."


def _answer(question: Question, choice: str) -> str:
    """What a value would be, and by which rule; or what is done, and what that leads to."""
    reading = dict(question.readings).get(choice)
    if choice in _RULES:
        return f"{plain(reading)} ({_(_RULES[choice])})" if reading else _(_RULES[choice])
    deed = _(_DEEDS.get(choice, choice))
    return plain(f"{deed}: {_(reading)}" if reading else deed)


def _ask_for_columns(sketch: FileSketch, choices: Choices, key: str) -> None:
    """Let the missing columns be chosen among those of the file."""
    missing = _missing(sketch)
    names = ", ".join(label(name) for name in missing if name not in _PRICE)
    st.warning(
        _("No column is known to hold: {names}. Choose it here if the file has it, or another table above.").format(
            names=plain(names)
        )
        + (f" {_('Instead of an amount, a unit price and a quantity will do.')}" if "unit_price" in missing else "")
    )
    headers = [NOT_HERE, *(column.header for column in sketch.columns)]
    with st.container(horizontal=True):
        for name in missing:
            st.selectbox(
                label(name),
                headers,
                key=f"{key}.{name}",
                format_func=lambda value: value or _("(choose)"),
                help=plain(_(TABLES[sketch.table][name].meaning)),
                width=260,
                on_change=choices.map,
                args=(name, f"{key}.{name}"),
            )


def _missing(sketch: FileSketch) -> Sequence[str]:
    """The columns a table cannot do without and the file has not; money may be an amount, or a price and a quantity."""
    table = TABLES[sketch.table]
    found = {column.role for column in sketch.columns}
    missing = [column.name for column in table.columns if column.required and column.name not in found]
    if table is TRANSACTIONS and "amount" not in found and not set(_PRICE) <= found:
        missing += [name for name in ("amount", *_PRICE) if name not in found]
    return missing
