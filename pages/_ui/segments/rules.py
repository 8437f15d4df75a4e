"""The rules of segments: edited in place, tried on the customers before they are saved, and taken back at any time."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import segments as charts
from loyalty_metrics.charts import theme
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.language import _, format_value, label, ngettext, plain
from loyalty_metrics.rule_versions import Version
from loyalty_metrics.segment_rules import (
    LONGEST_NAME,
    QUINTILES,
    SCORED,
    STEPS,
    THRESHOLDS,
    Cuts,
    Rules,
    problems,
    to_text,
)
from pages._ui import cache, changing, import_run, tables
from pages._ui.segments import rule_draft, rule_history
from pages._ui.segments.rule_draft import FM, NEEDED, Draft
from pages._ui.view import View

_ROW = 35
"""Height of a row of an editor, in pixels."""


def show(view: View) -> None:
    """Draw the editor, what it would do, and the earlier versions."""
    versions = cache.rule_versions(view.name, view.version)
    draft = Draft.of(view.name, versions[0])
    changing.show(view, rule_history.PLACE)
    st.subheader(_("Who belongs to which segment"), anchor=False)
    st.markdown(_holds(versions[0]))
    _warn_of_another(draft, versions[0])
    _edit(view, draft)
    _try(view, draft, versions[0])
    st.divider()
    rule_history.show(view, versions, draft)


def _holds(version: Version) -> str:
    words = _("**{rules}** hold here, for every date: earlier dates are seen through today's rules, too.")
    return words.format(rules=rule_history.title(version))


def _warn_of_another(draft: Draft, holds: Version) -> None:
    if draft.begun.number == holds.number:
        return
    words = _("{rules} were saved while you were editing. What you save goes on top of them.")
    st.warning(words.format(rules=rule_history.title(holds)))
    st.button(_("Drop my changes"), on_click=draft.take, args=(holds.rules, holds))


def _edit(view: View, draft: Draft) -> None:
    """The three tables; what they hold together becomes the draft."""
    base, grid_place, scores_place = draft.base, st.container(), st.container()
    st.caption(_("The segments, best first. Add and delete rows as you like; a new place moves a segment."))
    words = st.data_editor(
        rule_draft.words_table(base),
        num_rows="dynamic",
        hide_index=True,
        height=_ROW * (len(base.segments) + 2) + 3,
        key=draft.key("words"),
        alt=_("The segments in plain words"),
        column_config={
            rule_draft.PLACE: st.column_config.NumberColumn(_("Place"), min_value=1, step=1, width=60),
            rule_draft.NAME: st.column_config.TextColumn(label("segment"), max_chars=LONGEST_NAME, width=150),
            rule_draft.WHO: st.column_config.TextColumn(_("Who they are"), width="medium"),
            rule_draft.ACTION: st.column_config.TextColumn(_("What to do"), width="large"),
        },
    )
    segments, renamed = rule_draft.read_words(base, words)
    names = [segment.name for segment in segments if segment.name]
    grid_place.caption(
        _("The segment of each pair of scores: R is how recently they bought, FM how often and how much.")
    )
    grid = grid_place.data_editor(
        rule_draft.grid_table(base, _row_titles()),
        hide_index=True,
        disabled=[rule_draft.R],
        key=draft.key("grid"),
        alt=_("The segment of each pair of scores"),
        column_config={rule_draft.R: st.column_config.TextColumn("", pinned=True, width=110)}
        | {
            column: st.column_config.SelectboxColumn(title, options=list(dict.fromkeys([*names, *base.names])))
            for column, title in zip(FM, _column_titles(), strict=True)
        },
    )
    with scores_place:
        cuts = _edit_scores(view, draft)
    draft.now = rule_draft.combined(base, words, grid, cuts)
    if [s.name for s in segments] != list(base.names) or renamed:
        # The cells follow a new name, and a new segment can be chosen in them: the tables begin anew with both.
        draft.take(draft.now)
        st.rerun()


def _row_titles() -> list[str]:
    ends = {STEPS: _("R {r}: lately"), 1: _("R {r}: long ago")}
    return [ends.get(score, _("R {r}")).format(r=score) for score in range(STEPS, 0, -1)]


def _column_titles() -> list[str]:
    ends = {1: _("FM {fm}: little"), STEPS: _("FM {fm}: much")}
    return [ends.get(score, _("FM {fm}")).format(fm=score) for score in range(1, STEPS + 1)]


def _edit_scores(view: View, draft: Draft) -> Cuts | None:
    """Quintiles, or thresholds that begin where the quintiles lie."""
    key = draft.key("scores")
    st.session_state.setdefault(key, THRESHOLDS if draft.base.cuts else QUINTILES)
    how = st.segmented_control(
        _("Scores are made by"),
        (QUINTILES, THRESHOLDS),
        key=key,
        format_func=label,
        required=True,
        help=_(
            "Quintiles compare customers with each other, a fifth for each score. Fixed thresholds mean the same on"
            " every date, so that a segment can grow or shrink."
        ),
    )
    if how == QUINTILES:
        return None
    cuts = draft.base.cuts or cache.suggested_cuts(view.name, view.version, view.scope)
    if not draft.base.cuts:
        day = format_value(view.scope.as_of, "date")
        st.caption(_("Suggested: where the quintiles of your customers lie as of {day}.").format(day=day))
    titles = {name: answers.threshold_title(name) for name in SCORED}
    edited = st.data_editor(
        rule_draft.cuts_table(cuts, titles),
        hide_index=True,
        disabled=[rule_draft.WHAT],
        key=draft.key("cuts"),
        alt=_("What each score takes"),
        column_config={rule_draft.WHAT: st.column_config.TextColumn("", pinned=True, width=240)}
        | {
            column: st.column_config.NumberColumn(_("Score {n}").format(n=score), format="localized")
            for score, column in enumerate(NEEDED, 2)
        },
    )
    return rule_draft.read_cuts(edited)


def _try(view: View, draft: Draft, holds: Version) -> None:
    """What the draft would do to the customers of the page's scope; and saving it."""
    if draft.now == holds.rules:
        return
    st.subheader(_("What your changes would do"), anchor=False)
    if found := problems(draft.now):
        st.error("\n".join(f"- {plain(sentence)}" for sentence in found))
        _buttons(view, draft, holds, is_ready=False)
        return
    text = to_text(draft.now)
    moves = cache.moved_by(view.name, view.version, view.scope, text)
    st.markdown(answers.moved_answer(moves, holds.rules, draft.now, view.currency))
    _buttons(view, draft, holds, is_ready=True)
    moved = answers.really_moved(moves, holds.rules, draft.now)
    if moved.empty:
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        tried = cache.tried_map(view.name, view.version, view.scope, text)
        st.plotly_chart(
            charts.rfm_map(tried, view.currency),
            config=theme.CONFIG,
            key=view.key("rules.map"),
            alt=_("The map of segments as it would be"),
        )
    with right:
        _moves(view, moved)


def _moves(view: View, moved: pd.DataFrame) -> None:
    """Who would go where, most first."""
    rows = [
        {
            _("From"): plain(label(row["segment_before"])),
            _("To"): plain(label(row["segment_now"])),
            _("Customers"): format_value(row["customers"], "count"),
            _("Revenue"): plain(format_value(row["revenue"], "money", view.currency, compact=True)),
        }
        for row in moved.sort_values("customers", ascending=False).head(12).to_dict("records")
    ]
    if rows:
        tables.static(rows, alt=_("Customers who would move"), wide=True)
    if len(moved) > len(rows):
        n = len(moved) - len(rows)
        more = ngettext("and {n} smaller move", "and {n} smaller moves", n)
        st.caption(more.format(n=format_value(n, "count")))


def _buttons(view: View, draft: Draft, holds: Version, is_ready: bool) -> None:
    if view.is_sample:
        st.caption(_("The sample shop cannot be changed: try what you like here, and save it in your own workspace."))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        note = st.text_input(_("Why (kept with the version)"), key=draft.key("note"), max_chars=200, width=360)
        work = partial(save, view.workspace, draft.now, import_run.who(), note)
        st.button(
            _("Save these rules"),
            type="primary",
            key="rules.save",
            disabled=view.is_sample or not is_ready or changing.is_running(view, rule_history.PLACE),
            on_click=changing.begin,
            args=(view, rule_history.PLACE, _("Saved. Every page now follows these rules."), work),
        )
        st.button(_("Drop my changes"), key="rules.drop", on_click=draft.take, args=(holds.rules, holds))


def save(workspace: Any, rules: Rules, who: str | None, note: str, watch: Watch) -> None:
    """Save rules; the watch tells of waiting for an import that runs."""
    watch.step("Saving the rules")
    workspace.save_rules(rules, who, note)
