"""The bar on top of every page: what the figures are about, in four small menus that show what is chosen."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from loyalty_metrics.language import _, format_value, label, ngettext, or_unknown, period_label, plain
from loyalty_metrics.scope import CLOCKS, CRITERIA, CUSTOMER_FILTERS, GRAINS, ORDER_FILTERS, REFUNDS, Scope
from pages._ui import cache, links, workspaces
from pages._ui.view import View, current, set_current

WHOLE = 0
"""In the menu, the window that is no window: a menu shows None as nothing chosen."""

WINDOWS = (WHOLE, 30, 90, 180, 365, 730)
UNKNOWN = ""
_RULES = ("clock", "criterion", "refunds", "lapse_days")


def show() -> None:
    """Read the scope off the address line, draw the bar, and keep the view for the page."""
    name, scope, problems = links.read()
    workspace = workspaces.get(name)
    version = workspace.version
    scope = _known_filters(name, version, scope, problems)
    links.write(name, scope)
    bounds = cache.bounds(name, version)
    resolved = scope.replace(as_of=scope.as_of or bounds[1]) if bounds else scope
    set_current(View(name, version, resolved, cache.currency(name, version), bounds is None))
    for problem in problems:
        st.warning(plain(problem))
    with st.container(horizontal=True, key="scope-bar", vertical_alignment="center", gap="small"):
        _workspace_menu(name)
        if bounds:
            _time_menu(resolved, bounds)
            _filter_menu(name, version, scope)
            _rules_menu(scope)
            st.button(_("Reset"), icon="↩️", on_click=_reset, disabled=scope == Scope(), help=_("Back to everything."))
    _tell_filters(scope)


def change(**changes: Any) -> None:
    """Change parts of the scope, as every control of the bar does."""
    name, scope, _problems = links.read()
    links.write(name, scope.replace(**changes))


def choose(part: str, options: Sequence[str], caption: str, help: str | None = None) -> None:
    """A choice on a page that is part of the scope, such as what Pareto adds up."""
    key = f"scope.{part}"
    st.session_state[key] = getattr(current().scope, part)
    st.segmented_control(
        caption, options, key=key, format_func=label, required=True, help=help, on_change=_apply, args=(part,)
    )


def pick_by(caption: str | None = None, nothing: str | None = None) -> None:
    """The attribute by which groups of customers are compared; those that all customers share are not offered."""
    view = current()
    known = [
        name
        for name in CUSTOMER_FILTERS
        if name == view.scope.by or len(cache.filter_values(view.name, view.version, name)) > 1
    ]
    if known:
        _pick(
            "by",
            [None, *known],
            caption or label("by"),
            lambda name: label(name) if name else nothing or _("All together"),
        )


def pick_nth(places: Sequence[int]) -> None:
    """The purchase that is waited for."""
    words = _("From purchase {before} to purchase {n}")
    options = sorted({*places, current().scope.nth})
    _pick("nth", options, label("nth"), lambda n: words.format(before=n - 1, n=n))


def pick_horizon(days: Sequence[int]) -> None:
    """How far forecasts of value look ahead."""
    options = sorted({*days, current().scope.horizon})
    _pick("horizon", options, _("Looking ahead"), lambda n: format_value(n, "days"))


def pick_discount(percents: Sequence[int]) -> None:
    """By how much a year later money is worth less."""
    options = sorted({*percents, current().scope.discount})
    _pick("discount", options, _("A year later worth less by"), lambda n: format_value(n / 100, "share", compact=True))


def _pick(part: str, options: Sequence[Any], caption: str, format_func: Callable[[Any], str]) -> None:
    key = f"scope.{part}"
    st.session_state[key] = getattr(current().scope, part)
    st.selectbox(
        caption,
        options,
        key=key,
        format_func=format_func,
        placeholder=format_func(None) if None in options else None,
        on_change=_apply,
        args=(part,),
        width=280,
    )


def _apply(part: str) -> None:
    change(**{part: st.session_state[f"scope.{part}"]})


def _reset() -> None:
    links.write(links.read()[0], Scope())


def _known_filters(name: str, version: int, scope: Scope, problems: list[str]) -> Scope:
    """Leave out filter values that the workspace does not have, and say so."""
    kept = {}
    for filter_name, values in scope.filters:
        known = {*cache.filter_values(name, version, filter_name), UNKNOWN}
        for value in set(values) - known:
            text = _("{filter}: this workspace has no {value}; that filter is left out.")
            problems.append(text.format(filter=label(filter_name), value=repr(value)))
        kept[filter_name] = [value for value in values if value in known]
    return scope.replace(filters=kept)


def _workspace_menu(name: str) -> None:
    with st.popover(plain(workspaces.title(name))):
        st.session_state["scope.workspace"] = name
        st.selectbox(
            _("Workspace"),
            workspaces.names(),
            key="scope.workspace",
            format_func=workspaces.title,
            help=_("One business's data. Make a new one on the Data page."),
            on_change=lambda: links.write(st.session_state["scope.workspace"], Scope()),
        )
        st.page_link("pages/data.py", label=_("Add data or make a workspace"), icon="⬇️")


def _time_menu(scope: Scope, bounds: tuple[date, date]) -> None:
    parts = [
        _("As of {date}").format(date=period_label(scope.as_of, "day")),
        label(scope.grain),
        *([_window_label(scope.window)] if scope.window else []),
    ]
    with st.popover(" · ".join(parts)):
        st.session_state["scope.as_of"] = scope.as_of
        st.session_state["scope.window"] = scope.window or WHOLE
        st.session_state["scope.grain"] = scope.grain
        st.date_input(
            _("As of"),
            min_value=min(bounds[0], scope.as_of),
            max_value=max(bounds[1], scope.as_of),
            key="scope.as_of",
            format="YYYY-MM-DD",
            on_change=_apply_as_of,
            args=(bounds[1],),
            help=_("Only what happened up to this day counts: the page shows what it would have shown then."),
        )
        st.segmented_control(
            _("Period"),
            GRAINS,
            key="scope.grain",
            format_func=label,
            required=True,
            on_change=_apply,
            args=("grain",),
            help=_("How long a step is in charts over time, and in cohorts."),
        )
        st.selectbox(
            _("Window"),
            sorted({*WINDOWS, scope.window or WHOLE}),
            key="scope.window",
            format_func=_window_label,
            on_change=_apply_window,
            help=_("How far back segments, Pareto and repeat rates look. Cohorts always see the whole history."),
        )


def _apply_as_of(last: date) -> None:
    chosen = st.session_state["scope.as_of"]
    change(as_of=None if chosen == last else chosen)


def _apply_window() -> None:
    change(window=st.session_state["scope.window"] or None)


def _window_label(days: int) -> str:
    return _("Last {days}").format(days=format_value(days, "days")) if days else _("Whole history")


def _filter_menu(name: str, version: int, scope: Scope) -> None:
    set_filters = len(scope.filters)
    text = ngettext("{n} filter", "{n} filters", set_filters).format(n=set_filters) if set_filters else _("Filters")
    with st.popover(text):
        st.markdown(_("**Keep or drop whole customers**"))
        _filters(name, version, scope, CUSTOMER_FILTERS)
        st.markdown(_("**Choose which orders count as coming back**"))
        st.caption(_("These never move a customer to another cohort."))
        _filters(name, version, scope, ORDER_FILTERS)


def _filters(name: str, version: int, scope: Scope, filters: Sequence[str]) -> None:
    offered = {
        f: values for f in filters if len(values := cache.filter_values(name, version, f)) > 1 or scope.chosen(f)
    }
    if not offered:
        st.caption(_("The data holds no column to filter by here."))
    for filter_name, values in offered.items():
        key = f"scope.{filter_name}"
        st.session_state[key] = list(scope.chosen(filter_name))
        st.multiselect(
            label(filter_name),
            [*values, UNKNOWN],
            key=key,
            format_func=or_unknown,
            placeholder=_("All"),
            on_change=_apply_filter,
            args=(filter_name,),
        )


def _apply_filter(name: str) -> None:
    scope = links.read()[1]
    change(filters=dict(scope.filters) | {name: st.session_state[f"scope.{name}"]})


def _rules_menu(scope: Scope) -> None:
    changed = sum(getattr(scope, part) != getattr(Scope(), part) for part in _RULES)
    text = _("Counting rules ({n} changed)").format(n=changed) if changed else _("Counting rules")
    with st.popover(text):
        _rule("clock", CLOCKS, scope, _("Calendar months, or 30-day steps from each customer's own first purchase."))
        _rule("criterion", CRITERIA, scope, _("When a customer counts as having stayed in a period."))
        _rule("refunds", REFUNDS, scope, _("On which day a refund lowers revenue."))
        lapse_days(scope, "scope.lapse_days")


def compare_to(scope: Scope) -> date:
    """The field for the earlier date compared with, on pages that compare; the date itself."""
    key, earlier = "section.compare_to", scope.parameters()["compare_to"]
    st.session_state[key] = earlier
    view = current()
    first, _last = cache.bounds(view.name, view.version)
    st.date_input(
        label("compare_to"),
        # Left to itself, the field ends ten years before today.
        min_value=min(first, earlier),
        max_value=scope.as_of - timedelta(days=1),
        key=key,
        format="YYYY-MM-DD",
        on_change=lambda: change(compare_to=st.session_state[key]),
        help=_("Everything is seen as it would have been seen on that day; thirteen weeks before unless you choose."),
        width=240,
    )
    return earlier


def lapse_days(scope: Scope, key: str = "section.lapse_days") -> None:
    """The field for the lapse window; it stands in the bar and where its choice is explained."""
    st.session_state[key] = scope.lapse_days
    st.number_input(
        label("lapse_days"),
        1,
        3650,
        None,  # else a field that is emptied is filled with the least number
        key=key,
        placeholder=_("found in the data"),
        on_change=lambda: change(lapse_days=st.session_state[key]),
        help=_("Left empty, it is the gap between purchases that nine in ten gaps do not exceed."),
        width=420,
    )


def _rule(part: str, options: Sequence[str], scope: Scope, help: str) -> None:
    st.session_state[f"scope.{part}"] = getattr(scope, part)
    st.radio(label(part), options, key=f"scope.{part}", format_func=label, on_change=_apply, args=(part,), help=help)


def _tell_filters(scope: Scope) -> None:
    """Say in words what is filtered, so that a shared screen never hides it."""
    for filters, text in (
        (CUSTOMER_FILTERS, _("Only customers with {filters}.")),
        (ORDER_FILTERS, _("Only these orders count as coming back: {filters}.")),
    ):
        chosen = [(label(f), [or_unknown(v) for v in scope.chosen(f)]) for f in filters if scope.chosen(f)]
        if chosen:
            told = "; ".join(f"{name}: {', '.join(values)}" for name, values in chosen)
            st.caption(text.format(filters=plain(told)))
