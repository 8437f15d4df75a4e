"""What a page asks of the database, counted: drawn anew it asks for nothing, and what one session knows, all know."""

import gc
from collections.abc import Iterator

import pytest
import streamlit as st

from loyalty_metrics import Workspace
from loyalty_metrics.database import Cursor
from pages._ui import cache, garbage
from tests.pages.conftest import Open

PAGES = ("retention", "segments", "pareto", "value")
SMALL = 10
"""Statements that read settings, notes, targets: a row or a few each."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, sample: Workspace) -> Iterator[dict[str, int]]:
    """How many statements were run, and how many of them brought a frame."""
    counted = {"statements": 0, "frames": 0}
    told, frame = Cursor._told, Cursor.frame

    def counting(cursor, sql, parameters, run):
        counted["statements"] += 1
        return told(cursor, sql, parameters, run)

    def counting_frames(cursor, sql, parameters=None):
        counted["frames"] += 1
        return frame(cursor, sql, parameters)

    monkeypatch.setattr(Cursor, "_told", counting)
    monkeypatch.setattr(Cursor, "frame", counting_frames)
    st.cache_data.clear()
    cache._measure.clear()  # the answers, which other tests may have asked for
    yield counted


@pytest.mark.parametrize("page", PAGES)
def test_a_page_drawn_anew_asks_for_nothing_but_the_version(page: str, open_page: Open, asked: dict[str, int]) -> None:
    app = open_page(page)
    assert asked["frames"] > 0
    asked.update(statements=0, frames=0)
    app.run()
    assert asked == {"statements": 1, "frames": 0}


def test_the_review_drawn_anew_asks_for_notes_and_targets_alone(open_page: Open, asked: dict[str, int]) -> None:
    app = open_page()
    asked.update(statements=0, frames=0)
    app.run()
    assert asked["statements"] <= SMALL


@pytest.mark.parametrize("page", PAGES)
def test_a_second_session_asks_no_question_of_the_first_again(
    page: str, open_page: Open, asked: dict[str, int]
) -> None:
    open_page(page)
    asked.update(statements=0, frames=0)
    open_page(page)
    assert asked["frames"] == 0 and asked["statements"] <= SMALL


def test_another_period_asks_only_what_depends_on_it(open_page: Open, asked: dict[str, int]) -> None:
    """The lapse window, the customers and their values do not depend on how long a period is."""
    open_page("pareto")
    asked.update(statements=0, frames=0)
    open_page("pareto", grain="week")
    assert asked["frames"] <= 2


def test_another_period_tells_the_review_no_second_time(open_page: Open, asked: dict[str, int]) -> None:
    """The review goes by week, whatever the period: only revenue and flow by period are asked for."""
    open_page()
    asked.update(statements=0, frames=0)
    open_page(grain="quarter")
    assert 0 < asked["frames"] <= 2


def test_what_the_program_is_made_of_is_not_searched_for_garbage_after_each_run(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "_searched", 0)
    app = open_page("glossary")
    spared = gc.get_freeze_count()
    app.run()
    assert gc.get_freeze_count() <= spared, "once, not at every run"
    gc.collect()
    assert len(gc.get_objects()) < spared / 2
