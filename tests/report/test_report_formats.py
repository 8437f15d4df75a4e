"""What is in each file is what is in the document, to the last digit; and the document is what the measures say."""

import json
import re

import pytest

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.language import format_value
from loyalty_metrics.report import FORMATS, Document, build, write
from loyalty_metrics.report.document import CURVE, Section, Table
from tests.report.conftest import BUSINESS, CATEGORY, TITLE
from tests.report.reading import Page, Slides, Workbook, pdf_text, squeezed

LAST_MONTH = "How was the last month?"


def printed(table: Table) -> list[list[str]]:
    return [list(table.columns), *([one.text for one in row] for row in table.printed)]


def all_printed(document: Document) -> list[list[list[str]]]:
    return [printed(table) for section in document.sections for table in section.tables]


def section_of(document: Document, heading: str) -> Section:
    return next(section for section in document.sections if section.heading == heading)


def same(held: list[float | None], wanted: list[float | None]) -> bool:
    """To the last digit that a spreadsheet keeps; what is unknown is empty in both."""
    return [one is None for one in held] == [one is None for one in wanted] and [
        one for one in held if one is not None
    ] == pytest.approx([one for one in wanted if one is not None], rel=1e-11)


def test_key_figures_are_those_counted_by_hand(tea_shop: Workspace) -> None:
    """March is not over: the last whole month is February, with A's 20 and C's first 30, against January's 15.50."""
    document = build(tea_shop, None, "Tea")
    rows = {row[0].text: [one.text for one in row[1:]] for row in section_of(document, LAST_MONTH).tables[0].rows}
    assert section_of(document, LAST_MONTH).tables[0].columns == ("Figure", "Feb 2025", "Jan 2025", "Change")
    assert rows["Revenue"] == ["50", "15.5", "+222.6%"]
    assert rows["Buyers"] == ["2", "2", "+0.0%"]
    assert rows["Returning buyers"] == ["50.0%", "0.0%", "+50 pts"]
    assert rows["New customers"] == ["1", "2", "−50.0%"]


def test_the_document_says_what_the_pages_say(sample_document: Document, sample: Workspace) -> None:
    segments = sample.measure("rfm_segments").frame
    (table,) = section_of(sample_document, "Who are our customers?").tables
    assert [row[1].text for row in table.rows] == [format_value(n, "count") for n in segments["customers"]]
    assert [row[3].text for row in table.rows] == [format_value(m, "money", "EUR") for m in segments["revenue"]]
    revenue = sample.measure("revenue_by_period").frame
    drawn = section_of(sample_document, "Where does revenue come from?").chart
    assert drawn is not None
    assert drawn.values(drawn.series[0]) == pytest.approx(revenue["returning_revenue"].astype(float).tolist(), abs=0)


def test_html_holds_every_figure_and_answer(sample_document: Document, made: dict[str, bytes]) -> None:
    page = Page(made["html"])
    assert page.tables == all_printed(sample_document)
    for section in sample_document.sections:
        assert " ".join(section.told.split()) in page.text
    for one in sample_document.definitions:
        assert one.title in page.text and " ".join(one.text.split()) in page.text
    for name, text in sample_document.about:
        assert name in page.text and text in page.text
    assert "as_of=2026-06-24" in page.text


def test_html_charts_are_the_pages_own(sample_document: Document, made: dict[str, bytes]) -> None:
    charts = [section.chart for section in sample_document.sections if section.chart]
    drawn = Page(made["html"]).charts
    assert len(drawn) == len(charts) > 3
    for chart, one in zip(charts, drawn, strict=True):
        assert one["data"] == json.loads(chart.figure.to_json())["data"]


def test_html_asks_for_nothing_and_lets_nothing_else_run(made: dict[str, bytes]) -> None:
    page = Page(made["html"])
    assert all(address.startswith("#") for address in page.addresses)
    policy = re.search(rb'Security-Policy" content="([^"]*)"', made["html"])
    assert policy and b"default-src 'none'" in policy[1] and b"script-src 'sha256-" in policy[1]
    assert b"unsafe" not in policy[1].split(b"style-src")[0]


def test_xlsx_shows_every_figure_as_the_other_files_and_has_no_formula(
    sample_document: Document, made: dict[str, bytes]
) -> None:
    book = Workbook(made["xlsx"])
    references = iter(book.tables())
    for section, sheet in zip(sample_document.sections, book.sheets[1:], strict=False):
        shown = {address: text for address, (_value, text) in sheet.items()}
        assert section.told in shown.values()
        for table in section.kept:
            first = next(references).partition(":")[0]
            top = int(re.sub(r"\D", "", first))
            for place, row in enumerate(table.rows, start=top + 1):
                for column, one in enumerate(row):
                    address = f"{chr(65 + column)}{place}"
                    if one.value is None:
                        assert address not in sheet
                        continue
                    assert shown[address] == one.text, (table.title, address)
                    if isinstance(one.value, int | float):
                        assert sheet[address][0] == pytest.approx(one.value, rel=1e-11)
    assert next(references, None) is None


def test_xlsx_charts_draw_the_rows_of_their_tables(sample_document: Document, made: dict[str, bytes]) -> None:
    book = Workbook(made["xlsx"])
    ranges = iter(book.chart_ranges())
    for place, section in enumerate(sample_document.sections, start=1):
        if not section.chart:
            continue
        for series in section.chart.series:
            column, first, last = re.findall(r"\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)$", next(ranges))[0]
            held = [book.sheets[place].get(f"{column}{row}", (None,))[0] for row in range(int(first), int(last) + 1)]
            assert same(held, section.chart.values(series))


def test_pptx_holds_every_figure_with_native_charts(sample_document: Document, made: dict[str, bytes]) -> None:
    slides = Slides(made["pptx"])
    rows = [row for table in slides.tables for row in table]
    for table in all_printed(sample_document):
        assert all(row in rows for row in table)
    charts = [section.chart for section in sample_document.sections if section.chart]
    for chart, held in zip(charts, slides.charts, strict=True):
        for series in chart.series:
            assert same(held[series.name], chart.values(series))
    assert all(section.told in slides.texts for section in sample_document.sections)
    assert slides.outside() == []
    assert slides.show.slide_width / slides.show.slide_height == pytest.approx(16 / 9, rel=1e-3)


def test_pptx_notes_tell_definitions_and_scope(sample_document: Document, made: dict[str, bytes]) -> None:
    notes = Slides(made["pptx"]).notes
    for one in sample_document.definitions:
        assert any(one.text in note for note in notes)
    assert all("As of: 24 Jun 2026" in note and "Data version" in note for note in notes)


def test_pdf_holds_every_row_answer_and_definition(sample_document: Document, made: dict[str, bytes]) -> None:
    text = pdf_text(made["pdf"])
    for table in all_printed(sample_document):
        for row in table[1:]:
            assert all(squeezed(one) in text for one in row), row
    for section in sample_document.sections:
        assert squeezed(section.told) in text
    for one in sample_document.definitions:
        assert squeezed(one.text) in text
    assert squeezed(sample_document.running) in text


@pytest.mark.parametrize("format", FORMATS)
def test_vietnamese_chinese_and_signs_come_through(
    eastern: Document, eastern_made: dict[str, bytes], format: str
) -> None:
    made = eastern_made[format]
    text = {
        "html": lambda: Page(made).text,
        "xlsx": lambda: "\n".join(str(value) for sheet in Workbook(made).sheets for value, _shown in sheet.values()),
        "pptx": lambda: "\n".join(Slides(made).texts),
        "pdf": lambda: pdf_text(made),
    }[format]()
    for wanted in (TITLE, BUSINESS, CATEGORY):
        assert squeezed(wanted) in squeezed(text)
    assert all(squeezed(section.told) in squeezed(text) for section in eastern.sections)
    if format == "html":
        assert "b" not in Page(made).tags


def test_text_that_looks_like_a_formula_or_a_script_stays_text(tea_shop: Workspace) -> None:
    document = build(tea_shop, None, "=1+1</script><script>alert(1)</script>", "=cmd|' /C calc'!A0")
    book = Workbook(write(document, "xlsx"))
    assert book.sheets[0]["A1"][0] == document.title
    page = Page(write(document, "html"))
    assert page.tags.count("script") == 2 + len(page.charts)
    assert document.business in page.text


def test_moving_the_date_back_changes_all_figures_together(tea_shop: Workspace) -> None:
    document = build(tea_shop, Scope(as_of="2025-02-28", compare_to="2025-01-31"), "Tea")
    assert document.as_of == "28 Feb 2025"
    assert ("Compared with", "31 Jan 2025") in document.about
    assert section_of(document, LAST_MONTH).tables[0].rows[0][1].text == "50"
    assert "Since 31 Jan 2025" in section_of(document, "Who moved between segments?").told


def test_a_curve_is_thinned_but_keeps_its_ends(sample_document: Document) -> None:
    (chart,) = (s.chart for s in sample_document.sections if s.chart and s.chart.kind == CURVE)
    values = chart.values(chart.series[0])
    assert chart.places[0] == values[0] == 0.0
    assert chart.places[-1] == pytest.approx(1.0)
    assert len(values) <= 102
