"""Presenting the review on a screen that others look at: one thing a step, in large type, by the arrow keys.

The step stands in the link like everything else. Names and contacts are hidden as soon as presenting begins, and stay
so until somebody shows them again.
"""

import time
from functools import partial
from math import ceil

import plotly.graph_objects as go
import streamlit as st

from loyalty_metrics.charts.theme import CONFIG, INK
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, plain
from loyalty_metrics.report.document import Document, Section
from pages._ui import discreet, jobs, tables
from pages._ui.jobs import Job
from pages._ui.report import take_away
from pages._ui.view import View

_ON, _STEP = "present", "step"
_SINCE = "present.since"
_ROWS = 9
"""Rows of a table that have room in large type."""

_LINE, _LETTERS = 38, 82
"""Of an answer: the height of a line in pixels, and its letters."""
_FREE = 540
"""Pixels for the answer and the picture in a window of 720."""

_STYLE = """
<style>
[data-testid="stHeader"], .st-key-scope-bar { display: none; }
.stMainBlockContainer { padding: 1rem 2.5rem 4rem; max-width: 1280px; }
.st-key-present h1 { font-size: 2.1rem; padding: 0 0 0.3rem; }
.st-key-present [data-testid="stMarkdownContainer"] p { font-size: 1.55rem; line-height: 2.35rem; }
.st-key-present table, .st-key-present table p { font-size: 1.5rem !important; line-height: 2rem !important; }
.st-key-present-bar { position: fixed; inset: auto 0 0 0; padding: 0.4rem 2.5rem; z-index: 10; }
@media (min-width: 1800px) and (min-height: 950px) { .st-key-present { zoom: 1.4; } }
</style>
"""


def button() -> None:
    """Offer to begin."""
    st.button(
        _("Present"),
        key="present.begin",
        on_click=_begin,
        help=_("Large type, one thing a step, by the arrow keys; names and contacts are hidden."),
    )


def stop_if_on(view: View) -> None:
    """Where the link says so, show one step instead of the page."""
    if st.query_params.get(_ON) != "1":
        return
    discreet.hide()
    st.session_state.setdefault(_SINCE, time.time())
    st.html(_STYLE)
    document = _document(view)
    steps = document.sections
    at = min(max(_step(), 1), len(steps))
    with st.container(key="present"):
        _show(view, steps[at - 1])
    with st.container(key="present-bar", horizontal=True, vertical_alignment="center"):
        st.button(_("Back"), shortcut="Left", key="present.back", on_click=_go, args=(at - 1,), disabled=at == 1)
        st.button(
            _("Next"), shortcut="Right", key="present.next", on_click=_go, args=(at + 1,), disabled=at == len(steps)
        )
        st.button(_("End"), shortcut="Esc", key="present.end", on_click=_end)
        _clock(at, len(steps), document.running)
    st.stop()


def _document(view: View) -> Document:
    """The report, made beside the page the first time."""
    asked = take_away.Asked.of(view)
    key = f"present.document.{hash(asked)}"
    if key not in st.session_state:
        st.session_state[key] = Job(partial(take_away.document, asked))
    job: Job = st.session_state[key]
    if jobs.wait([job]):
        jobs.progress([job], key)
        st.stop()
    try:
        found: Document = job.outcome()
    except LoyaltyError as error:
        del st.session_state[key]
        st.error(plain(str(error)))
        st.button(_("End"), shortcut="Esc", key="present.end", on_click=_end)
        st.stop()
    return found


def _show(view: View, section: Section) -> None:
    """One step: what it answers, the answer, and a picture or figures."""
    st.title(section.heading, anchor=False)
    st.markdown(section.answer)
    room = _FREE - _LINE * ceil(len(section.told) / _LETTERS)
    if section.chart:
        figure = _large(section.chart.figure, room)
        st.plotly_chart(figure, config=CONFIG, key=view.key(f"present.{section.heading}"), alt=section.told[:400])
    elif section.tables:
        table = section.tables[0]
        shown = [place for place in range(len(table.columns)) if place not in table.personal]
        rows = [{table.columns[place]: plain(row[place].text) for place in shown} for row in table.printed]
        tables.static(rows[:_ROWS], alt=table.title)


def _large(figure: go.Figure, height: int) -> go.Figure:
    """The picture in larger and stronger type, as high as there is room; its margins grow with the type."""
    shown = go.Figure(figure)
    font = {"size": 16, "color": INK}
    sides = {side: 1.3 * (shown.layout.margin[side] or 0) for side in ("l", "r", "t", "b")}
    shown.update_layout(height=height, margin=sides, font=font, legend={"font": font})
    for axes in (shown.update_xaxes, shown.update_yaxes):
        axes(tickfont=font, title={"font": font})
    shown.update_annotations(font={"size": 16})
    for trace in shown.data:
        if trace.type in ("bar", "sankey"):
            trace.textfont = {"size": 15, "color": INK}
        elif trace.type == "scatter" and trace.line.width:
            trace.line.width *= 1.5
    return shown


@st.fragment(run_every=1.0)
def _clock(at: int, of: int, running: str) -> None:
    """Where we are, and for how long."""
    seconds = int(time.time() - st.session_state.get(_SINCE, time.time()))
    told = _("{n} of {all} · {minutes}:{seconds:02d} · {running}")
    st.caption(plain(told.format(n=at, all=of, minutes=seconds // 60, seconds=seconds % 60, running=running)))


def _step() -> int:
    told = st.query_params.get(_STEP, "1")
    return int(told) if told.isdecimal() else 1


def _begin() -> None:
    st.session_state[_SINCE] = time.time()
    st.query_params.update({_ON: "1", _STEP: "1"})


def _go(step: int) -> None:
    st.query_params[_STEP] = str(step)


def _end() -> None:
    st.session_state.pop(_SINCE, None)
    for name in (_ON, _STEP):
        st.query_params.pop(name, None)
