"""Lists of customers: those behind a cell once each, searched and sorted; saved ones that stay live."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics.errors import ImportCancelled, LoyaltyError
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.lists import Look, of_frame
from loyalty_metrics.scope import Scope
from loyalty_metrics.segment_rules import from_text, house, to_text
from loyalty_metrics.workspace import UnknownColumn, Workspace
from tests.oracles.ask import Shop
from tests.oracles.tables import purchases

BACK = date(1997, 9, 10)


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    """Three customers with names; `add` files move them."""
    workspace = Workspace.open(tmp_path / "shop.duckdb")
    add(workspace, tmp_path, ("a", "2025-01-05", 20), ("b", "2025-01-07", 90), ("c", "2025-01-09", 5))
    known = pd.DataFrame({"customer_id": list("abc"), "name": ["Zoë Đặng", "Bob =1+1", None], "email": ["z@x.vn"] * 3})
    known.to_parquet(tmp_path / "people.parquet")
    workspace.import_file(tmp_path / "people.parquet", table="customers")
    return workspace


def add(workspace: Workspace, folder: Path, *rows: tuple) -> None:
    number = len(workspace.imports())
    lines = purchases(*rows).assign(order_id=[f"{number}-{n}" for n in range(len(rows))])
    lines.to_parquet(folder / f"{number}.parquet")
    workspace.import_file(folder / f"{number}.parquet")


def test_everybody_behind_a_cell_once(cdnow: Shop) -> None:
    for name, cell in (("rfm_segments", {"segment": "At risk"}), ("cohort_retention", {}), ("retention_curve", {})):
        scope = Scope(as_of=BACK)
        rows = cdnow.workspace.who(name, scope, **cell).frame
        if "occasions" in rows:
            rows = rows[rows["occasions"] > 0]
        found = cdnow.workspace.customers(name, scope, **cell)
        assert sorted(found.frame["customer_id"]) == sorted(set(rows["customer_id"]))
        assert found.found == found.everyone == len(found.frame)


def test_sorted_and_limited_in_the_database(cdnow: Shop) -> None:
    everybody = cdnow.workspace.customers("rfm_segments", None, Look(limit=None)).frame
    top = cdnow.workspace.customers("rfm_segments", None, Look(sort="monetary", limit=50))
    wanted = everybody.sort_values(["monetary", "customer_id"], ascending=[False, True]).head(50)
    assert list(top.frame["customer_id"]) == list(wanted["customer_id"])
    assert (top.found, top.everyone) == (len(everybody), len(everybody))
    least = cdnow.workspace.customers("rfm_segments", None, Look(sort="monetary", falling=False, limit=1))
    assert least.frame["monetary"].iloc[0] == everybody["monetary"].min()
    with pytest.raises(LoyaltyError, match="has no column 'x; drop table lines'"):
        cdnow.workspace.customers("rfm_segments", None, Look(sort="x; drop table lines"))
    with pytest.raises(UnknownColumn):
        cdnow.workspace.customers("rfm_segments", None, None, age=1)


@pytest.mark.parametrize(
    ("search", "wanted"),
    [("zoe dang", ["a"]), ("DANG", ["a"]), ("=1+1", ["b"]), ("x.vn", ["a", "b", "c"]), ("%", []), ("bob zoe", [])],
)
def test_search_is_of_ids_and_contacts_without_accents(shop: Workspace, search: str, wanted: list[str]) -> None:
    found = shop.customers("rfm_segments", None, Look(search))
    assert list(found.frame["customer_id"]) == wanted
    assert (found.found, found.everyone) == (len(wanted), 3)
    assert "name" not in found.frame


def test_contacts_come_where_they_are_asked_for(shop: Workspace) -> None:
    found = shop.customers("rfm_segments", None, Look(contacts=True)).frame.set_index("customer_id")
    assert found.loc["a", "name"] == "Zoë Đặng" and pd.isna(found.loc["c", "name"])


def test_a_finished_frame_is_a_list_too() -> None:
    frame = pd.DataFrame({"customer_id": ["a", "b", "c"], "cluster": ["Calm", "Calm", "Busy"], "net": [1, 3, 2]})
    rows, found = of_frame(frame, Look("calm", sort="net", limit=1))
    assert (list(rows["customer_id"]), found) == (["b"], 2)
    rows, found = of_frame(frame.iloc[:0], Look("calm"))
    assert (len(rows), found) == (0, 0)


def test_a_saved_list_tells_who_came_and_who_left(shop: Workspace, tmp_path: Path) -> None:
    before = shop.version
    scores = shop.customers("rfm_map", Scope(window=30)).frame.set_index("customer_id").loc["b"]
    cell = {"r_score": int(scores["r_score"]), "fm_score": int(scores["fm_score"])}
    number = shop.save_list("  Best   ones ", "rfm_map", Scope(window=30), "Mara", **cell)
    (one,) = shop.saved_lists()
    assert (one.list_id, one.name, one.members, one.who) == (number, "Best ones", 1, "Mara")
    assert (one.scope, one.cell, shop.version) == (Scope(window=30), cell, before)
    assert (shop.list_standing(one).now, shop.list_standing(one).joined, shop.list_standing(one).left) == (1, 0, 0)
    then = {*shop.customers("rfm_map", one.scope, None, **one.cell).frame["customer_id"]}
    add(shop, tmp_path, ("d", "2025-03-05", 20), ("e", "2025-03-05", 20))
    shop.close()
    shop = Workspace.open(tmp_path / "shop.duckdb")
    (one,) = shop.saved_lists()
    now = {*shop.customers("rfm_map", one.scope, None, **one.cell).frame["customer_id"]}
    standing = shop.list_standing(one)
    assert (standing.now, standing.joined, standing.left) == (len(now), len(now - then), len(then - now))
    assert standing.left == 1
    changes = shop.list_changes(one)
    assert set(changes.loc[changes["change"] == "joined", "customer_id"]) == now - then
    assert set(changes.loc[changes["change"] == "left", "customer_id"]) == then - now
    shop.undo_import(int(shop.imports()["import_id"].iloc[0]))
    assert shop.list_standing(one).left == 0


def test_a_list_of_a_fixed_day_stands_still(shop: Workspace, tmp_path: Path) -> None:
    shop.save_list("Old", "revenue_by_period", Scope(as_of=date(2025, 1, 8)), period=date(2025, 1, 1))
    add(shop, tmp_path, ("d", "2025-01-10", 20))
    (one,) = shop.saved_lists()
    assert one.cell == {"period": date(2025, 1, 1)} and one.members == 2
    assert (shop.list_standing(one).now, shop.list_standing(one).joined) == (2, 0)


def test_names_deleting_and_having_back(shop: Workspace) -> None:
    one = shop.save_list("One", "rfm_segments")
    with pytest.raises(LoyaltyError, match="a list 'one' already"):
        shop.save_list("one", "rfm_segments")
    with pytest.raises(LoyaltyError, match="name of at most"):
        shop.save_list("  ", "rfm_segments")
    shop.rename_list(one, "ONE")
    shop.delete_list(one)
    assert shop.saved_lists() == []
    shop.save_list("one", "rfm_segments", segment="Lost")
    shop.restore_list(one)
    assert sorted(found.name for found in shop.saved_lists()) == ["ONE (2)", "one"]
    back = next(found for found in shop.saved_lists() if found.list_id == one)
    assert shop.list_standing(back).now == back.members == 3


def test_a_list_whose_row_or_measure_is_gone_says_so(shop: Workspace) -> None:
    shop.save_list("Champions", "rfm_segments", segment="Champions")
    (one,) = shop.saved_lists()
    shop.save_rules(from_text(to_text(house()).replace("Champions", "VIP")))
    standing = shop.list_standing(one)
    assert standing.now == 0 and standing.problem == "The measure has no row with segment Champions any more."
    with shop._database.transaction() as cursor:
        cursor.run("update saved_lists set measure = 'gone_measure'")
    (one,) = shop.saved_lists()
    assert shop.list_standing(one).now is None
    assert "There is no measure 'gone_measure'" in shop.list_standing(one).problem


def test_spans_and_persons(shop: Workspace) -> None:
    shop.save_list("Span", "pareto_curve", customers_up_to=(1, 2))
    (one,) = shop.saved_lists()
    assert one.cell == {"customers_up_to": (1, 2)} and shop.list_standing(one).left == 0
    everyone = shop.save_list("All", "rfm_segments")
    shop.accept_person(["a", "b"])
    standing = shop.list_standing(next(one for one in shop.saved_lists() if one.list_id == everyone))
    assert (standing.now, standing.joined, standing.left) == (2, 0, 0)


def test_fetching_a_list_can_be_cancelled(cdnow: Shop) -> None:
    watch = Watch()
    watch.cancel()
    with pytest.raises(ImportCancelled):
        cdnow.workspace.customers("rfm_segments", None, Look(limit=None), watch)
    assert cdnow.workspace.customers("rfm_segments").everyone > 0
