"""What is derived from the imported rows: the stored models, built anew where they are out of date.

See docs/decisions/0005-derived-when-asked.md.
"""

import hashlib
from collections.abc import Mapping, Sequence
from math import ceil

from loyalty_metrics.database import Cursor, Parameters, quote
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.registry import Registry
from loyalty_metrics.schema import TRANSACTIONS
from loyalty_metrics.scope import Scope
from loyalty_metrics.store import NO_DAY, state

MOST_TOUCHED = 0.25
"""Up to this share of customers, their rows are merged into what is derived; of more, all is built anew."""

_IS_TOUCHED = ("customer_key in (select customer_key from touched_customers)", "customer_key is null")
"""Two conditions, each quick by itself: nobody, too, is among those whose lines came or went."""


def derive(cursor: Cursor, registry: Registry, watch: Watch | None = None) -> None:
    """Bring the stored models up to date with the imported rows, at the default scope.

    Where it is known of which customers lines came or went, the rows of these alone are made anew in the models that
    are kept by customer, and sums are told what these customers add now and no longer; the others are built anew.
    """
    before = state(cursor)
    version = cursor.value("select value from settings where name = 'version'")
    last_day = cursor.value("select max(posted_on) from transactions")
    parameters = Scope(as_of=last_day or NO_DAY).parameters()
    work = _work(cursor, registry)
    if watch:
        watch.step("Rebuilding the figures", len(work), "tables")
    _note_sums(cursor, registry, work, Scope(as_of=before.last_day or NO_DAY).parameters())
    remade: set[str] = set()
    for done, (name, is_merged) in enumerate(work.items(), start=1):
        card = registry.card(name)
        if card.stored_as is not None:
            _show_as(cursor, name, card.stored_as)
            remade |= {name} if card.stored_as in remade else set()
        elif is_merged and not registry.stored_behind(name) & remade:
            (_add_up if card.sums_by else _merge)(cursor, registry, name, parameters)
        elif _build(cursor, registry, name, parameters):
            remade.add(name)
        if watch:
            watch.advance(done)
    cursor.run("delete from touched_customers")
    temporary = (name + ending for name in registry.stored for ending in (_BEFORE, _NOW))
    for table in (_LINES, *temporary, *_NO_LONGER_STORED):
        cursor.run(f"drop table if exists {table}")
    _set(
        cursor, last_day=last_day and last_day.isoformat(), derived=version, models=fingerprint(registry), outdated=None
    )


def _work(cursor: Cursor, registry: Registry) -> dict[str, bool]:
    """The stored models to bring up to date, in order, and whether by merging."""
    outdated = _outdated(cursor)
    if outdated is None:
        return dict.fromkeys(registry.stored, False)
    touched, customers = cursor.row(
        "select (select count(distinct customer_key) from touched_customers), (select count(*) from customer_keys)"
    )
    if touched > max(1, MOST_TOUCHED * customers):
        return dict.fromkeys(registry.stored, False)
    if touched:
        cursor.run(f"create or replace temp table {_LINES} as {_rows_of_touched('transactions')}")
    wanted = {name for name in registry.stored if name in outdated or (touched and registry.card(name).is_merged)}
    return {name: name not in outdated for name in registry.stored if name in wanted}


def _rows_of_touched(table: str) -> str:
    return " union all ".join(f"select * from {table} where {condition}" for condition in _IS_TOUCHED)


_NO_LONGER_STORED = ("spell_bounds", "cohort_returns", "cohort_sums", "repeat_counts")
"""Stored models of earlier versions: their tables would only take room."""

_LINES = "lines_of_touched"
_BEFORE, _NOW = "_of_touched_before", "_of_touched_now"
"""Endings of temporary tables with the rows of the customers whose lines came or went, by stored model."""


def _build(cursor: Cursor, registry: Registry, name: str, parameters: Parameters) -> bool:
    """Build a stored model anew; whether other rows than those of customers whose lines changed may differ."""
    behind = (registry.stored_behind(other) for other in registry.stored if registry.card(other).is_merged)
    compared = not registry.card(name).is_merged and name in frozenset().union(*behind)
    before = cursor.rows(f"select * from {name} order by all") if compared and _is_there(cursor, name) else None
    parts = _parts(cursor, registry, name)
    if len(parts) == 1:
        cursor.run(f"create or replace table {name} as {registry.compose(name, registry.stored)}", parameters)
    else:
        _build_in_parts(cursor, registry, name, parts, parameters)
    return before is None or before != cursor.rows(f"select * from {name} order by all")


_LINE_BYTES = 400
"""About what grouping takes of memory for each line."""


def _parts(cursor: Cursor, registry: Registry, name: str) -> list[str]:
    """Conditions that part customers, so that what is made of each part's lines fits into memory; nobody comes last."""
    if not (registry.card(name).is_merged and registry.is_of_lines(name)):
        return ["true"]
    lines, last = cursor.row(
        "select (select count(*) from transactions), (select max(customer_key) from customer_keys)"
    )
    count = min(ceil(lines * _LINE_BYTES / cursor.memory_limit()), last or 1)
    ends = [last * part // count for part in range(1, count)] if last else []
    firsts = [0, *(end + 1 for end in ends)]
    closed = [f"customer_key between {first} and {end}" for first, end in zip(firsts, ends, strict=False)]
    return [*closed, f"(customer_key >= {firsts[-1]} or customer_key is null)"]


def _build_in_parts(
    cursor: Cursor, registry: Registry, name: str, parts: Sequence[str], parameters: Parameters
) -> None:
    """Build a stored model part by part: grouped all at once, the rows would go by way of the disk."""
    keys = registry.card(name).sums_by
    made = f"{name}{_NOW}" if keys else name
    kept = f"{quote(cursor.value('select current_database()'))}.main"
    for number, part in enumerate(parts):
        rows = {
            read: f"select * from {kept}.{read} where {part}"
            for read in (TRANSACTIONS.name, *registry.kept_behind(name))
        }
        statement = f"select * from ({_over(registry, name, rows)}) as made" + ("" if keys else f" where {part}")
        into = (
            f"insert into {made} by name" if number else f"create or replace {'temp' if keys else ''} table {made} as"
        )
        cursor.run(f"{into} {statement}", parameters)
    if keys:
        cursor.run(f"create or replace table {name} as {_summed(cursor, made, keys)}")


def _summed(cursor: Cursor, table: str, keys: Sequence[str], less: str = "") -> str:
    """The statement that adds up rows of sums with the same keys.

    The first sum counts what a row is made of: where nothing is left, the row goes.

    Args:
        cursor: Where to look for the columns.
        table: Rows of sums.
        keys: What tells the rows of a model apart.
        less: Another table, whose sums are taken off.
    """
    types = dict(cursor.rows(f"select column_name, column_type from (describe {table})"))
    summed = [column for column in types if column not in keys]
    by, taken = ", ".join(keys), ", ".join(f"-{column} as {column}" for column in summed)
    parts = f"select * from {table}" + (f" union all by name select {by}, {taken} from {less}" if less else "")
    sums = ", ".join(f"cast(sum({column}) as {types[column]}) as {column}" for column in summed)
    return f"select {by}, {sums} from ({parts}) as parts group by {by} having sum({summed[0]}) > 0 order by {by}"


def _show_as(cursor: Cursor, name: str, kept: str) -> None:
    """Show the rows of a stored model under another name, of which an earlier version may have left a table."""
    if _is_there(cursor, name):
        cursor.run(f"drop table {name}")
    cursor.run(f"create or replace view {name} as select * from {kept}")


def _is_there(cursor: Cursor, table: str) -> bool:
    return bool(cursor.value("select count(*) from duckdb_tables() where table_name = $name", {"name": table}))


def _merge(cursor: Cursor, registry: Registry, name: str, parameters: Parameters) -> None:
    """Make the rows of customers whose lines came or went anew: the model's own statement over their rows alone."""
    made = _of_touched(registry, name, _NOW)
    cursor.run(
        f"create or replace temp table {name}{_NOW} as select * from ({made}) as made where {' or '.join(_IS_TOUCHED)}",
        parameters,
    )
    for condition in _IS_TOUCHED:
        cursor.run(f"delete from {name} where {condition}")
    cursor.run(f"insert into {name} by name select * from {name}{_NOW}")


def _note_sums(cursor: Cursor, registry: Registry, work: dict[str, bool], parameters: Parameters) -> None:
    """Note, before anything is merged, what customers whose lines came or went add to each sum so far."""
    sums = [name for name, is_merged in work.items() if is_merged and registry.card(name).sums_by]
    for name in sums:
        cursor.run(
            f"create or replace temp table {name}{_BEFORE} as {_of_touched(registry, name, _BEFORE)}", parameters
        )


def _add_up(cursor: Cursor, registry: Registry, name: str, parameters: Parameters) -> None:
    """Take off a model's sums what customers whose lines came or went added before, and add what they add now.

    Both come of the model's own statement over the rows of these customers alone.
    """
    now = f"{name}{_NOW}"
    cursor.run(f"create or replace temp table {now} as {_of_touched(registry, name, _NOW)}", parameters)
    cursor.run(f"insert into {now} by name select * from {name}")
    cursor.run(f"create or replace table {name} as {_summed(cursor, now, registry.card(name).sums_by, name + _BEFORE)}")


def _of_touched(registry: Registry, name: str, ending: str) -> str:
    """A model's statement over the rows of customers whose lines came or went alone, as they were before or are now.

    Of the customers table, those without a key are among them: nobody's rows are made anew with each change.
    """
    keys = f"select * from main.customer_keys where {_IS_TOUCHED[0]}"
    known = "select c.* from main.customers as c {} join ({}) as k on c.customer_id = k.customer_id"
    rows = {
        TRANSACTIONS.name: f"select * from {_LINES}",
        "customer_keys": keys,
        "customers": f"{known.format('semi', keys)} union all {known.format('anti', 'from main.customer_keys')}",
    }
    read = registry.tables_of(name)
    kept = {
        other: _rows_of_touched(f"main.{kept}") if ending == _BEFORE else f"select * from {kept}{ending}"
        for other, kept in registry.kept_behind(name).items()
    }
    return _over(registry, name, {table: query for table, query in rows.items() if table in read} | kept)


def _over(registry: Registry, name: str, rows: Mapping[str, str]) -> str:
    """A model's statement in which queries stand for tables that it reads."""
    steps = ", ".join(f"{table} as ({query})" for table, query in rows.items())
    statement = registry.compose(name, registry.stored)
    return f"with {steps}" + (
        f", {statement.removeprefix('with ')}" if statement.startswith("with ") else f" {statement}"
    )


def fingerprint(registry: Registry) -> str:
    """What the stored models say; where it is not what a file was derived with, its tables hold something else."""
    texts = (registry.compose(name) for name in registry.stored)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def forget_derived(cursor: Cursor) -> None:
    """Have everything derived built anew before the next question."""
    _set(cursor, derived=None, outdated=None)


def changed(cursor: Cursor, registry: Registry, *tables: str) -> None:
    """Count the workspace's version up; stored models that read none of the tables that changed hold on.

    Transactions bring the customers' keys and decide what a person is, so that they change every stored model; where it
    was noted whose lines came or went (`store.touch`), models that are kept by customer change in rows of these alone.
    """
    before = state(cursor)
    _set(cursor, version=str(before.version + 1))
    if TRANSACTIONS.name in tables:
        earlier = set() if before.is_derived else _outdated(cursor)
        is_known = bool(cursor.rows("select 1 from settings where name = 'touched' and value is not null"))
        if is_known and earlier is not None:
            whole = {name for name in registry.stored if not registry.card(name).is_merged}
            _set(cursor, outdated=" ".join(sorted(whole | earlier)))
        else:
            _set(cursor, outdated=None)
        _set(cursor, touched=None)
        return
    readers = {name for name in registry.stored if registry.tables_of(name) & set(tables)}
    if before.is_derived and not readers:
        _set(cursor, derived=str(before.version + 1))
    elif before.is_derived:
        _set(cursor, outdated=" ".join(sorted(readers)))
    elif (outdated := _outdated(cursor)) is not None:
        _set(cursor, outdated=" ".join(sorted(outdated | readers)))


def _outdated(cursor: Cursor) -> set[str] | None:
    """The stored models to build anew; None for all of them."""
    found = cursor.rows("select value from settings where name = 'outdated' and value is not null")
    return set(found[0][0].split()) if found else None


def _set(cursor: Cursor, **values: str | None) -> None:
    for name, value in values.items():
        cursor.run("insert or replace into settings values ($name, $value)", {"name": name, "value": value})
