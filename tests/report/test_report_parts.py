"""Number formats, fonts, and what is said when there is nothing to report."""

from dataclasses import replace
from pathlib import Path

import pytest

from loyalty_metrics import LoyaltyError, Result, Scope, Workspace
from loyalty_metrics.errors import ImportCancelled
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.language import speaking
from loyalty_metrics.report import build, fonts, format_of
from loyalty_metrics.report.document import Cell, cell, runs
from loyalty_metrics.report.number_format import axis_format, number_format, shown_alike
from tests.report.reading import shown


@pytest.mark.parametrize(
    ("value", "unit", "currency"),
    [
        (0.2345, "share", None),
        (0.0625, "share", None),
        (2.125, "number", None),
        (0.5, "count", None),
        (0.0004, "share", None),
        (0.0, "share", None),
        (-0.125, "share", None),
        (1234567, "count", None),
        (0.66412, "number", None),
        (123.45, "number", None),
        (12.5, "money", "EUR"),
        (-2765.4, "money", "EUR"),
        (1_234_567.89, "money", "USD"),
        (1_500_000, "money", "VND"),
        (1_500_000, "money", "CNY"),
        (9.5, "days", None),
        (400, "days", None),
    ],
)
def test_a_spreadsheet_shows_the_text(value: float, unit: str, currency: str | None) -> None:
    one = cell(value, unit, currency)
    assert shown(shown_alike(one), number_format(one)) == one.text
    assert shown_alike(one) == pytest.approx(value, rel=1e-11)


@pytest.mark.parametrize("one", [Cell(12, "+12"), Cell(-12, "−12"), Cell(0, "±0"), Cell(3.21, "+3.2 pts")])
def test_a_spreadsheet_shows_signs_of_changes(one: Cell) -> None:
    assert shown(one.value, number_format(one)) == one.text


def test_number_formats_are_in_excels_own_signs_whatever_the_language() -> None:
    with speaking("de"):
        assert number_format(cell(1234.5, "money", "EUR")) == '#,##0"\xa0€"'
        assert number_format(cell(0.2345, "share")) == '#,##0.0"\xa0"%'
    assert axis_format("€10,000") == '"€"#,##0'


@pytest.mark.parametrize("unit", ["share", "count", "number", "money", "days", "date", "code", "text", "period"])
def test_what_is_unknown_is_a_dash_without_a_value(unit: str) -> None:
    assert cell(None, unit) == Cell(None, "–")


def test_answers_keep_their_bold_words() -> None:
    pieces = list(runs(r"**5\*** of *all* are **good** \*\*really"))
    assert pieces == [("5*", True), (" of *all* are ", False), ("good", True), (" **really", False)]


def test_without_a_font_it_says_what_to_do(no_fonts: Path) -> None:
    with pytest.raises(LoyaltyError, match="Install one"):
        fonts.fonts_for(["abc"])


def test_letters_no_font_has_are_named_and_an_emoji_is_left_out(
    no_fonts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(fonts.SETTING, str(_any_font()))
    with pytest.raises(LoyaltyError, match="客") as error:
        fonts.fonts_for(["a 客"])
    assert "HTML" in str(error.value)
    found = fonts.fonts_for(["a 🦄"])
    assert found.missing == {"🦄"} and len(found.needed) == 1


def _any_font() -> Path:
    """A font without Chinese letters."""
    names = ("LiberationSans-Regular.ttf", "DejaVuSans.ttf", "arial.ttf", "Arial.ttf")
    folders = ("/usr/share/fonts", "/Library/Fonts", "C:/Windows/Fonts")
    found = [place for folder in folders for place in Path(folder).rglob("*.ttf") if place.name in names]
    if not found:
        pytest.skip("no such font on this machine")
    return found[0]


def test_a_font_that_is_named_must_be_there(no_fonts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fonts.SETTING, str(no_fonts / "none.ttf"))
    with pytest.raises(LoyaltyError, match=r"none\.ttf"):
        fonts.fonts_for(["a"])


def test_an_empty_workspace_has_nothing_to_report() -> None:
    with pytest.raises(LoyaltyError, match="no transactions"):
        build(Workspace.in_memory(), None, "Empty")


def test_a_scope_without_customers_has_nothing_to_report(tea_shop: Workspace) -> None:
    with pytest.raises(LoyaltyError, match="nobody bought by 1 Jan 2020"):
        build(tea_shop, Scope(as_of="2020-01-01"), "Tea")


def test_one_day_of_data_makes_a_report(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("Order ID;Customer ID;Order Date;Amount\n1;A;2025-01-05;10\n2;B;2025-01-05;-3\n", encoding="utf-8")
    workspace = Workspace.in_memory()
    workspace.import_file(file)
    document = build(workspace, None, "One day")
    assert len(document.sections) > 5
    assert all(section.answer for section in document.sections)


def test_only_known_endings_are_written() -> None:
    assert format_of(Path("weekly.PPTX")) == "pptx"
    with pytest.raises(LoyaltyError, match=r"\.html, \.xlsx, \.pptx, \.pdf"):
        format_of(Path("weekly.docx"))


def test_a_report_can_be_cancelled_and_tells_how_far_it_is(
    tea_shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch()
    told: list[int] = []
    advance = watch.advance

    def seen(done: int) -> None:
        told.append(done)
        if done == 3:
            watch.cancel()
        advance(done)

    monkeypatch.setattr(watch, "advance", seen)
    with pytest.raises(ImportCancelled):
        build(tea_shop, None, "Tea", watch=watch)
    assert told == [1, 2, 3]


def test_data_that_change_meanwhile_are_never_mixed(tea_shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    measure = tea_shop.measure

    def moving(name: str, scope: Scope) -> Result:
        asked.append(name)
        result = measure(name, scope)
        return replace(result, state=replace(result.state, version=len(asked)))

    monkeypatch.setattr(tea_shop, "measure", moving)
    with pytest.raises(LoyaltyError, match="changed while"):
        build(tea_shop, None, "Tea")
