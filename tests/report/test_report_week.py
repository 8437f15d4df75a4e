"""The report begins with the week, what changed beyond noise, and what was decided."""

from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics import Scope, Workspace, answers
from loyalty_metrics.decisions import Decisions
from loyalty_metrics.effects import effect
from loyalty_metrics.language import format_value, without_markup
from loyalty_metrics.report import Document, build, write
from loyalty_metrics.report import week as week_sections
from loyalty_metrics.report.told import Told
from loyalty_metrics.review import MEASURES, review, weekly_scope
from tests.report.reading import Page, Slides

BUSY = Scope(as_of="2025-11-12")
"""A day on which more than one finding stands in the sample."""


@pytest.fixture(scope="module")
def busy(sample: Workspace) -> Document:
    return build(sample, BUSY, "Sample shop")


def test_it_begins_with_the_headlines_of_the_week(sample: Workspace, busy: Document) -> None:
    told = review(sample, BUSY)
    first = busy.sections[0]
    assert first.answer == answers.review_answer(told)
    rows = [[one.text for one in row] for row in first.tables[0].rows]
    revenue = told.headlines[0]
    assert rows[0][1:4] == ["2025 W45", *(format_value(v, "money", "EUR") for v in (revenue.value, revenue.low))]
    assert [row[0] for row in rows] == [
        "Revenue", "Customers", "New customers", "Back within 28 days", "Lapsed customers"
    ]  # fmt: skip
    assert "Target" not in first.tables[0].columns


def test_each_finding_has_a_section_with_its_sentence_parts_and_what_it_explains(
    sample: Workspace, busy: Document
) -> None:
    told = review(sample, BUSY)
    assert told.findings and told.findings[0].folded
    for finding, section in zip(told.findings, busy.sections[1:], strict=False):
        assert section.answer.startswith(answers.finding_sentence(finding, "EUR"))
        rows = {table.title: table.rows for table in section.tables}
        assert len(rows.get("What each part brought", ())) == len(finding.parts)
        assert len(rows.get("It tells these as well", ())) == len(finding.folded)
    complaints = told.findings[0]
    weeks = sample.measure("complaint_weeks", weekly_scope(BUSY)).frame
    last = weeks[(weeks["attribute"] == "everybody") & (weeks["week"] <= pd.Timestamp(complaints.week))].tail(4)
    chart = busy.sections[1].chart
    assert chart and chart.values(chart.series[0])[-1] == pytest.approx(complaints.seen)
    assert last["closed_in_time"].sum() / last["opened"].sum() == pytest.approx(complaints.seen)
    page = Page(write(busy, "html"))
    assert all(section.told in page.text for section in busy.sections[1 : 1 + len(told.findings)])


def test_findings_beyond_a_few_share_a_section(sample: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(week_sections, "MOST", 0)
    found = review(sample, BUSY)
    weekly = {f"weekly.{name}": sample.measure(name, weekly_scope(BUSY)) for name in MEASURES}
    _headlines, section = week_sections.sections(Told(weekly, BUSY, "EUR", found))
    assert section.heading == "What else changed?"
    (table,) = section.tables
    names = [without_markup(answers.what_of(finding)) for finding in found.findings]
    assert [row[0].text for row in table.rows] == names


def test_decisions_stand_in_it_with_what_came_of_them(sample: Workspace, sample_document: Document) -> None:
    section = next(one for one in sample_document.sections if one.heading.startswith("What did we decide"))
    taken = Decisions(sample).all()
    found = [(one, effect(sample, one, sample.resolve().as_of)) for one in taken]
    assert section.answer == answers.decisions_answer(found, sample.resolve().as_of)
    (table,) = section.tables
    assert [row[0].text for row in table.rows] == [one.plan.title for one in taken]
    worked = next(row for row in table.rows if row[-1].text.startswith("worked"))
    assert "points" in worked[-1].text and "*" not in worked[-1].text
    assert {table.columns[place] for place in table.personal} == {"Owner"}


def test_decisions_taken_later_are_not_in_it(busy: Document) -> None:
    assert not [one for one in busy.sections if one.heading.startswith("What did we decide")]


def test_a_workspace_without_a_whole_week_has_no_headlines(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("Order ID;Customer ID;Order Date;Amount\n1;A;2025-01-07;10\n2;B;2025-01-08;3\n", encoding="utf-8")
    workspace = Workspace.in_memory()
    workspace.import_file(file)
    assert build(workspace, None, "Tea").sections[0].heading == "How was the last month?"


def test_long_tables_go_on_over_slides_without_reaching_the_edge(busy: Document) -> None:
    slides = Slides(write(busy, "pptx"))
    assert slides.outside() == []
    texts = [without_markup(text) for text in slides.texts]
    assert all(texts.count(section.told) == 1 for section in busy.sections)
