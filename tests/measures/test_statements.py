"""The statement shown is the one that made the figures; a .sql file in a folder is a measure."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from loyalty_metrics.measures import finish
from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import Workspace
from tests.conftest import ShopMaker
from tests.oracles.tables import purchases

ROWS = [
    ("a", "2024-01-03", 10),
    ("a", "2024-02-03", 20),
    ("b", "2024-01-09", 10),
    (None, "2024-02-20", 30),
    ("c", "2024-03-01", 7),
]

SCOPES = [
    Scope(),
    Scope(
        as_of="2024-02-10",
        window=40,
        grain="week",
        clock="rolling",
        criterion="cumulative",
        refunds="own_date",
        lapse_days=9,
        value="profit",
        filters={"channel": ["O'Brien $as_of", ""], "first_store": "s1", "tier": ""},
    ),
]

MEASURE = """-- title: Largest order
-- unit: money
-- grain: one row
-- definition: The dearest order up to the as-of date.
-- formula: max(net)
-- source: made up
-- caveats: none
-- who: rfm_scores(segment)
-- column largest (money): The dearest order
select max(net) as largest
from scope_orders
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, make_shop: ShopMaker) -> Path:
    path = tmp_path_factory.mktemp("workspace") / "shop.duckdb"
    workspace = Workspace.open(path)
    lines = purchases(*ROWS).assign(store="s1", cost=3.0)
    make_shop(lines.assign(channel=["O'Brien $as_of", "web", "web", "web", "web"]), workspace=workspace)
    workspace.close()
    return path


@pytest.mark.parametrize("scope", SCOPES, ids=["default", "all set"])
def test_statement_shown_runs_as_it_stands_and_gives_the_figures(file: Path, scope: Scope) -> None:
    workspace = Workspace.open(file)
    asked = {card.name: workspace.measure(card.name, scope) for card in workspace.registry.measures}
    shown = {name: workspace.sql(name, scope) for name in asked}
    who = workspace.who("rfm_segments", scope, limit=5)
    workspace.close()
    with duckdb.connect(str(file), read_only=True) as fresh:
        for name, result in asked.items():
            assert shown[name] == result.sql
            raw = fresh.execute(result.sql).df().drop(columns="customer_key", errors="ignore")
            pd.testing.assert_frame_equal(finish(name, raw), result.frame)
        pd.testing.assert_frame_equal(fresh.execute(who.sql).df(), who.frame)


def test_a_sql_file_in_a_folder_is_a_measure(tmp_path: Path, make_shop: ShopMaker) -> None:
    (tmp_path / "largest_order.sql").write_text(MEASURE, encoding="utf-8")
    shop = make_shop(purchases(*ROWS), workspace=Workspace.in_memory(models=[tmp_path]))
    assert "largest_order" in {card.name for card in shop.workspace.registry.measures}
    result = shop.workspace.measure("largest_order")
    assert result.frame["largest"].tolist() == [30]
    assert (result.card.title, result.card.formula, result.card.units) == (
        "Largest order",
        "max(net)",
        {"largest": "money"},
    )
    assert shop.ask("largest_order", Scope(as_of="2024-02-10"))["largest"].tolist() == [20]
    assert len(shop.workspace.who("largest_order").frame) == 3
    assert "largest_order" not in {card.name for card in Workspace.in_memory().registry.measures}
