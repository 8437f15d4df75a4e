"""Rows from other databases: SQLite always, and a real PostgreSQL server where one is installed."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from loyalty_metrics import ImportRefused, Workspace, outside
from loyalty_metrics.outside import _column

ROWS = [
    ("001", "A", "2025-01-05 10:00:00", 10.5, None),
    ("002", "B", "2025-02-07 11:30:00", 20, "tea"),
    ("003", None, "2025-02-08 09:00:00", -3.25, "10% off"),
]
QUERY = "select order_id, customer_id, ordered_at, amount, product from orders where amount <> 0"
SECRET = "s3cret/word"


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """The address of a SQLite file with three orders."""
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("create table orders (order_id, customer_id, ordered_at, amount numeric, product)")
        connection.executemany("insert into orders values (?, ?, ?, ?, ?)", ROWS)
    connection.close()
    return f"sqlite:///{path}"


def fill_orders(connection: sa.Connection) -> None:
    """Put the rows into a server's table of orders."""
    for order, customer, moment, amount, product in ROWS:
        connection.execute(
            sa.text("insert into orders values (:o, :c, :m, :a, :p)"),
            {"o": order, "c": customer, "m": datetime.fromisoformat(moment), "a": amount, "p": product},
        )


def loaded(workspace: Workspace) -> list[tuple]:
    with workspace._database.cursor() as cursor:
        return cursor.rows(
            "select order_id, customer_id, cast(ordered_at as varchar), amount, product"
            " from transactions_loaded order by order_id"
        )


def test_a_query_comes_in_like_a_file(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "BATCH", 2)  # types differ between batches
    workspace = Workspace.in_memory()
    report = workspace.import_query(shop, QUERY, who="Mara")
    assert (report.read, report.loaded, report.money_loaded) == (3, 3, Decimal("27.25"))
    assert loaded(workspace) == [(*row[:3], Decimal(str(row[3])), row[4]) for row in ROWS]
    done = workspace.imports().iloc[0]
    assert done["file"].endswith(f"shop.sqlite: {QUERY[:80]}")
    assert done["who"] == "Mara"
    with pytest.raises(ImportRefused, match=r"already imported|equal row"):
        workspace.import_query(shop, QUERY)


def test_a_dry_run_changes_nothing(shop: str) -> None:
    workspace = Workspace.in_memory()
    assert workspace.import_query(shop, QUERY, dry_run=True, columns={"order_id": "order_id"}).loaded == 3
    assert workspace.version == 0


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("select * from nowhere", "no such table: nowhere"),
        ("select * from orders where 1 = 0", "brings no rows"),
        ("delete from orders", "write one SELECT"),
    ],
)
def test_a_query_that_does_not_work_is_told_in_one_sentence(shop: str, query: str, reason: str) -> None:
    workspace = Workspace.in_memory()
    with pytest.raises(ImportRefused, match=reason) as refused:
        workspace.import_query(shop, query)
    assert "\n" not in str(refused.value)
    assert workspace.import_query(shop, QUERY).loaded == 3  # nothing was deleted


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "write it as postgresql://"),
        ("nothere://h/d", "no kind of database nothere"),
        ("oracle+oracledb://scott:tiger@h/d", "pip install oracledb"),
    ],
)
def test_an_address_that_does_not_work_is_told_with_what_to_do(url: str, reason: str) -> None:
    with pytest.raises(ImportRefused, match=reason) as refused:
        Workspace.in_memory().import_query(url, QUERY)
    assert "tiger" not in str(refused.value)


def test_without_sqlalchemy_the_command_is_named(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(ImportRefused, match="pip install sqlalchemy"):
        Workspace.in_memory().import_query(shop, QUERY)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ((1, None), pa.int64()),
        ((1, 2.5), pa.float64()),
        ((Decimal("7"), None), pa.int64()),
        ((Decimal("7.50"), 1), pa.decimal128(38, 10)),
        ((Decimal("1e-12"),), pa.string()),
        ((2**70,), pa.string()),
        ((None, None), pa.int32()),
        ((1, "x"), pa.string()),
        ((True, None), pa.bool_()),
        ((datetime(2025, 1, 1), None), pa.timestamp("us")),
        ((datetime(2025, 1, 1, tzinfo=UTC),), pa.timestamp("us", "UTC")),
        (({"a": 1},), pa.string()),
    ],
)
def test_values_keep_what_they_are(values: tuple, kind: pa.DataType) -> None:
    assert _column(values).type == kind


@pytest.fixture(scope="module")
def postgres() -> Iterator[sa.URL]:
    """The address of a PostgreSQL server of our own, on a free port, with a password."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        assert not os.environ.get("CI"), "PostgreSQL has to be there to be tested against"
        pytest.skip("PostgreSQL is not installed")
    as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []  # it refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="loyalty-postgres-"))
    (folder / "password").write_text(SECRET, encoding="utf-8")
    if as_user:
        for path in (folder, folder / "password"):
            shutil.chown(path, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, log = folder / "data", folder / "log"
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"

    def run(program: str, *words: str) -> None:
        subprocess.run([*as_user, programs[-1] / program, *words], check=True, capture_output=True, cwd=folder)

    run("initdb", "-D", str(data), "-U", "shop", f"--pwfile={folder / 'password'}", "-A", "scram-sha-256", "-E", "UTF8")
    run("pg_ctl", "-D", str(data), "-l", str(log), "-w", "-o", options, "start")
    try:
        yield sa.URL.create("postgresql", "shop", SECRET, "127.0.0.1", port, "postgres")
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def test_postgresql(postgres: sa.URL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "BATCH", 2)
    engine = sa.create_engine(postgres.set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "create table orders (order_id varchar, customer_id varchar, ordered_at timestamp, amount numeric(12, 2),"
            " product text)"
        )
        fill_orders(connection)
    engine.dispose()
    address = postgres.render_as_string(hide_password=False)
    workspace = Workspace.in_memory()
    report = workspace.import_query(address, QUERY + " and (product is null or product not like '%x%')")
    assert (report.loaded, report.money_loaded) == (3, Decimal("27.25"))
    assert loaded(workspace) == [(*row[:3], Decimal(str(row[3])), row[4]) for row in ROWS]
    told = workspace.imports().to_json()
    assert "shop:***@127.0.0.1" in told.replace("\\/", "/")
    assert SECRET not in told.replace("\\/", "/")


def test_postgresql_never_tells_the_password(postgres: sa.URL) -> None:
    wrong = postgres.set(password="wr0ng-w0rd").render_as_string(hide_password=False)
    with pytest.raises(ImportRefused, match="authentication failed") as refused:
        Workspace.in_memory().import_query(wrong, QUERY)
    assert "wr0ng-w0rd" not in str(refused.value)
    assert "\n" not in str(refused.value)
