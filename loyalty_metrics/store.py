"""What a workspace keeps: the imported rows, and what is derived from them so that questions are quick.

Everything derived can be rebuilt from what was imported. See docs/storage.md for the layout and its reasons.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from loyalty_metrics import beside, forecasts, mappings, notes, restatements, rule_versions, saved_lists, segment_rules
from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportReport
from loyalty_metrics.ingest.by_day import DAYS
from loyalty_metrics.ingest.facts import CUSTOMERS
from loyalty_metrics.schema import TABLES, TRANSACTIONS

LAYOUT = 2
"""Number of the layout; a file written by another layout is refused."""

ANY_IMPORT = 2**31 - 1
"""Stands for the number of an import that is only tried."""

_LINE_TYPES = {column.name: column.sql_type for column in TRANSACTIONS.columns if column.name != "customer_id"}

NO_DAY = date(1, 1, 1)
"""Stands for the as-of date while there is no transaction."""

_ALWAYS_KEPT = ("order_id", "ordered_at", "amount")


def create(cursor: Cursor) -> None:
    """Lay out an empty workspace."""
    cursor.run("create table settings (name varchar primary key, value varchar)")
    cursor.run(
        "insert into settings values"
        " ('layout', $layout), ('version', '0'), ('derived', null), ('last_import', '0'), ('last_day', null),"
        " ('time_zone', null),"
        " ('week_start', 'monday')",
        {"layout": str(LAYOUT)},
    )
    cursor.run(
        "create table imports (import_id integer primary key, imported_at timestamp, who varchar, file varchar,"
        " sha256 varchar, table_name varchar, kind varchar, options varchar, first_day date, last_day date,"
        " read bigint, loaded bigint, set_aside bigint, report varchar)"
    )
    cursor.run(
        "create table rows_set_aside (import_id integer, line_no bigint, reason varchar, detail varchar,"
        " money decimal(18, 4), raw varchar)"
    )
    cursor.run("create table customer_keys (customer_key integer, customer_id varchar)")
    _create_touched(cursor)
    cursor.run("create table people (decision integer, customer_id varchar, status varchar)")
    cursor.run(_PERSONS)
    columns = ", ".join(f"{name} {sql_type}" for name, sql_type in _LINE_TYPES.items())
    cursor.run(
        f"create table lines (customer_key integer, posted_on date, {columns}, import_id integer, line_no bigint)"
    )
    for table in TABLES.values():
        columns = ", ".join(f"{column.name} {column.sql_type}" for column in table.columns)
        if table is not TRANSACTIONS:
            cursor.run(f"create table {base(table.name)} ({columns}, import_id integer, line_no bigint)")
        cursor.run(
            f"create table {table.name}_aside ({columns}, import_id integer, line_no bigint, replaced_by integer)"
        )
        show(cursor, table.name)
    mappings.create(cursor)
    restatements.create(cursor)
    rule_versions.apply(cursor, segment_rules.house())


def complete(cursor: Cursor) -> None:
    """Add what workspaces of this layout that were made earlier lack, and new ones do not have yet."""
    cursor.run(
        "create table if not exists orders_taken_back"
        " (import_id integer, order_id varchar, customer_id varchar, ordered_at timestamp)"
    )
    _create_touched(cursor)
    rule_versions.complete(cursor)
    saved_lists.complete(cursor)
    notes.create(cursor)
    forecasts.complete(cursor)
    beside.complete(cursor)


def _create_touched(cursor: Cursor) -> None:
    cursor.run("create table if not exists touched_customers (customer_key integer)")


def touch(cursor: Cursor, rows: str) -> None:
    """Note the customers of canonical lines that come or go, while they have their keys; 0 stands for nobody.

    What is derived of others holds. Where several ids are one person, it is not said which one's lines they are now:
    then nothing is noted, and everything is built anew.
    """
    if not _has_persons(cursor):
        cursor.run(
            "insert into touched_customers select 0 union all select customer_key from customer_keys"
            f" where customer_id in (select customer_id from {rows})"
        )
        cursor.run("insert or replace into settings values ('touched', 'yes')")


def next_import(cursor: Cursor) -> int:
    """The number of a new import; numbers of undone ones never come again."""
    import_id = int(cursor.value("select value from settings where name = 'last_import'")) + 1
    cursor.run("update settings set value = $id where name = 'last_import'", {"id": str(import_id)})
    return import_id


def record(cursor: Cursor, import_id: int, report: ImportReport, **told: Any) -> None:
    """Write an import into the history.

    Args:
        cursor: Where to write.
        import_id: Its number.
        report: Its account.
        **told: who, sha256, kind, options, first_day, last_day.
    """
    values = told | {
        "import_id": import_id,
        "imported_at": datetime.now(UTC).replace(tzinfo=None),
        "file": report.file,
        "table_name": report.table,
        "options": json.dumps(dict(told["options"]), ensure_ascii=False, default=str),
        "read": report.read,
        "loaded": report.loaded,
        "set_aside": report.set_aside,
        "report": report.to_json(),
    }
    cursor.run(f"insert into imports ({', '.join(values)}) values ({', '.join(f'${name}' for name in values)})", values)


def base(table: str) -> str:
    """The table that holds the rows of a canonical table which count; models read them under the canonical name."""
    return "lines" if table == TRANSACTIONS.name else f"{table}_rows"


def loaded(table: str) -> str:
    """The relation of these rows as they were loaded: canonical columns, `import_id`, `line_no`, and `row_id`."""
    return f"{table}_loaded"


def load(cursor: Cursor, table: str, import_id: int, mapped: Iterable[str]) -> None:
    """Move the rows of the temporary tables `staged` and `set_aside` into the workspace; see `ingest.stage`.

    Args:
        cursor: The one that holds those tables.
        table: The canonical table they belong to.
        import_id: The number of the import.
        mapped: The columns that the file has itself.
    """
    named = {"import_id": import_id, "kept": "already_imported"}
    if table == TRANSACTIONS.name:
        _add_customer_keys(cursor, f"select customer_id from {CUSTOMERS}")
        if cursor.value("select count(*) from lines"):
            touch(cursor, CUSTOMERS)
        _add_lines(cursor, import_id, mapped)
    else:
        names = ", ".join(TABLES[table].names)
        cursor.run(
            f"insert into {base(table)} ({names}, import_id, line_no) select {names}, $import_id, line_no from staged",
            named,
        )
    cursor.run("insert into rows_set_aside select $import_id, * from set_aside where reason <> $kept", named)


def make_room(cursor: Cursor, rows: str) -> None:
    """Let the lines hold every value of canonical rows that are to be put back: all columns, in types that fit."""
    kept = _types_of(cursor, "from lines")
    changed = dict(kept)
    for name, sql_type in _LINE_TYPES.items():
        if name not in kept:
            misfits = cursor.value(f"select count({name}) from {rows}")
        else:
            back = f"try_cast(try_cast({name} as {kept[name]}) as {sql_type})"
            misfits = cursor.value(f"select count(*) from {rows} where {back} is distinct from {name}")
        if misfits:
            changed[name] = sql_type
    if changed != kept:
        columns = (f"cast({name if name in kept else 'null'} as {kind}) as {name}" for name, kind in changed.items())
        cursor.run(f"create or replace table lines as select {', '.join(columns)} from lines")
        _show_transactions(cursor)


def put_back(cursor: Cursor, table: str, rows: str) -> None:
    """Bring canonical rows in again that were taken out; they have an import already."""
    names = TABLES[table].names
    if table == TRANSACTIONS.name:
        _add_customer_keys(
            cursor, f"select distinct customer_id from (select * from {rows}) as s where customer_id is not null"
        )
        touch(cursor, f"(select * from {rows}) as s")
        present = ", ".join(f"s.{name}" for name in _columns_of(cursor, "lines") if name in _LINE_TYPES)
        cursor.run(
            f"insert into lines by name select k.customer_key, cast(s.ordered_at as date) as posted_on, {present},"
            f" s.import_id, s.line_no from (select * from {rows}) as s"
            " left join customer_keys as k on s.customer_id = k.customer_id"
        )
    else:
        cursor.run(f"insert into {base(table)} by name select {', '.join(names)}, import_id, line_no from {rows}")


def tidy(cursor: Cursor, table: str) -> None:
    """After rows were taken out or put back: forget the keys of customers without any."""
    if table == TRANSACTIONS.name:
        cursor.run(
            "delete from customer_keys where customer_key not in (select distinct customer_key from lines"
            " where customer_key is not null)"
        )


def _add_customer_keys(cursor: Cursor, customers: str) -> None:
    """Give new ones of some customers their integer keys, in the order of their ids."""
    cursor.run(
        "insert into customer_keys"
        " select cast((select coalesce(max(customer_key), 0) from customer_keys)"
        " + row_number() over (order by customer_id) as integer), customer_id"
        f" from ({customers}) as found anti join customer_keys as known on found.customer_id = known.customer_id"
    )


def _add_lines(cursor: Cursor, import_id: int, mapped: Iterable[str]) -> None:
    """Put the new lines behind the old ones, in the order of their file.

    The table `lines` holds the columns that some file had, ids that are whole numbers as such: writing empty columns
    and digits as text would double the time this takes.
    """
    present = _present_columns(cursor, mapped)
    staged = (
        f"select k.customer_key, cast(s.ordered_at as date) as posted_on, {', '.join(f's.{name}' for name in present)},"
        f" cast({int(import_id)} as integer) as import_id, s.line_no"
        " from staged_compact as s left join customer_keys as k on cast(s.customer_id as varchar) = k.customer_id"
    )
    if cursor.value("select count(*) from transactions") == 0:
        cursor.run(f"create or replace table lines as {staged}")
    elif _types_of(cursor, staged).items() <= _types_of(cursor, "from lines").items():
        cursor.run(f"insert into lines by name {staged}")
        return
    else:
        cursor.run(f"create or replace table lines as select * from lines union all by name {staged}")
    _show_transactions(cursor)


def _types_of(cursor: Cursor, query: str) -> dict[str, str]:
    return dict(row[:2] for row in cursor.rows(f"describe {query}"))


def _present_columns(cursor: Cursor, mapped: Iterable[str]) -> list[str]:
    """The columns of the staged lines that say anything: those of the file, and derived ones with a value."""
    doubtful = [name for name in _LINE_TYPES if name not in (*_ALWAYS_KEPT, *mapped)]
    counts = [f"(select sum(rows - sales) from {DAYS})" if name == "kind" else f"count({name})" for name in doubtful]
    found = cursor.row(f"select {', '.join(counts)} from staged_compact") if counts else ()
    absent = {name for name, count in zip(doubtful, found, strict=True) if not count}
    return [name for name in _LINE_TYPES if name not in absent]


_PERSONS = """
create view persons as
with accepted as (
    select p.decision, p.customer_id, k.customer_key, case when k.customer_key is null then 1 else 0 end as is_silent
    from people as p
    left join customer_keys as k on p.customer_id = k.customer_id
    where p.status = 'accepted'
)

select
    customer_id,
    customer_key,
    first_value(customer_id) over (partition by decision order by is_silent, customer_id) as person_id,
    first_value(customer_key) over (partition by decision order by is_silent, customer_id) as person_key
from accepted
"""
"""The ids that count as one person, each with the id they all go by: the first of those with transactions."""

_CUSTOMER_IDS = ("customer_id", "referrer_id", "referred_id", "referred_by")


def show(cursor: Cursor, table: str) -> None:
    """Give the rows of a table their canonical shape: as they were loaded, and as models read them, by person."""
    if table == TRANSACTIONS.name:
        _show_transactions(cursor)
        return
    rows, names = base(table), list(TABLES[table].names)
    joins = ""
    if _has_persons(cursor):
        for name in set(names).intersection(_CUSTOMER_IDS):
            joins += f" left join persons as of_{name} on t.{name} = of_{name}.customer_id"
            names[names.index(name)] = f"coalesce(of_{name}.person_id, t.{name}) as {name}"
    shown = ", ".join(name if " as " in name else f"t.{name}" for name in names)
    cursor.run(f"create or replace view {loaded(table)} as select *, rowid as row_id from {rows}")
    cursor.run(f"create or replace view {table} as select {shown}, t.import_id, t.line_no from {rows} as t{joins}")


def _has_persons(cursor: Cursor) -> bool:
    return bool(cursor.rows("select 1 from people where status = 'accepted' limit 1"))


def _show_transactions(cursor: Cursor) -> None:
    """Columns that no file had are unknown, unmarked lines are sales."""
    kept = _columns_of(cursor, "lines")
    values = {name: f"l.{name}" if name in kept else "null" for name in _LINE_TYPES} | {
        "kind": "coalesce(l.kind, 'sale')" if "kind" in kept else "'sale'"
    }
    columns = ", ".join(f"cast({values[name]} as {sql_type}) as {name}" for name, sql_type in _LINE_TYPES.items())
    cursor.run(
        f"create or replace view {loaded(TRANSACTIONS.name)} as"
        f" select k.customer_id, {columns}, l.import_id, l.line_no, l.rowid as row_id"
        " from lines as l left join customer_keys as k on l.customer_key = k.customer_key"
    )
    key, persons = "l.customer_key", ""
    if _has_persons(cursor):
        key = "coalesce(p.person_key, l.customer_key) as customer_key"
        persons = " left join persons as p on l.customer_key = p.customer_key"
    cursor.run(
        "create or replace view transactions as"
        f" select {key}, l.posted_on, {columns}, l.import_id, l.line_no from lines as l{persons}"
    )


def _columns_of(cursor: Cursor, table: str) -> list[str]:
    return list(_types_of(cursor, f"from {table}"))


def check_currency(cursor: Cursor) -> None:
    """Refuse staged lines in another currency than the workspace's.

    Raises:
        ImportRefused: There would be two.
    """
    codes = "select distinct currency from {} where currency is not null"
    found = [code for (code,) in cursor.rows(f"{codes.format('transactions')} union {codes.format('staged')}")]
    if len(found) > 1:
        raise ImportRefused(
            f"The file brings another currency: the workspace would hold {', '.join(sorted(found))},"
            " and it can hold one. Put each currency into a workspace of its own."
        )


@dataclass(frozen=True)
class State:
    """The data as one cursor sees it.

    Attributes:
        version: Grows with every change.
        is_derived: Whether the stored models are those of this version.
        last_day: The last day with a transaction.
        time_zone: The store's; None where it was never said, and times are as they were written.
        week_start: The day on which weeks begin.
        rules: Which rules of segments hold, such as `version 3 of 2026-01-05`.
    """

    version: int
    is_derived: bool
    last_day: date | None
    time_zone: str | None
    week_start: str
    rules: str


def state(cursor: Cursor) -> State:
    """Read the state of the data."""
    found = dict(cursor.rows("select name, value from settings"))
    last_day = date.fromisoformat(found["last_day"]) if found["last_day"] else None
    is_derived = found["version"] == found["derived"]
    rules = found.get(rule_versions.SETTING, rule_versions.HOUSE)
    return State(int(found["version"]), is_derived, last_day, found["time_zone"], found["week_start"], rules)
