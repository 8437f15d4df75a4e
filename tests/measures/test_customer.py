"""One customer: the facts are those of pandas, the segment that of the scores, the past what it was."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics import answers
from loyalty_metrics.customer import Profile, own_events, profile, segment_history, segments
from loyalty_metrics.language import without_markup
from loyalty_metrics.measures.customer import next_order, own_gaps
from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import Workspace
from tests.conftest import ShopMaker
from tests.oracles.ask import Shop
from tests.oracles.tables import purchases

MEASURES = ("customer_facts", "customer_gaps", "customer_months", "customer_bought")
RETAIL = {
    "most orders": "12748",
    "one order": "12353",
    "worth nothing": "12346",
    "negative": "17548",
    "many returns": "14911",
    "nobody": "nobody",
}


@pytest.mark.parametrize("customer", RETAIL.values(), ids=RETAIL.keys())
@pytest.mark.parametrize(
    "scope",
    [Scope(), Scope(as_of=date(2011, 6, 14), refunds="own_date", window=90), Scope(as_of=date(2010, 12, 2))],
    ids=Scope.describe,
)
def test_online_retail_equals_the_oracle(online_retail: Shop, customer: str, scope: Scope) -> None:
    for name in MEASURES:
        online_retail.check(name, scope.replace(customer=customer, filters={"country": "France"}))


@pytest.mark.parametrize("customer", ["C-00418", "C-02507", "C-12000", "C-04000", "C-00003"])
@pytest.mark.parametrize("scope", [Scope(), Scope(as_of="2025-02-28", window=200)], ids=Scope.describe)
def test_sample_equals_the_oracle(sample_shop: Shop, customer: str, scope: Scope) -> None:
    for name in MEASURES:
        sample_shop.check(name, scope.replace(customer=customer))


def one(workspace: Workspace, customer: str, **scope: object) -> Profile:
    found = profile(workspace.measure, Scope(customer=customer, **scope))  # type: ignore[arg-type]
    assert found is not None
    return found


def told(workspace: Workspace, customer: str, **scope: object) -> str:
    return without_markup(answers.customer_answer(one(workspace, customer, **scope), customer))


@pytest.mark.parametrize("scope", [Scope(as_of=date(2011, 7, 5), window=120)], ids=Scope.describe)
def test_segment_of_each_customer_is_that_of_the_scores(online_retail: Shop, scope: Scope) -> None:
    scores = online_retail.ask("rfm_scores", scope)
    found = segments(online_retail.workspace.measure, scope, scores)
    assert found == scores["segment"].tolist()


def test_history_of_the_segment_is_what_each_month_said(online_retail: Shop) -> None:
    months = segment_history(online_retail.workspace.measure, Scope(customer="17841"))
    assert len(months) == 13 and months["on_day"].iloc[-1] == pd.Timestamp("2011-12-09")
    for day, segment in zip(months["on_day"], months["segment"], strict=True):
        scores = online_retail.ask("rfm_scores", Scope(as_of=day.date()))
        assert [segment] == scores.loc[scores["customer_id"] == "17841", "segment"].tolist()


def test_events_of_a_customer_add_up_to_their_revenue(sample_shop: Shop) -> None:
    for customer in ("C-00418", "C-00003", "C-00134"):
        events = sample_shop.ask("customer_events", Scope(customer=customer, as_of="2025-12-31"))
        facts = sample_shop.ask("customer_facts", Scope(customer=customer, as_of="2025-12-31"))
        money = events.groupby("kind")["money"].sum()
        assert np.isclose(money["bought"] + money.get("refund", 0), facts["revenue"].iloc[0])
        assert events["on_day"].max() <= pd.Timestamp("2025-12-31")


def test_every_table_gives_its_events(sample_shop: Shop, make_shop: ShopMaker) -> None:
    folder = {name: pd.read_parquet(f"data/sample/{name}.parquet") for name in ("points", "contacts", "complaints")}
    for customer in ("C-00044", "C-00056"):
        events = sample_shop.ask("customer_events", Scope(customer=customer))
        counts = events["kind"].value_counts()
        for kind, table in (("points", "points"), ("contact", "contacts"), ("complaint", "complaints")):
            assert counts.get(kind, 0) == (folder[table]["customer_id"] == customer).sum()
    points = sample_shop.ask("customer_events", Scope(customer="C-00418"))["points"].sum()
    own = folder["points"][folder["points"]["customer_id"] == "C-00418"]
    signed = np.where(own["kind"].isin(["redeemed", "expired"]), -own["points"], own["points"])
    assert np.isclose(points, signed.sum())


def test_decisions_are_those_on_the_segment_the_customer_was_in(sample_shop: Shop) -> None:
    actions = pd.read_parquet("data/sample/actions.parquet")
    for customer in ("C-00418", "C-00003", "C-07699"):
        events = own_events(sample_shop.workspace.measure, Scope(customer=customer))
        wanted = []
        for row in actions.to_dict("records"):
            before = (pd.Timestamp(row["decided_on"]).replace(day=1) - pd.Timedelta(days=1)).date()
            scores = sample_shop.ask("rfm_scores", Scope(as_of=before))
            if [row["segment"]] == scores.loc[scores["customer_id"] == customer, "segment"].tolist():
                wanted.append(row["title"])
        assert events.loc[events["kind"] == "action", "words"].tolist() == wanted


# What is expected


def test_gaps_are_told_as_counts() -> None:
    gaps = pd.Series([5, 10, 10, 20, 30])
    assert vars(own_gaps(gaps, 10)) == {
        "count": 5, "usual": 10.0, "low": 10.0, "high": 20.0, "shorter": 1, "standing": "early"
    }  # fmt: skip
    assert own_gaps(gaps, 11).standing == "past_usual"
    assert own_gaps(gaps, 31).standing == "late"
    assert own_gaps(gaps.head(4), 31).standing is None
    assert own_gaps(gaps.head(0), 31).usual is None


def test_own_gaps_tell_when_there_are_enough_of_them() -> None:
    gaps = pd.Series([1, 2, 3, 4, 5, 11, 12, 14, 16, 20])
    found = next_order(gaps, 10, date(2024, 1, 1), lambda: pytest.fail("nobody else is asked"))
    # Longer than 10 days: 11, 12, 14, 16, 20; from there 1, 2, 4, 6, 10 more.
    assert (found.basis, found.base) == ("own", 5)
    assert (found.earliest, found.expected, found.latest) == (date(2024, 1, 2), date(2024, 1, 5), date(2024, 1, 11))


def test_others_with_as_many_purchases_tell_otherwise(online_retail: Shop) -> None:
    found = one(online_retail.workspace, "18287")
    waited = online_retail.history
    rows = []
    for _customer, days in waited.occasions(Scope()).groupby("customer", observed=True)["day"]:
        ordered = sorted(days)
        if len(ordered) >= 3:
            end = ordered[3] if len(ordered) > 3 else waited.as_of(Scope())
            rows.append(((end - ordered[2]).days, len(ordered) > 3))
    away = found.facts["days_away"]
    longer = [(days - away, back) for days, back in rows if days > away]
    still, at = 1.0, {}
    for day in sorted({days for days, _back in longer}):
        at_risk = sum(days >= day for days, _back in longer)
        still *= 1 - sum(days == day and back for days, back in longer) / at_risk
        at[day] = still
    assert found.next is not None
    assert (found.next.basis, found.next.base) == ("peers", len(longer))
    assert found.next.chance == pytest.approx(1 - min(s for day, s in at.items() if day <= 90))
    for day, share in ((found.next.earliest, 0.1), (found.next.expected, 0.5), (found.next.latest, 0.9)):
        first = min(d for d, s in at.items() if s <= 1 - share + 1e-12)
        assert day is not None and (day - found.as_of).days == first


# Edges


def test_one_order_tells_what_others_with_one_do(sample_shop: Shop) -> None:
    found = one(sample_shop.workspace, "C-04000")
    text = without_markup(answers.next_order_of_customer(found))
    assert "1 order worth" in told(sample_shop.workspace, "C-04000")
    assert "with a single purchase they have no usual gap" in told(sample_shop.workspace, "C-04000")
    assert "customers who had bought once, too" in text and "within the next 90 days" in text


def test_five_thousand_orders_equal_the_oracle(make_shop: ShopMaker) -> None:
    days = pd.date_range("2023-01-01", periods=5000, freq="2h")
    rows = [("a", str(day), 1 + n % 7) for n, day in enumerate(days)]
    shop = make_shop(purchases(*rows, ("b", "2024-03-01", 5)))
    for name in MEASURES:
        shop.check(name, Scope(customer="a"))
    assert "5,000 orders worth" in told(shop.workspace, "a")
    assert len(shop.ask("customer_events", Scope(customer="a"))) == 5000


def test_refunded_only_and_negative_totals(make_shop: ShopMaker) -> None:
    lines = purchases(
        ("a", "2024-01-05", 10), ("a", "2024-01-09", -30), ("b", "2024-01-05", 5), ("b", "2024-01-05", -5)
    )
    shop = make_shop(lines.assign(kind=["sale", "refund", "sale", "refund"]))
    assert one(shop.workspace, "a").facts["revenue"] == -20
    assert "1 order worth -20" in told(shop.workspace, "a").replace("−", "-")
    assert "no purchase that is worth anything after refunds" in told(shop.workspace, "b")
    assert one(shop.workspace, "b").next is None


def test_guests_are_nobody(make_shop: ShopMaker) -> None:
    shop = make_shop(purchases((None, "2024-01-05", 10), ("a", "2024-01-05", 10)))
    assert shop.workspace.find_customers("").frame["customer_id"].tolist() == ["a"]
    assert profile(shop.workspace.measure, Scope(customer="")) is None
    assert profile(shop.workspace.measure, Scope(customer="nan")) is None


def test_before_the_first_order_nobody_is_a_customer_yet(make_shop: ShopMaker) -> None:
    lines = purchases(("a", "2024-01-05", 10), ("b", "2024-03-05", 10))
    shop = make_shop(lines)
    assert profile(shop.workspace.measure, Scope(customer="b", as_of="2024-02-01")) is None
    known = make_shop(lines, customers=pd.DataFrame({"customer_id": ["b", "c"], "name": ["Bo", "Cy"]}))
    found = one(known.workspace, "b", as_of="2024-02-01")
    assert found.first_later == date(2024, 3, 5)
    assert "was not a customer yet on 1 Feb 2024: their first purchase was on 5 Mar 2024" in told(
        known.workspace, "b", as_of="2024-02-01"
    )
    assert "on file and has not bought anything yet" in told(known.workspace, "c")


def test_a_merged_person_is_one_under_any_of_their_ids(make_shop: ShopMaker) -> None:
    lines = purchases(("a", "2024-01-05", 10), ("b", "2024-01-15", 20), ("c", "2024-01-09", 5))
    people = pd.DataFrame({"customer_id": ["a", "b", "silent"], "name": ["Anna", "Anna Li", "Ana"]})
    shop = make_shop(lines, customers=people)
    shop.workspace.accept_person(["a", "b", "silent"])
    for customer in ("a", "b", "silent"):
        facts = one(shop.workspace, customer).facts
        assert (facts["customer_id"], facts["revenue"], facts["occasions"]) == ("a", 30, 2)
        assert shop.workspace.find_customers(customer).frame["customer_id"].iloc[0] == "a"
    shop.workspace.undo_person(["a", "b", "silent"])
    assert one(shop.workspace, "b").facts["revenue"] == 20
    assert shop.workspace.find_customers("b").frame["customer_id"].iloc[0] == "b"
