"""What changed beyond noise: one sentence each, why, and the evidence one click away."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics import sentences as say
from loyalty_metrics.charts import review as charts
from loyalty_metrics.language import _, label, ngettext, without_markup
from loyalty_metrics.review import weekly_scope
from loyalty_metrics.review_shape import SHARE, Finding
from loyalty_metrics.scope import Scope
from loyalty_metrics.weekly import evidence_series
from pages._ui import block, cache, links, panels
from pages._ui.review.told import Told
from pages._ui.view import View


def show(told: Told) -> None:
    """Draw the findings, or that there are none."""
    review = told.review
    st.subheader(_("What changed beyond noise?"), anchor=False)
    if not review.findings:
        st.markdown(answers.what_changed(review))
    for finding in review.findings:
        with st.container(border=True):
            _one(told, finding)
    if review.findings:
        st.caption(answers.looked_at_note(review))


def _one(told: Told, finding: Finding) -> None:
    colour, sign = "green" if finding.is_good else "red", "▲" if finding.change > 0 else "▼"
    st.markdown(f":{colour}[{sign}] {answers.finding_sentence(finding, told.review.currency)}")
    if why := answers.why_sentence(finding, told.review.currency):
        st.markdown(why)
    n = len(finding.folded)
    shows_too = ngettext("Evidence, and {n} figure that shows it too", "Evidence, and {n} figures that show it too", n)
    title = shows_too if n else _("Evidence")
    opened = st.expander(title.format(n=n), key=f"evidence.{finding.key}", on_change="rerun")
    if opened.open:
        with opened:
            _evidence(told, finding)


def _evidence(told: Told, finding: Finding) -> None:
    """The series with what was expected of it; its SQL, definition and file; what the finding tells besides."""
    if finding.evidence is None:
        return
    for each in finding.folded:
        st.markdown(f"- {answers.folded_sentence(each, told.review.currency)}")
    scope = weekly_scope(Scope.from_query(finding.evidence.query))
    result = cache.measure(finding.evidence.measure, scope)
    view = View(told.view.name, told.view.version, scope, told.view.currency)
    values = evidence_series(result.frame, finding)
    name = without_markup(answers.what_of(finding))
    block.show(
        view,
        result,
        heading=_("{name}, week by week").format(name=name),
        answer=_legend(finding, values),
        figure=charts.series(values, finding, name, told.review.currency),
        cells=_behind(finding),
        key=f"evidence.{finding.key}.block",
    )


def _behind(finding: Finding) -> panels.Cells:
    """What picks the customers a finding is about: its weeks, of new customers together, and its part."""
    assert finding.evidence
    weeks = [finding.week - timedelta(weeks=n) for n in range(finding.weeks)]
    part = {name: [value] for name, value in finding.evidence.rows.items()}
    match finding.evidence.measure:
        case "week_by_week" | "complaint_weeks":
            return {"week": weeks} | part
        case "newcomers_back":
            return {"week": [(weeks[-1], weeks[0])]} | part
        case "customer_flow":
            return {"period": weeks, "movement": ["lapsed"]}
        case _:
            return {}


def _legend(finding: Finding, values: pd.Series) -> str:
    """What is what in the picture."""
    if values.empty:
        return ""
    dots = _("Diamonds are what the finding is about, the dotted line is what was to be expected.")
    if finding.unit != SHARE:
        return dots
    return say.joined(_("Each point is the share of {n} weeks together.").format(n=finding.weeks), dots)


def why(told: Told) -> None:
    """What each part of the business brought to a change: one finding, split by one attribute."""
    st.subheader(_("Why?"), anchor=False)
    split = {f.key: f for f in told.review.findings if f.parts}
    if not split:
        st.markdown(_("Nothing that changed for everybody is left to explain."))
        _further(told)
        return
    key = next(iter(split))
    if len(split) > 1:
        titles = {key: without_markup(answers.what_of(finding)) for key, finding in split.items()}
        key = st.segmented_control(
            _("Finding"), list(split), default=key, format_func=titles.get, required=True, key="review.why.finding"
        )
    _parts(told, split[key])
    _further(told)


def _further(told: Told) -> None:
    """Where the same question is answered for cohorts, and for segments."""
    as_of = told.review.as_of
    with st.container(horizontal=True):
        st.button(
            _("Cohorts: what changed, mix or behaviour?"),
            key="review.to_changes",
            on_click=links.to_section,
            args=("retention", "changes"),
            kwargs={"as_of": as_of},
        )
        st.button(
            _("Segments: who moved in the last seven days?"),
            key="review.to_moves",
            on_click=links.to_section,
            args=("segments", "moves"),
            kwargs={"as_of": as_of, "compare_to": as_of - timedelta(days=7)},
        )


def _parts(told: Told, finding: Finding) -> None:
    by: dict[str, list[tuple[str, float]]] = {}
    for part in finding.parts:
        name = answers.part_name(part.attribute, part.value, bare=True)
        by.setdefault(part.attribute, []).append((without_markup(name), part.change + part.mix))
    attribute = next(iter(by))
    if len(by) > 1:
        key = f"review.why.{finding.key}"
        attribute = st.segmented_control(
            _("Split by"), list(by), default=attribute, format_func=label, required=True, key=key
        )
    st.plotly_chart(
        charts.parts(by[attribute], finding.unit, told.review.currency, finding.more_is_better),
        config=charts.theme.CONFIG,
        key=f"review.parts.{finding.key}.{attribute}",
        alt=_alt(by[attribute], attribute),
    )


def _alt(parts: list[tuple[str, float]], attribute: str) -> str:
    named = ", ".join(name for name, _change in parts[:4])
    return _("What each brought to the change, by {attribute}: {parts}").format(attribute=label(attribute), parts=named)
