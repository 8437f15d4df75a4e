"""The versions of the rules of segments: what each changed, going back to any, and rules as files."""

from collections.abc import Sequence
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.language import _, ngettext, period_label, plain
from loyalty_metrics.rule_versions import Version
from loyalty_metrics.segment_rules import RulesRefused, from_text, to_text
from pages._ui import changing, import_run
from pages._ui.segments.rule_draft import Draft
from pages._ui.view import View

PLACE = "rules"
_SHOWN = 20


def title(version: Version) -> str:
    """A version's name for people, escaped."""
    if version.saved_at is None:
        return _("The house rules")
    day = plain(period_label(version.saved_at, "day"))
    return _("The rules of version {n}, saved on {day},").format(n=version.number, day=day)


def show(view: View, versions: Sequence[Version], draft: Draft) -> None:
    """Files in and out, then the list of versions."""
    _files(versions[0], draft)
    n = len(versions) - 1
    text = ngettext("{n} version was saved so far", "{n} versions were saved so far", n).format(n=n)
    with st.expander(text if n else _("No other rules were saved so far")):
        for at, version in enumerate(versions[:_SHOWN]):
            _one(view, version, versions[at + 1] if at + 1 < len(versions) else None, is_held=at == 0)
        if len(versions) > _SHOWN:
            st.caption(_("Older versions are listed on the command line."))
            _one(view, versions[-1], None, is_held=False)


def _one(view: View, version: Version, before: Version | None, is_held: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(_told(version), width=720)
        if is_held:
            st.markdown(_("**holds now**"), width="content")
        else:
            st.button(
                _("Go back to it"),
                key=f"rules.back.{version.number}",
                disabled=view.is_sample or changing.is_running(view, PLACE),
                on_click=changing.begin,
                args=(view, PLACE, _("Went back; what held until now is kept as a version."), _back(view, version)),
            )
    if before:
        changes = answers.rule_changes(before.rules, version.rules)
        st.caption(" · ".join(plain(change) for change in changes[:8]) + (" …" if len(changes) > 8 else ""))


def _told(version: Version) -> str:
    if version.saved_at is None:
        return _("**House rules**: what a workspace begins with")
    moment = version.saved_at.replace(tzinfo=UTC)
    parts = [_("{day}, {time} UTC").format(day=period_label(moment, "day"), time=f"{moment:%H:%M}")]
    parts += [part for part in (version.who, version.note) if part]
    return f"**{_('Version {n}').format(n=version.number)}**: {plain(' · '.join(parts))}"


def _back(view: View, version: Version) -> Any:
    return partial(_restore, view.workspace, version.number, import_run.who())


def _restore(workspace: Any, number: int, who: str | None, watch: Watch) -> None:
    watch.step("Saving the rules")
    workspace.restore_rules(number, who)


def _files(holds: Version, draft: Draft) -> None:
    with st.expander(_("Rules as a file")):
        st.download_button(
            _("Download the rules that hold"),
            to_text(holds.rules, holds.told),
            file_name=f"segment_rules_{holds.number}.json",
            mime="application/json",
            key="rules.download",
            on_click="ignore",
        )
        key = draft.key("file")
        st.file_uploader(
            _("Take rules from a file, JSON or TOML; you see what they would do before they are saved"),
            type=["json", "toml"],
            key=key,
            on_change=_take_file,
            args=(draft, key),
        )
        if error := st.session_state.pop("rules.file_error", None):
            st.error(plain(error))


def _take_file(draft: Draft, key: str) -> None:
    file = st.session_state[key]
    if file is None:
        return
    try:
        draft.take(from_text(file.getvalue().decode("utf-8-sig", "replace"), Path(file.name).suffix.lower()))
    except RulesRefused as error:
        st.session_state["rules.file_error"] = str(error)
