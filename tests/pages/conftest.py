"""Each page run as the server runs it, without a browser."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from loyalty_metrics import Workspace
from pages._ui import jobs, mishap, workspaces

APP = Path(__file__).parents[2] / "app.py"
Open = Callable[..., AppTest]


@pytest.fixture(scope="session")
def sample() -> Workspace:
    """The sample shop, opened beside the app."""
    return Workspace.sample()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of workspaces for each test."""
    monkeypatch.setenv(workspaces.FOLDER_SETTING, str(tmp_path))
    yield tmp_path
    st.cache_data.clear()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work beside the page is waited for, however slow the machine: nobody draws the page anew here."""
    monkeypatch.setattr(jobs, "QUICK", 60)


@pytest.fixture(autouse=True)
def unforeseen(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseException]]:
    """The errors that nobody foresaw: a page tells each in a sentence, but a test must not overlook it."""
    errors: list[BaseException] = []
    monkeypatch.setattr(mishap.log, "error", lambda *_args, exc_info: errors.append(exc_info))
    yield errors
    for error in errors:
        raise error


@pytest.fixture(autouse=True, scope="session")
def scanned_once() -> Iterator[None]:
    """Each run of a page looks through all installed packages for components; what it finds stays the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def open_page() -> Open:
    """Open a page by a link."""

    def opened(page: str = "review", **query: str | list[str]) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=120)
        for name, value in query.items():
            app.query_params[name] = value
        if page != "review":
            app.switch_page(f"pages/{page}.py")
        return app.run()

    return opened


def link(app: AppTest) -> dict[str, list[str]]:
    """The address line's part after the question mark."""
    return {name: [value] if isinstance(value, str) else list(value) for name, value in app.query_params.items()}


def texts(app: AppTest) -> str:
    """All text of a page in one string."""
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error, app.success)
    return "\n".join(element.value for kind in kinds for element in kind)


def tables(app: AppTest) -> str:
    """All short tables of a page in one string."""
    return "\n".join(table.value.to_string() for table in app.table)
