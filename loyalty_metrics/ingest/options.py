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
        date_format: `%d/%m/%Y` or `dd/mm/yyyy`: settles which of day and month stands first. Any other format of
            strptime reads dates that are written in a way of their own. `excel`, `excel-1904` and `unix` say what
            numbers count; `swapped` and `kept` whether a spreadsheet swapped day and month of real dates.
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
