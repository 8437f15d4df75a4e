"""The address line: the whole scope stands in it, so that a copied link shows the same thing to another person."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _, label
from loyalty_metrics.scope import CUSTOMER_FILTERS, ORDER_FILTERS, PARTS, Scope
from pages._ui import workspaces

_SAVED = "links.saved"
_WORKSPACE = "workspace"
_FILTERS = CUSTOMER_FILTERS + ORDER_FILTERS


def read() -> tuple[str, Scope, list[str]]:
    """The workspace and scope the address names, and what in it could not be understood.

    Going to another page empties the address line; then the last one of this session is taken up again.
    """
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    if not query.keys() & {_WORKSPACE, *PARTS, *_FILTERS}:
        query = st.session_state.get(_SAVED, {})
    problems: list[str] = []
    name = _workspace(query, problems)
    scope = Scope()
    for part in PARTS + _FILTERS:
        if part in query:
            try:
                scope = scope.replace(**_change(scope, part, query[part]))
            except LoyaltyError as error:
                problems.append(_("{error} The default is used instead.").format(error=error))
    return name, scope, problems


def write(name: str, scope: Scope) -> None:
    """Make the address line say what the page shows; what it holds besides is left alone."""
    wanted = {_WORKSPACE: [name]} | {k: [v] if isinstance(v, str) else v for k, v in scope.to_query().items()}
    st.session_state[_SAVED] = wanted
    others = {k: st.query_params.get_all(k) for k in st.query_params if k not in {_WORKSPACE, *PARTS, *_FILTERS}}
    if {k: st.query_params.get_all(k) for k in st.query_params} != wanted | others:
        st.query_params.from_dict(wanted | others)


def to_customer(workspace: str, customer: str) -> None:
    """Go to the page of one customer."""
    write(workspace, read()[1].replace(customer=customer))
    st.switch_page("pages/customer.py")


def to_section(page: str, section: str, **changes: Any) -> None:
    """Go to a section of another page, with some parts of the scope changed."""
    name, scope, _problems = read()
    write(name, scope.replace(**changes))
    st.switch_page(f"pages/{page}.py", query_params={"section": section})


def choice(name: str, options: Sequence[str], caption: str) -> str:
    """A choice of one page, kept in the address line by its code and shown by its label."""
    chosen = st.query_params.get(name, options[0])
    key = f"choice.{name}"
    st.session_state[key] = chosen if chosen in options else options[0]
    picked = st.segmented_control(
        caption,
        options,
        key=key,
        format_func=label,
        required=True,
        on_change=lambda: st.query_params.update({name: st.session_state[key]}),
    )
    return picked or options[0]


def one(name: str, options: Sequence[Any], caption: str, format_func: Callable[[Any], str]) -> Any:
    """One choice of many of a page, kept in the address line; the first option unless it names another."""
    key = f"choice.{name}"
    in_link = st.query_params.get(name)
    st.session_state[key] = next((option for option in options if str(option) == in_link), options[0])
    return st.selectbox(
        caption,
        options,
        key=key,
        format_func=format_func,
        on_change=lambda: st.query_params.update({name: str(st.session_state[key])}),
        width=240,
    )


def several(
    name: str, options: Sequence[Any], caption: str, format_func: Callable[[Any], str], default: Sequence[Any] = ()
) -> list[Any]:
    """Up to five choices of one page, kept in the address line; the default where it names none."""
    key = f"choice.{name}"
    in_link = st.query_params.get_all(name)
    st.session_state[key] = [option for option in options if str(option) in in_link][:5] or list(default[:5])
    return st.multiselect(
        caption,
        options,
        key=key,
        format_func=format_func,
        placeholder=_("None"),
        max_selections=5,
        on_change=lambda: st.query_params.update({name: [str(one) for one in st.session_state[key]]}),
    )


def some(name: str, options: Sequence[str], caption: str, format_func: Callable[[str], str]) -> list[str]:
    """Any number of choices of one page, kept in the address line; all of them unless it names some."""
    key = f"choice.{name}"
    in_link = st.query_params.get_all(name)
    st.session_state[key] = [option for option in options if option in in_link] or list(options)

    def keep() -> None:
        chosen = list(st.session_state[key])
        if set(chosen) in (set(), set(options)):
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = chosen

    st.pills(caption, options, key=key, format_func=format_func, selection_mode="multi", on_change=keep)
    return list(st.session_state[key])


def number(name: str, caption: str, low: int, high: int, help: str | None = None) -> int | None:
    """A whole number of one page that may be left empty, kept in the address line."""
    key = f"choice.{name}"
    in_link = st.query_params.get(name, "")
    st.session_state[key] = int(in_link) if in_link.isdecimal() and low <= int(in_link) <= high else None

    def keep() -> None:
        chosen = st.session_state[key]
        if chosen is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = str(chosen)

    return st.number_input(
        caption, low, high, None, key=key, placeholder=_("None"), help=help, on_change=keep, width=200
    )


def switch(name: str, caption: str, help: str | None = None) -> bool:
    """A yes or no of one page, kept in the address line."""
    key = f"choice.{name}"
    st.session_state[key] = st.query_params.get(name) == "yes"

    def keep() -> None:
        if st.session_state[key]:
            st.query_params[name] = "yes"
        else:
            st.query_params.pop(name, None)

    return st.toggle(caption, key=key, help=help, on_change=keep)


def _workspace(query: dict[str, list[str]], problems: list[str]) -> str:
    name = query.get(_WORKSPACE, [workspaces.SAMPLE])[-1]
    if name in workspaces.names():
        return name
    problems.append(_("There is no workspace {name}; this is the sample shop.").format(name=repr(name)))
    return workspaces.SAMPLE


def _change(scope: Scope, part: str, values: list[str]) -> dict:
    if part in _FILTERS:
        return {"filters": dict(scope.filters) | {part: values}}
    return {part: values[-1]}
