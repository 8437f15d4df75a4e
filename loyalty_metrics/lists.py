"""Lists of customers: everybody behind a cell, searched and sorted in the database, one row a customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from loyalty_metrics.card import Card
from loyalty_metrics.database import Cursor, quote
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.scope import Scope
from loyalty_metrics.search import fold, folded
from loyalty_metrics.store import State

CONTACTS = {"name": "text", "email": "text", "phone": "text", "consent": "code"}
"""What is known of how to reach a customer, with its unit: columns that a list can have besides its own."""

SHOWN = 100_000
"""So many rows are shown at most; a search or another order shows others, and a file holds all."""

_LISTED = "listed"


@dataclass(frozen=True)
class Look:
    """How a list is looked at.

    Attributes:
        search: Only customers whose id, contacts or other texts hold all these words.
        sort: The column by which it is sorted; None sorts by customer.
        falling: Whether the largest come first.
        contacts: Whether the contacts are wanted; to search them they are needed as well.
        limit: At most so many rows.
    """

    search: str = ""
    sort: str | None = None
    falling: bool = True
    contacts: bool = False
    limit: int | None = SHOWN


@dataclass(frozen=True)
class Listed:
    """A list as it was looked at. As a `Result` it can be exported with its definition.

    Attributes:
        frame: Its rows: `customer_id` and the columns of the model.
        found: How many customers the search found; more than rows, where they were limited.
        everyone: How many are in the list at all.
        card: The measure that it is behind.
        scope: What that was asked for.
        state: The workspace at that moment.
        statement: The statement of the whole list, with named parameters.
        parameters: Their values.
    """

    frame: pd.DataFrame
    found: int
    everyone: int
    card: Card
    scope: Scope
    state: State
    statement: str
    parameters: Mapping[str, Any]

    @property
    def version(self) -> int:
        """The workspace's version that it is of."""
        return self.state.version


def lay(cursor: Cursor, statement: str, parameters: Mapping[str, Any], contacts: bool = False) -> None:
    """Work out a list and keep it on the cursor; who has no purchase occasion, did not buy, and is left out."""
    cursor.run(f"create or replace temp table found_customers as {statement}", parameters)
    columns = [name for name, *_rest in cursor.rows("describe found_customers")]
    bought = "where occasions > 0" if "occasions" in columns else ""
    one_each = f"select distinct on (customer_id) * from found_customers {bought} order by customer_id"
    if contacts:
        one_each = f"select l.*, {_known()} from ({one_each}) as l left join ({_ENTERED}) as e using (customer_id)"
    cursor.run(f"create or replace temp table {_LISTED} as {one_each}")


_ENTERED = f"""
select customer_id, {", ".join(f"max_by({name}, (import_id, line_no)) as {name}" for name in CONTACTS)}
from customers
group by customer_id
"""


def _known() -> str:
    return ", ".join(f"e.{name}" for name in CONTACTS)


def look(cursor: Cursor, how: Look) -> tuple[pd.DataFrame, int, int]:
    """The rows of the list that was laid, how many the search found, and how many there are.

    Raises:
        LoyaltyError: There is no such column to sort by.
    """
    types = dict(row[:2] for row in cursor.rows(f"describe {_LISTED}"))
    if how.sort is not None and how.sort not in types:
        raise LoyaltyError(f"The list has no column {how.sort!r}; it has {', '.join(types)}.")
    words = {f"word_{n}": word for n, word in enumerate(fold(how.search).split())}
    texts = " || chr(31) || ".join(f"coalesce({quote(name)}, '')" for name, kind in types.items() if kind == "VARCHAR")
    tests = [f"contains({folded(texts)}, ${word})" for word in words]
    where = f"where {' and '.join(tests)}" if tests else ""
    order = f"{quote(how.sort)} {'desc' if how.falling else 'asc'} nulls last, " if how.sort else ""
    everyone = cursor.value(f"select count(*) from {_LISTED}")
    found = cursor.value(f"select count(*) from {_LISTED} {where}", words) if words else everyone
    frame = cursor.frame(
        f"select * from {_LISTED} {where} order by {order}customer_id limit $top", words | {"top": how.limit}
    )
    return frame, found, everyone


def of_frame(frame: pd.DataFrame, how: Look) -> tuple[pd.DataFrame, int]:
    """The same of a finished frame with a column `customer_id`: its rows, and how many the search found."""
    texts = pd.Series("", index=frame.index, dtype="str")
    for name in frame.select_dtypes(["object", "string"]):
        texts += "\x1f" + frame[name].astype("str").map(fold, na_action="ignore")
    for word in fold(how.search).split():
        frame = frame[texts.reindex(frame.index).str.contains(word, regex=False)]
    if how.sort:
        frame = frame.sort_values(how.sort, ascending=not how.falling, kind="stable")
    return frame.head(how.limit) if how.limit else frame, len(frame)
