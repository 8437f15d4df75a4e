"""Saved lists of customers: kept by what they mean, so that they stay live, with the members they had when saved.

What is kept is the measure, the cell that picks the customers, and the scope as it stands in a link: without an as-of
date the list goes on with the data. Customers who count as one person by now are one member.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.scope import Scope

LONGEST_NAME = 80

_COMPARED = """
with members as (
    select distinct coalesce(p.person_id, m.customer_id) as customer_id
    from saved_list_members as m
    left join persons as p on m.customer_id = p.customer_id
    where m.list_id = $list_id
)

select
    coalesce(l.customer_id, m.customer_id) as customer_id,
    case when m.customer_id is null then 'joined' when l.customer_id is null then 'left' else 'stayed' end as change
from listed as l
full join members as m on l.customer_id = m.customer_id
"""


@dataclass(frozen=True)
class SavedList:
    """A list by name.

    Attributes:
        list_id: Its number.
        name: What people call it.
        measure: The measure that it is behind.
        cell: The values that pick its customers.
        scope: The scope as it stood in the link.
        saved_at: When, in UTC.
        who: By whom, where that is known.
        members: How many customers were in it then.
    """

    list_id: int
    name: str
    measure: str
    cell: dict[str, Any]
    scope: Scope
    saved_at: datetime
    who: str | None
    members: int


@dataclass(frozen=True)
class Standing:
    """What became of a list since it was saved.

    Attributes:
        now: How many customers are in it; None where that cannot be told any more.
        joined: How many of them were not when it was saved.
        left: How many were then, and are not now.
        problem: Why it cannot be told, or why nobody is in it, in a sentence.
    """

    now: int | None
    joined: int | None = None
    left: int | None = None
    problem: str = ""


def complete(cursor: Cursor) -> None:
    """Lay out what workspaces made earlier lack."""
    cursor.run(
        "create table if not exists saved_lists (list_id integer primary key, name varchar, measure varchar,"
        " cell varchar, scope varchar, saved_at timestamp, who varchar, members bigint, deleted_at timestamp)"
    )
    cursor.run("create table if not exists saved_list_members (list_id integer, customer_id varchar)")


def save(cursor: Cursor, name: str, measure: str, cell: dict[str, Any], scope: Scope, who: str | None) -> int:
    """Keep the list that was laid on the cursor, and give its number.

    Raises:
        LoyaltyError: The name is taken, or is none.
    """
    name = _checked(cursor, name)
    list_id = cursor.value("select coalesce(max(list_id), 0) + 1 from saved_lists")
    cursor.run(
        "insert into saved_lists select $list_id, $name, $measure, $cell, $scope,"
        " cast(timezone('UTC', now()) as timestamp), $who, (select count(*) from listed), null",
        {
            "list_id": list_id,
            "name": name,
            "measure": measure,
            "cell": json.dumps({key: _plain(value) for key, value in cell.items()}, ensure_ascii=False),
            "scope": json.dumps(scope.to_query(), ensure_ascii=False),
            "who": who,
        },
    )
    cursor.run("insert into saved_list_members select $list_id, customer_id from listed", {"list_id": list_id})
    return int(list_id)


def read(cursor: Cursor) -> list[SavedList]:
    """All lists that were not deleted, by name."""
    found = cursor.rows(
        "select list_id, name, measure, cell, scope, saved_at, who, members from saved_lists"
        " where deleted_at is null order by lower(name), list_id"
    )
    return [
        SavedList(
            list_id,
            name,
            measure,
            {key: _read_back(value) for key, value in json.loads(cell).items()},
            Scope.from_query(json.loads(scope)),
            saved_at,
            who,
            members,
        )
        for list_id, name, measure, cell, scope, saved_at, who, members in found
    ]


def rename(cursor: Cursor, list_id: int, name: str) -> None:
    """Call a list something else."""
    name = _checked(cursor, name, list_id)
    cursor.run("update saved_lists set name = $name where list_id = $list_id", {"name": name, "list_id": list_id})


def delete(cursor: Cursor, list_id: int) -> None:
    """Put a list away; it can be had back."""
    cursor.run(
        "update saved_lists set deleted_at = cast(timezone('UTC', now()) as timestamp) where list_id = $list_id",
        {"list_id": list_id},
    )


def restore(cursor: Cursor, list_id: int) -> None:
    """Have a deleted list back; where its name was given away meanwhile, it gets a number."""
    name = cursor.value("select name from saved_lists where list_id = $list_id", {"list_id": list_id})
    taken = {one.name.casefold() for one in read(cursor)}
    free = next(n for n in (name, *(f"{name} ({i})" for i in range(2, 1000))) if n.casefold() not in taken)
    cursor.run(
        "update saved_lists set deleted_at = null, name = $name where list_id = $list_id",
        {"name": free, "list_id": list_id},
    )


def compared(cursor: Cursor, list_id: int) -> pd.DataFrame:
    """Who joined and who left since a list was saved, against the list that is laid: `customer_id`, `change`."""
    return cursor.frame(
        f"select * from ({_COMPARED}) as c where change <> 'stayed' order by change, customer_id", {"list_id": list_id}
    )


def standing(cursor: Cursor, list_id: int) -> Standing:
    """How many are in the list that is laid, joined and left."""
    now, joined, left = cursor.row(
        "select count(*) filter (where change <> 'left'), count(*) filter (where change = 'joined'),"
        f" count(*) filter (where change = 'left') from ({_COMPARED}) as c",
        {"list_id": list_id},
    )
    return Standing(now, joined, left)


def missing(one: SavedList, figures: pd.DataFrame) -> str:
    """Why nobody can be in a list, where the measure has no such row any more; else nothing."""
    for key, value in one.cell.items():
        if key in figures and not isinstance(value, tuple) and value not in set(_comparable(figures[key])):
            return f"The measure has no row with {key.replace('_', ' ')} {value} any more."
    return ""


def _comparable(column: pd.Series) -> list[Any]:
    return (column.dt.date if pd.api.types.is_datetime64_any_dtype(column) else column).tolist()


def _checked(cursor: Cursor, name: str, but: int | None = None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise LoyaltyError(f"Give the list a name of at most {LONGEST_NAME} letters.")
    if any(one.name.casefold() == name.casefold() and one.list_id != but for one in read(cursor)):
        raise LoyaltyError(f"There is a list {name!r} already; choose another name.")
    return name


def _plain(value: Any) -> Any:
    """A value of a cell as JSON holds it."""
    if isinstance(value, tuple):
        return {"span": [_plain(end) for end in value]}
    if isinstance(value, date):
        return {"day": value.isoformat()[:10]}
    return value.item() if hasattr(value, "item") else value


def _read_back(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return date.fromisoformat(value["day"]) if "day" in value else tuple(_read_back(end) for end in value["span"])
