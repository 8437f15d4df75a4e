# ruff: noqa: E501 - a row of a table of cases is one line
"""The tables beside transactions, as help desks, programmes, survey tools and advertising export them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_metrics import Workspace
from loyalty_metrics.database import Cursor, Database
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, ImportReport, inspect, stage
from loyalty_metrics.ingest.answer_words import read_answer
from loyalty_metrics.ingest.complaints import _grade
from loyalty_metrics.ingest.consent import direction, meaning_of

CASES = Path(__file__).parents[1] / "cases"


def rows(cursor: Cursor, columns: str) -> list[tuple]:
    return cursor.rows(f"select {columns} from staged order by line_no")


def text(header: str, *lines: str) -> str:
    return "\n".join((header, *lines)) + "\n"


def codes(report: ImportReport) -> dict[str, int]:
    return {warning.code: warning.rows for warning in report.warnings}


def asked(tmp_path: Path, content: str, **options: Any) -> list[tuple[str, str, str | None]]:
    path = tmp_path / "asked.csv"
    path.write_text(content, encoding="utf-8")
    database = Database(None)
    with database.transaction() as cursor:
        sketch = inspect(cursor, path, ImportOptions(**options))
    database.close()
    return [(question.code, question.option, question.key) for question in sketch.questions]


class TestComplaints:
    def test_tickets_that_were_solved_are_closed_on_their_day(self, cursor: Cursor) -> None:
        path = CASES / "18-zendesk-solved-but-never-closed" / "tickets.csv"
        report = stage(cursor, path, ImportOptions("complaints"))
        within = "closed_at <= opened_at + interval 14 days"
        assert rows(cursor, f"complaint_id, customer_id, severity, outcome, coalesce({within}, false)") == [
            ("101", "a@example.com", 4, "settled", True),
            ("102", "b@example.com", 5, None, False),
            ("103", "c@example.com", 3, "closed", True),
        ]
        assert report.warnings == ()

    def test_two_of_three_are_closed_within_two_weeks_in_the_measure(self) -> None:
        workspace = Workspace.in_memory()
        folder = CASES / "18-zendesk-solved-but-never-closed"
        workspace.import_file(folder / "orders.csv")
        workspace.import_file(folder / "tickets.csv", "complaints")
        weeks = workspace.measure("complaint_weeks").frame
        everybody = weeks[weeks["attribute"] == "everybody"]
        assert everybody["opened"].sum() == 3
        assert everybody["closed_in_time"].sum() == 2

    @pytest.mark.parametrize(
        ("header", "line", "closed"),
        [
            (
                "Ticket ID,Status,Priority,Created time,Resolved time,Closed time,Email",
                "1,Closed,Low,{o},{c},,a@e.com",
                True,
            ),
            (
                "Ticket ID,Ticket status,Create date,Close date,Priority,Contact email",
                "1,Closed,{o},{c},LOW,a@e.com",
                True,
            ),
            ("Conversation ID,Created at,State,Closed at,User email", "1,{o},closed,{c},a@e.com", True),
            ("Ticket id,Customer email,Status,Created datetime,Closed datetime", "1,a@e.com,closed,{o},{c}", True),
            ("Number,Customer Email,Status,Created At,Closed At", "1,a@e.com,closed,{o},{c}", True),
            ("Issue key,Reporter email,Status,Created,Resolved,Priority", "1,a@e.com,Done,{o},{c},Low", True),
            ("工单编号,邮箱,状态,创建时间,解决时间,优先级", "1,a@e.com,已解决,{o},{c},低", True),
            (
                "Mã phiếu,Email,Trạng thái,Thời gian tạo,Thời gian đóng,Độ ưu tiên",
                "1,a@e.com,Đã đóng,{o},{c},thấp",
                True,
            ),
            (
                "Ticketnummer,E-Mail-Adresse,Status,Erstellt am,Gelöst am,Priorität",
                "1,a@e.com,Gelöst,{o},{c},niedrig",
                True,
            ),
            ("Ticket,Correo,Estado,Creado el,Cerrado el,Prioridad", "1,a@e.com,Cerrado,{o},{c},baja", True),
            ("Ticket,Email,Statut,Créé le,Résolu le,Priorité", "1,a@e.com,Résolu,{o},{c},faible", True),
            ("Ticket ID,Email,Status,Created at,Solved at", "1,a@e.com,Open,{o},{c}", False),
        ],
    )
    def test_other_help_desks(self, load, cursor: Cursor, header: str, line: str, closed: bool) -> None:
        load(text(header, line.format(o="2024-03-14 10:00", c="2024-03-15 09:00")), table="complaints")
        assert rows(cursor, "complaint_id, customer_id, closed_at is not null, outcome is not null") == [
            ("1", "a@e.com", closed, closed)
        ]
        if "riori" in header or "优先级" in header or "ưu tiên" in header:
            assert rows(cursor, "severity") == [(2,)]

    def test_settled_complaints_without_a_day_are_told(self, load) -> None:
        report = load(text("ticket,created at,status", "1,2026-01-31,Solved", "2,2026-01-31,Open"), table="complaints")
        assert codes(report) == {"ended_without_day": 1}
        assert "All 1" in report.warnings[0].sentence
        assert "--map closed_at=" in report.warnings[0].sentence

    def test_the_last_change_is_taken_for_the_closing_of_closed_ones_alone(self, load, cursor: Cursor) -> None:
        header = "ticket,created at,status,updated at"
        report = load(
            text(header, "1,2026-01-01,Solved,2026-01-31", "2,2026-01-01,Open,2026-01-31"), table="complaints"
        )
        assert rows(cursor, "cast(closed_at as date)") == [(date(2026, 1, 31),), (None,)]
        assert any("which may be later" in note for note in report.notes)

    def test_unknown_states_are_named_and_can_be_said(self, load, cursor: Cursor) -> None:
        content = text("ticket,date received,status", "1,2026-01-31,Lost", "2,2026-01-31,Open")
        report = load(content, table="complaints")
        assert any('--state "Lost=settled"' in note for note in report.notes)
        assert load(content, table="complaints", states={"lost": "closed"}).set_aside == 0
        assert rows(cursor, "outcome") == [("closed",), (None,)]
        with pytest.raises(ImportRefused, match="cannot mean"):
            load(content, table="complaints", states={"Lost": "gone"})

    @pytest.mark.parametrize(
        ("word", "grade"),
        [
            ("P1", 5),
            ("p5", 1),
            ("1 - Critical", 5),
            ("3 - Moderate", 3),
            ("4", 4),
            ("紧急", 5),
            ("普通", 3),
            ("trung bình", 3),
            ("khẩn cấp", 5),
            ("cao", 4),
            ("hoch", 4),
            ("URGENT", 5),
            ("high priority", 4),
            ("whatever", None),
        ],
    )
    def test_grades(self, word: str, grade: int | None) -> None:
        assert _grade(word) == grade


class TestPoints:
    HEADER = "Member ID,Date,Type,Points"

    def test_a_signed_ledger(self, cursor: Cursor) -> None:
        report = stage(cursor, CASES / "19-points-signed-ledger" / "points.csv", ImportOptions("points"))
        assert rows(cursor, "customer_id, kind, points") == [
            ("7001", "issued", 100),
            ("7001", "redeemed", 40),
            ("7001", "expired", 10),
            ("7002", "issued", 20),
            ("7002", "adjusted", -5),
            ("7002", "adjusted", -10),
        ]
        assert balances(cursor) == {"7001": 50, "7002": 5}
        assert report.warnings == ()

    @pytest.mark.parametrize(
        ("lines", "balance"),
        [
            (("Earn,100", "Redeem,40", "Expire,10"), 50),
            (("Earn,100", "Redeem,-40", "Redeem,-30", "Redeem,-5", "Redeem,-5", "Redeem,40"), 60),
            (("Earn,100", "Redeem,40", "Redeem,30", "Redeem,5", "Redeem,5", "Redeem,-40"), 60),
            (("Earn,100", "Earn,-30"), 70),
            (("Earn,-100", "Redeem,40", "Expire,10"), 50),
            (("Tích điểm,100", "Đổi điểm,-40"), 60),
            (("获得,100", "兑换,-40", "过期,-10"), 50),
            (("Gutschrift,100", "Eingelöst,-40", "Verfallen,-10"), 50),
            (("Ganados,100", "Canjeados,-40", "Vencidos,-10"), 50),
            (('Earn,"1,000.00"', 'Redeem,"-1,000.00"'), 0),
            (("Earn,100", "Deduction,30"), 70),
            (("Earn,100", "Points returned,30"), 130),
            (("Earn,100", "Refund,-30"), 70),
        ],
    )
    def test_balances_of_ledgers(self, load, cursor: Cursor, lines: Sequence[str], balance: float) -> None:
        load(text(self.HEADER, *(f"7,2024-01-{day:02},{line}" for day, line in enumerate(lines, 1))), table="points")
        assert balances(cursor) == {"7": balance}
        assert cursor.value("select count(*) from staged where kind <> 'adjusted' and points < 0") == 0

    def test_unknown_words_are_asked_with_their_points(self, load, cursor: Cursor, tmp_path: Path) -> None:
        content = text(
            self.HEADER, "7,2024-01-01,Earn,100", "7,2024-01-02,Partner sync,-30", "7,2024-01-03,Partner sync,-5"
        )
        with pytest.raises(ImportRefused, match=r'"Partner sync" .*2 rows, -35 points.*--state "Partner sync=issued"'):
            load(content, table="points")
        assert asked(tmp_path, content, table="points") == [("unknown_word", "states", "Partner sync")]
        load(content, table="points", states={"Partner sync": "redeemed"})
        assert balances(cursor) == {"7": 65}
        report = load(content, table="points", states={"partner SYNC": "set_aside"})
        assert (report.set_aside, balances(cursor)) == (2, {"7": 100})

    def test_a_reversal_without_a_sign_is_asked(self, load, cursor: Cursor, tmp_path: Path) -> None:
        content = text(self.HEADER, "7,2024-01-01,Earn,100", "7,2024-01-02,Refund,30")
        assert asked(tmp_path, content, table="points") == [("unknown_word", "states", "Refund")]
        load(content, table="points", states={"Refund": "taken"})
        assert balances(cursor) == {"7": 70}

    def test_signs_without_a_rule_are_asked(self, load, cursor: Cursor, tmp_path: Path) -> None:
        content = text(self.HEADER, "7,2024-01-01,Earn,100", "7,2024-01-02,Redeem,-30", "7,2024-01-03,Redeem,20")
        assert asked(tmp_path, content, table="points") == [("points_sign", "points_sign", None)]
        for sign, balance in (("signed", 90), ("unsigned", 110)):
            load(content, table="points", points_sign=sign)
            assert balances(cursor) == {"7": balance}

    def test_without_a_kind_the_sign_tells(self, load, cursor: Cursor, tmp_path: Path) -> None:
        header = "ledger_id,user_id,points_delta,created_at"
        report = load(text(header, "1,7,100,2024-01-01", "2,7,-40,2024-01-02"), table="points")
        assert rows(cursor, "kind, points") == [("issued", 100), ("redeemed", 40)]
        assert any("no column for kind" in note for note in report.notes)
        only_plus = text(header, "1,7,100,2024-01-01")
        assert asked(tmp_path, only_plus, table="points") == [("missing_constant", "constants", "kind")]
        load(only_plus, table="points", constants={"kind": "redeemed"})
        assert rows(cursor, "kind, points") == [("redeemed", 100)]

    def test_a_balance_is_held_against_the_movements(self, load) -> None:
        header = f"{self.HEADER},Balance"
        lines = (
            "7,2024-01-01,Earn,100,100",
            "7,2024-01-02,Redeem,-40,65",
            "8,2024-01-01,Earn,10,30",
            "8,2024-01-02,Redeem,-5,25",
        )
        report = load(text(header, *lines), table="points")
        assert codes(report) == {"balance_differs": 1, "opening_balance": 1}
        assert report.warnings[0].examples == ("7: movements come to 60, the file says 65",)
        assert codes(load(text(header, *reversed(lines[2:])), table="points")) == {"opening_balance": 1}

    def test_a_ledger_with_a_kind_and_columns_of_movements(self, load, cursor: Cursor) -> None:
        load(text("Member ID,Date,Type,Points Earned,Points Redeemed", "7,2024-01-01,Sale,10,4"), table="points")
        assert balances(cursor) == {"7": 6}

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(st.tuples(st.sampled_from(["Earn", "Redeem", "Expire"]), st.integers(1, 500)), min_size=1, max_size=12)
    )
    def test_signed_and_unsigned_ledgers_tell_the_same(self, tmp_path_factory, moves: list[tuple[str, int]]) -> None:
        moves = [("Earn", 1000), *moves]
        found = []
        for signed in (True, False):
            lines = [f"7,2024-01-01,{kind},{-n if signed and kind != 'Earn' else n}" for kind, n in moves]
            path = tmp_path_factory.mktemp("ledger") / "points.csv"
            path.write_text(text(self.HEADER, *lines))
            database = Database(None)
            with database.transaction() as cursor:
                stage(cursor, path, ImportOptions("points"))
                found.append((balances(cursor), rows(cursor, "kind, points")))
            database.close()
        assert found[0] == found[1]
        assert found[0][0] == {"7": sum(n if kind == "Earn" else -n for kind, n in moves)}


def balances(cursor: Cursor) -> dict[str, float]:
    moved = "sum(case when kind in ('redeemed', 'expired') then -points else points end)"
    return dict(cursor.rows(f"select customer_id, {moved} from staged group by customer_id"))


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


class TestCosts:
    COLUMNS = "cast(booked_on as varchar), purpose, channel, cast(amount as double)"

    def test_meta(self, cursor: Cursor) -> None:
        report = stage(cursor, CASES / "22-ad-costs-need-purpose" / "meta.csv", ImportOptions("costs"))
        assert rows(cursor, self.COLUMNS) == [
            ("2024-01-01", "acquisition", "Prospecting", 1520),
            ("2024-02-01", "acquisition", "Prospecting", 999),
        ]
        assert report.money_loaded == 2519
        told = " ".join(report.notes)
        assert "booked on the first" in told
        assert "Costs are in EUR" in told
        assert "winning customers" in told

    @pytest.mark.parametrize(
        ("header", "line"),
        [
            (
                "date,channel,campaign,impressions,clicks,spend,conversions,revenue",
                "2024-01-31,search,Brand,1000,50,12.50,3,240.00",
            ),
            ("Day,Campaign,Cost,Currency code,Clicks,Impr.", "2024-01-31,search,12.50,EUR,50,1000"),
            ("Date,Campaign name,Cost,CPC (Destination),Clicks,Conversions", "2024-01-31,search,12.50,0.25,50,3"),
            ("Time period,Campaign,Spend,Clicks,CTR", "2024-01-31,search,12.50,50,2.00%"),
            ("Start Date (in UTC),Campaign Name,Total Spent,Impressions,Clicks", "2024-01-31,search,12.50,1000,50"),
            ("Tag,Kampagnenname,Ausgegebener Betrag (EUR),Impressionen", "2024-01-31,search,12.50,1000"),
            ("Día,Nombre de la campaña,Importe gastado (EUR),Impresiones", "2024-01-31,search,12.50,1000"),
            ("Ngày,Tên chiến dịch,Số tiền đã chi tiêu (VND),Lượt hiển thị", "2024-01-31,search,12.50,1000"),
            ("日期,广告系列,花费,展示次数", "2024-01-31,search,12.50,1000"),
        ],
    )
    def test_other_platforms(self, load, cursor: Cursor, header: str, line: str) -> None:
        load(text(header, line), table="costs")
        assert rows(cursor, self.COLUMNS) == [("2024-01-31", "acquisition", "search", 12.5)]

    def test_other_costs_are_asked_what_they_were_for(self, load, cursor: Cursor, tmp_path: Path) -> None:
        content = text("date,amount", "2024-01-31,12.50")
        assert asked(tmp_path, content, table="costs") == [("missing_constant", "constants", "purpose")]
        with pytest.raises(ImportRefused, match="--set purpose=acquisition"):
            load(content, table="costs")
        load(content, table="costs", constants={"purpose": "service"})
        assert rows(cursor, "purpose") == [("service",)]
        with pytest.raises(ImportRefused, match="purpose cannot be"):
            load(content, table="costs", constants={"purpose": "fun"})

    def test_currencies_are_not_added_up(self, tmp_path: Path) -> None:
        content = text("Day,Campaign,Cost,Currency code,Clicks", "2024-01-31,a,1.00,EUR,1", "2024-01-31,a,1.00,USD,1")
        assert asked(tmp_path, content, table="costs") == [("currencies", "columns", None)]


class TestConsent:
    @pytest.mark.parametrize(
        ("header", "answers"),
        [
            (
                "Email Marketing Consent",
                {"SUBSCRIBED": True, "NEVER_SUBSCRIBED": False, "UNSUBSCRIBED": False, "": None, "?": None},
            ),
            ("Accepts Marketing", {"yes": True, "no": False, "TRUE": True, "FALSE": False, "maybe": None}),
            ("Marketing contact status", {"Marketing contact": True, "Non-marketing contact": False, "": None}),
            (
                "Status of consent",
                {"Opted in": True, "Opted out": False, "cleaned": False, "Bounced": False, "pending": None},
            ),
            ("Opt-in", {"double opt-in": True, "Unsubscribed 2024-01-01": False, "1": True, "0": False}),
            (
                "Unsubscribed",
                {"yes": False, "true": False, "no": True, "": None, "2024-05-01": False, "Subscribed": True},
            ),
            ("Email opt-out", {"yes": False, "1": False, "no": True, "whatever": False}),
            ("Unsubscribed from all email", {"TRUE": False, "FALSE": True, "": None}),
            ("Newsletter opt out", {"yes": False, "no": True}),
            ("Do not contact", {"Y": False, "N": True}),
            ("Keine Werbung", {"ja": False, "nein": True}),
            ("Désabonné", {"oui": False, "non": True}),
            ("退订", {"是": False, "否": True}),
            ("Từ chối nhận tin", {"có": False, "không": True}),
            ("配信停止", {"はい": False, "いいえ": True}),
            ("Opt-in / opt-out", {"yes": None, "no": None, "opted out": False, "opted in": True}),
            ("接受营销", {"是": True, "否": False, "拒绝": False}),
            ("Einwilligung", {"erteilt": True, "widerrufen": False, "ja": True, "nein": False}),
        ],
    )
    def test_who_may_be_contacted(self, load, cursor: Cursor, header: str, answers: dict[str, bool | None]) -> None:
        lines = [f"{number},{answer}" for number, answer in enumerate(answers)]
        load(text(f"customer id,{header}", *lines), table="customers", columns={"consent": header})
        assert rows(cursor, "consent") == [(said,) for said in answers.values()]

    @pytest.mark.parametrize(
        "header",
        [
            "Unsubscribed",
            "Email opt-out",
            "Do not contact",
            "Newsletter opt out",
            "Opted out",
            "No newsletter",
            "Email Suppressions",
        ],
    )
    def test_a_column_of_those_who_want_none_is_found_and_beats_consent(
        self, load, cursor: Cursor, header: str
    ) -> None:
        lines = ("1,yes,yes", "2,yes,no", "3,no,no", "4,,no", "5,yes,")
        load(text(f"customer id,Accepts marketing,{header}", *lines), table="customers")
        assert rows(cursor, "consent") == [(False,), (True,), (False,), (None,), (True,)]

    @settings(max_examples=200, deadline=None)
    @given(
        st.sampled_from(
            [
                "Opted out",
                "UNSUBSCRIBED",
                "unsubscribed by admin",
                "opt-out",
                "do not email",
                "Bounced",
                "declined",
                "已退订",
                "đã hủy đăng ký",
                "abgemeldet",
                "désabonné",
                "never_subscribed",
            ]
        ),
        st.sampled_from([str.upper, str.lower, str.title]),
        st.sampled_from(["true", "false", "both"]),
        st.sampled_from(["", " ", " (2024)", "!"]),
    )
    def test_nobody_who_opted_out_is_shown_as_consenting(self, word: str, case: Any, way: str, end: str) -> None:
        assert meaning_of(case(word) + end, way) == "false"

    @pytest.mark.parametrize(
        ("header", "way"),
        [
            ("Unsubscribed", "false"),
            ("Subscribed", "true"),
            ("Email opt-in", "true"),
            ("Opted out of email", "false"),
            ("Opt-in/Opt-out", "both"),
            ("不同意", "false"),
            ("同意", "true"),
            ("Accepts marketing", "true"),
            ("Do not contact", "false"),
            ("Name", None),
        ],
    )
    def test_which_way_a_header_goes(self, header: str, way: str | None) -> None:
        assert direction(header) == way

    @pytest.mark.parametrize(
        ("header", "line", "consent"),
        [
            (
                "Record ID,First Name,Last Name,Email,Contact owner,Create Date,Marketing contact status,Unsubscribed from all email",
                "9,Ann,Li,A@e.com,Bob,{d},Marketing contact,",
                True,
            ),
            (
                "Record ID,First Name,Last Name,Email,Contact owner,Create Date,Marketing contact status,Unsubscribed from all email",
                "9,Ann,Li,A@e.com,Bob,{d},Marketing contact,true",
                False,
            ),
            (
                "Email,First Name,Last Name,Email Marketing Consent,Profile Created On,First Active",
                "a@e.com,Ann,Li,NEVER_SUBSCRIBED,{d},2024-02-01",
                False,
            ),
            ("Email Address,First Name,Last Name,OPTIN_TIME,Status", "a@e.com,Ann,Li,{d},x", None),
            ("EMAIL,FIRSTNAME,LASTNAME,OPT_IN,ADDED_TIME", "a@e.com,Ann,Li,Yes,{d}", True),
        ],
    )
    def test_customer_lists(self, load, cursor: Cursor, header: str, line: str, consent: bool | None) -> None:
        load(text(header, line.format(d="2024-01-31 10:00:00")), table="customers")
        found = rows(cursor, "customer_id, cast(joined_at as date), consent")
        assert found == [("a@e.com", date(2024, 1, 31), consent)]


def test_people_told_apart_by_e_mail_in_other_tables(load, cursor: Cursor) -> None:
    load(text("Email,Date,Type,Points", "A@e.com,2024-01-31,Earn,10"), name="points.csv", table="points")
    assert rows(cursor, "customer_id") == [("a@e.com",)]
    load(text("Email,Tier,Valid from", "A@e.com,Gold,2024-01-31"), name="tiers.csv", table="tiers")
    assert rows(cursor, "customer_id") == [("a@e.com",)]
    header = "call id,call date,channel,direction,email"
    load(text(header, "1,2024-01-31,phone,Inbound,A@e.com"), name="contacts.csv", table="contacts")
    assert rows(cursor, "customer_id, direction") == [("a@e.com", "in")]
