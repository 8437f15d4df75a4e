"""What is derived from the imported rows: the stored models, built anew where they are out of date.

See docs/decisions/0005-derived-when-asked.md.
"""

import hashlib

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.registry import Registry
from loyalty_metrics.schema import TRANSACTIONS
from loyalty_metrics.scope import Scope
from loyalty_metrics.store import NO_DAY, state


def derive(cursor: Cursor, registry: Registry, watch: Watch | None = None) -> None:
    """Build the stored models that are out of date anew from the imported rows, at the default scope."""
    version = cursor.value("select value from settings where name = 'version'")
    last_day = cursor.value("select max(posted_on) from transactions")
    parameters = Scope(as_of=last_day or NO_DAY).parameters()
    outdated = _outdated(cursor)
    names = [name for name in registry.stored if outdated is None or name in outdated]
    usable = [name for name in registry.stored if name not in names]
    if watch:
        watch.step("Rebuilding the figures", len(names), "tables")
    for done, name in enumerate(names, start=1):
        statement = registry.compose(name, usable)
        cursor.run(f"create or replace table {name} as {statement}", parameters)
        usable.append(name)
        if watch:
            watch.advance(done)
    _set(
        cursor, last_day=last_day and last_day.isoformat(), derived=version, models=fingerprint(registry), outdated=None
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

    Transactions bring the customers' keys and decide what a person is, so that they change every stored model.
    """
    before = state(cursor)
    _set(cursor, version=str(before.version + 1))
    if TRANSACTIONS.name in tables:
        _set(cursor, outdated=None)
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
