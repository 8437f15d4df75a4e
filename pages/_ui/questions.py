"""What only the analyst knows: asked as a choice, with a value of the file as each answer would read it."""

import streamlit as st

from loyalty_metrics.ingest import Question
from loyalty_metrics.language import _, label, plain
from pages._ui.mapping import Choices

_ANSWERS = {
    "%d/%m/%Y": "Day first",
    "%m/%d/%Y": "Month first",
    ".": "The point begins the decimals",
    ",": "The comma begins the decimals",
}


def ask(question: Question, choices: Choices, key: str) -> None:
    """Draw one question."""
    st.warning(plain(_sentence(question)))
    if question.option == "columns" or not question.choices:
        return
    st.session_state[key] = choices.options.get(question.option)
    st.radio(
        _('How is column "{header}" meant?').format(header=plain(question.header or label(question.option))),
        question.choices,
        key=key,
        index=None,
        format_func=lambda choice: _(_ANSWERS.get(choice, choice)),
        on_change=choices.take,
        args=(question.option, key),
    )


def _sentence(question: Question) -> str:
    """The question without how the command line answers it."""
    return question.sentence.split("; say which with --")[0].split("; say it with --")[0]
