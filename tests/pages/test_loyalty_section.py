"""Segments, the section on loyalty: what it says is what the measures say."""

from pathlib import Path

import pandas as pd

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.language import format_value
from tests.pages.conftest import Open, tables, texts


def test_corners_are_told_with_their_money_and_open_to_their_customers(open_page: Open, sample: Workspace) -> None:
    cells = sample.measure("repeats_vs_spend").frame
    big = cells[cells["kind"] == "big but not loyal"]
    app = open_page("segments", section="loyalty")
    assert not app.exception
    assert f"**{format_value(big['customers'].sum(), 'count')} customers** spend much but seldom come" in texts(app)
    assert format_value(big["revenue"].sum(), "money", "EUR", compact=True) in tables(app)
    app.session_state["corners.cell.kind"] = "big but not loyal"
    app.button_group(key="corners.panel").set_value("who").run()
    assert not app.exception and not app.error
    assert len(app.dataframe[0].value) == big["customers"].sum()


def test_types_are_told_with_their_rules_and_open_to_their_customers(open_page: Open, sample: Workspace) -> None:
    types = sample.measure("loyalty_types").frame.set_index("loyalty_type")
    app = open_page("segments", section="loyalty", loyalty="why")
    assert not app.exception
    told, shown = texts(app), tables(app)
    assert f"**{format_value(types['often'].sum(), 'count')} customers**" in told
    assert f"{format_value(types['answered'].sum(), 'count')} of" in told and "They are not like the rest" in told
    assert "comes often and likes the shop" in shown and "would recommend the shop with 9 or more of 10" in shown
    app.session_state["loyalty_types.cell.loyalty_type"] = "latent"
    app.button_group(key="loyalty_types.panel").set_value("who").run()
    assert not app.exception and not app.error
    assert len(app.dataframe[0].value) == types.loc["latent", "customers"]


def test_answers_and_conditions_open_to_their_customers(open_page: Open, sample: Workspace) -> None:
    conditions = sample.measure("conditions_met").frame.set_index("condition")["customers"]
    app = open_page("segments", section="loyalty", loyalty="why")
    app.session_state["conditions_met.cell.condition"] = "was referred"
    app.button_group(key="conditions_met.panel").set_value("who").run()
    assert not app.exception and not app.error
    assert len(app.dataframe[0].value) == conditions["was referred"]
    app.button_group(key="answered.panel").set_value("who").run()
    assert not app.exception and not app.error


def test_coverage_group_by_group(open_page: Open, sample: Workspace) -> None:
    groups = sample.measure("category_coverage", Scope(by="first_store")).frame.set_index("group_name")
    bought = sample.measure("categories_bought").frame.set_index("categories")["customers"]
    app = open_page("segments", section="loyalty", loyalty="range", by="first_store")
    assert not app.exception
    shown = tables(app)
    assert format_value(groups.loc["Riverside", "coverage"], "share") in shown
    assert "After 2 purchases" in texts(app)
    app.session_state["categories_bought.cell.categories"] = 1
    app.button_group(key="categories_bought.panel").set_value("who").run()
    assert not app.exception and not app.error
    assert len(app.dataframe[0].value) == bought[1]


def test_wallet_group_by_group_and_its_customers(open_page: Open, sample: Workspace) -> None:
    wallet = sample.measure("share_of_wallet").frame.set_index("method")
    app = open_page("segments", section="loyalty", loyalty="wallet", by="first_store")
    assert not app.exception
    assert format_value(wallet.loc["spend", "wallet_share"], "share", compact=True) in texts(app)
    assert "Riverside" in tables(app)
    app.button_group(key="share_of_wallet.panel").set_value("who").run()
    assert not app.exception and not app.error
    assert len(app.dataframe[0].value) == wallet.loc["spend", "customers"]


def test_a_shop_without_surveys_and_categories_is_told_what_to_bring(open_page: Open, folder: Path) -> None:
    lines = pd.DataFrame({"customer_id": ["a", "a", "b"], "order_id": ["1", "2", "3"], "amount": [5.0, 5.0, 5.0]})
    lines["ordered_at"] = pd.to_datetime(["2024-01-05", "2024-01-09", "2024-01-07"])
    lines.to_parquet(folder / "lines.parquet")
    shop = Workspace.open(folder / "plain.duckdb")
    shop.import_file(folder / "lines.parquet")
    shop.close()
    wanted = {"why": "No customer has answered", "range": "names a category", "wallet": "what they buy elsewhere"}
    for part, words in wanted.items():
        app = open_page("segments", section="loyalty", loyalty=part, workspace="plain")
        assert not app.exception
        assert words in texts(app)
    app = open_page("segments", section="loyalty", loyalty="why", workspace="plain")
    assert "Cannot be told: no “could_switch” in Surveys" in tables(app)
