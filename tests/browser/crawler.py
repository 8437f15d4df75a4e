"""Uses every control of every section of a page as a person would, and stops at what no person should see."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.browser.conftest import Visit, find_browser, start_app

UNFORESEEN = "Something went wrong in the program"
NO_FIGURE = re.compile(r"(?<![\w-])(nan|NaN|NaT|undefined)(?![\w-])|^None$|\[object", re.MULTILINE)
BAD_LOG = re.compile(r"Traceback \(most recent call last\)|Uncaught app execution")
CONTROLS = (Path(__file__).parent / "crawl_controls.js").read_text()
SEEN = (Path(__file__).parent / "crawl_seen.js").read_text()
AT_REST = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app && app.dataset.testScriptState === 'notRunning'
        && !document.querySelector('[data-testid="stSkeleton"], [data-testid="stProgress"]')
        && [...document.querySelectorAll('[data-testid="stPlotlyChart"]')]
            .every((chart) => !chart.checkVisibility() || chart.querySelector('.main-svg')) }"""

_EVERYWHERE = re.compile(r"-who-\w+|-panel$|^file-map|^choice-mapping")
"""Keys of controls that stand under each figure, or beside each column of a file, and do the same there."""
_ALWAYS = "Who?"
"""Asked of every figure: each has cells of its own kind."""
DESTRUCTIVE = re.compile(r"take it back|^Undo|^Delete|^Forget|different people|one person|I have seen", re.IGNORECASE)


PLAIN = {"options": 2, "alike": 2}
"""How much is tried in a plain run, in one that takes its time, and on further shops in a plain run."""
FULL = {"options": 12, "alike": 99, "with_bar": True}
LEAST = {"options": 1, "alike": 1}


class Unsound(AssertionError):
    """Something that no person should see."""


@dataclass(frozen=True)
class Control:
    """Something to use: where it is now, and what tells it from others."""

    place: int
    kind: str
    key: str
    words: str
    option: str
    isEnd: bool  # noqa: N815
    inMenu: bool  # noqa: N815 - as the browser tells it
    inBar: bool  # noqa: N815
    isOff: bool  # noqa: N815

    @property
    def group(self) -> tuple[str, str, str]:
        """What stays the same when figures in its words change; options of one choice share it."""
        return self.kind, re.sub(r"\d+", "#", self.key), re.sub(r"\d[\d,. ]*", "#", self.words)

    @property
    def signature(self) -> tuple[str, ...]:
        """The same for one option."""
        return (*self.group, re.sub(r"\d[\d,. ]*", "#", self.option))

    @property
    def family(self) -> tuple[str, ...]:
        """What many that do the same share, such as the search of each list; others are alone in theirs."""
        if same := _EVERYWHERE.search(self.key):
            return self.kind, same[0], self.option
        if self.is_destructive:
            return self.signature
        many = self.kind in ("stExpander", "stDownloadButton", "stButton", "stPopover", "stPageLink")
        return (self.kind, re.sub(r"[-.].*", "", self.key)) if many and self.key else self.signature

    @property
    def is_destructive(self) -> bool:
        return self.kind in ("stButton", "stPopover") and bool(DESTRUCTIVE.search(self.words))


@dataclass
class Crawl:
    """One walk through a page.

    Attributes:
        one: The browser.
        path: The page, with its workspace.
        log: What the server says.
        options: So many options of each choice are tried.
        alike: So many controls of one kind that differ by their names alone are used.
        with_bar: Whether the bar above the page is used, too.
    """

    one: Visit
    path: str
    log: Path
    options: int = 2
    alike: int = 3
    with_bar: bool = False
    used: set[tuple[str, ...]] = field(default_factory=set)
    born: dict[tuple[str, ...], int] = field(default_factory=dict)
    kinds: Counter = field(default_factory=Counter)
    trail: list[str] = field(default_factory=list)

    @property
    def page(self) -> object:
        return self.one.page

    def run(self, begin: Callable[[Visit], object] | None = None) -> int:
        """Walk through all sections, and say how many controls were used.

        Args:
            begin: What is done first, such as dropping a file.
        """
        self.open()
        if begin:
            begin(self.one)
            self.settle()
        sections = self.page.locator(".st-key-choice-section button")
        for place in range(max(sections.count(), 1)):
            if sections.count() > 1:
                self.trail = [f"section {sections.nth(place).inner_text()}"]
                sections.nth(place).click()
                self.settle()
            self.section()
        self.come_again()
        return len(self.used)

    def section(self) -> None:
        """Use everything in the section that is open."""
        self.used |= {one.signature for one in self.controls() if one.key == "choice-section"}
        address = self.page.url
        self.check()
        while (control := self.next_control()) is not None:
            self.used.add(control.signature)
            self.kinds.update({control.group, control.family})
            self.say(f"{control.kind} {control.words!r} {control.option!r} {control.key}")
            self.use(control)
            self.settle()
            self.check()
            self.come_back(address)

    def come_again(self) -> None:
        """Open what the address line says now once more: the same page is there."""
        self.say("opened again")
        before = self.check()
        self.page.reload()
        self.settle()
        if self.check()["title"] != before["title"]:
            self.stop(f"the page is another one than before: {before['title']}")

    def controls(self) -> list[Control]:
        return [Control(**found) for found in self.page.evaluate(CONTROLS)]

    def next_control(self) -> Control | None:
        """What to use next: what the last step brought, in an open menu first; what destroys something last."""
        found = self.controls()
        todo = [one for one in found if one.inMenu and self.is_wanted(one)]
        if not todo and any(one.inMenu for one in found):
            self.close_menu(found)
            found = self.controls()
        todo = todo or [one for one in found if self.is_wanted(one)]
        for one in todo:
            self.born.setdefault(one.signature, len(self.used))
        return min(todo, key=lambda one: (one.is_destructive, -self.born[one.signature], not one.isEnd), default=None)

    def close_menu(self, found: list[Control]) -> None:
        """Close the open menu, and take back what was chosen in the bar."""
        self.page.keyboard.press("Escape")
        self.settle()
        if any(one.inBar and one.words == "Reset" and not one.isOff for one in found):
            self.page.get_by_role("button", name="Reset").first.click()
            self.settle()

    def is_wanted(self, control: Control) -> bool:
        """Whether it is to be used: once, in few ways, and not beyond those that are alike."""
        if control.isOff or control.signature in self.used or (control.inBar and not self.with_bar):
            return False
        is_one_more = self.kinds[control.family] < self.alike or control.option == _ALWAYS
        return is_one_more and (not control.option or self.kinds[control.group] < self.options)

    def use(self, control: Control) -> None:
        """Use one control, with several of its options where it has them."""
        element = self.page.locator(f'[data-crawled="{control.place}"]')
        getattr(self, f"use_{control.kind}")(element)

    def use_stButton(self, element: object) -> None:  # noqa: N802 - named for what it uses
        element.locator("button").first.click()

    use_stFormSubmitButton = use_stButton  # noqa: N815

    def use_stDownloadButton(self, element: object) -> None:  # noqa: N802
        with self.page.expect_download(timeout=30_000) as download:
            element.locator("button").first.click()
        if not Path(download.value.path()).stat().st_size:
            self.stop("the file is empty")

    def use_stPageLink(self, element: object) -> None:  # noqa: N802
        element.locator("a").first.click()

    def use_stPopover(self, element: object) -> None:  # noqa: N802
        element.locator("button").first.click()

    def use_stExpander(self, element: object) -> None:  # noqa: N802
        element.locator("summary").first.click()

    def use_stTabs(self, element: object) -> None:  # noqa: N802
        for tab in element.get_by_role("tab").all():
            tab.click()
            self.settle()
            self.check()

    def use_stCheckbox(self, element: object) -> None:  # noqa: N802
        element.locator("label").first.click()

    def use_stTextInput(self, element: object) -> None:  # noqa: N802
        element.locator("input").fill("a1")
        element.locator("input").press("Enter")

    def use_stTextArea(self, element: object) -> None:  # noqa: N802
        element.locator("textarea").fill("called, no answer")
        element.locator("textarea").press("Control+Enter")

    def use_stNumberInput(self, element: object) -> None:  # noqa: N802
        field = element.locator("input")
        before = field.input_value()
        for pressed in ("ArrowUp", "Enter"):
            field.press(pressed)
        self.settle()
        self.check()
        field.fill(before)
        field.press("Enter")

    def use_stDateInput(self, element: object) -> None:  # noqa: N802
        day = element.locator('[data-type="day"]').first
        for pressed in ("ArrowDown", "Enter"):
            day.press(pressed)

    def use_stSlider(self, element: object) -> None:  # noqa: N802
        for place in range(element.get_by_role("slider").count()):
            for pressed in ("ArrowLeft", "ArrowRight", "ArrowRight"):
                handles = element.get_by_role("slider")
                handles.nth(min(place, handles.count() - 1)).press(pressed)
                self.settle()
                self.check()

    def use_stRadio(self, element: object) -> None:  # noqa: N802
        element.click()

    use_stButtonGroup = use_stRadio  # noqa: N815

    def use_stSelectbox(self, element: object) -> None:  # noqa: N802
        self.use_list(element, leave=None)

    def use_stMultiSelect(self, element: object) -> None:  # noqa: N802
        self.use_list(element, leave="Escape")

    def use_list(self, element: object, leave: str | None) -> None:
        """Choose from a list that opens; each option, as far as they are tried."""
        tried = 0
        while tried < self.options:
            if not self.opened(element):
                return
            options = self.page.locator('[role="option"]:visible')
            try:
                options.first.wait_for(timeout=2_000)
            except self.one.timed_out:
                self.page.keyboard.press("Escape")
                return
            n = options.count()
            if tried >= n:
                self.page.keyboard.press("Escape")
                return
            # The last one first: the first one is mostly the one that is chosen.
            options.nth(n - 1 - tried).click()
            if leave:
                self.page.keyboard.press(leave)
            tried += 1
            self.settle()
            self.check()
            if not element.count() or not element.is_visible():
                return

    def opened(self, element: object) -> bool:
        """Press on a list; what closes with the part of the page it stands in cannot be pressed any more."""
        try:
            element.locator("input").first.click(timeout=10_000)
        except self.one.timed_out:
            if element.count() and element.is_visible() and element.locator("input").first.is_visible():
                raise
            return False
        return True

    def come_back(self, address: str) -> None:
        """Go back where a control led to another page or workspace."""
        here, there = urlsplit(self.page.url), urlsplit(address)
        same_shop = parse_qs(here.query).get("workspace") == parse_qs(there.query).get("workspace")
        if here.path == there.path and same_shop:
            return
        self.say("went back")
        self.page.go_back()
        self.settle()
        self.check()
        self.page.goto(address)
        self.settle()
        self.check()

    def open(self) -> None:
        """Open the page from its link."""
        self.page.goto(self.one.base + self.path)
        self.settle()
        self.check()

    def settle(self) -> None:
        """Wait until the app has come to rest."""
        self.page.wait_for_timeout(120)
        self.page.wait_for_function(AT_REST, timeout=240_000)  # a busy machine

    def check(self) -> dict:
        """Stop at anything that no person should see."""
        seen = self.page.evaluate(SEEN)
        if not seen["pieces"]:  # between two pages there is a moment with nothing
            self.page.wait_for_timeout(1_000)
            self.settle()
            seen = self.page.evaluate(SEEN)
        if seen["exceptions"]:
            self.stop(f"exception: {seen['exceptions'][0][:400]}")
        for sign in (UNFORESEEN, "Traceback"):
            if sign in seen["text"]:
                self.stop(f"{sign}: {seen['text'][seen['text'].index(sign) :][:300]}")
        if self.one.errors:
            self.stop(f"the browser's console: {self.one.errors[0][:400]}")
        if not seen["title"] or not seen["pieces"]:
            self.stop(f"a blank page: {seen['text'][:200]!r}")
        if seen["bare"]:
            self.stop(f"a heading with nothing under it: {seen['bare']}")
        if found := NO_FIGURE.search(seen["text"]):
            at = found.start()
            self.stop(f"no figure for people: {seen['text'][max(at - 80, 0) : at + 80]!r}")
        if found := BAD_LOG.search(log := self.log.read_text(errors="replace")):
            self.stop(f"the server's log: {log[found.start() :][-1500:]}")
        return seen

    def say(self, step: str) -> None:
        self.trail.append(step)

    def stop(self, why: str) -> None:
        trail = "\n  ".join(self.trail[-12:])
        raise Unsound(f"{self.path} at {urlsplit(self.page.url).query}: {why}\n  {trail}")


@dataclass(frozen=True)
class Server:
    """A running app: its address, and where its log is."""

    base: str
    log: Path


def serve(folder: Path) -> Iterator[Server]:
    """Run the app on the workspaces of a folder."""
    find_browser()
    log = folder / "server.log"
    app, base = start_app(folder, log)
    yield Server(base, log)
    app.terminate()
    app.wait(30)


def crawl(
    visit: Callable[..., Visit],
    server: Server,
    path: str,
    workspace: str,
    width: int = 1280,
    file: Path | None = None,
    **how: int,
) -> None:
    """Use everything on a page, and stop at the first thing that no person should see.

    Args:
        visit: Opens a browser.
        server: Where the app runs.
        path: The page.
        workspace: The shop.
        width: Of the window.
        file: A file to drop first.
        how: How much is tried, such as `PLAIN`.
    """
    one = visit(width, 1600, at=server.base)
    link = f"{path}{'&' if '?' in path else '?'}workspace={workspace}"
    Crawl(one, link, server.log, **how).run(file and partial(drop, file))
    assert one.outside == []


def drop(file: Path, one: Visit) -> None:
    """Drop a file on the page, and wait until it was looked at."""
    one.page.locator('input[type="file"]').first.set_input_files(file)
    one.page.get_by_role("tab", name="Columns").wait_for(timeout=60_000)
