"""An error that nobody foresaw ends in one sentence, and Streamlit's own ways to stop a page still work."""

import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from loyalty_metrics import Workspace
from loyalty_metrics.errors import LoyaltyError
from pages._ui import jobs, mishap
from tests.pages.conftest import Open, texts
from tests.pages.test_data_page import new_workspace, upload

ROOT = Path(__file__).parents[2]
UNFORESEEN = "Something went wrong in the program"


def test_a_page_that_breaks_says_one_sentence_and_where_more_is_found(unforeseen: list) -> None:
    def page() -> None:
        import streamlit as st

        from pages._ui import mishap

        with mishap.told():
            st.write("before")
            st.write({}["no such key"])
        st.write("after")

    app = AppTest.from_function(page).run()
    assert [error.value.startswith(UNFORESEEN) for error in app.error] == [True]
    assert not app.exception and "KeyError" not in app.error[0].value
    assert [one.value for one in app.markdown] == ["before", "after"]
    assert [type(error) for error in unforeseen] == [KeyError]
    unforeseen.clear()


def test_a_part_that_breaks_leaves_the_rest_of_the_page(unforeseen: list) -> None:
    def page() -> None:
        import streamlit as st

        from pages._ui import mishap

        @st.fragment
        @mishap.told()
        def part() -> None:
            raise ZeroDivisionError

        part()
        st.write("after")

    app = AppTest.from_function(page).run()
    assert app.error[0].value.startswith(UNFORESEEN) and app.markdown[0].value == "after"
    unforeseen.clear()


def test_what_was_foreseen_is_told_as_it_is() -> None:
    error = LoyaltyError("The file is empty.")
    assert mishap.of(error) is error


def test_stop_and_rerun_are_no_mishaps() -> None:
    def page() -> None:
        import streamlit as st

        from pages._ui import mishap

        with mishap.told():
            if "again" not in st.session_state:
                st.session_state["again"] = True
                st.rerun()
            st.write("second time")
            st.stop()
        st.write("never")

    app = AppTest.from_function(page).run()
    assert [one.value for one in app.markdown] == ["second time"] and not app.error


def test_work_beside_the_page_that_breaks_has_a_sentence_too(unforeseen: list) -> None:
    job = jobs.Job(lambda watch: {}["no such key"])
    assert jobs.wait([job]) == [] and str(job.error).startswith(UNFORESEEN)
    with pytest.raises(LoyaltyError):
        job.outcome()
    unforeseen.clear()


def test_the_settings_that_are_shipped_are_careful() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["client"]["showSidebarNavigation"] is False
    assert settings["browser"]["gatherUsageStats"] is False


def test_a_file_on_which_the_program_breaks_is_told_in_one_sentence(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, unforeseen: list
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr(Workspace, "inspect", broken)
    app = new_workspace(upload(open_page("data"), b"customer id,name,email\nC1,a\n"), "broken")
    assert [error.value.startswith(UNFORESEEN) for error in app.error] == [True]
    assert not app.exception and "list index" not in texts(app)
    assert not [button for button in app.button if (button.key or "").startswith("load.go")]
    assert {type(error) for error in unforeseen} == {IndexError}
    unforeseen.clear()
