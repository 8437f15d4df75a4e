"""The tables beside transactions, as help desks, programmes, survey tools and advertising export them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_metrics import Workspace
from loyalty_metrics.database import Cursor, Database
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, stage
from loyalty_metrics.ingest.complaints import _grade
from tests.ingest.staged import asked, codes, rows, text

CASES = Path(__file__).parents[1] / "cases"


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


def test_people_told_apart_by_e_mail_in_other_tables(load, cursor: Cursor) -> None:
    load(text("Email,Date,Type,Points", "A@e.com,2024-01-31,Earn,10"), name="points.csv", table="points")
    assert rows(cursor, "customer_id") == [("a@e.com",)]
    load(text("Email,Tier,Valid from", "A@e.com,Gold,2024-01-31"), name="tiers.csv", table="tiers")
    assert rows(cursor, "customer_id") == [("a@e.com",)]
    header = "call id,call date,channel,direction,email"
    load(text(header, "1,2024-01-31,phone,Inbound,A@e.com"), name="contacts.csv", table="contacts")
    assert rows(cursor, "customer_id, direction") == [("a@e.com", "in")]
