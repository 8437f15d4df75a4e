"""Files shaped like real exports, then damaged: never a crash, never a lost row, all money accounted for."""

import csv
import io
import random
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty_metrics.database import Database
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, ImportReport, inspect, stage

SHOPIFY = [
    [
        *[
            "Name",
            "Email",
            "Financial Status",
            "Currency",
            "Subtotal",
            "Shipping",
            "Total",
            "Created at",
            "Lineitem quantity",
        ],
        *["Lineitem name", "Lineitem price", "Lineitem discount", "Phone", "Cancelled at", "Refunded Amount"],
    ],
    *(
        [
            f"#{n}",
            f"{n % 4}@e.com",
            "paid",
            "USD",
            f"{n}.50",
            "1.00",
            f"{n + 1}.50",
            f"2026-01-{n + 1:02} 10:00:00 +0100",
            "1",
            "Cup",
            f"{n}.50",
            "0.00",
            "",
            "",
            "1.25" if n % 3 == 0 else "0.00",
        ]
        if line == 0
        else [
            f"#{n}",
            f"{n % 4}@e.com",
            *[""] * 5,
            f"2026-01-{n + 1:02} 10:00:00 +0100",
            "2",
            "Tea",
            "3.10",
            "0.10",
            "",
            "",
            "",
        ]
        for n in range(12)
        for line in range(1 + n % 3)
    ),
]
SHOPEE = [
    [
        "Mã đơn hàng",
        "Ngày đặt hàng",
        "Trạng Thái Đơn Hàng",
        "Tên sản phẩm",
        "Giá ưu đãi",
        "Số lượng",
        "Tổng giá trị đơn hàng (VND)",
        "Người Mua",
    ],
    *(
        [
            f"23{n}",
            f"2026-01-{n + 1:02} 08:00",
            "Hoàn thành" if n % 4 else "Đã hủy",
            f"Kệ {line}",
            "53000.00",
            str(line + 1),
            f"{n + 1}53406.00",
            f"mua{n % 5}",
        ]
        for n in range(12)
        for line in range(1 + n % 3)
    ),
]
PLAIN = [
    ["Invoice No", "Customer", "Date", "Description", "Quantity", "Price"],
    *(
        [
            ("C" if n % 5 == 0 else "") + str(n // 2),
            f"k{n % 6}" if n % 7 else "",
            f"{n % 28 + 1}/01/2026",
            f"P{n}",
            str(-1 if n % 5 == 0 else 2),
            f"{n}.25",
        ]
        for n in range(30)
    ),
]
TMALL = [
    ["订单编号", "总金额", "买家实际支付金额", "收货地址 ", "订单创建时间", "订单付款时间 ", "退款金额"],
    *(
        [
            str(n),
            f"{n * 3}.5",
            "0.0",
            "上海",
            f"2026-02-{n % 28 + 1:02} 23:59:54",
            "" if n % 4 == 0 else "2026-02-21",
            f"{n % 3}.0",
        ]
        for n in range(25)
    ),
]
JUNK = [
    "",
    " ",
    "-",
    "n/a",
    "Total",
    "1.234",
    "1,5",
    "01/02/03",
    "2026-13-45",
    "'",
    '"',
    "=1+1",
    "\u00a0",
    "Đã hủy",
    "refunded",
]
JUNK += ["0000", "9" * 30, "1e400", "-0", "₫", "\ufffd", "ann@E.com", "USD", "line\nbreak", "a;b,c\td"]


def mutate(table: list[list[str]], chance: random.Random) -> list[list[str]]:
    """Damage a table in a few ways."""
    rows = [list(row) for row in table]
    for _ in range(chance.randrange(4)):
        way = chance.randrange(9)
        width, at = len(rows[0]), chance.randrange(len(rows[0]))
        if way == 0 and width > 2:
            rows = [[cell for i, cell in enumerate(row) if i != at] for row in rows]
        elif way == 1:
            rows = [[*row, row[at] if at < len(row) else ""] for row in rows]
        elif way == 2:
            order = chance.sample(range(width), width)
            rows = [[row[i] if i < len(row) else "" for i in order] for row in rows]
        elif way == 3:
            for row in chance.choices(rows[1:], k=chance.randrange(1, 9)):
                row[chance.randrange(len(row))] = chance.choice(JUNK)
        elif way == 4:
            row = chance.choice(rows[1:])
            del row[chance.randrange(1, len(row) + 1) :]
        elif way == 5:
            rows = rows[:1] + chance.sample(rows[1:], len(rows) - 1)
        elif way == 6:
            rows += [list(row) for row in chance.choices(rows[1:], k=3)]
        elif way == 7:
            rows = [rows[0], *([cell.replace(".", ",") for cell in row] for row in rows[1:])]
        else:
            rows[0][at] = chance.choice(
                ["", "Total", "Status", rows[0][0], "Amount", "Refunded amount", "Currency", "Email"]
            )
    return rows


def written(rows: list[list[str]], chance: random.Random) -> bytes:
    """Write a table with some delimiter and encoding, now and then cut short."""
    out = io.StringIO()
    csv.writer(out, delimiter=chance.choice(",,;\t|"), lineterminator=chance.choice(["\n", "\r\n"])).writerows(rows)
    data = out.getvalue().encode(
        chance.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "gb18030", "cp1258"]), "replace"
    )
    return data[: -chance.randrange(1, 40)] if chance.random() < 0.1 else data


def account(path: Path, options: ImportOptions) -> tuple[ImportReport, list[tuple], list[tuple]] | None:
    """Stage a file; None when it is refused. Whatever `inspect` says of it, it may not fail otherwise either."""
    database = Database(None)
    try:
        with database.transaction() as cursor:
            try:
                inspect(cursor, path, options)
                report = stage(cursor, path, options)
            except ImportRefused as refused:
                assert str(refused).strip().endswith((".", "?")), refused
                return None
            return (
                report,
                cursor.rows("select line_no, amount, kind, refund_of from staged"),
                cursor.rows("select line_no, money from set_aside"),
            )
    finally:
        database.close()


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(range(4)), said=st.booleans())
def test_damaged_exports_are_refused_or_accounted_for(seed: int, kind: int, said: bool) -> None:
    chance = random.Random(seed)
    answers = {"date_format": "%d/%m/%Y", "decimal": ".", "currency": "USD"} if said else {}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_bytes(written(mutate([SHOPIFY, SHOPEE, PLAIN, TMALL][kind], chance), chance))
        result = account(path, ImportOptions(**answers))
    if result is None:
        return
    report, loaded, aside = result
    made = [row for row in loaded if row[2] == "refund" and row[3] is not None]
    assert report.read == report.loaded + report.set_aside
    assert report.set_aside == len(aside)
    told = report.facts.get("refund_lines_made") or 0
    assert report.loaded == len(loaded) - int(told)
    assert int(told) <= len(made) or told == 0
    lines = [line for line, *_ in aside] + list({line for line, *_ in loaded})
    assert len(set(lines)) == len(lines) == report.read
    money = sum((amount for _, amount, *_ in loaded), Decimal(0)) - Decimal(report.facts.get("refund_money_made") or 0)
    assert report.money_loaded == money
    assert report.money_set_aside == sum((money for _, money in aside if money is not None), Decimal(0))
    assert report.bridge()[0].rows == report.read
