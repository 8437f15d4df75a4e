"""The shipped sample shop: sound tables, and every planted truth of data/README.md, measured in plain pandas."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
sys.path.insert(0, str(ROOT / "data"))
generate_sample = importlib.import_module("generate_sample")

END = pd.Timestamp("2026-06-24 23:59:59")
NAMES = list(generate_sample.TABLES)
DAY = pd.Timedelta(days=1)


def _read(name: str) -> pd.DataFrame:
    """One table; money as floats, dates as timestamps, exactly enough for measuring."""
    frame = pq.read_table(SAMPLE / f"{name}.parquet").to_pandas()
    for column in generate_sample.TABLES[name].columns:
        if column.type == "money":
            frame[column.name] = frame[column.name].astype(float)
        if column.type == "date":
            frame[column.name] = pd.to_datetime(frame[column.name])
    return frame


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: _read(name) for name in NAMES}


@pytest.fixture(scope="module")
def known(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Lines of known customers; `day` is the day of the order the line belongs to, refunds restate the original."""
    lines = tables["transactions"]
    lines = lines[lines["customer_id"].notna()]
    sold = lines[lines["kind"] == "sale"].groupby("order_id")["ordered_at"].first()
    return lines.assign(day=lines["refund_of"].fillna(lines["order_id"]).map(sold).dt.normalize())


@pytest.fixture(scope="module")
def occasions(known: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and day with net spend above zero; `first` is the customer's first such day."""
    spend = known.groupby(["customer_id", "day"], as_index=False)["amount"].sum()
    spend = spend[spend["amount"].round(2) > 0]
    return spend.assign(first=spend.groupby("customer_id")["day"].transform("min"))


@pytest.fixture(scope="module")
def firsts(known: pd.DataFrame, occasions: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per customer who bought: first day, whether it was discounted, whether referred."""
    first = occasions.groupby("customer_id")["day"].min()
    sales = known[known["kind"] == "sale"]
    sales = sales[sales["day"] == sales["customer_id"].map(first)]
    people = tables["customers"].set_index("customer_id")
    return pd.DataFrame(
        {
            "first": first,
            "discounted": sales.groupby("customer_id")["discount"].sum() > 0,
            "referred": people["referred_by"].notna(),
            "source": people["acquired_through"],
        }
    ).dropna(subset="first")


def _came_back(occasions: pd.DataFrame, firsts: pd.DataFrame, after: int, until: int) -> pd.Series:
    """Whether each customer old enough bought more than `after` and at most `until` days after the first day."""
    old = firsts[firsts["first"] + until * DAY <= END.normalize()]
    age = (occasions["day"] - occasions["first"]).dt.days
    who = occasions.loc[(age > after) & (age <= until), "customer_id"].unique()
    return pd.Series(old.index.isin(who), index=old.index)


def _bought_within(occasions: pd.DataFrame, customer: pd.Series, since: pd.Series, days: int) -> np.ndarray:
    """Whether each customer bought on the 1st .. `days`-th day after `since`."""
    asked = pd.DataFrame({"customer_id": customer.to_numpy(), "since": since.dt.normalize().to_numpy()})
    asked["row"] = np.arange(len(asked))
    joined = asked.merge(occasions[["customer_id", "day"]], on="customer_id")
    gap = (joined["day"] - joined["since"]).dt.days
    return np.isin(asked["row"], joined.loc[(gap >= 1) & (gap <= days), "row"])


def _z(hits_a: int, size_a: int, hits_b: int, size_b: int) -> float:
    """Two-proportion z of b against a."""
    pooled = (hits_a + hits_b) / (size_a + size_b)
    error = np.sqrt(pooled * (1 - pooled) * (1 / size_a + 1 / size_b))
    return (hits_b / size_b - hits_a / size_a) / error


def _contrast(flag: pd.Series, outcome: pd.Series) -> tuple[float, float, float]:
    """Share without and with the flag, and the z of the difference."""
    without, with_ = outcome[~flag], outcome[flag]
    z = _z(without.sum(), len(without), with_.sum(), len(with_))
    return without.mean(), with_.mean(), z


# The tables are sound


def test_columns_types_and_size() -> None:
    for name in NAMES:
        schema = pq.read_schema(SAMPLE / f"{name}.parquet")
        columns = generate_sample.TABLES[name].columns
        assert schema.names == [column.name for column in columns]
        assert list(schema.types) == [generate_sample.ARROW_TYPES[column.type] for column in columns]
    assert sum(path.stat().st_size for path in SAMPLE.glob("*.parquet")) < 6_000_000


def test_same_seed_same_tables_and_shipped_files_are_those() -> None:
    built = generate_sample.build()
    again = generate_sample.build()
    for name in NAMES:
        assert built[name].equals(again[name]), name
        assert built[name].equals(pq.read_table(SAMPLE / f"{name}.parquet")), name


def test_required_fields_codes_and_period(tables: dict[str, pd.DataFrame]) -> None:
    for name in NAMES:
        for column in generate_sample.TABLES[name].columns:
            values = tables[name][column.name]
            assert not (column.required and values.isna().any()), f"{name}.{column.name}"
            assert not column.values or values.dropna().isin(column.values).all(), f"{name}.{column.name}"
            if column.type == "timestamp" and values.notna().any():
                assert values.max() <= END, f"{name}.{column.name}"
    assert tables["transactions"]["ordered_at"].min().normalize() == pd.Timestamp("2023-07-01")
    assert tables["transactions"]["ordered_at"].max().normalize() == END.normalize()


def test_amounts_are_exact(tables: dict[str, pd.DataFrame]) -> None:
    lines = tables["transactions"]
    price, discount, amount = (np.round(lines[c] * 100).astype(int) for c in ("unit_price", "discount", "amount"))
    assert (lines["quantity"].astype(int) * price - discount == amount).all()
    assert np.allclose(lines[["unit_price", "discount", "amount", "cost"]] * 100 % 1 % 0.999999, 0, atol=1e-5)
    sale = lines["kind"] == "sale"
    assert (lines.loc[sale, ["quantity"]] > 0).all(axis=None)
    assert (lines.loc[~sale, ["quantity", "amount", "cost"]] < 0).all(axis=None)
    assert (lines["discount"] >= 0).all()


def test_refunds_name_an_earlier_order_and_never_exceed_it(tables: dict[str, pd.DataFrame]) -> None:
    lines = tables["transactions"]
    sales = lines[lines["kind"] == "sale"].groupby("order_id").agg(at=("ordered_at", "first"), paid=("amount", "sum"))
    back = lines[lines["kind"] != "sale"]
    assert back["refund_of"].isin(sales.index).all()
    assert not back["order_id"].isin(sales.index).any()
    assert (back["ordered_at"] > back["refund_of"].map(sales["at"])).all()
    given = -back.groupby("refund_of")["amount"].sum()
    assert (given <= sales["paid"].loc[given.index] + 0.001).all()
    cancelled = back[back["kind"] == "cancellation"].groupby("refund_of")["amount"].sum()
    assert np.allclose(-cancelled, sales["paid"].loc[cancelled.index])
    assert lines["refund_of"].isna().equals(lines["kind"] == "sale")


def test_special_orders_are_there(tables: dict[str, pd.DataFrame]) -> None:
    lines = tables["transactions"]
    assert 110_000 <= len(lines) <= 150_000
    assert 0.03 < lines["customer_id"].isna().mean() < 0.04
    per_order = lines[lines["kind"] == "sale"].groupby("order_id")["amount"].sum()
    assert (per_order == 0).sum() == 172
    assert lines.loc[lines["kind"] == "cancellation", "refund_of"].nunique() > 150
    assert lines.loc[lines["kind"] == "refund", "refund_of"].nunique() > 800
    assert lines["product"].nunique() >= 40
    assert lines["category"].nunique() == 7


def test_keys_join_up(tables: dict[str, pd.DataFrame]) -> None:
    people = tables["customers"]["customer_id"]
    assert people.is_unique
    for name, column in (("transactions", "customer_id"), ("referrals", "referrer_id"), ("referrals", "referred_id")):
        assert tables[name][column].dropna().isin(people).all()
    for name in ("points", "tiers", "surveys", "complaints", "contacts"):
        assert tables[name]["customer_id"].dropna().isin(people).all(), name
    orders, staff = tables["transactions"]["order_id"], tables["staff"]
    for name in ("points", "complaints"):
        assert tables[name]["order_id"].dropna().isin(orders).all(), name
    for name, column in (("complaints", "complaint_id"), ("contacts", "contact_id"), ("staff", "staff_id")):
        assert tables[name][column].is_unique
    served = tables["transactions"].dropna(subset="staff_id").merge(staff, on="staff_id", suffixes=("", "_staff"))
    assert (served["store"] == served["store_staff"]).all()
    assert (served["ordered_at"] >= served["joined_on"]).all()
    assert (served["left_on"].isna() | (served["ordered_at"].dt.normalize() <= served["left_on"])).all()


def test_people_are_made_up(tables: dict[str, pd.DataFrame]) -> None:
    people = tables["customers"]
    assert 12_000 <= len(people) <= 12_200
    assert people["email"].dropna().str.endswith("@example.com").all()
    assert people["name"].str.contains("Nguyễn").any()
    assert people["name"].str.contains("王").any()
    assert people["country"].nunique() == 6


def test_points_balance_for_every_customer(tables: dict[str, pd.DataFrame]) -> None:
    points, people = tables["points"], tables["customers"].set_index("customer_id")
    sign = points["kind"].map({"issued": 1, "redeemed": -1, "expired": -1, "adjusted": 1})
    assert (points.loc[points["kind"] != "adjusted", "points"] > 0).all()
    signed = points["points"] * sign
    assert signed.groupby(points["customer_id"]).cumsum().min() >= 0
    assert (points["posted_at"] >= points["customer_id"].map(people["joined_at"])).all()
    issued = points[points["kind"] == "issued"]
    sales = tables["transactions"].query("kind == 'sale'").groupby("order_id")["amount"].sum()
    assert (issued["points"] == np.floor(issued["order_id"].map(sales) + 1e-6)).all()
    posted = issued["posted_at"].dt.normalize()
    assert (issued["expires_at"] == posted + pd.DateOffset(years=1)).all()
    old = (signed > 0) & (points["posted_at"] < END - pd.DateOffset(years=1) - DAY)
    gained = signed[old].groupby(points["customer_id"]).sum()
    used = -signed[signed < 0].groupby(points["customer_id"]).sum()
    assert (used.reindex(gained.index).fillna(0) >= gained).all()  # nothing older than twelve months is left


def test_tiers_follow_their_rule(tables: dict[str, pd.DataFrame]) -> None:
    tiers, lines = tables["tiers"], tables["transactions"]
    joined = tables["customers"].set_index("customer_id")["joined_at"].dropna()
    for review in pd.date_range("2023-10-01", "2026-04-01", freq="QS"):
        window = lines[(lines["ordered_at"] >= review - pd.DateOffset(years=1)) & (lines["ordered_at"] < review)]
        spend = window.groupby("customer_id")["amount"].sum().round(2)
        spend = spend.reindex(joined[joined < review].index).fillna(0)
        due = np.select([spend >= 300, spend >= 120], ["Gold", "Silver"], "Bronze")
        there = tiers[(tiers["from_on"] <= review) & ~(tiers["until_on"] < review)].set_index("customer_id")["tier"]
        assert there.index.is_unique
        assert (there.loc[spend.index] == due).all()


# The planted truths; the figures are those of data/README.md


def test_better_onboarding(occasions: pd.DataFrame, firsts: pd.DataFrame) -> None:
    month = occasions["day"].dt.year * 12 + occasions["day"].dt.month
    entry = occasions["first"].dt.year * 12 + occasions["first"].dt.month
    seen = firsts[firsts["first"] < "2026-05-01"]
    back = pd.Series(seen.index.isin(occasions.loc[month - entry == 1, "customer_id"]), index=seen.index)
    before, after, z = _contrast(seen["first"] >= "2025-03-01", back)
    assert before == pytest.approx(0.2297, abs=0.005)
    assert after == pytest.approx(0.3029, abs=0.005)
    assert z > 7  # beyond any correction for a few hundred cells


def test_discounts_buy_less_loyal_customers(occasions: pd.DataFrame, firsts: pd.DataFrame) -> None:
    won = firsts["discounted"].astype(bool)
    assert (firsts.loc[won, "source"] == "promotion").mean() == pytest.approx(0.806, abs=0.02)
    within = _came_back(occasions, firsts, 0, 180)
    full, discounted, z = _contrast(won.loc[within.index], within)
    assert full == pytest.approx(0.602, abs=0.01)
    assert discounted == pytest.approx(0.468, abs=0.01)
    assert z < -6
    late = _came_back(occasions, firsts, 180, 365)
    full, discounted, z = _contrast(won.loc[late.index], late)
    assert full == pytest.approx(0.362, abs=0.01)
    assert discounted == pytest.approx(0.292, abs=0.01)
    assert z < -4


def _complaints(tables: dict[str, pd.DataFrame], occasions: pd.DataFrame) -> pd.DataFrame:
    """Complaints of known customers old enough to be followed for 90 days."""
    rows = tables["complaints"].dropna(subset="customer_id")
    rows = rows[rows["opened_at"].dt.normalize() + 90 * DAY <= END.normalize()]
    autumn = (rows["opened_at"] >= "2025-09-01") & (rows["opened_at"] < "2025-12-01")
    return rows.assign(
        autumn=autumn,
        backlog=autumn & (rows["store"] == "Riverside"),
        days=(rows["closed_at"] - rows["opened_at"]) / DAY,
        back=_bought_within(occasions, rows["customer_id"], rows["opened_at"], 90),
    )


def test_complaint_backlog_at_riverside(tables: dict[str, pd.DataFrame], occasions: pd.DataFrame) -> None:
    rows = _complaints(tables, occasions)
    backlog, rest = rows[rows["backlog"]], rows[rows["autumn"] & ~rows["backlog"]]
    year_before = rows["opened_at"].between("2024-09-01", "2024-12-01") & (rows["store"] == "Riverside")
    assert len(backlog) > 4 * year_before.sum()
    assert backlog["days"].median() == pytest.approx(37.5, abs=1)
    assert rest["days"].median() == pytest.approx(4.0, abs=0.5)
    unresolved = [(part["outcome"] == "unresolved").mean() for part in (rest, backlog)]
    assert unresolved[1] == pytest.approx(0.696, abs=0.02)
    assert unresolved[0] == pytest.approx(0.162, abs=0.02)
    elsewhere, riverside, z = _contrast(rows["backlog"][rows["autumn"]], rows["back"][rows["autumn"]])
    assert riverside == pytest.approx(0.466, abs=0.02)
    assert elsewhere == pytest.approx(0.718, abs=0.02)
    assert z < -3


def test_settling_complaints_keeps_customers(tables: dict[str, pd.DataFrame], occasions: pd.DataFrame) -> None:
    rows = _complaints(tables, occasions)
    rows = rows[rows["closed_at"].dt.normalize() + 90 * DAY <= END.normalize()]
    back = pd.Series(_bought_within(occasions, rows["customer_id"], rows["closed_at"], 90), index=rows.index)
    by_outcome = back.groupby(rows["outcome"]).mean()
    assert by_outcome["settled"] == pytest.approx(0.808, abs=0.02)
    assert by_outcome["unresolved"] == pytest.approx(0.171, abs=0.02)
    assert by_outcome["unresolved"] < by_outcome["closed"] < by_outcome["settled"]


def _jump(tables: dict[str, pd.DataFrame], occasions: pd.DataFrame, edge: float, width: float) -> tuple[float, float]:
    """Jump at `edge` of 12-month spend in occasions of the next 90 days (local linear), and its standard error."""
    joined = tables["customers"].set_index("customer_id")["joined_at"].dropna()
    lines, parts = tables["transactions"], []
    for review in pd.date_range("2023-10-01", "2026-01-01", freq="QS"):
        window = lines[(lines["ordered_at"] >= review - pd.DateOffset(years=1)) & (lines["ordered_at"] < review)]
        spend = window[window["customer_id"].isin(joined[joined < review].index)].groupby("customer_id")["amount"].sum()
        spend = spend[(spend >= edge - width) & (spend < edge + width)].round(2)
        after = occasions[(occasions["day"] >= review) & (occasions["day"] < review + 90 * DAY)]
        count = after.groupby("customer_id").size().reindex(spend.index).fillna(0)
        parts.append(pd.DataFrame({"x": spend - edge, "y": count}))
    near = pd.concat(parts)
    x, y, above = near["x"].to_numpy(), near["y"].to_numpy(), (near["x"] >= 0).to_numpy().astype(float)
    design = np.column_stack([np.ones(len(x)), above, x, x * above])
    bread = np.linalg.inv(design.T @ design)
    slope = bread @ design.T @ y
    meat = design.T * (y - design @ slope) ** 2 @ design
    return slope[1], np.sqrt((bread @ meat @ bread)[1, 1])


def test_tier_thresholds_move_behaviour(tables: dict[str, pd.DataFrame], occasions: pd.DataFrame) -> None:
    silver, error = _jump(tables, occasions, 120, 30)
    assert silver == pytest.approx(0.56, abs=0.05)
    assert silver / error > 3.5
    gold, error = _jump(tables, occasions, 300, 80)
    assert gold == pytest.approx(1.08, abs=0.1)
    assert gold / error > 3
    for placebo in (85, 195):
        jump, error = _jump(tables, occasions, placebo, 30)
        assert abs(jump / error) < 2


def test_pareto_share(known: pd.DataFrame, firsts: pd.DataFrame) -> None:
    value = known.groupby("customer_id")["amount"].sum().loc[firsts.index].sort_values(ascending=False)
    assert value.iloc[: round(0.2 * len(value))].sum() / value.sum() == pytest.approx(0.703, abs=0.005)


def test_seasons(known: pd.DataFrame) -> None:
    revenue = known.groupby(known["day"].dt.to_period("M"))["amount"].sum()
    for year in (2024, 2025):
        level = revenue[revenue.index.year == year].to_numpy()
        assert level[7] < 0.8 * level[[6, 8]].mean()
        assert level[[10, 11]].mean() > 1.3 * level[[8, 9]].mean()
    december = revenue[revenue.index.month == 12]
    assert (revenue[revenue.index.month == 1].to_numpy() < 0.9 * december.to_numpy()).all()


def test_referrals_convert_and_stay(
    tables: dict[str, pd.DataFrame], occasions: pd.DataFrame, firsts: pd.DataFrame
) -> None:
    referrals = tables["referrals"]
    assert referrals["converted_at"].notna().mean() == pytest.approx(0.408, abs=0.01)
    assert (referrals["converted_at"].isna() | (referrals["converted_at"] > referrals["referred_at"])).all()
    met = referrals["referrer_id"].map(firsts["first"])
    assert (met.isna() | (met.dt.normalize() <= referrals["referred_at"])).mean() > 0.98
    late = _came_back(occasions, firsts[~firsts["discounted"].astype(bool)], 180, 365)
    other, referred, z = _contrast(firsts.loc[late.index, "referred"].astype(bool), late)
    assert other == pytest.approx(0.353, abs=0.01)
    assert referred == pytest.approx(0.421, abs=0.015)
    assert z > 3


def test_satisfaction_drives_repurchase(tables: dict[str, pd.DataFrame], occasions: pd.DataFrame) -> None:
    surveys = tables["surveys"]
    sent = surveys.groupby("response_id").first()
    assert sent["answered_at"].notna().mean() == pytest.approx(0.353, abs=0.01)
    recommend = surveys[(surveys["dimension"] == "recommend") & surveys["perceived"].notna()]["perceived"]
    assert 100 * ((recommend >= 9).mean() - (recommend <= 6).mean()) == pytest.approx(31.2, abs=1)
    rated = surveys[(surveys["dimension"] != "recommend") & surveys["answered_at"].notna()]
    rated = rated.dropna(subset="customer_id").groupby("response_id")
    index = rated["perceived"].sum() / rated["expected"].sum()
    answer = rated[["customer_id", "answered_at"]].first()
    old = answer["answered_at"].dt.normalize() + 180 * DAY <= END.normalize()
    answer, index = answer[old], index[old]
    back = pd.Series(_bought_within(occasions, answer["customer_id"], answer["answered_at"], 180), index=index.index)
    assert back[index < 0.9].mean() == pytest.approx(0.607, abs=0.02)
    assert back[index >= 1.1].mean() == pytest.approx(0.839, abs=0.02)
    satisfied = index >= 1
    assert 1 - back[satisfied].mean() == pytest.approx(0.185, abs=0.02)
    assert (satisfied & ~back).sum() > 120
    assert _contrast(satisfied, back)[2] > 6


def test_winning_costs_more_than_keeping(
    tables: dict[str, pd.DataFrame], occasions: pd.DataFrame, firsts: pd.DataFrame
) -> None:
    costs, since = tables["costs"], pd.Timestamp("2025-06-25")
    spent = costs[costs["booked_on"] >= since].groupby("purpose")["amount"].sum()
    bought = occasions[occasions["day"] >= since]
    winning = spent["acquisition"] / (firsts["first"] >= since).sum()
    keeping = spent["retention"] / bought.loc[bought["first"] < since, "customer_id"].nunique()
    assert winning / keeping == pytest.approx(5.65, abs=0.1)
    own = tables["customers"]["acquisition_cost"].sum()
    assert costs.loc[costs["purpose"] == "acquisition", "amount"].sum() == pytest.approx(own, abs=0.5)


def test_riverside_staff_leave(tables: dict[str, pd.DataFrame]) -> None:
    staff = tables["staff"]
    tenure = (staff["left_on"].fillna(END.normalize()) - staff["joined_on"]).dt.days
    riverside = staff["store"] == "Riverside"
    assert tenure[riverside].median() == 111
    assert tenure[~riverside].median() > 1000
    assert staff.loc[riverside, "satisfaction"].mean() < staff.loc[~riverside, "satisfaction"].mean() - 1.5
