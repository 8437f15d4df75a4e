"""What an analyst may say about a file, where the file does not say it itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ANSWERS: Mapping[str, tuple[str, ...]] = {
    "credit_marks": ("minus", "plus"),
    "amounts": ("line", "order", "unit"),
    "discount_kind": ("money", "rate", "percent", "paid"),
    "returns": ("subtract", "as_written"),
}
"""What may be said of money, by option."""


@dataclass(frozen=True)
class ImportOptions:
    """How a file is to be read; everything left out is found in the file.

    Attributes:
        table: The canonical table the rows go to.
        table_is_said: Whether the analyst named the table: else a file that looks like one for another table than that
            of transactions, or like no file of orders, is asked about.
        columns: Canonical name -> header in the file, or `#3` for the third column. Explicit beats recognised;
            an empty text means "not in this file".
        date_format: `%d/%m/%Y` or `dd/mm/yyyy`: settles which of day and month stands first. Any other format of
            strptime reads dates that are written in a way of their own. `excel`, `excel-1904` and `unix` say what
            numbers count; `swapped` and `kept` whether a spreadsheet swapped day and month of real dates.
        decimal: The decimal mark, `.` or `,`.
        unit: How many of the currency's main unit one in the money columns is, such as `0.01` or `1000`.
        credit_marks: Whether money that a bookkeeper marks as credit (CR, C, H) counts as `minus` or `plus`; debit is
            the contrary.
        amounts: Whether an amount is that of its `line`, of the whole `order` on each of its lines, or of one `unit`.
        discount_kind: Whether a discount is `money` off the line, a `rate` from 0 to 1, a `percent`, or the part that
            is `paid`.
        encoding: The text encoding, as Python names it.
        delimiter: What stands between fields; a blank means runs of blanks.
        sheet: The sheet of a workbook, the table of a database or the list of a JSON file; several sheets with `/`
            between their names, or a pattern such as `*2024`.
        header_row: The line or sheet row with the headers, counted from 1; 0 when there is none.
        time_zone: The store's zone, for times that carry an offset. Times without one are the store's own.
        currency: Of a file with several, the one whose rows are loaded; or the currency of one that names none.
        rates: A file with columns date, currency, rate: turns money of several currencies into `currency`.
        preset: Name of the export format whose habits hold, `none` for no format; by default it is recognised.
        repeated_rows: `keep` or `drop` rows that repeat an earlier one of the same file in every column.
        order_ids: Whether orders whose numbers differ from known ones in a sign alone, such as #1001 and 1001, are the
            `same`, or others, and stay `as_written`.
        ids: Customer id -> `guest` or `customer`, for ids of which that is not plain.
        known_orders: What to do when the file brings other lines of an order than the workspace has of it, for days
            the workspace covers: `add` them, or `replace` the order by its newer version.
        returns: What becomes of rows whose quantity is below 0 and whose money is not: `subtract` or `as_written`.
        states: Word of the file -> what it means: of an order `sale`, `refunded` (a sale whose money went back),
            `refund` (the row books the money that goes back), `cancelled` or `unpaid`; of other tables one of their
            codes, such as `Refund reversal` -> `adjusted`, or `set_aside`; of a survey, an answer -> its number.
        constants: Canonical name -> the value that every row has, where the file has no column for it, such as
            `purpose` -> `acquisition`.
        points_sign: How a file of points writes those that go: `signed` below 0, `unsigned` as all others, or
            `reversed` above 0, and those that are given below.
        scale: The best answer there is on the scale of a survey, such as 5; 10 where it is left out and the file does
            not tell. Answers on another scale are multiplied, so that 10 is the best.
    """

    table: str = "transactions"
    table_is_said: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    decimal: str | None = None
    unit: str | None = None
    credit_marks: str | None = None
    amounts: str | None = None
    discount_kind: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    time_zone: str | None = None
    currency: str | None = None
    rates: str | None = None
    preset: str | None = None
    repeated_rows: str | None = None
    known_orders: str | None = None
    states: Mapping[str, str] = field(default_factory=dict)
    returns: str | None = None
    order_ids: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    points_sign: str | None = None
    scale: int | None = None
