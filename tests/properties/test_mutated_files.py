"""Thousands of mutations of exports: never a crash, never a lost row, all rows and all readable money accounted for.

`LOYALTY_METRICS_MUTATIONS=20000 pytest tests/properties/test_mutated_files.py` runs as many as wished; the seed is told
where one fails, and `LOYALTY_METRICS_MUTATIONS_SEED` sets it.
"""

import os
import random
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from loyalty_metrics.database import Database
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, ImportReport, inspect, stage
from tests.ingest.conftest import SHARED
from tests.ingest.formats import FORMATS, Format
from tests.properties.mutations import head, read, said_otherwise, spoilt_bytes, spoilt_table, written_anyhow

MUTATIONS = int(os.environ.get("LOYALTY_METRICS_MUTATIONS", "240"))
SEED = os.environ.get("LOYALTY_METRICS_MUTATIONS_SEED", "2026")
ROUNDS = 20
ANSWERS = {"date_format": "%d/%m/%Y", "decimal": ".", "currency": "USD"}
ENCODINGS = {"taobao.csv": "gb18030", "jd.csv": "gb18030", "pinduoduo.csv": "gb18030"}
REAL = (
    "shopify_us_2019_2022/orders_export_1.csv",
    "shopify_tr_2025/orders_export.csv",
    "etsy_2023/EtsySoldOrders2023.csv",
    "shopify_au_2014_2017/orders_export.csv",
    "tiendanube_ar_2025/ventas-latin1.csv",
    "superstore_en/Sample - Superstore.csv",
    "stripe_payments/payments_semicolon.csv",
    "stripe_payments/unified_payments.csv",
    "stripe_payments/balance_history.csv",
    "tmall_order_report_2020/tmall_order_report.csv",
    "square_transactions_2018/square_example.csv",
    "woocommerce_lines_synthetic/woocommerce_orders.csv",
    "encoding_variants_derived/tmall_order_report_gbk.csv",
)


def rows_of(known: Format) -> list[list[str]]:
    """The header and the rows of one of the exports, without lines above and below them."""
    rows = read(known.path.read_bytes(), ENCODINGS.get(known.file, "utf-8"))
    width = Counter(map(len, rows)).most_common(1)[0][0]
    return [row for row in rows if len(row) == width and sum(map(bool, row)) > 2]


Totals = tuple[object, ...]


class Staged:
    """What staging one file gives."""

    def __init__(self, database: Database, path: Path, options: ImportOptions, looks: bool = False) -> None:
        with database.transaction() as cursor:
            if looks:
                inspect(cursor, path, options)
            self.report: ImportReport = stage(cursor, path, options)
            self.lines = cursor.rows("select line_no, amount, customer_id, order_id, ordered_at, kind from staged")
            self.aside = cursor.rows("select line_no, money, reason from set_aside")
            self.made = int(str(self.report.facts.get("refund_lines_made") or 0))

    def is_accounted_for(self) -> None:
        """Every row stands in one place, and so does its money."""
        report = self.report
        assert report.read == report.loaded + report.set_aside
        assert report.set_aside == len(self.aside)
        assert report.loaded == len(self.lines) - self.made
        places = [line for line, *_ in self.aside] + list({line for line, *_ in self.lines})
        assert len(set(places)) == len(places) == report.read
        made = Decimal(str(report.facts.get("refund_money_made") or 0))
        assert report.money_loaded == sum((row[1] for row in self.lines), Decimal(0)) - made
        assert report.money_set_aside == sum((row[1] for row in self.aside if row[1] is not None), Decimal(0))
        assert report.bridge()[0].rows == report.read

    @property
    def totals(self) -> Totals:
        """What may not change by the way in which a file is written."""
        reasons = Counter(reason for _, _, reason in self.aside if reason not in ("blank_line", "total_line"))
        return sorted(map(str, (row[1:] for row in self.lines))), reasons


@cache
def truth(file: str) -> Totals:
    """The totals of an export as it stands."""
    known = next(known for known in FORMATS if known.file == file)
    database = Database(None)
    try:
        return Staged(database, known.path, ImportOptions(**known.options)).totals
    finally:
        database.close()


def _rounds(kind: str, share: float) -> list[int]:
    return list(range(max(1, int(MUTATIONS * share) // ROUNDS)))


def spoil(number: int, contents: list[bytes], tmp_path: Path, kind: str) -> None:
    """Stage a few contents that chance made."""
    database = Database(None)
    refused = 0
    for n, content in enumerate(contents):
        path = tmp_path / f"{n}.csv"
        path.write_bytes(content)
        options = ImportOptions(**ANSWERS) if n % 3 else ImportOptions()
        try:
            Staged(database, path, options, looks=n % 8 == 0).is_accounted_for()
        except ImportRefused as error:
            refused += 1
            assert str(error).strip().endswith((".", "?")), error
        except Exception as error:
            kept = Path(os.environ.get("LOYALTY_METRICS_MUTATIONS_KEPT", tmp_path)) / f"{kind}-{SEED}-{number}-{n}.csv"
            kept.write_bytes(content)
            raise AssertionError(f"{kind} {number}, file {n}, seed {SEED}, kept as {kept}") from error
    database.close()


@pytest.mark.parametrize("number", _rounds("table", 0.4))
def test_spoilt_tables(tmp_path: Path, number: int) -> None:
    chance = random.Random(f"table {SEED} {number}")
    tables = [spoilt_table(rows_of(chance.choice(FORMATS)), chance) for _ in range(ROUNDS)]
    spoil(number, [written_anyhow(table, chance) for table in tables], tmp_path, "table")


@pytest.mark.parametrize("number", _rounds("bytes", 0.2))
def test_spoilt_bytes(tmp_path: Path, number: int) -> None:
    chance = random.Random(f"bytes {SEED} {number}")
    contents = [spoilt_bytes(written_anyhow(rows_of(chance.choice(FORMATS)), chance), chance) for _ in range(ROUNDS)]
    spoil(number, contents, tmp_path, "bytes")


@pytest.mark.parametrize("number", _rounds("real", 0.2))
def test_spoilt_slices_of_real_files(tmp_path: Path, number: int) -> None:
    if not SHARED.is_dir():
        pytest.skip(f"the real files of {SHARED} are not on this machine")
    chance = random.Random(f"real {SEED} {number}")
    contents = []
    for _ in range(ROUNDS):
        path = SHARED / chance.choice(REAL)
        part = head(path, chance.randrange(1, 60), chance.randrange(path.stat().st_size) * (chance.random() < 0.5))
        contents.append(spoilt_bytes(part, chance) if chance.random() < 0.8 else part)
    spoil(number, contents, tmp_path, "real")


@pytest.mark.parametrize("number", _rounds("said", 0.2))
def test_what_is_said_in_another_way_means_the_same(tmp_path: Path, number: int) -> None:
    chance = random.Random(f"said {SEED} {number}")
    database = Database(None)
    for n in range(ROUNDS):
        known = chance.choice(FORMATS)
        file = said_otherwise(rows_of(known), chance)
        path = tmp_path / f"{n}.csv"
        path.write_bytes(file.content())
        try:
            staged = Staged(database, path, ImportOptions(**known.options))
            staged.is_accounted_for()
            expected, reasons = truth(known.file)
            assert staged.totals[0] == expected
            lost = set(reasons) - {"field_count", "date_missing"}
            assert {code: staged.totals[1][code] for code in lost} == {code: reasons[code] for code in lost}
        except Exception as error:
            kept = Path(os.environ.get("LOYALTY_METRICS_MUTATIONS_KEPT", tmp_path)) / f"said-{SEED}-{number}-{n}.csv"
            kept.write_bytes(file.content())
            raise AssertionError(f"{known.file} said otherwise: {number}, {n}, seed {SEED}, kept as {kept}") from error
    database.close()
