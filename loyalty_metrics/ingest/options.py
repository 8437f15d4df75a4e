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
        time_zone: The store's zone, for times that carry an offset. Times without one are the store's own.
    """

    table: str = "transactions"
    columns: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    time_zone: str | None = None
