"""Rows that were set aside, as a file to mend: the original columns first, then why each row could not be loaded."""

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from loyalty_metrics import export
from loyalty_metrics.ingest import ImportReport
from loyalty_metrics.ingest.check import SENTENCES
from loyalty_metrics.language import _

MENDABLE = {
    *("field_count", "broken_quotes", "code_unknown", "refund_positive"),
    *("date_missing", "date_unreadable", "date_out_of_range"),
    *("amount_missing", "amount_unreadable", "value_missing", "value_unreadable"),
}
"""Reasons that somebody can mend in the row; the others say that the row is not meant to count."""
MOST_ROWS = 200_000
"""More rows than this are no work for a spreadsheet."""


def is_worth_it(report: ImportReport) -> bool:
    """Whether any of the rows set aside would be loaded if it were mended."""
    return any(reason.code in MENDABLE for reason in report.reasons)


def workbook(aside: pd.DataFrame) -> bytes:
    """The rows as a workbook: there text stays text, whatever it begins with, and zeros in front are kept."""
    return export.xlsx(mendable(aside), {})


def mendable(aside: pd.DataFrame) -> pd.DataFrame:
    """The rows under the headers of their file, with line, reason and, where it could not be cut, the original text."""
    originals = [json.loads(raw) if raw else None for raw in aside["raw"]]
    headers = list(dict.fromkeys(key for row in originals if isinstance(row, dict) for key in row))
    rows = [
        _fields(original, headers)
        | {
            _("Line"): line,
            _("Set aside because"): _(SENTENCES.get(reason, reason)),
            _("Where"): detail or "",
        }
        for original, line, reason, detail in zip(
            originals, aside["line_no"], aside["reason"], aside["detail"], strict=True
        )
    ]
    return pd.DataFrame(rows)


def _fields(original: Any, headers: Sequence[str]) -> dict[str, Any]:
    if isinstance(original, dict):
        return {header: original.get(header) for header in headers}
    empty = dict.fromkeys(headers)
    if isinstance(original, list):
        more = {f"#{place}": value for place, value in enumerate(original[len(headers) :], len(headers) + 1)}
        return empty | dict(zip(headers, original, strict=False)) | more
    return empty | {_("Original text"): original}
