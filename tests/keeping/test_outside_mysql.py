"""Rows from a real MariaDB server, which speaks as MySQL does, where one is installed."""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from loyalty_metrics import ImportRefused, Workspace, outside
from tests.keeping.test_outside import QUERY, ROWS, SECRET, fill_orders, loaded

PATIENCE = 60


@pytest.fixture(scope="module")
def mysql() -> Iterator[sa.URL]:
    """The address of a server of our own, on a free port, with a password."""
    server, install = shutil.which("mariadbd", path="/usr/sbin:/usr/bin"), shutil.which("mariadb-install-db")
    if not (server and install):
        pytest.skip("MariaDB is not installed")
    if importlib.util.find_spec("pymysql") is None:
        pytest.skip("PyMySQL, the driver of MySQL, is not installed")
    folder = Path(tempfile.mkdtemp(prefix="loyalty-mysql-"))
    as_user = ["--user=mysql"] if os.getuid() == 0 else []
    if as_user:
        shutil.chown(folder, "mysql")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "init.sql").write_text(
        f"create database shop;\ncreate user 'shop'@'127.0.0.1' identified by '{SECRET}';\n"
        "grant all on shop.* to 'shop'@'127.0.0.1';\n",
        encoding="utf-8",
    )
    (folder / "init.sql").chmod(0o644)
    data = f"--datadir={folder / 'data'}"
    subprocess.run([install, "--no-defaults", data, *as_user], check=True, capture_output=True)
    options = [
        f"--port={port}",
        "--bind-address=127.0.0.1",
        f"--socket={folder / 's'}",
        f"--init-file={folder}/init.sql",
    ]
    running = subprocess.Popen(
        [server, "--no-defaults", data, *as_user, *options, "--skip-name-resolve"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = sa.URL.create("mysql", "shop", SECRET, "127.0.0.1", port, "shop", {"charset": "utf8mb4"})
        _wait_for(url)
        yield url
    finally:
        running.terminate()
        running.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: sa.URL) -> None:
    engine = sa.create_engine(url.set(drivername="mysql+pymysql"))
    until = time.monotonic() + PATIENCE
    while True:
        try:
            engine.connect().close()
            return
        except sa.exc.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        finally:
            engine.dispose()


def test_mysql(mysql: sa.URL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "BATCH", 2)
    engine = sa.create_engine(mysql.set(drivername="mysql+pymysql"))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "create table orders (order_id varchar(20), customer_id varchar(20), ordered_at datetime,"
            " amount decimal(12, 2), product text) character set utf8mb4"
        )
        fill_orders(connection)
    engine.dispose()
    workspace = Workspace.in_memory()
    report = workspace.import_query(mysql.render_as_string(hide_password=False), QUERY)
    assert (report.loaded, report.money_loaded) == (3, Decimal("27.25"))
    assert loaded(workspace) == [(*row[:3], Decimal(str(row[3])), row[4]) for row in ROWS]
    told = workspace.imports().to_json(date_format="iso").replace("\\/", "/")
    assert "shop:***@127.0.0.1" in told
    assert SECRET not in told


def test_mysql_never_tells_the_password(mysql: sa.URL) -> None:
    wrong = mysql.set(password="wr0ng-w0rd").render_as_string(hide_password=False)
    with pytest.raises(ImportRefused, match="Access denied") as refused:
        Workspace.in_memory().import_query(wrong, QUERY)
    assert "wr0ng-w0rd" not in str(refused.value)
    assert "\n" not in str(refused.value)
