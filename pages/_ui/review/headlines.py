"""The five headline measures: value, how sure, against last week, last year and target, and half a year of trend."""

from collections.abc import Sequence

import streamlit as st

from loyalty_metrics.held_reviews import Restated
from loyalty_metrics.language import _, format_points, format_value, label, period_label, plain
from loyalty_metrics.review_shape import COUNT, EVERYBODY, SHARE, Headline, Review


def show(review: Review, moved: Sequence[Restated] = ()) -> None:
    """Draw them in a row that wraps on a narrow screen.

    Args:
        review: The review.
        moved: Figures that were restated since it was held.
    """
    by_now = {one.measure: one.now for one in moved}
    st.caption(
        _(
            "{week}, the last complete week; arrows are against the week before, green or red only where the change is"
            " beyond noise."
        ).format(week=period_label(review.week, "week"))
    )
    row = st.container(horizontal=True, gap="small")
    for one in review.headlines:
        with row.container(border=True, gap="xxsmall", height="stretch"):
            _card(one, review)
            if one.measure in by_now:
                st.caption(plain(_("Restated since: {value}").format(value=_figure(by_now[one.measure], one, review))))


def _card(one: Headline, review: Review) -> None:
    known = [value for value in one.trend if value is not None]
    colour = ("normal" if one.more_is_better else "inverse") if _is_real(one, review) else "off"
    st.metric(
        label(one.measure),
        _figure(one.value, one, review),
        (_change(one, one.last_week) or "").replace("−", "-") or None,  # the metric knows a fall by the plain sign
        delta_color=colour,  # type: ignore[arg-type]
        help=_HELP[one.measure](),
        chart_data=known if len(known) > 2 else None,
    )
    for line in _lines(one, review):
        st.caption(plain(line))


def _is_real(one: Headline, review: Review) -> bool:
    """Whether a finding says that the figure moved the way it did against the week before."""
    if one.value is None or one.last_week is None:
        return False
    rose = one.value > one.last_week
    return any(
        f.measure == one.measure and f.attribute == EVERYBODY and (f.change > 0) == rose for f in review.findings
    )


def _lines(one: Headline, review: Review) -> list[str]:
    """How sure, and against what, a line each."""
    lines = []
    if one.low is not None:
        low, high = _figure(one.low, one, review), _figure(one.high, one, review)
        words = _("95% sure: {low} to {high}") if one.unit == SHARE else _("Usually {low} to {high}")
        lines.append(words.format(low=low, high=high))
    if (change := _change(one, one.last_year)) is not None:
        lines.append(
            _("{change} on last year ({value})").format(change=change, value=_figure(one.last_year, one, review))
        )
    if one.target is not None and one.value is not None:
        change = _change(one, one.target)
        target = _figure(one.target, one, review)
        lines.append(_("{change} on the target ({value})").format(change=change or "–", value=target))
    return lines


def _change(one: Headline, before: float | None) -> str | None:
    if one.value is None or before is None:
        return None
    if one.unit == SHARE:
        return _("{points} pts").format(points=format_points(one.value - before))
    if before <= 0:
        return None
    change = one.value / before - 1
    return ("+" if change > 0 else "−" if change < 0 else "±") + format_value(abs(change), "share", compact=True)


def _figure(value: float | None, one: Headline, review: Review) -> str:
    rounded = round(value) if value is not None and one.unit == COUNT else value
    return format_value(rounded, one.unit, review.currency, compact=True)


_HELP = {
    "revenue": lambda: _(
        "After discounts; refunds count in the week they were made, so that a week is never told anew."
    ),
    "customers": lambda: _("Customers who bought, each counted once."),
    "new_customers": lambda: _("Customers whose first order it was."),
    "back_in_28_days": lambda: _(
        "Of those who first ordered in four weeks, how many bought again within 28 days: the latest four weeks for"
        " which these days are over."
    ),
    "stopped_buying": lambda: _("Customers whose time without a purchase passed the lapse window in the week."),
}
