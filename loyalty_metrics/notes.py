"""Notes on customers: written once, struck out at most, never changed and never dropped.

They stand beside the data: no import or undo touches them, and writing one leaves every figure as it is. A note keeps
the id under which it was written; where several ids count as one person, their notes are read together.
"""

from datetime import datetime

import pandas as pd

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.signing import signed

LONGEST = 4000
"""Letters of a note."""

_IDS = """
select o.customer_id
from people as p
inner join people as o on p.decision = o.decision
where p.status = 'accepted' and p.customer_id = $customer
union
select $customer
"""
"""The ids that count as one person with this one."""


def create(cursor: Cursor) -> None:
    """Lay out the table of notes."""
    cursor.run(
        "create table if not exists notes (note_id bigint primary key, customer_id varchar, written_at timestamp,"
        " author varchar, text varchar, struck_at timestamp, struck_by varchar)"
    )


def add(cursor: Cursor, customer: str, text: str, author: str, now: datetime) -> int:
    """Write a note.

    Args:
        cursor: Where to write.
        customer: On whom: an id of theirs.
        text: What it says.
        author: Who says so.
        now: When, in UTC.

    Returns:
        The note's number.

    Raises:
        LoyaltyError: There is no such customer, or no text or author.
    """
    known = cursor.rows(
        "select 1 from customer_index where customer_id in (" + _IDS + ") limit 1", {"customer": customer}
    )
    if not known:
        raise LoyaltyError(f"There is no customer {customer}.")
    if len(text.strip()) > LONGEST:
        raise LoyaltyError(f"The note has {len(text.strip()):,} letters; at most {LONGEST:,} are kept.")
    if not text.strip():
        raise LoyaltyError("The note says nothing; write something first.")
    values = {"customer": customer, "now": now, "author": signed(author), "text": text.strip()}
    number = cursor.value(
        "insert into notes select (select coalesce(max(note_id), 0) + 1 from notes), $customer, $now, $author, $text,"
        " null, null returning note_id",
        values,
    )
    return int(number)


def strike(cursor: Cursor, note: int, author: str, now: datetime) -> None:
    """Strike a note out: it stays, marked with who did so and when."""
    struck = cursor.rows(
        "update notes set struck_at = $now, struck_by = $author where note_id = $note and struck_at is null"
        " returning note_id",
        {"note": note, "author": signed(author), "now": now},
    )
    if not struck:
        raise LoyaltyError(f"There is no note {note} that is not struck out already.")


def read(cursor: Cursor, customer: str | None) -> pd.DataFrame:
    """The notes on a person, newest first, struck ones too; on everybody where no customer is named."""
    return cursor.frame(
        "select note_id, customer_id, written_at, author, text, struck_at, struck_by from notes"
        " where $customer is null or customer_id in (" + _IDS + ") order by note_id desc",
        {"customer": customer},
    )
