"""Uploaded files: looked at, checked and loaded from a temporary file that is gone afterwards."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from loyalty_metrics.ingest import FileSketch, ImportReport
from pages._ui import workspaces
from pages._ui.view import View

Options = tuple[tuple[str, Any], ...]


@contextmanager
def on_disk(file: UploadedFile) -> Iterator[Path]:
    """The upload as a file under its own name, for the length of a `with` block."""
    with tempfile.TemporaryDirectory(prefix="loyalty-upload-") as folder:
        path = Path(folder) / (Path(file.name.replace("\\", "/")).name or "upload")
        path.write_bytes(file.getbuffer())
        yield path


def sketch(view: View, file: UploadedFile, table: str, options: Mapping[str, Any]) -> FileSketch:
    """What the file's columns are taken for, and what must be asked."""
    return _sketch(view.name, file.file_id, table, _frozen(options), file)


def check(view: View, file: UploadedFile, table: str, options: Mapping[str, Any]) -> ImportReport:
    """What loading the file would do; nothing is changed."""
    return _check(view.name, view.version, file.file_id, table, _frozen(options), file)


def load(view: View, file: UploadedFile, table: str, options: Mapping[str, Any]) -> ImportReport:
    """Load the file: whole, or not at all."""
    with on_disk(file) as path:
        return view.workspace.import_file(path, table=table, **options)


@st.cache_data(show_spinner=False, max_entries=20)
def _sketch(workspace: str, file_id: str, table: str, options: Options, _file: UploadedFile) -> FileSketch:  # noqa: ARG001
    with on_disk(_file) as path:
        return workspaces.get(workspace).inspect(path, table=table, **_thawed(options))


@st.cache_data(show_spinner=False, max_entries=20)
def _check(
    workspace: str,
    version: int,  # noqa: ARG001 - part of the key
    file_id: str,  # noqa: ARG001
    table: str,
    options: Options,
    _file: UploadedFile,
) -> ImportReport:
    with on_disk(_file) as path:
        return workspaces.get(workspace).import_file(path, table=table, dry_run=True, **_thawed(options))


def _frozen(options: Mapping[str, Any]) -> Options:
    return tuple((k, tuple(v.items()) if isinstance(v, Mapping) else v) for k, v in sorted(options.items()))


def _thawed(options: Options) -> dict[str, Any]:
    return {k: dict(v) if isinstance(v, tuple) else v for k, v in options}
