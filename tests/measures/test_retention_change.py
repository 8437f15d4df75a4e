"""What changed, and why: sums that add up, against a count by hand, and what was planted in the sample."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.measures.change import finish_retention_change
from loyalty_metrics.scope import Scope, ScopeError
from loyalty_metrics.workspace import SAMPLE, Workspace
from tests.conftest import ShopMaker
from tests.oracles import cohort_details
from tests.oracles.ask import Shop
from tests.oracles.compare import assert_same
from tests.oracles.history import History
from tests.oracles.tables import cohort, purchases

BEFORE_AND_SINCE = "2023-07-01/2025-02-01/2025-03-01/2026-04-01"


@pytest.fixture(scope="module")
def sample() -> Shop:
    lines, customers = (pd.read_parquet(SAMPLE / f"{name}.parquet") for name in ("transactions", "customers"))
    return Shop(Workspace.sample(), History.of(lines, customers=customers), lines)


@pytest.mark.parametrize(
    ("scope", "older", "newer"),
    [
        (Scope(compare=BEFORE_AND_SINCE), ("2023-07-01", "2025-02-01"), ("2025-03-01", "2026-04-01")),
        (Scope(), ("2025-02-01", "2026-01-01"), ("2026-02-01", "2026-04-01")),
        (Scope(age=3, criterion="cumulative"), ("2024-12-01", "2025-11-01"), ("2025-12-01", "2026-02-01")),
    ],
    ids=["planted", "default", "cumulative"],
)
def test_every_value_equals_a_count_by_hand(sample: Shop, scope: Scope, older: tuple, newer: tuple) -> None:
    history = sample.history
    members = cohort_details.members_of(history, scope)
    members.index = members.index.astype("str")
    occasions = history.occasions(scope)
    occasions = occasions.assign(customer=occasions["customer"].astype("str"))
    occasions = occasions.join(members, on="customer")
    age = occasions["day"].dt.to_period("M").astype("int64") - pd.PeriodIndex(occasions["cohort"], freq="M").asi8
    again = occasions["day"] > occasions["first_on"]
    hit = (age == scope.age) if scope.criterion == "exact" else again & (age <= scope.age)
    members = members.assign(cohort=pd.PeriodIndex(members["cohort"], freq="M").start_time.normalize())
    wanted = cohort_details.changes(
        members, set(occasions.loc[hit, "customer"]), attributes_of(sample, members, older, newer), older, newer
    )
    found = sample.ask("retention_change", scope)
    values = found[found["value"].notna()]
    assert_same(values, wanted, ["attribute", "value"])
    assert [str(day.date()) for day in found[["older_from", "older_to", "newer_from", "newer_to"]].iloc[0]] == [
        *older,
        *newer,
    ]


def attributes_of(shop: Shop, members: pd.DataFrame, older: tuple, newer: tuple) -> pd.DataFrame:
    """What the sample's files say of each customer."""
    history, scope = shop.history, Scope()
    known = history.customers.set_index("customer_id")
    first = history.first_day_values(scope)
    first.index = first.index.astype("str")
    lines = shop.lines[shop.lines["kind"] == "sale"].dropna(subset=["customer_id", "discount"])
    day = pd.to_datetime(lines["ordered_at"]).dt.normalize()
    on_first = lines[day.to_numpy() == lines["customer_id"].map(members["first_on"]).to_numpy()]
    on_discount = on_first.groupby("customer_id")["discount"].max() > 0
    days = history.customer_days(scope)
    days = days.assign(customer=days["customer"].astype("str")).join(members["first_on"], on="customer")
    spent = days[days["day"] == days["first_on"]].set_index("customer")["net"]
    in_sets = members["cohort"].between(*map(pd.Timestamp, older)) | members["cohort"].between(
        *map(pd.Timestamp, newer)
    )
    compared = spent.reindex(members.index[in_sets])
    place = (compared.rank(method="average") - 0.5) / len(compared)
    size = pd.Series(np.select([place < 1 / 3, place < 2 / 3], ["small", "medium"], "large"), index=compared.index)
    return pd.DataFrame(
        {
            "acquired_through": known["acquired_through"].reindex(members.index),
            "customer_country": known["country"].reindex(members.index),
            "first_category": first["category"].reindex(members.index),
            "first_channel": first["channel"].reindex(members.index),
            "first_store": first["store"].reindex(members.index),
            "first_price": on_discount.map({True: "on_discount", False: "full_price"}).reindex(members.index),
            "first_size": size.reindex(members.index),
        }
    )


def test_what_changed_finds_the_planted_onboarding(sample: Shop) -> None:
    over_time = sample.ask("retention_over_time")
    turning = over_time[over_time["turning"] == "yes"]
    assert turning["cohort"].astype("str").tolist() == ["2025-03-01"]
    assert turning["chance"].iloc[0] < 0.01
    assert turning[["before", "after"]].iloc[0].tolist() == pytest.approx([1291 / 5620, 1691 / 5583])
    change = sample.ask("retention_change", Scope(compare=BEFORE_AND_SINCE))
    everybody = change.iloc[0]
    assert (everybody["attribute"], everybody["verdict"]) == ("everybody", "up")
    assert everybody["change"] == pytest.approx(0.0732, abs=1e-4)
    # By chance alone it would be 5.7 to 9.0 points (Newcombe); cohorts stray a little more than that.
    assert 0.04 < everybody["change_low"] < 0.0568 and 0.0895 < everybody["change_high"] < 0.12
    wholes = change[change["value"].isna() & change["mix_effect"].notna()]
    assert len(wholes) == 7
    assert (wholes["mix_effect"].abs() < 0.002).all(), "it is behaviour, not another mix"
    channels = change[(change["attribute"] == "first_channel") & change["value"].notna()]
    assert set(channels["verdict"]) == {"up"} and len(channels) == 3


def test_effects_add_up_to_the_change_for_every_attribute(sample: Shop) -> None:
    for scope in (
        Scope(),
        Scope(grain="quarter"),
        Scope(age=5),
        Scope(compare=BEFORE_AND_SINCE, filters={"first_channel": "web"}),
    ):
        found = sample.ask("retention_change", scope)
        total = found["change"].iloc[0]
        values = found[found["value"].notna()]
        sums = values.groupby("attribute")[["mix_effect", "rate_effect"]].sum()
        assert len(sums) >= 5
        assert sums.sum(axis=1).tolist() == pytest.approx([total] * len(sums), abs=1e-12)
        wholes = found[found["value"].isna() & found["mix_effect"].notna()].set_index("attribute")
        pd.testing.assert_frame_equal(wholes[["mix_effect", "rate_effect"]].sort_index(), sums.sort_index())


counts = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)).map(
    lambda c: (min(c[0], c[1]), max(c[0], c[1]), min(c[2], c[3]), max(c[2], c[3]))
)


@given(st.lists(counts, min_size=2, max_size=6))
def test_reversals_are_those_where_all_move_one_way_and_the_total_the_other(
    groups: list[tuple[int, int, int, int]],
) -> None:
    found = finish_retention_change(rows_of(groups))
    whole = found[(found["attribute"] == "by") & found["value"].isna()].iloc[0]
    both = [(x1 / n1 - x0 / n0) for x0, n0, x1, n1 in groups if n0 and n1]
    total = whole["change"]
    wanted = (
        bool(both)
        and not np.isnan(total)
        and abs(total) > 1e-12
        and all(one == 0 or (one > 0) != (total > 0) for one in both)
        and any(one != 0 for one in both)
    )
    assert (whole["reversal"] == "yes") == wanted


def rows_of(groups: list[tuple[int, int, int, int]]) -> pd.DataFrame:
    columns = ["older_retained", "older_size", "newer_retained", "newer_size"]
    values = pd.DataFrame(groups, columns=columns).assign(attribute="by", value=[f"v{i}" for i in range(len(groups))])
    everybody = values[columns].sum().to_frame().T.assign(attribute="everybody", value="")
    dates = {name: pd.Timestamp("2024-01-01") for name in ("older_from", "older_to", "newer_from", "newer_to")}
    # Of no cohort by itself is anything known: they are not weighed against their own ups and downs.
    alone = dict.fromkeys(("cohort_sizes", "cohort_retained", "cohort_parts", "cohorts"))
    return pd.concat([values, everybody], ignore_index=True).assign(**dates, **alone)


def test_simpson_of_the_textbook() -> None:
    """Kidney stones (Charig 1986): better in small and in large ones, worse in all together."""
    found = finish_retention_change(rows_of([(234, 270, 81, 87), (55, 80, 192, 263)]))
    whole = found[(found["attribute"] == "by") & found["value"].isna()].iloc[0]
    assert whole["change"] < 0 and whole["rate_effect"] > 0 and whole["mix_effect"] < 0
    assert whole["reversal"] == "yes"


def test_a_change_of_mix_alone_is_called_so(make_shop: ShopMaker) -> None:
    months = pd.period_range("2023-01", periods=20, freq="M")
    rows = [
        row
        for place, month in enumerate(months)
        for k, n, r in (
            ("ad", 60 if place < 16 else 20, 6 if place < 16 else 2),
            ("mail", 20 if place < 16 else 60, 10 if place < 16 else 30),
        )
        for row in cohort(f"{k}{place}x", f"{month}-10", f"{month + 1}-10", n, r)
    ]
    lines = purchases(*rows, ("end", "2024-10-31", 1))
    people = sorted(set(lines["customer_id"]))
    customers = pd.DataFrame(
        {
            "customer_id": people,
            "acquired_through": [name.rstrip("0123456789").rstrip("x").rstrip("0123456789") for name in people],
        }
    )
    found = make_shop(lines, customers=customers).ask(
        "retention_change", Scope(compare="2023-05-01/2024-04-01/2024-05-01/2024-08-01")
    )
    whole = found[(found["attribute"] == "acquired_through") & found["value"].isna()].iloc[0]
    assert whole["change"] == pytest.approx(0.2) and whole["verdict"] == "up"
    assert whole["mix_effect"] == pytest.approx(0.2) and whole["rate_effect"] == pytest.approx(0)
    assert set(found.loc[(found["attribute"] == "acquired_through") & found["value"].notna(), "verdict"]) == {
        "within_chance"
    }


def test_who_stands_behind_each_row(sample: Shop) -> None:
    scope = Scope(compare=BEFORE_AND_SINCE)
    found = sample.ask("retention_change", scope)
    for row in found[found["value"].notna()].to_dict("records")[::5]:
        for part in ("older", "newer"):
            people = sample.workspace.who(
                "retention_change", scope, attribute=row["attribute"], value=row["value"], part=part
            ).frame
            assert people["customer_id"].is_unique
            assert (len(people), people["is_retained"].sum()) == (row[f"{part}_size"], row[f"{part}_retained"])


def test_too_little_to_compare(make_shop: ShopMaker) -> None:
    shop = make_shop(purchases(*cohort("a", "2024-01-10", "2024-02-10", 9, 3), ("end", "2024-03-31", 1)))
    assert shop.ask("retention_change", Scope(age=9)).empty
    assert shop.ask("retention_over_time", Scope(age=9)).empty
    assert (
        sum(len(shop.ask(name, Scope(criterion="on_or_after"))) for name in ("retention_change", "retention_over_time"))
        == 0
    )


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-01",
        "2024-02-01/2024-01-01/2024-03-01/2024-04-01",
        "2024-01-01/2024-03-01/2024-03-01/2024-04-01",
        "a/b/c/d",
    ],
)
def test_sets_that_are_none_or_overlap_are_refused(text: str) -> None:
    with pytest.raises(ScopeError, match="compare is"):
        Scope(compare=text)


def test_the_sets_stand_in_the_link() -> None:
    scope = Scope(compare=BEFORE_AND_SINCE)
    assert Scope.from_query(scope.to_query()) == scope
    assert scope.only({"older_from"}) == scope
    assert scope.only({"age"}) == Scope()
