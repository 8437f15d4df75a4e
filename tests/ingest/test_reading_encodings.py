"""Texts of any encoding arrive as the letters that were meant; where that is doubtful, it is shown."""

import unicodedata
from collections.abc import Callable

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused

HEADER = "order id,customer id,order date,product,amount\n"
ROWS = "1,{0},2026-01-31,{1},5\n2,{1},2026-02-01,{0},6\n"

VIETNAMESE = ("Nguyễn Thị Hồng", "Giá sách treo tường")
FRENCH = ("Zoé Lefèvre", "Crème brûlée à emporter")

SAMPLES = [
    ("utf-8", ("Müller", "北京 商品")),
    ("utf-8-sig", ("Müller", "北京 商品")),
    ("utf-16", VIETNAMESE),
    ("utf-16-le", VIETNAMESE),
    ("utf-16-be", VIETNAMESE),
    ("utf-16-le", ("张三", "订单商品")),
    ("utf-32", VIETNAMESE),
    ("gb18030", ("张三", "北京市朝阳区 商品名称")),
    ("gb18030", ("欧阳娜娜", "男装 红色 大码")),
    ("big5", ("王小明", "臺北市大安區 商品")),
    ("cp1252", FRENCH),
    ("latin-1", FRENCH),
    ("mac_roman", FRENCH),
    ("cp1252", ("Jürgen Groß", "Käse")),
    ("cp1252", ("João Conceição", "Pão de açúcar")),
    ("cp1252", ("Peña & Sons", "it’s “new” – €5")),
    ("cp1250", ("Łukasz Wójcik", "Żółta książka")),
    ("cp1250", ("Jiří Dvořák", "Příliš žluťoučký kůň")),
    ("cp1251", ("Иван Петров", "Чай зелёный")),
    ("cp1253", ("Γιώργος", "Καφές ελληνικός")),
    ("cp1254", ("Ayşe Yıldız", "Türk kahvesi büyük ağaç")),
    ("cp1258", VIETNAMESE),
    ("cp874", ("สมชาย", "กาแฟเย็น แก้วใหญ่")),
    ("shift_jis", ("山田太郎", "コーヒー豆と紅茶")),
    ("euc_jp", ("山田太郎", "コーヒー豆と紅茶")),
    ("euc_kr", ("김민준", "아메리카노 커피")),
]


def encoded(text: str, encoding: str) -> bytes:
    """Encode a text; Windows-1258 writes tones behind their letters."""
    if encoding != "cp1258":
        return text.encode(encoding)
    tones = "\u0300\u0301\u0303\u0309\u0323"
    letters = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
        letters.append(base + "".join(c for c in parts if c in tones))
    return "".join(letters).encode(encoding)


@pytest.mark.parametrize(("encoding", "words"), SAMPLES)
def test_encodings_are_found(load: Callable, cursor: Cursor, encoding: str, words: tuple[str, str]) -> None:
    report = load(encoded(HEADER + ROWS.format(*words), encoding))
    assert report.loaded == 2
    assert cursor.row("select customer_id, product from staged where line_no = 2") == words


@pytest.mark.parametrize(("encoding", "words"), [sample for sample in SAMPLES if "sig" not in sample[0]])
def test_encodings_can_be_named(load: Callable, cursor: Cursor, encoding: str, words: tuple[str, str]) -> None:
    load(encoded(HEADER + ROWS.format(*words), encoding), encoding=encoding)
    assert cursor.row("select customer_id, product from staged where line_no = 2") == words


def test_a_large_file_is_transcoded_line_by_line(load: Callable, cursor: Cursor) -> None:
    name, product = (encoded(words, "cp1258") for words in VIETNAMESE)
    rows = b"".join(b"%d,%s %d,2026-01-31,%s,1\n" % (i, name, i, product) for i in range(40_000))
    report = load(HEADER.encode() + rows)
    assert (report.loaded, report.facts["customers"]) == (40_000, 40_000)
    assert cursor.row("select customer_id from staged where line_no = 40001") == (f"{VIETNAMESE[0]} 39999",)


def test_a_guess_is_shown_and_so_is_the_next_likely_one(load: Callable) -> None:
    notes = load((HEADER + ROWS.format("Zoë", "tea")).encode("cp1252")).notes
    assert any('Text is taken for cp1252 ("1,Zoë' in note and "name the encoding" in note for note in notes)
    assert not any("is taken for cp" in note for note in load(HEADER + ROWS.format("Zoë", "tea")).notes)


def test_single_lines_in_another_encoding(load: Callable, cursor: Cursor) -> None:
    text = (HEADER + ROWS.format("Zoé", "thé")).encode() + "3,Noël,2026-02-02,Crème,7\n".encode("cp1252")
    text += ROWS.format("Ana", "café").encode()
    report = load(text)
    assert cursor.row("select customer_id, product from staged where line_no = 4") == ("Noël", "Crème")
    assert cursor.row("select customer_id, product from staged where line_no = 5") == ("Ana", "café")
    assert "Not in utf-8 like the others, and read as cp1252: line 4; look at the names there." in report.notes


def test_a_damaged_letter_does_not_change_the_encoding_of_the_rest(load: Callable, cursor: Cursor) -> None:
    rows = "".join(f"{i},客户{i},2026-01-31,北京市商品,1\n" for i in range(50))
    content = (
        (HEADER + rows).encode("gb18030").replace("客户7,".encode("gb18030"), "客户7".encode("gb18030") + b"\xff,")
    )
    report = load(content)
    assert (report.loaded, report.facts["customers"]) == (50, 50)
    assert cursor.row("select customer_id from staged where line_no = 10") == ("客户8",)
    assert "Bytes that gb18030 does not know, shown as �: line 9." in report.notes


def test_nulls_are_left_out_and_told(load: Callable, cursor: Cursor) -> None:
    text = (HEADER + ROWS.format("a\0", "tea")).encode() + b"\0" * 5000
    report = load(text)
    assert report.facts["customers"] == 2
    assert cursor.value("select customer_id from staged where line_no = 2") == "a"
    assert any("5,002 NUL characters" in note for note in report.notes)


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n", "\r\n\r\n"])
def test_line_ends(load: Callable, cursor: Cursor, end: str) -> None:
    report = load((HEADER + ROWS.format("a", "b")).replace("\n", end).encode())
    assert report.loaded == 2
    assert [(reason.code, reason.rows) for reason in report.reasons] == ([("blank_line", 2)] if len(end) == 4 else [])
    assert not any("have no order id" in note for note in report.notes)


def test_mixed_line_ends_keep_their_numbers(load: Callable, cursor: Cursor) -> None:
    load("order id,customer id,order date,amount\r\n1,a,2026-01-31,5\n2,b,2026-01-31,5\r\n3,c,2026-01-31,5")
    assert cursor.rows("select line_no, order_id from staged order by 1") == [(2, "1"), (3, "2"), (4, "3")]


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 40,
        b"\x89PNG\r\n\x1a\n" + bytes(i * 7919 % 256 for i in range(5000)),
        b"\x7fELF\x02\x01\x01" + b"\0" * 200 + bytes(i * 31 % 256 for i in range(3000)),
        bytes(i * i * 13 % 251 for i in range(70_000)),
    ],
)
def test_binary_junk(load: Callable, content: bytes) -> None:
    with pytest.raises(ImportRefused, match=r"orders\.csv is not a text file"):
        load(content)


def test_utf16_that_was_cut_off(load: Callable) -> None:
    with pytest.raises(ImportRefused, match=r"orders\.csv is not text in any known encoding, or it was cut off"):
        load((HEADER + ROWS.format("a", "b")).encode("utf-16")[:-1])
