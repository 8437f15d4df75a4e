"""What was decided, what came of it, and one decision in full: effect, money, customers, changes."""

from datetime import timedelta
from typing import Any

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import actions as charts
from loyalty_metrics.decisions import Decision, Decisions, around
from loyalty_metrics.effects import MEASURED, MORE, TOO_EARLY, Effect
from loyalty_metrics.language import _, format_value, label, ngettext, period_label, plain
from loyalty_metrics.paying import money_of
from pages._ui import cache, links, listing, panels, tables, workspaces
from pages._ui.actions import edit, found
from pages._ui.view import View

LATELY = 14
"""Days for which a decision, or what came of it, is news in a review."""


def show(view: View) -> None:
    """Draw the section."""
    since(view)
    every = found.decisions(view)
    if not every:
        return
    numbers = {str(one.decision_id): (one, effect) for one, effect in every}
    st.divider()
    words = _("Decision")
    chosen = links.one("decision", list(numbers), words, lambda key: numbers[key][0].plan.title)
    _in_full(view, *numbers[chosen])


def of_the_week(view: View) -> None:
    """For a review: what was decided lately, is open or overdue, or can be told since; one sentence and one table."""
    every = found.decisions(view)
    lately = view.scope.as_of - timedelta(days=LATELY)

    def matters(one: Decision, effect: Effect) -> bool:
        is_new = one.listed_on > lately or lately < effect.can_tell_on <= view.scope.as_of
        return one.status == "open" or is_new or effect.state == TOO_EARLY

    shown = [pair for pair in every if matters(*pair)]
    if not shown:
        st.markdown(_("Nothing was decided lately, and nothing is open."))
        return
    st.markdown(answers.decisions_answer(shown, view.scope.as_of))
    tables.static([_row(view, *pair) for pair in shown], alt=_("Decisions"), wide=True)
    if earlier := len(every) - len(shown):
        words = ngettext(
            "{n} earlier decision is on the page Actions.", "{n} earlier decisions are on the page Actions.", earlier
        )
        st.caption(words.format(n=format_value(earlier, "count")))


def since(view: View) -> None:
    """What was decided up to now and what came of it: one sentence, one table."""
    every = found.decisions(view)
    st.markdown(answers.decisions_answer(every, view.scope.as_of))
    if every:
        tables.static([_row(view, *pair) for pair in every], alt=_("Decisions"), wide=True)
        st.caption(_("Filters do not change a decision: its customers were fixed when it was taken."))


def _row(view: View, one: Decision, effect: Effect) -> dict[str, str]:
    late = answers.is_late(one, view.scope.as_of)
    due = format_value(one.plan.due_on, "date") if one.plan.due_on else format_value(None, "date")
    return {
        _("Decision"): _("**{title}** · {owner}, from {day}").format(
            title=plain(one.plan.title), owner=plain(one.plan.owner), day=period_label(one.starts_on, "day")
        ),
        _("For"): _("{n} customers, {listed}").format(
            n=format_value(one.targets, "count"), listed=plain(one.listed or _("named one by one"))
        ),
        _("Stands"): (_("**overdue** since {day}").format(day=due) if late else label(one.status)),
        _("What came of it"): _in_short(view, one, effect),
    }


def _in_short(view: View, one: Decision, effect: Effect) -> str:
    verdict = answers.verdict_of(one, effect)
    told = label(verdict)
    row = effect.of(one.plan.outcome)
    if effect.state == MEASURED and row:
        unit = answers.UNITS[one.plan.outcome]
        moved = answers.change(row["effect"], unit, view.currency)
        ends = plain(answers.interval(row, unit, view.currency))
        return f"**{told}**: {moved} ({ends})"
    if verdict == "too_early":
        return _("to be told on {day}").format(day=period_label(effect.can_tell_on, "day"))
    return told


def _in_full(view: View, one: Decision, effect: Effect) -> None:
    st.subheader(plain(one.plan.title), anchor=False)
    st.markdown(answers.effect_answer(one, effect, view.scope.as_of, view.currency))
    money = money_of(one, effect)
    if money:
        st.markdown(answers.money_answer(money, answers.verdict_of(one, effect) == MORE, view.currency))
    row = effect.of(one.plan.outcome)
    if effect.state == MEASURED and row:
        _measured(view, one, effect, row)
    st.caption(_terms(view, one))
    edit.show(view, one)
    _customers(view, one)


def _measured(view: View, one: Decision, effect: Effect, row: dict[str, Any]) -> None:
    left, right = st.columns([1, 1], gap="large")
    unit = answers.UNITS[one.plan.outcome]
    with left:
        st.markdown(f"**{answers.outcome_name(one.plan.outcome)}**")
        chart = charts.before_and_after(row, unit, one.plan.days, view.currency)
        st.plotly_chart(chart, config=charts.theme.CONFIG, key=view.key(f"effect.{one.decision_id}"))
    with right:
        st.markdown(_("**Everything that was counted**, a customer"))
        tables.static([_figures(view, each) for each in effect.outcomes.to_dict("records")], alt=_("Outcomes"))
        st.caption(
            _(
                "A claim is made for the outcome that was named when it was decided. The others are here to be seen:"
                " among four, one often moves by chance."
            )
        )
    with st.expander(_("How it is counted, and SQL")):
        _counted(view, one, effect)
    with st.expander(_("How alike they were")):
        rows = [
            {
                _("Known before"): answers.feature_name(each["feature"]),
                _("All others"): format_value(each["unlike_before"], "number"),
                _("Those compared with"): format_value(each["unlike_after"], "number"),
            }
            for each in effect.balance.to_dict("records")
        ]
        tables.static(rows, alt=_("How alike they were"))
        st.caption(
            _(
                "By how many standard deviations the targets lie above the others. Up to 0.1 either way is as good as"
                " alike; what remains is taken off by regression."
            )
        )


def _counted(view: View, one: Decision, effect: Effect) -> None:
    """The rows that the effect is worked out of, and the figures as files."""
    as_of = min(view.scope.as_of, cache.bounds(view.name, view.version)[1])
    result = cache.measure("customers_around", around(one.starts_on - timedelta(days=1), as_of, one.plan.days))
    st.markdown(
        _(
            "The effect is how much more the targets changed, from the days before to the days after, than those they"
            " are compared with: difference in differences, with a regression on what was known before. Its interval is"
            " for chance in who happened to buy."
        )
    )
    panels.definition(result.card)
    panels.sql(result)
    about = {"workspace": workspaces.title(view.name), "decision": one.plan.title, "evidence": label(effect.evidence)}
    with st.container(horizontal=True):
        for ending, (make, mime) in listing.FILES.items():
            st.download_button(
                _("Download {format}").format(format=ending.upper()),
                lambda make=make: make(effect.outcomes, about),
                file_name=f"effect_{one.decision_id}_{view.scope.as_of}.{ending}",
                mime=mime,
                key=view.key(f"effect.{one.decision_id}.{ending}"),
                on_click="ignore",
            )


def _figures(view: View, row: dict[Any, Any]) -> dict[str, str]:
    unit = answers.UNITS[row["outcome"]]

    def told(value: float) -> str:
        return format_value(value, unit, view.currency)

    return {
        _("A customer"): answers.outcome_name(row["outcome"]),
        _("Targets"): told(row["after"]),
        _("Without it"): told(row["after"] - row["effect"]),
        _("Effect"): answers.change(row["effect"], unit, view.currency),
        _("95% sure"): answers.interval(row, unit, view.currency),
    }


def _terms(view: View, one: Decision) -> str:
    """What was fixed when the decision was taken."""
    unit = answers.UNITS[one.plan.outcome]
    expected = (
        answers.change(one.plan.expected, unit, view.currency) if one.plan.expected is not None else _("not said")
    )
    alone = ""
    if one.left_alone:
        alone = _(" {n} more were left alone by lot.").format(n=format_value(one.left_alone, "count"))
    words = _(
        "Decided by {who}. Judged by: {outcome}, expected {expected}, from {start} to {end}. For {n} customers as they"
        " were on {day}.{alone} Budget: {budget}. Cost so far: {cost}."
    )
    told = words.format(
        who=one.decided_by,
        outcome=answers.outcome_name(one.plan.outcome),
        expected=expected,
        start=period_label(one.starts_on, "day"),
        end=period_label(one.ends_on, "day"),
        n=format_value(one.targets, "count"),
        day=period_label(one.listed_on, "day"),
        alone=alone,
        budget=format_value(one.plan.budget, "money", view.currency),
        cost=format_value(one.cost, "money", view.currency),
    )
    return plain(told)


def _customers(view: View, one: Decision) -> None:
    """The frozen list, to be worked through and taken along."""
    with st.expander(_("Its customers")):
        frame = Decisions(view.workspace).customers(one.decision_id)
        about = {
            "workspace": workspaces.title(view.name),
            "decision": one.plan.title,
            "listed": one.listed,
            "as_of": str(one.listed_on),
        }
        frame["is_left_alone"] = frame["is_left_alone"].map({True: "yes", False: "no"})
        source = listing.of(frame, {"is_left_alone": "code"}, f"decision_{one.decision_id}", about)
        listing.show(view, source, f"decision.{one.decision_id}")
        if one.left_alone:
            st.caption(_("Those left alone must not be called: they are what the others are compared with."))
