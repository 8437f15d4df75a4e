"""The measures a weekly review is told from, against an oracle in plain pandas over the raw lines."""

from datetime import date

import pandas as pd
import pytest

from loyalty_metrics import Scope, Workspace
from tests.conftest import SAMPLE, ShopMaker
from tests.oracles import weeks as oracle
from tests.oracles.ask import Shop
from tests.oracles.tables import purchases

DAYS = [None, "2025-07-02", "2023-07-30"]


def assert_same(given: pd.DataFrame, wanted: pd.DataFrame) -> None:
    keys = [name for name in ("week", "attribute", "value", "product") if name in given]
    given = given.assign(week=pd.to_datetime(given["week"])).sort_values(keys).reset_index(drop=True)
    wanted = wanted.sort_values(keys).reset_index(drop=True)[list(given.columns)]
    assert given[keys].astype("str").equals(wanted[keys].astype("str"))
    for name in given.columns.difference(keys):
        one, other = given[name].astype("float64"), wanted[name].astype("float64")
        pd.testing.assert_series_equal(one, other, rtol=1e-9, atol=1e-6, check_names=False)


def at(shop: Shop, day: str | None) -> pd.Timestamp:
    return pd.Timestamp(day) if day else pd.to_datetime(shop.lines["ordered_at"]).max().normalize()


@pytest.fixture(scope="module")
def sample_postings() -> pd.DataFrame:
    lines, customers = (pd.read_parquet(SAMPLE / f"{name}.parquet") for name in ("transactions", "customers"))
    return oracle.postings(lines, customers)


@pytest.mark.parametrize("day", DAYS)
def test_on_the_sample(sample_shop: Shop, sample_postings: pd.DataFrame, day: str | None) -> None:
    scope, end = Scope(as_of=day), at(sample_shop, day)
    known = sample_postings[sample_postings["day"] <= end]
    assert_same(sample_shop.workspace.measure("week_by_week", scope).frame, oracle.week_by_week(known, end))
    assert_same(sample_shop.workspace.measure("newcomers_back", scope).frame, oracle.newcomers_back(known, end))
    products = oracle.product_weeks(sample_shop.lines, end)
    assert_same(sample_shop.workspace.measure("product_weeks", scope).frame, products)
    complaints = pd.read_parquet(SAMPLE / "complaints.parquet")
    assert_same(sample_shop.workspace.measure("complaint_weeks", scope).frame, oracle.complaint_weeks(complaints, end))


def test_on_online_retail(online_retail: Shop) -> None:
    end = at(online_retail, None)
    rows = oracle.postings(online_retail.lines)
    assert_same(online_retail.workspace.measure("week_by_week").frame, oracle.week_by_week(rows, end))
    assert_same(online_retail.workspace.measure("newcomers_back").frame, oracle.newcomers_back(rows, end))
    assert_same(online_retail.workspace.measure("product_weeks").frame, oracle.product_weeks(online_retail.lines, end))


@pytest.mark.parametrize("filters", [{"store": ["Riverside"]}, {"acquired_through": ["promotion", "social"]}])
def test_filters_keep_orders_or_customers(sample_shop: Shop, sample_postings: pd.DataFrame, filters: dict) -> None:
    (name, values), end = next(iter(filters.items())), at(sample_shop, None)
    kept = sample_postings[sample_postings[name].isin(values)]
    scope = Scope(filters=filters)
    assert_same(sample_shop.workspace.measure("week_by_week", scope).frame, oracle.week_by_week(kept, end))
    if name == "acquired_through":
        assert_same(sample_shop.workspace.measure("newcomers_back", scope).frame, oracle.newcomers_back(kept, end))


def test_who_is_behind_a_week_adds_up_to_it(sample_shop: Shop) -> None:
    workspace, week = sample_shop.workspace, date(2025, 9, 29)
    for name, column, counted in (
        ("week_by_week", "orders", "orders"),
        ("week_by_week", "new_customers", "came_as"),
        ("newcomers_back", "newcomers", "customer_id"),
        ("newcomers_back", "back", "came_back"),
    ):
        figures = workspace.measure(name).frame
        figures = figures[pd.to_datetime(figures["week"]) == pd.Timestamp(week)]
        assert len(figures) > 4
        who = workspace.who(name, week=(week, week) if name == "newcomers_back" else week).frame
        for row in figures.itertuples():
            behind = who[(who["attribute"] == row.attribute) & (who["value"] == row.value)]
            assert behind["customer_id"].is_unique
            hits = {"came_as": behind.get("came_as") == "new", "came_back": behind.get("came_back") == "in_time"}
            found = hits[counted].sum() if counted in hits else behind[counted].count()
            if counted == "orders":
                found = behind[counted].sum()
            assert found == getattr(row, column), (name, column, row.attribute, row.value)
            if name == "week_by_week" and row.attribute == "everybody":
                assert len(behind) == row.customers


def test_who_complained_in_a_week(sample_shop: Shop) -> None:
    complaints = pd.read_parquet(SAMPLE / "complaints.parquet")
    opened = pd.to_datetime(complaints["opened_at"])
    known = complaints["customer_id"].isin(sample_shop.lines["customer_id"].dropna())
    wanted = complaints[(opened >= "2025-09-29") & (opened < "2025-10-06") & known]
    who = sample_shop.workspace.who("complaint_weeks", Scope(as_of="2025-10-08"), week=date(2025, 9, 29)).frame
    for store, own in [("", wanted), *wanted.groupby("store")]:
        behind = who[(who["value"] == store) & (who["attribute"] == ("store" if store else "everybody"))]
        assert dict(zip(behind["customer_id"], behind["opened"], strict=True)) == dict(
            own["customer_id"].value_counts()
        )
        is_open = ~(pd.to_datetime(own["closed_at"]) < "2025-10-09")
        assert behind["still_open"].sum() == is_open.sum()
    assert 0 < who["still_open"].sum() < who["opened"].sum()


def test_a_customers_year(sample_shop: Shop, sample_postings: pd.DataFrame) -> None:
    end = at(sample_shop, None)
    year = sample_postings[sample_postings["day"] > end - pd.Timedelta(days=364)]
    row = sample_shop.workspace.measure("customer_year").frame.iloc[0]
    buyers = year.loc[year["is_purchase"], "customer_id"].nunique()
    assert row["customers"] == buyers
    assert row["a_year"] == pytest.approx(float(year["net"].sum()) / buyers)


def test_refunds_count_in_the_week_they_are_made(make_shop: ShopMaker) -> None:
    lines = pd.DataFrame(
        {
            "customer_id": "a",
            "order_id": ["1", "1", "2"],
            "amount": [20.0, -20.0, 5.0],
            "kind": ["sale", "refund", "sale"],
            "ordered_at": pd.to_datetime(["2024-01-02", "2024-01-16", "2024-01-31"]),
        }
    )
    frame = make_shop(lines).workspace.measure("week_by_week").frame
    told = frame[frame["attribute"] == "everybody"]
    assert told["revenue"].astype("float64").tolist() == [20, -20]  # the week of the last day is not over
    assert told["new_customers"].tolist() == [1, 0]
    assert told["customers"].tolist() == [1, 0]


def test_nothing_at_all(make_shop: ShopMaker) -> None:
    one_day = make_shop(purchases(("a", "2024-01-02", 10))).workspace
    for name in ("week_by_week", "newcomers_back", "product_weeks", "complaint_weeks"):
        assert Workspace.in_memory().measure(name).frame.empty
        assert one_day.measure(name).frame.empty
    assert Workspace.in_memory().measure("customer_year").frame["a_year"].isna().all()
