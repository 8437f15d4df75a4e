"""Files of every format, spoilt at random, are imported with every row accounted for, or refused; nothing crashes."""

import gzip
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics.database import Database
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, stage

ROUNDS = 25
COLUMNS = ["order id", "customer id", "order date", "product", "quantity", "unit price", "amount"]


def orders() -> pd.DataFrame:
    rows = [
        (
            f"00{i // 2}",
            f"C{i % 13}",
            f"2026-01-{i % 28 + 1:02}",
            'Tea, "green"\nor é' if i % 9 == 0 else "Crème",
            1 + i % 3,
            2.5,
        )
        for i in range(120)
    ]
    return pd.DataFrame([(*row, row[4] * row[5]) for row in rows], columns=COLUMNS)


def written(write: Callable[[pd.DataFrame, io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    write(orders(), out)
    return out.getvalue()


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("orders.csv", content)
    return out.getvalue()


CSV = orders().to_csv(index=False).encode()
FILES = {
    "orders.csv": CSV,
    "semicolons.csv": orders().to_csv(index=False, sep=";").encode("cp1252"),
    "wide.txt": orders().to_csv(index=False, sep="\t").encode("utf-16"),
    "orders.xlsx": written(lambda frame, out: frame.to_excel(out, index=False, engine="xlsxwriter")),
    "orders.parquet": written(lambda frame, out: frame.to_parquet(out)),
    "orders.xls": orders().to_html(index=False).encode(),
    "orders.csv.gz": gzip.compress(CSV),
    "orders.zip": zipped(CSV),
}


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """Cut, drop, change, double and insert bytes."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        place, length = chance.randrange(max(1, len(data))), chance.choice([1, 2, 50, 1000])
        match chance.randrange(7):
            case 0:
                del data[place:]
            case 1:
                del data[place : place + length]
            case 2:
                data[place : place + 1] = bytes([chance.randrange(256)])
            case 3:
                data[place:place] = bytes([chance.choice(b"\",;\t\n\r\0'=|")])
            case 4:
                data[place:place] = data[: length * 2]
            case 5:
                data[place:place] = chance.choice(["\nTotal,,,,,,99\n", "北京", "4.17E+13", '="1"']).encode("gb18030")
            case 6:
                data = data.replace(b"\n", chance.choice([b"\r\n", b"\r", b"\n\n"]))
    return bytes(data)


@pytest.mark.parametrize("name", FILES)
def test_spoilt_files(tmp_path: Path, name: str) -> None:
    chance = random.Random(name)
    database = Database(None)
    for _ in range(ROUNDS):
        path = tmp_path / name
        path.write_bytes(spoilt(FILES[name], chance))
        try:
            with database.transaction() as cursor:
                report = stage(cursor, path, ImportOptions(date_format="%Y-%m-%d", decimal="."))
                lines = cursor.rows("select line_no from staged union all select line_no from set_aside")
        except ImportRefused as refused:
            assert name in str(refused)
            continue
        assert report.read == report.loaded + report.set_aside == len(lines) == len(set(lines))
        assert report.money_read == report.money_loaded + report.money_set_aside
    database.close()
