"""The HTML report in a browser without a network, under its own policy."""

from pathlib import Path

from loyalty_metrics import Workspace
from loyalty_metrics.report import build, write


def test_the_report_draws_all_charts_offline_and_fits_the_window(tmp_path: Path, browser: object) -> None:
    document = build(Workspace.sample(), None, "Sample shop")
    file = tmp_path / "weekly.html"
    file.write_bytes(write(document, "html"))
    asked: list[str] = []
    problems: list[str] = []
    for scheme in ("light", "dark"):
        context = browser.new_context(offline=True, color_scheme=scheme)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        page.goto(file.as_uri())
        charts = [f"#c{n}" for n, section in enumerate(document.sections, start=1) if section.chart]
        page.locator(".chart .main-svg").first.wait_for()
        assert page.locator(".chart:has(.main-svg)").count() == len(charts)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        # Pointing at a bar tells its figure: the charts are alive.
        page.locator(charts[0]).scroll_into_view_if_needed()
        bar = page.locator(f"{charts[0]} .bars .point path").nth(20).bounding_box()
        page.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
        page.locator(f"{charts[0]} .hoverlayer text").first.wait_for()
        assert "€" in page.locator(f"{charts[0]} .hoverlayer").text_content()
        context.close()
    assert {url for url in asked if not url.startswith(("file:", "data:"))} == set()
    assert problems == []
