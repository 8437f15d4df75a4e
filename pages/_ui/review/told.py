"""Which review the page tells: the one of the scope at hand, or one that was held, as it was told then."""

from dataclasses import dataclass, replace

import streamlit as st

from loyalty_metrics import answers, held_reviews
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.held_reviews import HeldReview, Restated, restated
from loyalty_metrics.language import _, format_value, label, period_label, plain
from loyalty_metrics.review import review, weekly_scope
from loyalty_metrics.review_shape import HEADLINES, SHARE, UNITS, Review
from loyalty_metrics.scope import Scope
from pages._ui import links, workspaces
from pages._ui.view import View

NOW = 0
_SIGNED, _ERROR = "review.signed", "review.error"


@dataclass(frozen=True)
class Told:
    """A review, and what the figures beside it are asked with.

    Attributes:
        review: What is told.
        view: The page's view, as of the review's date.
        held: Where it is one that was held.
    """

    review: Review
    view: View
    held: HeldReview | None = None


def choose(view: View) -> Told:
    """Let people open a review that was held; else the one of the scope."""
    every = [] if view.is_sample else held_reviews.read(view.workspace)
    by_id = {one.review_id: one for one in every}
    with st.container(horizontal=True, vertical_alignment="bottom", width="content"):
        chosen = links.one("held", [NOW, *by_id], _("Review"), lambda n: _name(by_id.get(n))) if every else NOW
        held = by_id.get(chosen)
        if held is None:
            told = Told(_now(view).with_targets(_targets(view)), view)
            if told.review.week and not view.is_sample:
                _keeping(told)
        else:
            told = Told(held.review, replace(view, scope=_scope_of(held, view.scope)), held)
    if error := st.session_state.pop(_ERROR, None):
        st.error(plain(error))
    return told


def _scope_of(held: HeldReview, scope: Scope) -> Scope:
    """The scope of a review that was held; the length of periods and the like stay as the page has them."""
    told = Scope.from_query(held.review.query)
    return scope.replace(as_of=told.as_of, lapse_days=told.lapse_days, filters=dict(told.pairs))


def _now(view: View) -> Review:
    """The review of a view as it is now; it goes by week, so that another period tells it no second time."""
    return _review(view.name, view.version, weekly_scope(view.scope))


@st.cache_data(show_spinner=False, max_entries=60)
def _review(workspace: str, version: int, scope: Scope) -> Review:  # noqa: ARG001 - part of the key
    return review(workspaces.get(workspace), scope)


def _targets(view: View) -> dict[str, float]:
    return held_reviews.targets(view.workspace)


def _name(held: HeldReview | None) -> str:
    if held is None:
        return _("As of the date above")
    words = _("{week}, held {day}")
    return words.format(week=period_label(held.review.week, "week"), day=period_label(held.held_at, "day"))


def since(told: Told) -> tuple[Restated, ...]:
    """Of a review that was held: say so, and which of its figures are others by now, and why."""
    if told.held is None:
        return ()
    view, one = told.view, told.held
    words = _(
        "This is the review of {week} as {who} held it on {day}: as of {as_of}, from version {n} of the data. Lists and"
        " pictures are of the same day, from the data as they are now."
    )
    st.info(
        plain(
            words.format(
                week=period_label(one.review.week, "week"),
                who=one.who,
                day=period_label(one.held_at, "day"),
                as_of=period_label(one.review.as_of, "day"),
                n=one.review.version,
            )
        )
    )
    moved = restated(one, _now(view), view.workspace.restatements())
    if moved:
        lines = [f"- {answers.restated_sentence(each, UNITS[each.measure], one.review.currency)}" for each in moved]
        st.warning("\n".join([_("Restated since:"), "", *lines]))
    else:
        st.caption(_("None of its headline figures was restated since."))
    return moved


def _keeping(told: Told) -> None:
    """Keep the review as it is told now, and set what it is held against."""
    with st.popover(_("Keep this review")):
        st.caption(_("It can be opened again just so, whatever is imported later; figures restated since are marked."))
        _name_field("review.keep.who")
        st.button(_("Keep it"), type="primary", on_click=_hold, args=(told,), key="review.keep")
    with st.popover(_("Set a target")):
        measure = st.selectbox(_("Measure"), HEADLINES, format_func=label, key="review.target.measure")
        unit = UNITS[measure]
        caption = _("For a week, in percent") if unit == SHARE else _("For a week")
        st.number_input(caption, min_value=0.0, value=None, key="review.target.amount", help=_("Empty: no target."))
        _name_field("review.target.who")
        st.button(_("Set it"), type="primary", on_click=_set_target, args=(told.view,), key="review.target")
        holding = held_reviews.targets(told.view.workspace)
        for name, amount in holding.items():
            st.caption(plain(f"{label(name)}: {format_value(amount, UNITS[name], told.review.currency)}"))


def _name_field(key: str) -> None:
    st.text_input(_("Your name"), st.session_state.get(_SIGNED, ""), key=key, max_chars=80)


def _hold(told: Told) -> None:
    who = st.session_state["review.keep.who"]
    try:
        number = held_reviews.hold(told.view.workspace, told.review, who)
    except LoyaltyError as error:
        st.session_state[_ERROR] = str(error)
        return
    st.session_state[_SIGNED] = who
    st.query_params["held"] = str(number)


def _set_target(view: View) -> None:
    measure, amount = st.session_state["review.target.measure"], st.session_state["review.target.amount"]
    who = st.session_state["review.target.who"]
    if amount is not None and UNITS[measure] == SHARE:
        amount /= 100
    try:
        held_reviews.set_target(view.workspace, measure, amount, who)
    except LoyaltyError as error:
        st.session_state[_ERROR] = str(error)
        return
    st.session_state[_SIGNED] = who
