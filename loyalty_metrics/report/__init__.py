"""The weekly review as a file to take away: HTML, workbook, slides or PDF, all written from one document."""

from importlib import import_module
from pathlib import Path

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _
from loyalty_metrics.report.build import build
from loyalty_metrics.report.document import Document

__all__ = ["FORMATS", "Document", "build", "format_of", "write"]

FORMATS = ("html", "xlsx", "pptx", "pdf")


def format_of(path: Path) -> str:
    """The format that a file's name asks for.

    Raises:
        LoyaltyError: It asks for none of `FORMATS`.
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        words = _("A report cannot be written to {file}: let its name end in one of {endings}.")
        raise LoyaltyError(words.format(file=path.name, endings=", ".join(f".{one}" for one in FORMATS)))
    return ending


def write(document: Document, format: str) -> bytes:
    """The document in one of `FORMATS`."""
    # What writes a format is loaded when it is asked for: other commands start without it.
    writer = import_module(f"loyalty_metrics.report.as_{format}")
    made: bytes = writer.to_bytes(document)
    return made
