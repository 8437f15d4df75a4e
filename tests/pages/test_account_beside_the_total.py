"""Before and after loading: what moved money stands by the total, and nothing is called sure that is not."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from loyalty_metrics import Workspace
from loyalty_metrics.ingest import ImportReport, MoneyNote, Question
from loyalty_metrics.ingest.sketch import ColumnSketch
from loyalty_metrics.language import without_markup
from pages._ui import import_report, mapping, questions
from pages._ui.understood import how_known
from tests.pages.conftest import Open, texts
from tests.pages.test_data_page import load_button, new_workspace, upload

ORDERS = b"order_id,customer_id,order_date,amount\n1,A,2026-01-05,10.00\n2,B,2026-01-07,20.00\n"
NOTES = (
    MoneyNote("refunds", "Rows that say Return are refunds; answer with --state Return=refund.", 3, Decimal("-60.5")),
    MoneyNote("shipping", "Shipping is part of the amount.", 2, Decimal("4")),
    MoneyNote("cents", "Money is read in cents."),
)


@pytest.fixture
def with_notes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every import has readings that decide how much money is loaded."""
    take = Workspace.import_file

    def import_file(self: Workspace, *args: object, **options: object) -> ImportReport:
        report = take(self, *args, **options)
        object.__setattr__(report, "money_notes", NOTES)
        return report

    monkeypatch.setattr(Workspace, "import_file", import_file)
    yield


def told(note: MoneyNote, currency: str | None = None) -> str:
    """The line of a reading, as people see it."""
    return without_markup(import_report._money_note(note, currency))


def test_readings_of_money_are_told_with_rows_and_signed_amount() -> None:
    assert told(NOTES[0]) == "Rows that say Return are refunds · 3 rows · -60.50"
    assert told(NOTES[0], "EUR") == "Rows that say Return are refunds · 3 rows · -€60.50"
    assert told(NOTES[1], "EUR") == "Shipping is part of the amount · 2 rows · +€4"
    assert told(NOTES[2]) == "Money is read in cents."


def test_they_stand_between_the_total_and_the_button(open_page: Open, with_notes: None) -> None:
    app = new_workspace(upload(open_page("data"), ORDERS), "money")
    shown = [element.value for element in app.markdown]
    total = next(at for at, text in enumerate(shown) if "to load" in text)
    assert "What this total rests on" in shown[total + 1]
    assert "60.50" in shown[total + 1] and "3 rows" in shown[total + 1]
    load_button(app).click().run()
    assert "Loaded 2 rows" in app.success[0].value and "What this total rests on" in texts(app)


@pytest.mark.parametrize(
    ("how", "confidence", "words"),
    [
        ("explicit", 1.0, "you said so"),
        ("preset", 1.0, "as this export writes it"),
        ("header", 1.0, "by its name"),
        ("header", 0.6, "likely, by its name"),
        ("values", 0.5, "a guess, by its values"),
        ("values", 0.95, "a guess, by its values"),
    ],
)
def test_how_a_column_is_known_never_says_sure(how: str, confidence: float, words: str) -> None:
    assert how_known(ColumnSketch("Amount", (), "amount", how, confidence)) == words


def page_of_questions() -> None:
    from loyalty_metrics.ingest import FileSketch, Question
    from pages._ui import questions
    from pages._ui.mapping import Choices

    sketch = FileSketch("a.csv", "transactions", 1, (), ())
    words = ("Return", "Void")
    readings = (("sale", "1 row, 40.00 is added"), ("refund", "1 row, 40.00 is taken off"))
    for word in words:
        sentence = f'"{word}" is no known state; say what it is with --state {word}=refund.'
        one = Question("unknown_state", sentence, "states", "Type", ("sale", "refund"), readings, word)
        questions.ask(one, sketch, Choices("kind"), f"asked.{word}")


def test_a_question_with_a_key_is_answered_by_key() -> None:
    app = AppTest.from_function(page_of_questions).run()
    assert [one.value for one in app.warning] == ['"Return" is no known state.', '"Void" is no known state.']
    shown = [without_markup(option) for option in app.radio[0].options]
    assert shown == ["Sale: 1 row, 40.00 is added", "Refund: 1 row, 40.00 is taken off"]
    app.radio[1].set_value("refund").run()
    assert app.session_state["mapping.kind"]["states"] == {"Void": "refund"}
    app.radio[0].set_value("sale").run()
    assert app.session_state["mapping.kind"]["states"] == {"Void": "refund", "Return": "sale"}
    assert [one.value for one in app.radio] == ["sale", "refund"]
    assert not app.exception


def test_what_was_said_is_told_again_by_word() -> None:
    said = {"states": {"Void": "refund"}, "decimal": ",", "columns": {"amount": "Total"}, "sheet": ""}
    assert mapping.told(said) == ["States Void → Refund", "Decimal mark ,"]


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("%d/%m/%Y", "3 April (the day stands first)"),
        ("%m-%d-%y", "3 April (the month stands first)"),
        ("%y-%m-%d", "3 April (the year stands first)"),
    ],
)
def test_formats_of_dates_are_told_by_what_stands_first(choice: str, words: str) -> None:
    question = Question("date_order", "", "date_format", "Day", (choice,), ((choice, "3 April"),))
    assert questions._answer(question, choice) == words


def test_words_of_the_file_stay_as_they_are() -> None:
    question = Question("sheet", "", "sheet", None, ("data",), ())
    assert questions._answer(question, "data") == "data"
