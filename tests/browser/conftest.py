"""The real app in a real browser: started here on a free port, driven by the system's Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
# A chart is drawn some time after the script that sent it has ended; one that lies out of sight has no box to wait for.
CHARTS_DRAWN = """() => [...document.querySelectorAll('[data-testid="stPlotlyChart"]')]
    .every((chart) => !chart.checkVisibility() || chart.querySelector('.main-svg'))"""


@dataclass
class Visit:
    """One browser page, and what it did behind the scenes."""

    page: object
    base: str
    timed_out: type[Exception]
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, path: str) -> "Visit":
        """Go to an address and wait until the page is drawn."""
        self.page.goto(self.base + path)
        return self.settle()

    def settle(self, pause: float = 0.4) -> "Visit":
        """Wait until the app has come to rest."""
        self.page.wait_for_timeout(1000 * pause)
        self.page.wait_for_selector(READY, timeout=60_000)
        self.page.wait_for_selector('[data-testid="stSkeleton"]', state="detached", timeout=30_000)
        self.page.wait_for_function(CHARTS_DRAWN, timeout=30_000)
        return self

    def press(self, button: object, until: object) -> None:
        """Press a button and wait for what it leads to.

        A browser drops a click when what is under the pointer moves between down and up, as it does on a busy machine
        while a page is drawn: where nothing came of it and the app is at rest, press once more, as a person would.
        """
        button.first.click(timeout=60_000)
        try:
            until.first.wait_for(timeout=30_000)
        except self.timed_out:
            self.settle()
            if not until.first.is_visible() and button.first.is_visible():
                button.first.click(timeout=30_000)
            until.first.wait_for(timeout=90_000)

    def text(self) -> str:
        """What a person reads."""
        return self.page.locator('[data-testid="stMain"]').inner_text()


def find_browser() -> str:
    """The system's Chromium; without one the test is skipped, but never where CI is set."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    reason = "no Chromium or Chrome on this machine"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def start_app(folder: Path, log: Path | None = None) -> tuple[subprocess.Popen, str]:
    """Start the app on a free port with its own folder of workspaces; what it says goes into the log, if any."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"]
    command += ["--server.address=127.0.0.1", "--server.fileWatcherType=none"]
    environment = os.environ | {"LOYALTY_METRICS_WORKSPACES": str(folder)}
    with (log or Path(os.devnull)).open("ab") as out:
        app = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    base = f"http://127.0.0.1:{port}/"
    _wait_for(app, base)
    return app, base


def _wait_for(app: subprocess.Popen, base: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and app.poll() is None:
        try:
            with urllib.request.urlopen(base + "_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    app.kill()
    pytest.fail("the app did not start")


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running app."""
    find_browser()
    app, address = start_app(tmp_path_factory.mktemp("workspaces"))
    yield address
    app.terminate()
    app.wait(10)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A browser for all tests."""
    path = find_browser()
    playwright = pytest.importorskip("playwright.sync_api").sync_playwright().start()
    chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    yield chromium
    chromium.close()
    playwright.stop()


@pytest.fixture
def visit(base: str, browser: object) -> Iterator[Callable[..., Visit]]:
    """Open a fresh browser context, as another person would."""
    contexts = []
    timed_out = pytest.importorskip("playwright.sync_api").TimeoutError

    def fresh(width: int = 1280, height: int = 720, scheme: str = "light", at: str = base) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        one = Visit(context.new_page(), at, timed_out)
        one.page.on("request", lambda request: _note_request(one, request.url))
        one.page.on("console", lambda message: _note_console(one, message))
        one.page.on("pageerror", lambda error: one.errors.append(str(error)))
        return one

    yield fresh
    for context in contexts:
        context.close()


def _note_request(visit: Visit, url: str) -> None:
    if not url.startswith((visit.base, visit.base.replace("http", "ws", 1), "data:", "blob:")):
        visit.outside.append(url)


def _note_console(visit: Visit, message: object) -> None:
    """Keep errors; a page other than the first asks for its health below its own path, which Streamlit answers 404."""
    where = (message.location or {}).get("url", "")
    if message.type == "error" and "/_stcore/" not in where:
        visit.errors.append(f"{message.text} {where}")
