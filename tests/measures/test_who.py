"""As many customers stand behind a cell as its figure says."""

from datetime import date

import pytest

from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import UnknownColumn, Workspace
from tests.oracles.ask import Shop
from tests.oracles.movements import moves

BACK = date(1997, 4, 20)


def behind(workspace: Workspace, name: str, scope: Scope, **cell: object) -> int:
    """How many customers; each stands there once."""
    found = workspace.who(name, scope, **cell).frame
    assert found["customer_id"].is_unique
    return len(found)


@pytest.mark.parametrize("criterion", ["exact", "on_or_after", "cumulative"])
def test_cohort_cell(cdnow: Shop, criterion: str) -> None:
    for scope in (Scope(criterion=criterion, as_of=BACK), Scope(criterion=criterion, clock="rolling", as_of=BACK)):
        triangle = cdnow.ask("cohort_retention", scope)
        observed = triangle[triangle["cohort"].notna() & triangle["retained"].notna()]
        found = cdnow.workspace.who("cohort_retention", scope).frame.groupby(["cohort", "age"])["customer_id"].nunique()
        wanted = observed.set_index(["cohort", "age"])["retained"]
        assert (found.reindex(wanted.index, fill_value=0) == wanted).all()
        one = observed.iloc[1]
        assert (
            behind(cdnow.workspace, "cohort_retention", scope, cohort=one["cohort"], age=int(one["age"]))
            == one["retained"]
        )


def test_point_of_the_retention_curve(cdnow: Shop) -> None:
    scope = Scope(as_of=BACK)
    for row in cdnow.ask("retention_curve", scope).dropna(subset=["retained"]).to_dict("records"):
        assert behind(cdnow.workspace, "retention_curve", scope, age=int(row["age"])) == row["retained"]


@pytest.mark.parametrize("scope", [Scope(), Scope(as_of=BACK, window=60)], ids=Scope.describe)
def test_rfm_segment_and_cell(cdnow: Shop, scope: Scope) -> None:
    for row in cdnow.ask("rfm_segments", scope).to_dict("records")[:4]:
        assert behind(cdnow.workspace, "rfm_segments", scope, segment=row["segment"]) == row["customers"]
    for row in cdnow.ask("rfm_map", scope).to_dict("records")[::6]:
        cell = {"r_score": row["r_score"], "fm_score": row["fm_score"]}
        assert behind(cdnow.workspace, "rfm_map", scope, **cell) == row["customers"]


def test_move_between_segments(cdnow: Shop) -> None:
    scope = Scope(as_of=BACK, compare_to=date(1997, 3, 1), window=90)
    for row in cdnow.ask("rfm_migration", scope).to_dict("records")[::5]:
        cell = {name: row[name] for name in ("segment_before", "segment_now")}
        assert behind(cdnow.workspace, "rfm_migration", scope, **cell) == row["customers"]


def test_movement_of_the_customer_flow(cdnow: Shop) -> None:
    scope = Scope(as_of=date(1997, 9, 10), lapse_days=60)
    wanted = moves(cdnow.history, scope)
    for row in cdnow.ask("customer_flow", scope).to_dict("records")[2::3]:
        for movement in ("new", "reactivated", "lapsed"):
            found = cdnow.workspace.who("customer_flow", scope, period=row["period"], movement=movement).frame
            assert len(found) == row[movement]
            in_month = wanted[
                (wanted["movement"] == movement) & (wanted["day"].dt.to_period("M").dt.start_time == row["period"])
            ]
            assert sorted(found["customer_id"]) == sorted(in_month["customer"])


@pytest.mark.parametrize("movement", ["opening", "retained", "closing"])
def test_standing_figure_of_the_customer_flow(cdnow: Shop, movement: str) -> None:
    scope = Scope(as_of=date(1997, 9, 10), lapse_days=60)
    for row in cdnow.ask("customer_flow", scope).to_dict("records")[2::3]:
        cell = {"period": row["period"], "movement": movement}
        assert behind(cdnow.workspace, "customer_flow", scope, **cell) == row[movement]


def test_customers_who_count_as_gone(cdnow: Shop) -> None:
    scope = Scope(as_of=date(1997, 9, 10), lapse_days=50)
    windows = cdnow.ask("lapse_windows", scope)
    assert windows["gone"].is_monotonic_decreasing and windows["gone"].iloc[0] > 0
    for row in windows.to_dict("records"):
        assert behind(cdnow.workspace, "lapse_windows", scope, lapse_days=row["lapse_days"]) == row["gone"]


def test_share_of_repeat_purchase(cdnow: Shop) -> None:
    for scope in (Scope(), Scope(as_of=BACK, window=90)):
        figures = cdnow.ask("repeat_purchase_rate", scope)
        for row in figures[figures["unit"] == "share"].to_dict("records"):
            assert behind(cdnow.workspace, "repeat_purchase_rate", scope, figure=row["figure"]) == row["numerator"]


def test_best_customers_of_the_pareto_summary(cdnow: Shop) -> None:
    figures = cdnow.ask("pareto_summary").set_index("figure")
    assert (
        behind(cdnow.workspace, "pareto_summary", Scope(), figure="carriers_share")
        == figures.loc["carriers_share", "numerator"]
    )
    fifth = 0.2 * figures.loc["customers", "value"]
    assert abs(behind(cdnow.workspace, "pareto_summary", Scope(), figure="top_share") - fifth) < 1


def test_point_of_the_pareto_curve(cdnow: Shop) -> None:
    scope = Scope(as_of=BACK, window=30)
    for row in cdnow.ask("pareto_curve", scope).to_dict("records")[3::150]:
        found = cdnow.workspace.who("pareto_curve", scope, customers_up_to=row["customers_up_to"]).frame
        assert found["customer_id"].is_unique
        assert len(found) == row["customers_up_to"]


def test_cell_of_repeats_against_spend(cdnow: Shop) -> None:
    for row in cdnow.ask("repeats_vs_spend").to_dict("records")[::9]:
        cell = {"repeat_decile": row["repeat_decile"], "spend_decile": row["spend_decile"]}
        assert behind(cdnow.workspace, "repeats_vs_spend", Scope(), **cell) == row["customers"]


@pytest.mark.parametrize("refunds", ["restate", "own_date"])
def test_buyers_of_a_period(online_retail: Shop, refunds: str) -> None:
    scope = Scope(refunds=refunds)
    for row in online_retail.ask("revenue_by_period", scope).to_dict("records")[::4]:
        found = online_retail.workspace.who("revenue_by_period", scope, period=row["period"]).frame
        assert (found["occasions"] > 0).sum() == row["customers"]
        assert abs(found["net"].astype(float).sum() - row["revenue"]) < 1e-6


def test_limit_and_unknown_columns(cdnow: Shop) -> None:
    assert len(cdnow.workspace.who("rfm_segments", limit=3).frame) == 3
    with pytest.raises(UnknownColumn):
        cdnow.workspace.who("rfm_segments", age=1)
    with pytest.raises(UnknownColumn):
        cdnow.workspace.who("what_counts")
