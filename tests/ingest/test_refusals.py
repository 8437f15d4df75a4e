"""What cannot be read with certainty is refused with one sentence that says what to do."""

from pathlib import Path

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, stage

GOOD = "order id,customer id,order date,amount\n1,a,2026-01-31,5\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("order id,customer id,order date,amount\n", "has a header but no rows"),
        ("<html><table><tr><td>1</td></tr></table></html>", "is a web page"),
        ("<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>", "is a web page"),
        ("<?xml version='1.0'?><Workbook><Row/></Workbook>", "is a web page or XML"),
        ('[{"order": 1}]', "has no column for ordered_at"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\x1f\x8b\x08\x00abc", "damaged or cut-off gzip"),
        (b"BZh91AY", "compressed with bzip2"),
        (b"\x00\x01\x02\x00\x00\x07\x00" * 90, "is not a text file"),
        (b"PAR1 nothing of the kind", "damaged Parquet"),
        (b"PK\x03\x04 nothing of the kind", "is damaged"),
        (b"\xd0\xcf\x11\xe0 nothing of the kind", "could not be opened as a workbook"),
        ("customer,product\na,b\n", "has no column for ordered_at .* its columns are customer, product"),
        ("2026-01-31,5.00,7\n2026-02-01,6.00,8\n", "has no header line"),
    ],
)
def test_unusable_files(load, content, message: str) -> None:
    with pytest.raises(ImportRefused, match=rf"orders\.csv.*{message}"):
        load(content)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"amount": "Betrag"}}, 'no column "Betrag" .* order id, customer id, order date, amount'),
        ({"columns": {"price": "amount"}}, "The table transactions has no column price"),
        ({"columns": {"amount": "amount", "cost": "amount"}}, "both amount and cost"),
        ({"columns": {"ordered_at": ""}}, "no column for ordered_at"),
        ({"encoding": "klingon"}, "encoding klingon is not known"),
        ({"encoding": "utf_16"}, "not text in utf_16"),
        ({"decimal": ";"}, "decimal mark is . or ,"),
        ({"time_zone": "Mars/Olympus"}, "no time zone"),
        ({"delimiter": "||"}, "must be one character"),
        ({"table": "nothing"}, "no table 'nothing'"),
    ],
)
def test_wrong_options(load, options: dict, message: str) -> None:
    with pytest.raises(ImportRefused, match=message):
        load(GOOD, **options)


def test_a_missing_file(cursor: Cursor, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="There is no file"):
        stage(cursor, tmp_path / "none.csv", ImportOptions())


def test_dates_that_can_be_read_two_ways(load) -> None:
    text = "customer,date,amount\na,01/06/2026,5\nb,03/04/2026,6\n"
    with pytest.raises(ImportRefused, match=r"01/06/2026 is 1 June or 6 January.*--date-format") as refused:
        load(text)
    assert str(refused.value).count(". ") == 0
    assert load(text, date_format="%d/%m/%Y").facts["last_date"] == "2026-06-01"
    assert load(text, date_format="mm/dd/yyyy").facts["last_date"] == "2026-03-04"


def test_dates_that_mix_both_orders(load) -> None:
    with pytest.raises(ImportRefused, match="mix day-first and month-first"):
        load("customer,date,amount\na,31/01/2026,5\nb,01/31/2026,6\n")


def test_numbers_that_can_be_read_two_ways(load) -> None:
    text = "customer,date,amount\na,2026-01-31,1.234\nb,2026-01-31,5.000\n"
    with pytest.raises(ImportRefused, match=r"1\.234 is 1234 or 1\.234.*--decimal"):
        load(text)
    assert load(text, decimal=".").money_loaded * 1000 == 6234
    assert load(text, decimal=",").money_loaded == 6234
