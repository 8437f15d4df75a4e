"""Glossary: what every number means, and what the tables hold."""

import streamlit as st

from loyalty_metrics.card import Card
from loyalty_metrics.language import _, label, plain
from loyalty_metrics.schema import TABLES, Table
from pages._ui import mishap, panels, tables
from pages._ui.view import current

view = current()
st.title(_("What do the numbers mean?"), anchor=False)
asked = st.text_input(_("Search"), placeholder=_("retention, cohort, guest, refund …"), key="glossary.search")
words = asked.casefold().split()


def matches(*texts: str) -> bool:
    """Whether all words asked for stand in the texts."""
    text = " ".join(texts).casefold()
    return all(word in text for word in words)


# Some seventy entries, of which people open two: each is sent when it is opened, alone.
@st.fragment
@mishap.told()
def of_measure(card: Card, expanded: bool) -> None:
    """The definition of a measure."""
    title = f"{plain(_(card.title))} · {plain(_(card.unit))}"
    entry = st.expander(title, expanded=expanded, key=f"glossary.{card.name}.{expanded}", on_change="rerun")
    if entry.open:
        with entry:
            panels.definition(card)
            st.caption(_("Its name in files, links and the command line: {name}").format(name=plain(card.name)))


@st.fragment
@mishap.told()
def of_table(table: Table) -> None:
    """The columns of a table."""
    title = f"{plain(label(table.name))} · {plain(_(table.grain))}"
    entry = st.expander(title, key=f"glossary.table.{table.name}", on_change="rerun")
    if entry.open:
        with entry:
            st.markdown(plain(_(table.worth)))
            rows = [
                {
                    _("Column"): column.name,
                    _("Needed"): _("yes") if column.required else "",
                    _("Meaning"): _(column.meaning),
                    _("Example"): column.example,
                }
                for column in table.columns
            ]
            tables.static(rows, alt=_("Columns of {table}").format(table=label(table.name)))


measures = [
    card
    for card in view.workspace.registry.measures
    if matches(card.name, _(card.title), _(card.definition), _(card.caveats), *(_(c.meaning) for c in card.columns))
]
kept = [
    table
    for table in TABLES.values()
    if matches(table.name, _(table.worth), *(f"{c.name} {_(c.meaning)}" for c in table.columns))
]
if not measures + kept:
    st.info(_("Nothing holds all these words."))

if measures:
    st.subheader(_("Measures"), anchor=False)
for card in measures:
    of_measure(card, expanded=bool(words) and len(measures) < 4)

if kept:
    st.subheader(_("Tables"), anchor=False)
for table in kept:
    of_table(table)
