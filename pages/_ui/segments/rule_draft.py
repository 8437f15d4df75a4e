"""Rules of segments on their way: what the three tables of the editor hold, and the rules that follow from them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from loyalty_metrics.rule_versions import Version
from loyalty_metrics.segment_rules import MOST_MONEY, SCORED, STEPS, Cuts, Rules, Segment

PLACE, NAME, WHO, ACTION = "place", "name", "who", "action"
R, WHAT = "r", "what"
FM = [f"fm_{score}" for score in range(1, STEPS + 1)]
NEEDED = [f"score_{score}" for score in range(2, STEPS + 1)]


class Draft:
    """The rules that somebody edits in one workspace, kept for the session.

    The tables on the page begin with `base`; `generation` tells their widgets apart whenever they have to begin anew.
    """

    def __init__(self, begun: Version) -> None:
        self.begun, self.base, self.now, self.generation = begun, begun.rules, begun.rules, 0

    @classmethod
    def of(cls, workspace: str, holds: Version) -> "Draft":
        """The draft of a workspace; one that was saved, or never begun, starts from the rules that hold."""
        key = f"rules.draft.{workspace}"
        draft = st.session_state.get(key)
        if draft is None or (draft.begun.number != holds.number and not draft.is_other(holds)):
            generation = draft.generation + 1 if draft else 0
            draft = st.session_state[key] = cls(holds)
            draft.generation = generation
        return draft

    def is_other(self, holds: Version) -> bool:
        """Whether it holds work that would be lost: it is neither what it began with nor what holds."""
        return self.now not in (self.begun.rules, holds.rules)

    def take(self, rules: Rules, begun: Version | None = None) -> None:
        """Go on from these rules."""
        self.base = self.now = rules
        self.begun = begun or self.begun
        self.generation += 1

    def key(self, part: str) -> str:
        """The key of a widget that begins anew when the draft does."""
        return f"rules.{part}.{self.generation}"


def words_table(rules: Rules) -> pd.DataFrame:
    """A row a segment, best first."""
    rows = [(place, s.name, s.who, s.action) for place, s in enumerate(rules.segments, 1)]
    return pd.DataFrame(rows, columns=[PLACE, NAME, WHO, ACTION])


def grid_table(rules: Rules, titles: Sequence[str]) -> pd.DataFrame:
    """The segment of each pair of scores, R 5 on top; a cell without one is empty."""
    rows = [[title, *(name or None for name in row)] for title, row in zip(titles, rules.grid, strict=True)]
    return pd.DataFrame(rows, columns=[R, *FM])


def cuts_table(cuts: Cuts, titles: Mapping[str, str]) -> pd.DataFrame:
    """A row a score, with what each step of it takes."""
    rows = [[titles[name], *(float(value) for value in getattr(cuts, name))] for name in SCORED]
    return pd.DataFrame(rows, columns=[WHAT, *NEEDED])


def read_words(base: Rules, edited: pd.DataFrame) -> tuple[tuple[Segment, ...], dict[str, str]]:
    """The segments in their order, and the new names of those renamed.

    A row given an earlier place goes before the one that stands there, one given a later place behind it.
    """
    renamed, placed = {}, []
    for index, row in edited.iterrows():
        segment = Segment(*(_text(row[part]) for part in (NAME, WHO, ACTION)))
        if segment == Segment(""):
            continue
        known = isinstance(index, int) and index < len(base.segments)
        old_place = index + 1 if known else len(base.segments) + len(placed) + 1
        if known and base.names[index] != segment.name:
            renamed[base.names[index]] = segment.name
        place = old_place if pd.isna(row[PLACE]) else int(row[PLACE])
        placed.append((place + (0.5 if place > old_place else -0.5 if place < old_place else 0), segment))
    return tuple(segment for _place, segment in sorted(placed, key=lambda one: one[0])), renamed


def read_grid(edited: pd.DataFrame, renamed: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """The names in the cells, as they are called now; an empty cell is an empty name."""
    cells = [[_text(value) for value in row] for row in edited[FM].to_numpy()]
    return tuple(tuple(renamed.get(name, name) for name in row) for row in cells)


def read_cuts(edited: pd.DataFrame) -> Cuts:
    """The thresholds; an empty one is left out, which the check of the rules tells."""
    values = [[value for value in row if not pd.isna(value)] for row in edited[NEEDED].to_numpy()]
    recency, frequency, monetary = values
    return Cuts(
        tuple(round(value) for value in recency),
        tuple(round(value) for value in frequency),
        tuple(Decimal(str(round(min(max(value, -MOST_MONEY), MOST_MONEY), 4))) for value in monetary),
    )


def combined(base: Rules, words: pd.DataFrame, grid: pd.DataFrame, cuts: Cuts | None) -> Rules:
    """The rules that the tables hold; they may be incomplete."""
    segments, renamed = read_words(base, words)
    return replace(base, segments=segments, grid=read_grid(grid, renamed), cuts=cuts)


def _text(value: Any) -> str:
    return "" if value is None or value != value else " ".join(str(value).split())
