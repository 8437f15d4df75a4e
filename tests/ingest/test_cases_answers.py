# ruff: noqa: E501 - a row of a table of cases is one line
"""Answers of surveys as the tools of the trade export them."""

from pathlib import Path

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, stage
from loyalty_metrics.ingest.answer_words import read_answer
from tests.ingest.staged import asked, rows, text

CASES = Path(__file__).parents[1] / "cases"


class TestSurveys:
    def test_labelled_extremes_are_read(self, cursor: Cursor) -> None:
        path = CASES / "20-surveymonkey-extremes-lost" / "nps.csv"
        report = stage(cursor, path, ImportOptions("surveys"))
        assert rows(cursor, "perceived, dimension") == [
            (9, "recommend"),
            (10, "recommend"),
            (0, "recommend"),
            (7, "recommend"),
        ]
        assert (report.read, report.loaded, report.set_aside) == (4, 4, 0)
        assert any("line below the header" in note for note in report.notes)

    @pytest.mark.parametrize(
        ("file", "answers"),
        [
            ("typeform.csv", [("abc1", None, 9), ("abc2", None, 4)]),
            ("delighted.csv", [("1", "a@example.com", 9), ("2", "b@example.com", 3)]),
            ("qualtrics.csv", [("R_1", "a@x.com", 9), ("R_2", "b@x.com", 3)]),
        ],
    )
    def test_tools(self, cursor: Cursor, file: str, answers: list[tuple]) -> None:
        report = stage(cursor, CASES / "21-survey-tools-refused" / file, ImportOptions("surveys"))
        assert rows(cursor, "response_id, customer_id, perceived") == answers
        assert cursor.rows("select distinct dimension from staged") == [("recommend",)]
        assert (report.read, report.set_aside) == (2, 0)
        assert cursor.value("select count(*) from staged where sent_at is null or answered_at is null") == 0

    def test_google_forms(self, load, cursor: Cursor) -> None:
        written = (CASES / "21-survey-tools-refused" / "google_forms.csv").read_text()
        plain = written.replace(" 3:04:05 PM GMT+1", " 15:04:05").replace(" 10:04:05 AM GMT+1", " 10:04:05")
        load(plain, table="surveys")
        assert rows(cursor, "customer_id, dimension, perceived, comment") == [
            ("a@example.com", "recommend", 9, "ok"),
            ("b@example.com", "recommend", 3, "slow"),
        ]
        first = rows(cursor, "response_id")
        load(plain, table="surveys")
        assert rows(cursor, "response_id") == first
        assert len(set(first)) == 2

    @pytest.mark.parametrize(
        "question",
        [
            "How likely are you to recommend us to a friend?",
            "On a scale of 0-10, how likely are you to recommend Acme to a friend or colleague?",
            "Quelle est la probabilité que vous recommandiez notre boutique ?",
            "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
            "¿Qué tan probable es que nos recomiende?",
            "Qual a probabilidade de você nos recomendar?",
            "您有多大可能推荐我们?",
            "Bạn có sẵn lòng giới thiệu chúng tôi?",
            "Quanto è probabile che ci consigli?",
            "Hoe waarschijnlijk is het dat u ons aanbeveelt?",
            "NPS",
            "Likelihood to recommend",
        ],
    )
    def test_questions_of_recommending(self, load, cursor: Cursor, question: str) -> None:
        load(
            text(
                f'Timestamp,Email Address,"{question}"',
                "2024-03-14 10:00:00,a@e.com,9",
                "2024-03-15 10:00:00,b@e.com,0",
            ),
            table="surveys",
        )
        assert rows(cursor, "dimension, perceived") == [("recommend", 9), ("recommend", 0)]

    def test_a_column_for_each_question_becomes_a_line_for_each(self, load, cursor: Cursor) -> None:
        header = "ID,Timestamp,How likely are you to recommend us?,How satisfied are you with our service? (1-5),Product quality (1-10),How often do you shop per month?"
        report = load(text(header, "1,2024-03-14 10:00:00,9,4,8,2", "2,2024-03-15 10:00:00,,5,,3"), table="surveys")
        assert set(rows(cursor, "response_id, dimension, perceived, answered_at is not null")) == {
            ("1", "recommend", 9, True),
            ("1", "service", 8, True),
            ("1", "product", 8, True),
            ("2", "recommend", None, False),
            ("2", "service", 10, True),
        }
        assert (report.read, report.loaded) == (2, 2)
        assert any("How often do you shop" in note and "not used" in note for note in report.notes)

    @pytest.mark.parametrize(
        ("written", "number", "best"),
        [
            ("10 - Extremely likely", 10, None),
            ("0 - Not at all likely", 0, None),
            ("0 (Not at all likely)", 0, None),
            ("5 (Very satisfied)", 5, None),
            ("10 = Muy probable", 10, None),
            ("10：非常可能", 10, None),
            ("Extremely likely - 10", 10, None),
            ("Promoter (9)", 9, None),
            ("9分", 9, None),
            ("★★★★", 4, 5),
            ("★★★☆☆", 3, 5),
            ("⭐️⭐️⭐️", 3, 5),
            ("4/5", 4, 5),
            ("4 out of 5", 4, 5),
            ("4 stars", 4, 5),
            ("80%", 80, 100),
            ("Very satisfied", 5, 5),
            ("sehr unzufrieden", 1, 5),
            ("非常满意", 5, 5),
            ("Rất hài lòng", 5, 5),
            ("Không hài lòng", 2, 5),
            ("Très satisfait", 5, 5),
            ("Muy insatisfecho", 1, 5),
            ("neutral", 3, 5),
            ("7,5", 7.5, None),
            ("don't know", None, None),
        ],
    )
    def test_answers(self, written: str, number: float | None, best: int | None) -> None:
        found = read_answer(written)
        assert found is not None
        assert (found.number, found.best) == (number, best)

    @pytest.mark.parametrize("written", ["Too expensive", "5 - 7", "2024-03-14", "a@e.com", ""])
    def test_what_is_no_answer(self, written: str) -> None:
        assert read_answer(written) is None

    @pytest.mark.parametrize(
        ("answers", "kept"),
        [
            (["★★★★", "★"], [8, 2]),
            (["4/5", "5/5"], [8, 10]),
            (["80%", "100%"], [8, 10]),
            (["Very satisfied", "Dissatisfied"], [10, 4]),
            (["9", "3"], [9, 3]),
            (["5 (Very satisfied)", "10 (Perfect)"], [5, 10]),
        ],
    )
    def test_scales_that_answers_say(self, load, cursor: Cursor, answers: list[str], kept: list[float]) -> None:
        lines = [f"{number},2024-01-31,service,{answer}" for number, answer in enumerate(answers)]
        load(text("response id,date,dimension,score", *lines), table="surveys")
        assert rows(cursor, "perceived") == [(number,) for number in kept]

    def test_a_scale_that_nothing_says_is_asked(self, load, cursor: Cursor, tmp_path: Path) -> None:
        content = text(
            "response id,date,dimension,score", "1,2024-01-31,service,5", "2,2024-01-31,service,4", "3,2024-01-31,nps,9"
        )
        assert asked(tmp_path, content, table="surveys") == [("scale", "scale", None)]
        load(content, table="surveys", scale=5)
        assert rows(cursor, "perceived") == [(10,), (8,), (9,)]
        load(content, table="surveys", scale=10)
        assert rows(cursor, "perceived") == [(5,), (4,), (9,)]

    def test_codes_outside_the_scale_are_no_answers(self, load, cursor: Cursor) -> None:
        lines = [f"{number},2024-01-31,{number % 11}" for number in range(22)]
        report = load(text("ID,Survey date,NPS", *lines, "98,2024-01-31,99"), table="surveys")
        assert cursor.row("select max(perceived), count(*), count(perceived) from staged") == (10, 23, 22)
        assert any("lie outside its scale (such as 99)" in note for note in report.notes)

    def test_words_that_are_not_known_are_asked(self, load, cursor: Cursor, tmp_path: Path) -> None:
        content = text("ID,Survey date,NPS", "1,2024-01-31,9", "2,2024-01-31,Quite so")
        assert asked(tmp_path, content, table="surveys") == [("unknown_word", "states", "Quite so")]
        load(content, table="surveys", states={"Quite so": "8"})
        assert rows(cursor, "perceived") == [(9,), (8,)]

    def test_a_dimension_that_the_file_lacks_is_asked(self, load, cursor: Cursor, tmp_path: Path) -> None:
        content = text("Review Id,Review Created,Review Stars", "1,2024-01-31,5 stars", "2,2024-01-31,1 star")
        assert asked(tmp_path, content, table="surveys") == [("missing_constant", "constants", "dimension")]
        with pytest.raises(ImportRefused, match="--set dimension=recommend"):
            load(content, table="surveys")
        load(content, table="surveys", constants={"dimension": "image"})
        assert rows(cursor, "dimension, perceived") == [("image", 10), ("image", 2)]
