"""Files on their way in: each lies on disk once, and is known to the session until it is loaded or left out."""

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import expand
from loyalty_metrics.language import _
from pages._ui.jobs import Job

_FILES = "incoming.files"
_NUMBER = "incoming.number"
_LAST = "incoming.last"


class Folder:
    """A folder for uploads; it goes when nothing in the session speaks of it, and when the server stops."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="loyalty-upload-"))
        weakref.finalize(self, shutil.rmtree, self.path, True)


@dataclass
class Incoming:
    """One file on its way in.

    Attributes:
        key: Tells its widgets apart.
        name: What people call it.
        path: Where it lies.
        table: The table the analyst chose for it; None while it is taken from the headers.
        fitting: The table whose columns it has, once it was looked at.
        kind: What files with the same columns share, once it was looked at.
        anew: Whether the way decided for its kind is left aside.
        jobs: Work on it, by what it is for: to look, to load.
        parts: The files it was laid together from, if it was.
        is_apart: Whether it is not to be laid together with others.
    """

    key: str
    name: str
    path: Path
    folder: Folder | None = None
    table: str | None = None
    fitting: str | None = None
    kind: str | None = None
    anew: bool = False
    jobs: dict[str, tuple[Any, Job]] = field(default_factory=dict)
    parts: "tuple[Incoming, ...]" = ()
    is_apart: bool = False

    def remove(self) -> None:
        """Remove the upload; a file of this machine stays."""
        if self.folder:
            self.path.unlink(missing_ok=True)
        for part in self.parts:
            part.remove()


def files() -> list[Incoming]:
    """The files of this session that wait to be loaded, or were."""
    return list(_known().values())


def take_uploads() -> None:
    """Write what was dropped to disk, and empty the drop zone: the server need not hold the files in memory.

    The page does this before it draws the drop zone, and not when the drop zone says that it has changed: until a
    browser has drawn the new drop zone it goes on naming the files of the old one, and the server would take each such
    message for a new drop. From the new number to the last file nothing speaks to Streamlit, which may end a run there.
    """
    known = _known()
    if uploads := st.session_state.get(uploader_key()):
        st.session_state[_NUMBER] = st.session_state.get(_NUMBER, 0) + 1
        for upload in uploads:
            _take_upload(upload, known)


def _take_upload(upload: UploadedFile, known: dict[str, Incoming]) -> None:
    """Add an upload, or each of the tables in an archive; one that cannot be unpacked is refused when looked at."""
    folder = Folder()
    path = folder.path / (Path(upload.name.replace("\\", "/")).name or "upload")
    with path.open("wb") as file:
        shutil.copyfileobj(upload, file)
    try:
        found = expand(path, folder.path / "unpacked")
    except ImportRefused:
        found = [path]
    for one in found:
        _add(one, folder, known)
    if path not in found:
        path.unlink()


def uploader_key() -> str:
    """The key of the drop zone; a new one each time something was dropped."""
    return f"data.files.{st.session_state.get(_NUMBER, 0)}"


def take_path(text: str) -> None:
    """Take up files of this machine where they lie; only what is packed is unpacked elsewhere.

    Args:
        text: A file, a folder, a pattern or an archive.

    Raises:
        ImportRefused: It names no file to import.
    """
    if not text.strip():
        raise ImportRefused(_("Name a file or folder first."))
    folder, known = Folder(), _known()
    waiting = {one.path for one in known.values()}
    for path in expand(Path(text.strip()).expanduser(), folder.path):
        if path not in waiting:
            _add(path, folder if path.is_relative_to(folder.path) else None, known)


def drop(one: Incoming) -> None:
    """Leave a file out, and stop what is being done with it."""
    _take_off(one)
    one.remove()


def lay_together(parts: Sequence[Incoming], path: Path, folder: Folder) -> None:
    """Put one file in the place of those that it was made of."""
    for part in parts:
        _take_off(part)
    _add(path, folder, _known(), tuple(parts))


def take_apart(one: Incoming) -> None:
    """Put the files that one was made of back in its place, each to be read alone."""
    _take_off(one)
    one.path.unlink(missing_ok=True)
    for part in one.parts:
        part.is_apart = True
        _known()[part.key] = part


def _take_off(one: Incoming) -> None:
    _known().pop(one.key, None)
    for _wanted, job in one.jobs.values():
        job.cancel()


def _add(path: Path, folder: Folder | None, known: dict[str, Incoming], parts: tuple[Incoming, ...] = ()) -> None:
    st.session_state[_LAST] = st.session_state.get(_LAST, 0) + 1
    key = str(st.session_state[_LAST])
    known[key] = Incoming(key, path.name, path, folder, parts=parts)


def _known() -> dict[str, Incoming]:
    return st.session_state.setdefault(_FILES, {})
