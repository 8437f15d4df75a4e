"""Several files at once: where each stands, what is asked once for all of a kind, and loading all that are clear."""

from collections.abc import Sequence

import streamlit as st

from loyalty_metrics.language import _, format_value, label, ngettext, plain
from pages._ui import import_run, incoming, jobs, joining, load_file, loaded, questions, tables
from pages._ui.import_run import Loaded, Looked
from pages._ui.incoming import Incoming
from pages._ui.jobs import Job
from pages._ui.mapping import Choices
from pages._ui.view import View


def show(view: View, files: Sequence[Incoming]) -> None:
    """Draw the list, the questions and one file in full."""
    jobs.wait([_job(view, one) for one in files])
    work = {one.key: _job(view, one) for one in files}
    pending = [job for job in work.values() if not job.is_over]
    import_run.keep_up(view)
    looked = {one.key: found for one in files if (found := _looked(view, one))}
    with st.container(key="several"):  # look.py fits it to a phone
        tables.static([_row(view, one, work[one.key]) for one in files], alt=_("Files on their way in"), wide=True)
    if pending:
        jobs.progress(pending, "several")
    else:
        joining.settle(view, files, looked)
    _load_all(view, [one for one in files if one.key in looked and looked[one.key].is_clear], looked)
    _questions(files, looked)
    done = [one for one in files if import_run.is_loaded(view, one)]
    waiting = {one.key: one for one in files if one not in done}
    if done:
        _done(view, done)
    if waiting:
        key = st.selectbox(
            _("Look at one file"), list(waiting), key="several.one", format_func=lambda k: waiting[k].name, width=420
        )
        load_file.show(view, waiting[key])


def _done(view: View, files: Sequence[Incoming]) -> None:
    """What the loaded files changed together, and where to go from there."""
    outcomes = sorted((work.outcome() for one in files if (work := import_run.loading(view, one))), key=_import_id)
    loaded.changes(view, outcomes[0].before, outcomes[-1].after)
    with st.container(horizontal=True):
        loaded.to_overview("several.overview")
        st.button(_("Take the loaded files off this list"), key="several.done", on_click=_take_off, args=(files,))


def _import_id(outcome: Loaded) -> int:
    return outcome.import_id


def _take_off(files: Sequence[Incoming]) -> None:
    for one in files:
        incoming.drop(one)


def _job(view: View, one: Incoming) -> Job:
    return import_run.loading(view, one) or import_run.look(view, one)


def _looked(view: View, one: Incoming) -> Looked | None:
    """What was found of a file that waits to be loaded."""
    if import_run.loading(view, one):
        return None
    job = import_run.look(view, one)
    return job.outcome() if job.is_over and not job.error else None


def _row(view: View, one: Incoming, job: Job) -> dict[str, str]:
    done = job.outcome() if job.is_over and not job.error else None
    report = done.report if done else None
    table = report.table if report else done.sketch.table if done else None
    currency = (done.currency if isinstance(done, Looked) else None) or view.currency
    return {
        _("File"): plain(one.name),
        _("Holds"): label(table) if table else "",
        _("State"): _state(job, done),
        _("Rows"): format_value(report.loaded, "count") if report else "",
        _("Set aside"): format_value(report.set_aside, "count") if report else "",
        _("Money"): format_value(report.money_counted, "money", currency) if report and report.money_read else "",
    }


def _state(job: Job, done: object) -> str:
    if not job.is_over:
        return _("at work …")
    if job.error:
        return plain(str(job.error))
    if not isinstance(done, Looked):
        return _("loaded")
    if done.is_known:
        return _("all of it is here already")
    return _("clear") if done.is_clear else _("needs an answer") if done.questions else _("nothing to load")


def _load_all(view: View, clear: Sequence[Incoming], looked: dict[str, Looked]) -> None:
    n = len(clear)
    text = ngettext("Load the file that is clear", "Load all {n} files that are clear", n).format(n=n)
    if n:
        st.button(text, type="primary", key="several.load", on_click=_load_each, args=(view, clear, looked))


def _load_each(view: View, clear: Sequence[Incoming], looked: dict[str, Looked]) -> None:
    for one in clear:
        import_run.load(view, one, looked[one.key])


def _questions(files: Sequence[Incoming], looked: dict[str, Looked]) -> None:
    """Ask once for all files of a kind."""
    found = [(one.kind, looked[one.key]) for one in files if one.key in looked]
    asked: dict[tuple, tuple] = {}
    for kind, one_look in found:
        for question in one_look.questions:
            asked.setdefault((kind, question.code, question.header, question.key), (question, one_look.sketch))
    for (kind, code, header, part), (question, sketch) in asked.items():
        names = [plain(one.name) for one in files if one.kind == kind]
        text = _("About {files}:") if len(names) == 1 else _("Asked once for {files}:")
        st.caption(text.format(files=", ".join(names)))
        questions.ask(question, sketch, Choices(str(kind)), f"several.{kind}.{code}.{header}.{part}")
