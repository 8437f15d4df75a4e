"""Bring a file into a workspace: read, recognise, map, check; `Workspace` does the loading."""

from loyalty_metrics.ingest.archive import expand
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.preview import Understood
from loyalty_metrics.ingest.questions import Question
from loyalty_metrics.ingest.recognise import RunnerUp
from loyalty_metrics.ingest.report import ImportReport, Mapped, MoneyNote, Reason, SecondAccount, Step, Warning  # noqa: A004 - the word for it
from loyalty_metrics.ingest.sketch import ColumnSketch, FileSketch, inspect
from loyalty_metrics.ingest.stage import stage

__all__ = [
    "ColumnSketch",
    "FileSketch",
    "ImportOptions",
    "ImportReport",
    "Mapped",
    "MoneyNote",
    "Question",
    "Reason",
    "RunnerUp",
    "SecondAccount",
    "Step",
    "Understood",
    "Warning",
    "expand",
    "inspect",
    "stage",
]
