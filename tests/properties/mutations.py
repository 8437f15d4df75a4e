"""Files changed at random: as programs write them differently, which changes nothing, and as accidents spoil them."""

import csv
import gzip
import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import xlsxwriter

Rows = list[list[str]]

JUNK = (
    *("", " ", "-", "n/a", "NULL", "#REF!", "Total", "1.234", "1,5", "01/02/03", "2026-13-45", "31.02.2026", "24:61"),
    *("'", '"', "=1+1", "\u00a0", "Đã hủy", "refunded", "0000", "9" * 30, "1e400", "-0", "₫", "€5", "\ufffd", "\u200b"),
    *(
        "ann@E.com",
        "USD",
        "line\nbreak",
        "a;b,c\td",
        "NaN",
        "inf",
        "١٢٣",
        "１２",
        "00:00",
        "0/0/0",
        "\x01",
        "(5.00)",
        "5-",
    ),
)
TITLES = (["Sales report"], ["Export of 2026-01-31", ""], ["# made by the till"], ["", ""], ["Shop:", "Harbour"])
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "cp1252", "cp1258", "shift_jis")
TOTALS = ("Total", "Grand total", "Summe", "合计", "Tổng cộng")


@dataclass(frozen=True)
class Written:
    """A table and how it is written."""

    rows: Rows
    delimiter: str = ","
    quoting: int = csv.QUOTE_MINIMAL
    line_end: str = "\r\n"
    encoding: str = "utf-8"
    above: str = ""
    container: str = "text"

    def content(self) -> bytes:
        """The bytes of the file."""
        if self.container == "xlsx":
            return _workbook(self.rows)
        out = io.StringIO()
        csv.writer(out, delimiter=self.delimiter, quoting=self.quoting, lineterminator=self.line_end).writerows(
            self.rows
        )
        text = (self.above + out.getvalue()).encode(self.encoding, "replace")
        if self.container == "gzip":
            return gzip.compress(text)
        if self.container == "zip":
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("export.csv", text)
            return packed.getvalue()
        return text


def _workbook(rows: Rows) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                sheet.write_string(y, x, re.sub("[\x00-\x08\x0b-\x1f]", "", cell))
    return out.getvalue()


def read(content: bytes, encoding: str = "utf-8") -> Rows:
    """The rows of a CSV file, from its header on."""
    text = content.decode(encoding).removeprefix("\ufeff")
    delimiter = max(",;\t", key=text.split("\n", 4)[2].count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


# What changes nothing: each takes what is written, and says the same in another way.

Harmless = Callable[[Written, random.Random], Written]


def _delimiter(file: Written, chance: random.Random) -> Written:
    return replace(file, delimiter=chance.choice(",;\t|"))


def _quoting(file: Written, chance: random.Random) -> Written:
    return replace(file, quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))


def _line_end(file: Written, chance: random.Random) -> Written:
    return replace(file, line_end=chance.choice(["\n", "\r\n"]))


def _encoding(file: Written, chance: random.Random) -> Written:
    return replace(file, encoding=chance.choice(["utf-8", "utf-8-sig", "utf-16"]))


def _container(file: Written, chance: random.Random) -> Written:
    return replace(file, container=chance.choice(["gzip", "zip"]))


def _columns_moved(file: Written, chance: random.Random) -> Written:
    width = len(file.rows[0])
    if any(len(row) != width for row in file.rows):
        return file
    order = chance.sample(range(width), width)
    return replace(file, rows=[[row[i] for i in order] for row in file.rows])


def _column_added(file: Written, chance: random.Random) -> Written:
    width = len(file.rows[0])
    if any(len(row) != width for row in file.rows):
        return file
    at = chance.randrange(width + 1)
    return replace(
        file, rows=[[*row[:at], "My remark" if n == 0 else f"see {n}", *row[at:]] for n, row in enumerate(file.rows)]
    )


def _titles(file: Written, chance: random.Random) -> Written:
    return replace(file, rows=[list(chance.choice(TITLES)) for _ in range(chance.randrange(1, 4))] + file.rows)


def _blank_lines(file: Written, chance: random.Random) -> Written:
    rows = [list(row) for row in file.rows]
    for _ in range(chance.randrange(1, 4)):
        rows.insert(chance.randrange(1, len(rows) + 1), [""] * len(rows[-1]))
    return replace(file, rows=rows)


def _blanks_around(file: Written, chance: random.Random) -> Written:
    blank = chance.choice([" ", "  ", "\u00a0"])
    rows = [[cell + blank if cell and chance.random() < 0.2 else cell for cell in row] for row in file.rows[1:]]
    return replace(file, rows=[file.rows[0], *rows])


def _headers_in_capitals(file: Written, chance: random.Random) -> Written:
    return replace(file, rows=[[cell.upper() for cell in file.rows[0]], *file.rows[1:]])


def _sep_line(file: Written, chance: random.Random) -> Written:
    return replace(file, above=f"sep={file.delimiter}{file.line_end}")


HARMLESS: tuple[Harmless, ...] = (
    *(_delimiter, _quoting, _line_end, _encoding, _container, _columns_moved, _column_added, _titles, _blank_lines),
    *(_blanks_around, _headers_in_capitals, _sep_line),
)


def said_otherwise(rows: Rows, chance: random.Random) -> Written:
    """The same table written in another way."""
    file = Written(rows)
    chosen = chance.sample(HARMLESS, chance.randrange(1, 5))
    for change in sorted(chosen, key=HARMLESS.index, reverse=True):  # the header is known while columns move
        file = change(file, chance)
    if file.above:
        file = replace(file, above=f"sep={file.delimiter}{file.line_end}")
    return file


# What spoils a table.


def spoilt_table(rows: Rows, chance: random.Random) -> Rows:
    """Damage a table in some ways: cells, rows, columns, headers."""
    rows = [list(row) for row in rows]
    for _ in range(chance.randrange(1, 5)):
        rows = chance.choice(_SPOILERS)(rows, chance)
        if len(rows) < 2:
            break
    return rows


def _spoil_cells(rows: Rows, chance: random.Random) -> Rows:
    for row in chance.choices(rows, k=chance.randrange(1, 9)):
        if row:
            row[chance.randrange(len(row))] = chance.choice(JUNK)
    return rows


def _drop_column(rows: Rows, chance: random.Random) -> Rows:
    at = chance.randrange(max(1, len(rows[0])))
    return [row[:at] + row[at + 1 :] for row in rows]


def _repeat_column(rows: Rows, chance: random.Random) -> Rows:
    at = chance.randrange(max(1, len(rows[0])))
    return [[*row, row[at] if at < len(row) else ""] for row in rows]


def _swap_headers(rows: Rows, chance: random.Random) -> Rows:
    if len(rows[0]) > 1:
        a, b = chance.sample(range(len(rows[0])), 2)
        rows[0][a], rows[0][b] = rows[0][b], rows[0][a]
    return rows


def _rename_header(rows: Rows, chance: random.Random) -> Rows:
    if rows[0]:
        words = (
            "",
            "Total",
            "Status",
            rows[0][0],
            "Amount",
            "Refunded amount",
            "Currency",
            "Email",
            "Date",
            "Time",
            "Year",
        )
        rows[0][chance.randrange(len(rows[0]))] = chance.choice(words)
    return rows


def _shift_row(rows: Rows, chance: random.Random) -> Rows:
    row = chance.choice(rows[1:])
    if row and chance.random() < 0.5:
        del row[chance.randrange(len(row))]
    else:
        row.insert(chance.randrange(len(row) + 1), chance.choice(JUNK))
    return rows


def _repeat_rows(rows: Rows, chance: random.Random) -> Rows:
    return rows + [list(row) for row in chance.choices(rows[1:], k=3)]


def _shuffle_rows(rows: Rows, chance: random.Random) -> Rows:
    return rows[:1] + chance.sample(rows[1:], len(rows) - 1)


def _total_line(rows: Rows, chance: random.Random) -> Rows:
    line = [""] * len(rows[0])
    if line:
        line[chance.randrange(len(line))] = "999.99"
        line[0] = chance.choice(TOTALS)
    return [*rows, line]


def _other_decimals(rows: Rows, chance: random.Random) -> Rows:
    swapped = str.maketrans(".,", ",.")
    return [
        rows[0],
        *([c.translate(swapped) if re.fullmatch(r"[\d.,\s$-]+", c) else c for c in row] for row in rows[1:]),
    ]


def _other_dates(rows: Rows, chance: random.Random) -> Rows:
    way = chance.choice([r"\3/\2/\1", r"\2/\3/\1", r"\3.\2.\1", r"\1/\2/\3", r"\1\2\3", r"\1年\2月\3日"])
    return [rows[0], *([re.sub(r"\b(20\d\d)-(\d\d)-(\d\d)", way, cell) for cell in row] for row in rows[1:])]


def _no_header(rows: Rows, chance: random.Random) -> Rows:
    return rows[1:]


def _header_again(rows: Rows, chance: random.Random) -> Rows:
    rows.insert(chance.randrange(1, len(rows) + 1), list(rows[0]))
    return rows


def _signs(rows: Rows, chance: random.Random) -> Rows:
    sign = chance.choice(["$", "€", "£", "₫", "kr "])
    return [rows[0], *([sign + c if re.fullmatch(r"\d+\.\d\d", c) else c for c in row] for row in rows[1:])]


_SPOILERS = (
    *(
        _spoil_cells,
        _spoil_cells,
        _spoil_cells,
        _drop_column,
        _repeat_column,
        _swap_headers,
        _rename_header,
        _shift_row,
    ),
    *(_repeat_rows, _shuffle_rows, _total_line, _other_decimals, _other_dates, _no_header, _header_again, _signs),
)


def written_anyhow(rows: Rows, chance: random.Random) -> bytes:
    """Write a table with any delimiter, quoting, line end and encoding that there is."""
    file = Written(
        rows,
        delimiter=chance.choice(",,;\t|"),
        quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        line_end=chance.choice(["\n", "\r\n", "\r"]),
        encoding=chance.choice(
            ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "cp1252", "cp1258", "shift_jis"]
        ),
        container=chance.choice(["text"] * 8 + ["gzip", "zip", "xlsx"]),
    )
    return file.content()


def spoilt_bytes(content: bytes, chance: random.Random) -> bytes:
    """Cut, drop, change, double and insert bytes."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        place, length = chance.randrange(max(1, len(data))), chance.choice([1, 2, 50, 500])
        match chance.randrange(8):
            case 0:
                del data[max(place, len(data) // 2) :]
            case 1:
                del data[place : place + length]
            case 2:
                data[place : place + 1] = bytes([chance.randrange(256)])
            case 3:
                data[place:place] = bytes([chance.choice(b"\",;\t\n\r\0'=|\\")])
            case 4:
                data[place:place] = data[: length * 2]
            case 5:
                data[place:place] = chance.choice(["\nTotal,,,,,,99\n", "北京", "4.17E+13", '="1"', "\0" * 9]).encode(
                    "gb18030"
                )
            case 6:
                data = data.replace(b"\n", chance.choice([b"\r\n", b"\r", b"\n\n"]))
            case 7:
                data[place : place + length] = bytes(chance.randrange(256) for _ in range(min(length, 50)))
    return bytes(data)


def head(path: Path, lines: int, start: int = 0) -> bytes:
    """The header and some lines of a large text file, as they stand there."""
    with path.open("rb") as file:
        first = file.readline()
        file.seek(max(len(first), start))
        if start > len(first):
            file.readline()
        return first + b"".join(file.readline() for _ in range(lines))
