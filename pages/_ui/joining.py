"""Orders in one file and their lines in another: neither can be loaded alone, together they are one file."""

from collections.abc import Mapping, Sequence

import streamlit as st

from loyalty_metrics.language import _, plain
from loyalty_metrics.schema import TRANSACTIONS
from pages._ui import incoming, jobs
from pages._ui.import_run import Looked
from pages._ui.incoming import Folder, Incoming
from pages._ui.jobs import Job
from pages._ui.view import View

_TRIED = "joining.tried"


def settle(view: View, files: Sequence[Incoming], looked: Mapping[str, Looked]) -> None:
    """Try to lay files together where one of them lacks what others may tell; each set of files is tried once."""
    parts = [one for one in files if one.key in looked and not one.is_apart and not one.parts]
    if len(parts) < 2 or not any(_lacks_a_column(looked[one.key]) for one in parts):
        return
    keys = tuple(one.key for one in parts)
    tried_for, folder, job = st.session_state.get(_TRIED, (None, None, None))
    if tried_for != keys:
        folder = Folder()
        job = _begin(view, parts, folder)
        st.session_state[_TRIED] = keys, folder, job
    if jobs.wait([job]):
        jobs.progress([job], "joining")
    elif not job.error:
        _take(parts, job, folder)


def _lacks_a_column(found: Looked) -> bool:
    of_sales = found.sketch.table == TRANSACTIONS.name
    return of_sales and any(question.code == "missing_column" for question in found.questions)


def _begin(view: View, parts: Sequence[Incoming], folder: Folder) -> Job:
    workspace, paths, target = view.workspace, [one.path for one in parts], folder.path
    return Job(
        lambda watch: (watch.step("Looking which files belong together"), workspace.join_files(paths, target))[1]
    )


def _take(parts: Sequence[Incoming], job: Job, folder: Folder) -> None:
    left = job.outcome()
    used = [one for one in parts if one.path not in left]
    if used:
        incoming.lay_together(used, left[0], folder)
        st.rerun()


def tell(one: Incoming) -> None:
    """Say of which files one was made, and let them be read alone instead."""
    if not one.parts:
        return
    names = ", ".join(plain(part.name) for part in one.parts)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Laid together by their order numbers: {files}.").format(files=names), width="stretch")
        st.button(_("Read them one by one"), key=f"joining.apart.{one.key}", on_click=incoming.take_apart, args=(one,))
