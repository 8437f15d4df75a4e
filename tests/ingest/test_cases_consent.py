# ruff: noqa: E501 - a row of a table of cases is one line
"""Who may be contacted, as mailing and shop systems export it: nobody who opted out, and nobody unasked."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.consent import direction, meaning_of
from tests.ingest.staged import rows, text

CASES = Path(__file__).parents[1] / "cases"


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
