"""The weekly review as sections: the headlines, and one section a finding."""

import pandas as pd

from loyalty_metrics import answers
from loyalty_metrics import sentences as say
from loyalty_metrics.charts import review as charts
from loyalty_metrics.charts import theme
from loyalty_metrics.language import _, format_points, format_value, label, period_label, without_markup
from loyalty_metrics.report.document import COLUMNS, Cell, Chart, Section, Series, Table, cell
from loyalty_metrics.report.told import Told
from loyalty_metrics.review import MEASURES
from loyalty_metrics.review_shape import COUNT, SHARE, Finding, Headline, Review
from loyalty_metrics.weekly import evidence_series

MOST = 8
"""Findings with a section each; the others, with less at stake, share one."""


def sections(told: Told) -> tuple[Section, ...]:
    """The headlines, then what changed beyond noise; nothing where no week is over."""
    review = told.review
    if review.week is None:
        return ()
    findings = review.findings
    further = (_further(told, findings[MOST:]),) if len(findings) > MOST else ()
    return (_headlines(told), *(_finding(told, each) for each in findings[:MOST]), *further)


def _headlines(told: Told) -> Section:
    review = told.review
    headers = (
        _("Figure"),
        _("Week"),
        _("Value"),
        _("Usual, or 95% sure: from"),
        _("Usual, or 95% sure: to"),
        _("The week before"),
        _("A year before"),
        _("Target"),
    )
    has_target = any(one.target is not None for one in review.headlines)
    rows = tuple(_headline(one, review)[: None if has_target else -1] for one in review.headlines)
    note = without_markup(answers.looked_at_note(review)) if review.looked_at else ""
    table = Table(_("Headlines"), headers[: None if has_target else -1], rows, note=note)
    heading = _("How are we doing? The week {week}").format(week=period_label(review.week, "week"))
    defined = told.define(*(f"weekly.{name}" for name in MEASURES if len(told.frame(f"weekly.{name}"))))
    return Section(heading, answers.review_answer(review), tables=(table,), definitions=defined)


def _headline(one: Headline, review: Review) -> tuple[Cell, ...]:
    figures = (one.value, one.low, one.high, one.last_week, one.last_year, one.target)
    told = tuple(_figure(value, one.unit, review) for value in figures)
    return (cell(label(one.measure)), cell(one.week, "period", grain="week"), *told)


def _figure(value: float | None, unit: str, review: Review) -> Cell:
    """A figure; people are told in whole numbers also where they are an estimate."""
    rounded = round(value) if say.known(value) and value is not None and unit == COUNT else value
    return cell(rounded, unit, review.currency)


def _finding(told: Told, finding: Finding) -> Section:
    review = told.review
    answer = say.joined(
        answers.finding_sentence(finding, review.currency), answers.why_sentence(finding, review.currency)
    )
    tables = (_parts(finding, review), _folded(finding, review))
    defined = told.define(f"weekly.{finding.evidence.measure}") if finding.evidence else ()
    return Section(_name(finding), answer, _chart(told, finding), tuple(one for one in tables if one.rows), defined)


def _chart(told: Told, finding: Finding) -> Chart | None:
    """The figure week by week; the weeks of the finding are strong, the others pale."""
    if finding.evidence is None:
        return None
    values = evidence_series(told.frame(f"weekly.{finding.evidence.measure}"), finding)
    shown = values[values.index <= pd.Timestamp(finding.week)].tail(charts.SHOWN)
    if shown.dropna().empty:
        return None
    name = _name(finding)
    rows = tuple(
        (cell(week, "period", grain="week"), _figure(value, finding.unit, told.review)) for week, value in shown.items()
    )
    # Of shares each point is of so many weeks together, so that the last tells all of the finding.
    strong = 1 if finding.unit == SHARE else finding.weeks
    return Chart(
        COLUMNS,
        Table(_("{name}, week by week").format(name=name), (_("Week"), name), rows, most=0),
        (Series(name, 1, theme.GREEN if finding.is_good else theme.RED),),
        charts.series(values, finding, name, told.currency),
        finding.unit,
        told.currency,
        x_title=_("Each is of {n} weeks together").format(n=finding.weeks) if finding.unit == SHARE else "",
        pale=tuple(range(len(rows) - strong)),
    )


def _name(finding: Finding) -> str:
    return without_markup(answers.what_of(finding))


def _parts(finding: Finding, review: Review) -> Table:
    """What each part brought to the change."""
    rows = tuple(
        (
            cell(without_markup(answers.part_name(part.attribute, part.value, bare=True))),
            cell(label(part.attribute)),
            _change(part.change + part.mix, finding.unit, review),
        )
        for part in finding.parts
    )
    headers = (_("Part"), _("Split by"), _("Brought to the change"))
    return Table(_("What each part brought"), headers, rows, most=12)


def _change(value: float, unit: str, review: Review) -> Cell:
    """A change with its sign; of a share in points."""
    if unit == SHARE:
        return Cell(100 * value, _("{points} pts").format(points=format_points(value)))
    rounded = round(value) if unit == COUNT else value
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return Cell(rounded, sign + format_value(abs(rounded), unit, review.currency))


def _folded(finding: Finding, review: Review) -> Table:
    """Narrower findings that this one explains."""
    return _table(_("It tells these as well"), finding.folded, review)


def _further(told: Told, findings: tuple[Finding, ...]) -> Section:
    words = _("**{n}** more changed beyond noise, with less at stake.")
    table = _table(_("Further findings"), findings, told.review)
    return Section(_("What else changed?"), words.format(n=say.count(len(findings))), tables=(table,))


def _table(title: str, findings: tuple[Finding, ...], review: Review) -> Table:
    headers = (_("Finding"), _("Week"), _("Weeks"), _("Seen"), _("To be expected"), _("Change"))
    rows = tuple(
        (
            cell(_name(each)),
            cell(each.week, "period", grain="week"),
            cell(each.weeks, "count"),
            _figure(each.seen, each.unit, review),
            _figure(each.expected, each.unit, review),
            _change(each.change, each.unit, review),
        )
        for each in findings
    )
    return Table(title, headers, rows, most=12)
