"""Notes on days, and all that charts over time mark: notes, decisions, and actions that were brought in from a file."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.signing import signed

if TYPE_CHECKING:
    from loyalty_metrics.workspace import Workspace

LONGEST = 200


class Mark(NamedTuple):
    """Something that happened on a day and may explain what a chart shows."""

    day: date
    text: str


class DayNotes:
    """The notes on days of a workspace. They are struck out at most, never changed and never dropped."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace

    def add(self, day: date, text: str, who: str, now: datetime | None = None) -> int:
        """Write a note on a day; its number.

        Raises:
            LoyaltyError: There is no text, or nobody who signs it.
        """
        told = " ".join(text.split())
        if not told or len(told) > LONGEST:
            raise LoyaltyError(f"Say in at most {LONGEST} letters what happened on that day.")
        values = {"day": day, "text": told, "who": signed(who), "now": now or _now()}
        with self._workspace.keeping() as cursor:
            number = cursor.value(
                "insert into day_notes select (select coalesce(max(note_id), 0) + 1 from day_notes), $day, $text, $who,"
                " $now, null, null returning note_id",
                values,
            )
        return int(number)

    def strike(self, note_id: int, who: str) -> None:
        """Strike a note out; charts no longer mark it, and it is kept."""
        with self._workspace.keeping() as cursor:
            struck = cursor.rows(
                "update day_notes set struck_at = $now, struck_by = $who where note_id = $id and struck_at is null"
                " returning note_id",
                {"id": note_id, "who": signed(who), "now": _now()},
            )
        if not struck:
            raise LoyaltyError(f"There is no note {note_id} that is not struck out already.")

    def all(self) -> pd.DataFrame:
        """Every note, the last day first: `on_day`, `text`, `author`, `written_at`, `struck_at`, `struck_by`."""
        with self._workspace.looking() as cursor:
            return cursor.frame("select * from day_notes order by on_day desc, note_id desc")

    def marks(self) -> list[Mark]:
        """All that charts mark, by day: notes that hold, decisions on their first day, and actions from a file."""
        with self._workspace.looking() as cursor:
            found = cursor.rows(
                "select on_day, text from day_notes where struck_at is null"
                " union select starts_on, title from decisions where status <> 'dropped'"
                " union select decided_on, title from actions where coalesce(status, '') <> 'dropped'"
                " order by 1, 2"
            )
        return [Mark(day, text) for day, text in found]


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
