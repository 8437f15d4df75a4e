"""Exports that tell of orders in several files: the lines of orders, the orders, and who a customer is, laid together.

A file of lines has the number of its order and money, but no day; a file of orders has the day and the customer, but
no money. Neither can be imported alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loyalty_metrics.database import Cursor, quote
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions
from loyalty_metrics.ingest.prepare import prepare
from loyalty_metrics.ingest.read import open_source
from loyalty_metrics.schema import normalise_header

_MOST_FILES = 12
"""More files are exports of one kind, such as one a month."""
_MOST_BYTES = 500 << 20
"""Each file is read once more for this: of so much that would be felt."""
_MONEY = {"amount", "unit_price"}


@dataclass(frozen=True)
class _Part:
    """One of several files, with its rows as text in a temporary table."""

    path: Path
    table: str
    headers: tuple[str, ...]
    roles: frozenset[str]
    order_id: str | None

    @property
    def has_lines(self) -> bool:
        """Whether it holds lines of orders without their day."""
        return self.order_id is not None and "ordered_at" not in self.roles and bool(_MONEY & self.roles)

    @property
    def has_orders(self) -> bool:
        """Whether it holds orders without their money."""
        needed = {"ordered_at", "customer_id"} <= self.roles
        return self.order_id is not None and needed and not _MONEY & self.roles


def join_files(cursor: Cursor, files: Sequence[Path], folder: Path) -> list[Path]:
    """Lay files that belong together side by side, as one file in their place; the others stay as they are.

    Every line and every order is in it: a line without its order has no day, an order without lines has no money.

    Args:
        cursor: Where the rows are laid together.
        files: All files that come in one go.
        folder: Where the new file is written.
    """
    if not 1 < len(files) <= _MOST_FILES or sum(file.stat().st_size for file in files) > _MOST_BYTES:
        return list(files)
    parts = [part for number, file in enumerate(files) if (part := _part(cursor, number, file))]
    lines = max((part for part in parts if part.has_lines), key=lambda part: "product" in part.roles, default=None)
    orders = next((part for part in parts if part.has_orders and _is_unique(cursor, part.table, part.order_id)), None)
    if lines is None or orders is None:
        return list(files)
    used, relation, headers = [lines, orders], *_lines_of_orders(lines, orders)
    for part in parts:
        key = _shared_key(cursor, part, headers) if part not in used else None
        if key:
            more = [header for header in part.headers if header not in headers]
            shown = "".join(f", p.{quote(header)}" for header in more)
            same = f"j.{quote(key)} = p.{quote(key)}"
            relation = f"select j.*{shown} from ({relation}) as j left join {part.table} as p on {same}"
            headers, used = [*headers, *more], [*used, part]
    target = folder / f"{' + '.join(part.path.stem for part in used)}.parquet"
    cursor.run(f"copy ({relation}) to $target (format parquet)", {"target": str(target)})
    return [target, *(file for file in files if file not in [part.path for part in used])]


def _part(cursor: Cursor, number: int, file: Path) -> _Part | None:
    """Read a file; None where it can be imported alone, or cannot be read, which will be told when it is imported."""
    table = f"part_{number}"
    try:
        with open_source(cursor, file, ImportOptions()) as source:
            known = prepare(cursor, source, ImportOptions())
            if known.plan:
                return None
            cells = ", ".join(f"cast({column.sql} as varchar) as {quote(column.header)}" for column in source.columns)
            rows = f"select {cells} from {source.relation}"
            cursor.run(f"create or replace temp table {table} as {rows}", source.parameters)
            headers = tuple(column.header for column in source.columns)
    except ImportRefused:
        return None
    order = known.matches.get("order_id")
    return _Part(file, table, headers, frozenset(known.matches), order.column.header if order else None)


def _lines_of_orders(lines: _Part, orders: _Part) -> tuple[str, list[str]]:
    key, order_key = quote(str(lines.order_id)), quote(str(orders.order_id))
    folded = {normalise_header(header) for header in lines.headers}
    more = [header for header in orders.headers if normalise_header(header) not in folded and header != orders.order_id]
    kept = [header for header in lines.headers if header != lines.order_id]
    shown = ", ".join(
        [f"coalesce(l.{key}, o.{order_key}) as {key}"]
        + [f"l.{quote(header)}" for header in kept]
        + [f"o.{quote(header)}" for header in more]
    )
    joined = f"{lines.table} as l full outer join {orders.table} as o on l.{key} = o.{order_key}"
    return f"select {shown} from {joined}", [str(lines.order_id), *kept, *more]


def _shared_key(cursor: Cursor, part: _Part, headers: Sequence[str]) -> str | None:
    """The first column of a file, where it names once what joined rows name too: a list of customers."""
    key = part.headers[0]
    is_key = key in headers and key != part.order_id and normalise_header(key).split()[-1:] == ["id"]
    return key if is_key and _is_unique(cursor, part.table, key) else None


def _is_unique(cursor: Cursor, table: str, column: str | None) -> bool:
    name = quote(str(column))
    return bool(cursor.value(f"select count({name}) = count(distinct {name}) and count({name}) > 0 from {table}"))
