"""Folders, patterns, zip and gzip: each file in them is found, nothing harmful is unpacked."""

import gzip
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportCancelled, ImportRefused
from loyalty_metrics.ingest import ImportOptions, expand, stage
from loyalty_metrics.ingest.watch import Watch

GOOD = "order id,customer id,order date,amount\n1,a,2026-01-31,5\n"


def zipped(path: Path, files: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


@pytest.mark.parametrize("name", ["orders.csv.gz", "orders.csv"])
def test_a_gzip_file_is_read_whatever_its_name(load, name: str) -> None:
    report = load(gzip.compress(GOOD.encode()), name)
    assert (report.file, report.loaded, report.money_loaded) == (name, 1, Decimal(5))


@pytest.mark.parametrize("name", ["orders.zip", "orders.csv", "orders.xlsx"])
def test_a_zip_of_one_table_is_read_whatever_its_name(cursor: Cursor, tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / name, {"read me.pdf": b"%PDF", "in/orders.csv": GOOD, "__MACOSX/._orders.csv": b"\0"})
    assert stage(cursor, path, ImportOptions()).loaded == 1


def test_a_zip_of_several_tables_is_expanded_and_not_imported_as_one(cursor: Cursor, tmp_path: Path) -> None:
    path = zipped(tmp_path / "year.zip", {"feb.csv": GOOD, "jan.csv": GOOD, "sub/jan.csv": GOOD})
    with pytest.raises(ImportRefused, match=r"year\.zip holds 3 tables \(feb\.csv, jan\.csv, jan\.csv\)"):
        stage(cursor, path, ImportOptions())
    found = expand(path, tmp_path / "out")
    assert names(found) == ["feb.csv", "jan.csv", "jan.csv"]
    assert len(set(found)) == 3
    assert all(file.read_text() == GOOD for file in found)


def test_folders_and_patterns(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    (shop / "2026").mkdir(parents=True)
    for name in ("b.csv", "a.xlsx", "2026/c.csv.gz", "notes.docx", ".hidden.csv", "_SUCCESS", "picture.gz"):
        (shop / name).write_bytes(b"x")
    zipped(shop / "z.zip", {"d.csv": GOOD})
    assert names(expand(shop, tmp_path / "out")) == ["c.csv.gz", "a.xlsx", "b.csv", "d.csv"]
    assert names(expand(str(shop / "*.csv"), tmp_path / "out")) == ["b.csv"]
    assert names(expand(shop / "**" / "*.gz", tmp_path / "out")) == ["c.csv.gz", "picture.gz"]
    assert names(expand(shop / "b.csv", tmp_path / "out")) == ["b.csv"]


def test_a_file_may_be_called_like_a_pattern(tmp_path: Path) -> None:
    (tmp_path / "orders[1].csv").write_text(GOOD)
    assert names(expand(tmp_path / "orders[1].csv", tmp_path / "out")) == ["orders[1].csv"]


def test_a_workbook_is_not_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "book.xlsx", {"xl/workbook.xml": "<workbook/>"})
    assert expand(path, tmp_path / "out") == [path]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "without a table"),
        ({"picture.png": b"x"}, "without a table"),
        ({"inner.zip": b"PK\x03\x04"}, r"further archive, inner\.zip"),
    ],
)
def test_zips_without_a_table(tmp_path: Path, files: dict, message: str) -> None:
    path = zipped(tmp_path / "odd.zip", {"a folder/": b"", **files})
    with pytest.raises(ImportRefused, match=rf"odd\.zip .*{message}"):
        expand(path, tmp_path / "out")


def test_nothing_is_found(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for named, message in (("empty", "holds no file to import"), ("*.csv", "No file matches"), ("a.csv", "no file")):
        with pytest.raises(ImportRefused, match=message):
            expand(tmp_path / named, tmp_path / "out")


def test_names_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "deep" / "out"
    path = zipped(tmp_path / "evil.zip", {"../../evil.csv": GOOD, "/etc/evil.csv": GOOD, "..\\..\\evil.csv": GOOD})
    found = expand(path, inside)
    assert names(found) == ["evil.csv"] * 3
    assert all(file.resolve().is_relative_to(inside) for file in found)
    assert {file.name for file in tmp_path.iterdir()} == {"deep", "evil.zip"}


def test_chinese_names_of_older_programs(tmp_path: Path) -> None:
    path = zipped(tmp_path / "export.zip", {"xxxx.csv": GOOD})
    path.write_bytes(path.read_bytes().replace(b"xxxx", "订单".encode("gb18030")))
    assert names(expand(path, tmp_path / "out")) == ["订单.csv"]


def test_a_locked_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path / "locked.zip", {"orders.csv": GOOD}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match="locked with a password"):
        expand(path, tmp_path / "out")


def test_bombs_are_refused_before_they_unpack(cursor: Cursor, tmp_path: Path) -> None:
    for name, entry in (("bomb.xlsx", "xl/sheet1.xml"), ("bomb.zip", "orders.csv")):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(entry, "w") as out:
            for _ in range(300):
                out.write(b"0" * (1 << 20))
        with pytest.raises(ImportRefused, match=rf"{name} would unpack to 300 MiB"):
            stage(cursor, tmp_path / name, ImportOptions())
        assert not (tmp_path / "out").exists()


def test_a_gzip_bomb_is_stopped_on_the_way(load) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as out:
        for _ in range(300):
            out.write(b"0" * (1 << 20))
    with pytest.raises(ImportRefused, match="far more than an honest file"):
        load(packed.getvalue(), "orders.csv.gz")


def test_a_size_that_lies(tmp_path: Path) -> None:
    path = zipped(tmp_path / "liar.zip", {"orders.csv": GOOD * 1000})
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = (10).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match=r"damaged|far more"):
        expand(path, tmp_path / "out")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_cut_off_archives(load, tmp_path: Path, share: float) -> None:
    text = (GOOD + "".join(f"{i},b,2026-02-01,{i}.5\n" for i in range(9000))).encode()
    packed = gzip.compress(text)
    with pytest.raises(ImportRefused, match="cut-off gzip"):
        load(packed[: int(len(packed) * share)], "orders.csv.gz")
    whole = zipped(tmp_path / "whole.zip", {"orders.csv": text}).read_bytes()
    with pytest.raises(ImportRefused, match=r"orders\.zip.*damaged"):
        load(whole[: int(len(whole) * share)], "orders.zip")


def test_an_archive_inside_gzip(load, tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"orders.csv": GOOD}).read_bytes()
    with pytest.raises(ImportRefused, match="archive inside an archive"):
        load(gzip.compress(inner), "orders.zip.gz")


def test_unpacking_can_be_cancelled(cursor: Cursor, tmp_path: Path) -> None:
    path = zipped(tmp_path / "orders.zip", {"orders.csv": GOOD})
    watch = Watch()
    watch.cancel()
    with pytest.raises(ImportCancelled):
        stage(cursor, path, ImportOptions(), watch)
