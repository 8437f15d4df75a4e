"""Care lists: birthdays, festivals, who may be won back, and what came of it, against plain dates and pandas."""

import math
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from dateutil.easter import easter as easter_of_dateutil

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.care import BIRTHDAYS, CALL_BACK, FESTIVALS, WINNABLE, Care
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.festivals import Festival, Festivals, easter, read_csv, shipped
from tests.conftest import ShopMaker
from tests.oracles.ask import Shop
from tests.oracles.tables import purchases


def next_birthday(born: date, as_of: date) -> date:
    """The oracle: the first day after the as-of date that is one; the 28th where there is no 29th."""
    day = as_of + timedelta(days=1)
    while True:
        is_leap = (day + timedelta(days=1)).month == 2
        of_leap = (born.month, born.day) == (2, 29) and (day.month, day.day) == (2, 28) and not is_leap
        if (day.month, day.day) == (born.month, born.day) or of_leap:
            return day
        day += timedelta(days=1)


@pytest.mark.parametrize("as_of", ["2024-02-27", "2024-02-28", "2024-02-29", "2025-02-27", "2025-02-28", "2025-12-31"])
def test_birthdays_to_come(as_of: str, make_shop: ShopMaker) -> None:
    born = ["1980-02-29", "1990-02-28", "1985-03-01", "2000-01-01", "1999-12-31", "1970-06-15", None, "1980-02-29"]
    customers = pd.DataFrame({"customer_id": [f"c{n}" for n in range(8)], "birthday": pd.to_datetime(born)})
    customers["consent"] = [True, True, None, True, True, True, True, False]
    customers["consent"] = customers["consent"].astype("boolean")
    lines = purchases(*((f"c{n}", "2024-01-05", 10) for n in range(8)), ("c9", "2026-01-05", 1))
    shop = make_shop(lines, customers=customers)
    frame = shop.workspace.measure("care_birthdays", Scope(as_of=as_of)).frame
    day = date.fromisoformat(as_of)
    wanted = {f"c{n}": next_birthday(date.fromisoformat(text), day) for n, text in enumerate(born[:7]) if text}
    assert dict(zip(frame["customer_id"], frame["birthday_on"].dt.date, strict=True)) == wanted
    assert frame["days_until"].tolist() == [(wanted[one] - day).days for one in frame["customer_id"]]
    assert frame["days_until"].is_monotonic_increasing


def test_who_may_be_won_back_equals_the_oracle(sample_shop: Shop) -> None:
    workspace, history = sample_shop.workspace, sample_shop.history
    as_of = pd.Timestamp("2026-03-31")
    scope = Scope(as_of=as_of.date(), lapse_days=80)
    days = history.customer_days(Scope(as_of=as_of.date()), filtered=False)
    days = days[days["is_occasion"]]
    by = days.groupby("customer", observed=True)
    last = by["day"].max()
    silent = (as_of - last).dt.days
    refused = set(history.customers.loc[~history.customers["consent"].fillna(True).astype(bool), "customer_id"])
    wanted = silent[(silent > 80) & (silent <= 160) & (by.size() >= 3) & ~silent.index.isin(refused)]
    frame = workspace.measure("care_winnable", scope).frame.set_index("customer_id")
    assert len(wanted) > 100 and refused
    assert frame["days_silent"].to_dict() == wanted.to_dict()
    year = days[days["day"] > days["customer"].map(last).astype("datetime64[s]") - pd.Timedelta(days=365)]
    spent = year.groupby("customer", observed=True)["net"].sum() / 10_000
    assert frame["best_year"].to_dict() == pytest.approx(spent[wanted.index].to_dict())
    assert frame["best_year"].is_monotonic_decreasing


@pytest.fixture
def shop(make_shop: ShopMaker) -> Workspace:
    customers = pd.DataFrame({"customer_id": ["a", "b", "c"], "birthday": pd.to_datetime(["1990-07-05"] * 3)})
    customers["consent"] = [True, True, False]
    lines = purchases(
        ("a", "2024-12-20", 30), ("b", "2024-12-01", 20), ("c", "2024-12-22", 90), ("b", "2024-12-10", 10),
        ("a", "2025-06-30", 5), ("b", "2025-07-20", 5),
    )  # fmt: skip
    return make_shop(lines, customers=customers).workspace


def test_who_was_attended_to_leaves_the_list_and_is_counted(shop: Workspace) -> None:
    care, scope = Care(shop), Scope(as_of="2025-06-30")
    todo = care.todo(BIRTHDAYS, scope, 14)
    assert todo["customer_id"].tolist() == ["a", "b"] and todo["occasion"].tolist() == ["2025-07-05"] * 2
    assert care.todo(BIRTHDAYS, scope, 3).empty
    now = datetime(2025, 6, 29, 9)
    care.mark(BIRTHDAYS, {"a": "2025-07-05"}, "glad", "Ann", "Sang", done_at=now)
    assert care.todo(BIRTHDAYS, scope, 14)["customer_id"].tolist() == ["b"]
    assert len(care.todo(BIRTHDAYS, Scope(as_of="2025-06-28"), 14)) == 2  # not done yet then
    (row,) = shop.measure("care_outcomes", scope).frame.to_dict("records")
    assert (row["kind"], row["outcome"], row["done"], row["over"]) == (BIRTHDAYS, "glad", 1, 0)
    assert pd.isna(row["share"])
    care.mark(BIRTHDAYS, {"b": "2025-07-05"}, "not_reached", "Ann", done_at=datetime(2025, 6, 18))
    rows = shop.measure("care_outcomes").frame.set_index("outcome")
    assert rows["over"].to_dict() == {"glad": 0, "not_reached": 1}  # the data end on 20 July
    assert rows.loc["not_reached", "bought"] == 0
    care.strike(1, "Ann")
    assert care.todo(BIRTHDAYS, scope, 14)["customer_id"].tolist() == ["a"]
    assert shop.measure("care_outcomes").frame["outcome"].tolist() == ["not_reached"]


def test_what_came_of_it_counts_purchases_of_the_30_days_after(make_shop: ShopMaker) -> None:
    lines = purchases(("a", "2025-01-01", 9), ("a", "2025-01-31", 9), ("b", "2025-02-05", 9), ("a", "2025-03-30", 9))
    workspace = make_shop(lines).workspace
    care = Care(workspace)
    for customer in ("a", "b"):
        care.mark(WINNABLE, {customer: ""}, "glad", "Ann", done_at=datetime(2025, 1, 1, 23))
    (row,) = workspace.measure("care_outcomes").frame.to_dict("records")
    assert (row["done"], row["over"], row["bought"], row["share"]) == (2, 2, 1, 0.5)
    assert row["low"] < 0.5 < row["high"]


def test_calls_to_make_again(shop: Workspace) -> None:
    care, scope = Care(shop), Scope(as_of="2025-07-20")
    care.mark(WINNABLE, {"a": ""}, "later", "Ann", "on holiday", date(2025, 7, 25))
    todo = care.todo(CALL_BACK, scope, 7)
    assert todo["customer_id"].tolist() == ["a"] and todo["note"].tolist() == ["on holiday"]
    assert care.todo(CALL_BACK, scope, 3).empty
    care.mark(WINNABLE, {"a": ""}, "glad", "Bo")
    assert care.todo(CALL_BACK, scope, 7).empty
    for act, words in (
        (lambda: care.mark(WINNABLE, {"a": ""}, "later", "Ann"), "on which day"),
        (lambda: care.mark(WINNABLE, {}, "glad", "Ann"), "Tick the customers"),
        (lambda: care.mark(WINNABLE, {"a": ""}, "glad", " "), "who you are"),
        (lambda: care.mark("nothing", {"a": ""}, "glad", "Ann"), "care list is one of"),
        (lambda: care.todo("nothing", scope), "no care list"),
        (lambda: care.strike(99, "Ann"), "no entry 99"),
    ):
        with pytest.raises(LoyaltyError, match=words):
            act()


def test_festivals_greet_who_bought_before_the_last_one(shop: Workspace) -> None:
    care, scope = Care(shop), Scope(as_of="2025-07-20")
    christmas = Festival("Christmas", date(2025, 12, 25))
    todo = care.todo(FESTIVALS, scope, festival=christmas)
    # c bought, too, and may not be contacted; b bought within the three weeks on the 10th.
    assert todo["customer_id"].tolist() == ["a", "b"] and todo["revenue_then"].tolist() == [30, 10]
    care.mark(FESTIVALS, {"a": todo["occasion"].iloc[0]}, "glad", "Ann")
    assert care.todo(FESTIVALS, scope, festival=christmas)["customer_id"].tolist() == ["b"]
    assert len(care.todo(FESTIVALS, scope, festival=Festival("Nobody's", date(2025, 12, 1)))) == 0


def new_moon(number: int) -> datetime:
    """The number-th new moon since January 2000 in universal time, right to some minutes (Meeus, chapter 49)."""
    t = number / 1236.85
    jde = 2451550.09766 + 29.530588861 * number + 0.00015437 * t**2
    e = 1 - 0.002516 * t
    sun = math.radians(2.5534 + 29.1053567 * number)
    moon = math.radians(201.5643 + 385.81693528 * number + 0.0107582 * t**2)
    node = math.radians(160.7108 + 390.67050284 * number - 0.0016118 * t**2)
    jde += (
        -0.4072 * math.sin(moon) + 0.17241 * e * math.sin(sun) + 0.01608 * math.sin(2 * moon)
        + 0.01039 * math.sin(2 * node) + 0.00739 * e * math.sin(moon - sun) - 0.00514 * e * math.sin(moon + sun)
        + 0.00208 * e**2 * math.sin(2 * sun)
    )  # fmt: skip
    return datetime(2000, 1, 1, 12) + timedelta(days=jde - 2451545.0, seconds=-70)


def test_moon_festivals_are_on_their_moons() -> None:
    firsts = {(new_moon(n) + timedelta(hours=8)).date() for n in range(180, 450)}
    for year in range(2015, 2036):
        days = {one.name: one.day for one in shipped(year)}
        assert days["Lunar New Year"] in firsts and date(year, 1, 21) <= days["Lunar New Year"] <= date(year, 2, 21)
        first = days["Mid-Autumn Festival"] - timedelta(days=14)
        assert first in firsts and date(year, 9, 7) <= days["Mid-Autumn Festival"] <= date(year, 10, 8)
        assert easter(year) == easter_of_dateutil(year) == days["Easter"]
        assert days["Mother's Day"].weekday() == 6 and 8 <= days["Mother's Day"].day <= 14
        assert days["Black Friday"].weekday() == 4 and 23 <= days["Black Friday"].day <= 29


def test_festivals_are_added_hidden_and_read_from_a_file(shop: Workspace) -> None:
    known = Festivals(shop)
    first, last = date(2025, 12, 1), date(2026, 1, 2)
    assert [one.name for one in known.between(first, last)] == ["Christmas", "New Year"]
    found = read_csv("\ufeffName,Date\nOur birthday,2025-12-12\nOur birthday,2024-12-11\n".encode())
    assert known.add(found, "Ann") == 2 and known.add(found, "Ann") == 0
    known.hide(["Christmas"], "Ann")
    assert [one.name for one in known.between(first, last)] == ["Our birthday", "New Year"]
    assert known.before(Festival("Our birthday", date(2025, 12, 12))) == Festival("Our birthday", date(2024, 12, 11))
    known.hide([], "Ann")
    known.drop("Our birthday")
    assert [one.name for one in known.between(first, last)] == ["Christmas", "New Year"]
    for content, words in ((b"a,b\n1,2", "columns name and date"), (b"name,date\nx,2025-13-01", "Line 2")):
        with pytest.raises(LoyaltyError, match=words):
            read_csv(content)
    with pytest.raises(LoyaltyError, match="needs a name"):
        known.add([Festival(" ", first)], "Ann")
