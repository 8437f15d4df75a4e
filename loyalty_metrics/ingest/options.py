"""What an analyst may say about a file, where the file does not say it itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ImportOptions:
    """How a file is to be read; everything left out is found in the file.

    Attributes:
        table: The canonical table the rows go to.
        columns: Canonical name -> header in the file, or `#3` for the third column. Explicit beats recognised;
            an empty text means "not in this file".
        date_format: `%d/%m/%Y` or `dd/mm/yyyy`: settles which of day and month stands first.
        decimal: The decimal mark, `.` or `,`.
        encoding: The text encoding, as Python names it.
        delimiter: What stands between fields; a blank means runs of blanks.
        sheet: The sheet of a workbook.
        header_row: The line or sheet row with the headers, counted from 1; 0 when there is none.
        time_zone: The store's zone, for times that carry an offset. Times without one are the store's own.
        currency: Of a file with several, the one whose rows are loaded; or the currency of one that names none.
        rates: A file with columns date, currency, rate: turns money of several currencies into `currency`.
        preset: Name of the export format whose habits hold, `none` for no format; by default it is recognised.
        repeated_rows: `keep` or `drop` rows that repeat an earlier one of the same file in every column.
        known_orders: What to do when the file brings other lines of an order than the workspace has of it, for days
            the workspace covers: `add` them, or `replace` the order by its newer version.
        states: Word of state in the file -> what it means, such as `Refund reversal` -> `adjusted`, or `Lost` ->
            `closed`; of a survey, an answer in words -> its number. `set_aside` keeps the rows with the word out.
        constants: Canonical name -> the value that every row has, where the file has no column for it, such as
            `purpose` -> `acquisition`.
        points_sign: How a file of points writes those that go: `signed` below 0, `unsigned` as all others, or
            `reversed` above 0, and those that are given below.
        scale: The best answer there is on the scale of a survey, such as 5; 10 where it is left out and the file does
            not tell. Answers on another scale are multiplied, so that 10 is the best.
    """

    table: str = "transactions"
    columns: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    decimal: str | None = None
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
    constants: Mapping[str, str] = field(default_factory=dict)
    points_sign: str | None = None
    scale: int | None = None
