"""Files that take a while: made beside the page when somebody asks, with progress, and then there to download."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from loyalty_metrics.errors import ImportCancelled
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.language import _, format_value, plain
from pages._ui import jobs
from pages._ui.jobs import Job


@dataclass(frozen=True)
class Format:
    """One kind of file.

    Attributes:
        name: As people call it.
        mime: Its media type.
        make: Makes it; a watch tells how far that is, and cancels.
    """

    name: str
    mime: str
    make: Callable[[Watch], bytes]


def offer(key: str, wanted: Any, stem: str, formats: Mapping[str, Format]) -> None:
    """Draw a button for each format; the file last asked for has a download instead.

    Args:
        key: Of the widgets, and of what is kept.
        wanted: What the files are of; a file of anything else is dropped.
        stem: The files' name without ending.
        formats: By ending.
    """
    done_for, ending, job = st.session_state.get(key, (None, "", None))
    if job and done_for != wanted:
        job.cancel()
        job = None
    if job and jobs.wait([job]):
        jobs.progress([job], key)
        return
    if job and job.error:
        if not isinstance(job.error, ImportCancelled):
            st.error(plain(str(job.error)))
        del st.session_state[key]
        job = None
    if job:
        made: bytes = job.outcome()
        st.download_button(
            _("Download {format} ({size} MB)").format(
                format=formats[ending].name, size=format_value(len(made) / 1e6, "number", compact=True)
            ),
            made,
            file_name=f"{stem}.{ending}",
            mime=formats[ending].mime,
            key=f"{key}.download",
            on_click="ignore",
            type="primary",
        )
    for other, offered in formats.items():
        if not (job and other == ending):
            st.button(
                _("Make {format}").format(format=offered.name),
                key=f"{key}.{other}",
                on_click=_begin,
                args=(key, wanted, other, offered.make),
            )


def _begin(key: str, wanted: Any, ending: str, make: Callable[[Watch], bytes]) -> None:
    st.session_state[key] = wanted, ending, Job(make)
