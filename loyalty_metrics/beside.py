"""What people write beside the data, such as decisions: no import or undo touches it, and it changes no figure."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from loyalty_metrics.database import Cursor, Database

TABLES = (
    "decisions (decision_id integer primary key, title varchar, owner varchar, outcome varchar, expected double,"
    " days integer, starts_on date, due_on date, budget decimal(18, 4), held_out double, listed_on date,"
    " listed varchar, measure varchar, cell varchar, scope varchar, seed varchar, targets bigint, left_alone bigint,"
    " status varchar, cost decimal(18, 4), decided_at timestamp, decided_by varchar, closed_at timestamp)",
    "decision_customers (decision_id integer, customer_id varchar, is_left_alone boolean)",
    "day_notes (note_id integer primary key, on_day date, text varchar, author varchar, written_at timestamp,"
    " struck_at timestamp, struck_by varchar)",
    "own_festivals (name varchar, on_day date, who varchar, added_at timestamp)",
    "care_done (care_id bigint primary key, kind varchar, customer_id varchar, occasion varchar, done_at timestamp,"
    " who varchar, outcome varchar, note varchar, again_on date, struck_at timestamp, struck_by varchar)",
    "decision_changes (decision_id integer, changed_at timestamp, who varchar, part varchar, value varchar)",
    'alert_rules (rule_id integer primary key, kind varchar, measure varchar, "column" varchar, "row" varchar,'
    ' "limit" double, rate double, unit varchar, who varchar, made_at timestamp, checked_to date, is_beyond boolean,'
    " dropped_at timestamp)",
    "alerts (alert_id bigint primary key, rule_id integer, raised_at timestamp, as_of date, about date, value double,"
    " expected double, chance double, sent_at timestamp, seen_by varchar)",
    "held_reviews (review_id integer primary key, as_of date, version integer, held_at timestamp, who varchar,"
    " told varchar)",
    "review_targets (target_id integer primary key, measure varchar, amount double, set_at timestamp, who varchar)",
)
"""The tables for it, each with its columns."""


def complete(cursor: Cursor) -> None:
    """Lay out what workspaces made earlier lack."""
    for table in TABLES:
        cursor.run(f"create table if not exists {table}")


class Beside:
    """A workspace's file, for what is kept in it besides the data and what follows from it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noting = Lock()

    @contextmanager
    def keeping(self) -> Iterator[Cursor]:
        """A cursor to write with: one writer at a time, and all that is written or nothing is kept."""
        with self._noting, self._database.transaction() as cursor:
            yield cursor

    @contextmanager
    def looking(self) -> Iterator[Cursor]:
        """A cursor to read with."""
        with self._database.cursor() as cursor:
            yield cursor
