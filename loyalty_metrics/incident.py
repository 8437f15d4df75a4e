"""What happened to an import that never ended: a note beside the workspace, outside the database's own transaction.

The note is written before an import begins and goes when it ends, well or badly. One that is still there when the
workspace is opened means that the program was killed, or the power went.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path


def note_of(workspace: Path) -> Path:
    """Where the note of a workspace stands."""
    return workspace.with_name(f"{workspace.name}.importing")


@contextmanager
def noted(workspace: Path | None, file: str, who: str | None, version: int) -> Iterator[None]:
    """Leave a note for as long as the block lasts.

    Args:
        workspace: The workspace's file; in memory there is nothing to find again.
        file: What is imported.
        who: By whom, where known.
        version: The workspace's version before.
    """
    if workspace is None:
        yield
        return
    note = note_of(workspace)
    begun = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    text = json.dumps({"file": file, "who": who, "at": begun, "version": version}, ensure_ascii=False)
    note.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def found(workspace: Path, version: int) -> str | None:
    """Tell of the import that did not finish, if there is one, and take its note away.

    Args:
        workspace: The workspace's file, just opened by this program alone.
        version: Its version; a higher one than the note's means that the import did finish.
    """
    note = note_of(workspace)
    if not note.exists():
        return None
    text = note.read_text(encoding="utf-8")
    note.unlink()
    try:
        told = json.loads(text)
    except ValueError:  # killed while the note was written: the import had not begun
        return None
    if version > told["version"]:
        return None
    by = f" by {told['who']}" if told["who"] else ""
    return (
        f"The import of {told['file']}, begun at {told['at']} UTC{by}, did not finish;"
        " nothing of it was kept. Import it again."
    )
