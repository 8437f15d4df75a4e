"""The workspace: imports are whole or nothing, can be undone, come in pieces; errors are clear."""

from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics import ImportRefused, LoyaltyError, Scope, Workspace, derived
from loyalty_metrics.database import MEMORY
from tests.keeping.shops import MEASURES

LINES = pd.DataFrame(
    {
        "order_id": ["1", "2", "3", "3", "4", "5", "6"],
        "customer_id": ["A", "A", "B", "B", "C", None, "B"],
        "ordered_at": pd.to_datetime(
            ["2025-01-05", "2025-02-07", "2025-01-20", "2025-01-20", "2025-03-01", "2025-03-02", "2025-03-09"]
        ),
        "category": ["tea", "tea", "coffee", "tea", "coffee", "tea", None],
        "amount": [10.0, 20.0, 5.5, 1.5, 7.25, 1.0, 0.0],
    }
)


def parquet(folder: Path, name: str, frame: pd.DataFrame) -> Path:
    path = folder / f"{name}.parquet"
    frame.to_parquet(path)
    return path


def figures(workspace: Workspace, scope: Scope | None = None) -> dict[str, pd.DataFrame]:
    """Measures of every kind, rows in an order of their own, so that two workspaces can be compared."""
    found = {name: workspace.measure(name, scope).frame for name in MEASURES}
    return {name: frame.sort_values(list(frame.columns), ignore_index=True) for name, frame in found.items()}


def assert_same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[name], check_dtype=False, obj=name)


def test_an_import_that_fails_midway_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.open(tmp_path / "shop.duckdb")
    workspace.import_file(parquet(tmp_path, "first", LINES))
    before, version, rows = figures(workspace), workspace.version, workspace.table_rows()

    def break_down(*_: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(derived, "changed", break_down)  # the very last step before the commit
    with pytest.raises(RuntimeError, match="the power went"):
        workspace.import_file(parquet(tmp_path, "second", LINES.assign(order_id=LINES["order_id"] + "x")))
    monkeypatch.undo()
    assert (workspace.version, workspace.table_rows(), len(workspace.imports())) == (version, rows, 1)
    assert_same(before, figures(workspace))


def test_pieces_in_any_order_equal_one_import(tmp_path: Path) -> None:
    whole, pieces = Workspace.in_memory(), Workspace.in_memory()
    whole.import_file(parquet(tmp_path, "whole", LINES))
    for name, part in (("late", LINES.iloc[4:]), ("early", LINES.iloc[:2]), ("middle", LINES.iloc[2:4])):
        pieces.import_file(parquet(tmp_path, name, part))
    assert_same(figures(whole), figures(pieces))
    scope = Scope(as_of="2025-02-28", filters={"category": ["tea"]})
    assert_same(figures(whole, scope), figures(pieces, scope))


def test_undo_takes_an_import_back(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(parquet(tmp_path, "first", LINES.iloc[:4]))
    before = figures(workspace)
    workspace.import_file(parquet(tmp_path, "second", LINES.iloc[4:]))
    assert workspace.table_rows()["transactions"] == 7
    workspace.undo_import(2)
    assert workspace.table_rows()["transactions"] == 4
    assert_same(before, figures(workspace))
    workspace.import_file(tmp_path / "second.parquet")  # undone, so it may come again
    with pytest.raises(LoyaltyError, match="no import 9"):
        workspace.undo_import(9)


def test_undoing_the_only_import_leaves_an_empty_workspace(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    empty = figures(workspace)
    workspace.import_file(parquet(tmp_path, "first", LINES))
    workspace.undo_import(1)
    assert workspace.bounds() is None
    assert_same(empty, figures(workspace))


def test_each_change_has_a_version_of_its_own(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    assert workspace.version == 0
    workspace.import_file(parquet(tmp_path, "first", LINES))
    assert workspace.version == 1
    workspace.import_file(parquet(tmp_path, "people", pd.DataFrame({"customer_id": ["A"]})), table="customers")
    assert workspace.version == 2


def test_a_dry_run_tells_the_same_and_changes_nothing(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    file = parquet(tmp_path, "first", LINES)
    told = workspace.import_file(file, dry_run=True)
    assert workspace.version == 0
    assert workspace.import_file(file).to_json() == told.to_json()


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    file = parquet(tmp_path, "first", LINES)
    workspace.import_file(file)
    with pytest.raises(ImportRefused, match="already imported"):
        workspace.import_file(file)
    assert workspace.version == 1


def test_a_second_currency_is_refused(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(parquet(tmp_path, "euro", LINES.assign(currency="EUR")))
    with pytest.raises(ImportRefused, match="EUR, USD"):
        workspace.import_file(parquet(tmp_path, "dollar", LINES.assign(currency="USD", order_id="d")))
    assert workspace.table_rows()["transactions"] == 7
    assert workspace.currency() == "EUR"


def test_a_workspace_is_found_again_as_it_was_left(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    workspace = Workspace.open(path)
    workspace.import_file(parquet(tmp_path, "first", LINES))
    before = figures(workspace)
    workspace.close()
    again = Workspace.open(path)
    assert again.version == 1
    assert_same(before, figures(again))


def test_figures_kept_by_an_older_version_are_built_anew(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    workspace = Workspace.open(path)
    workspace.import_file(parquet(tmp_path, "first", LINES))
    wanted = workspace.measure("cohort_retention").frame
    with workspace._database.transaction() as cursor:
        cursor.run("alter table customer_ages drop column returned_on")
        cursor.run("update settings set value = 'as told by an older version' where name = 'models'")
    workspace.close()
    again = Workspace.open(path)
    pd.testing.assert_frame_equal(again.measure("cohort_retention").frame, wanted)
    again.close()
    with_tables_as_they_are = Workspace.open(path)
    assert with_tables_as_they_are.setting("derived") == with_tables_as_they_are.setting("version")


def test_a_file_that_is_no_workspace_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "notes.duckdb"
    path.write_text("not a database at all", encoding="utf-8")
    with pytest.raises(LoyaltyError, match="is not a workspace"):
        Workspace.open(path)
    assert path.read_text(encoding="utf-8") == "not a database at all"


def test_a_new_column_in_a_later_file_is_unknown_for_the_earlier_one(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(parquet(tmp_path, "plain", LINES))
    unknown = workspace.measure("pareto_summary", Scope(value="profit")).frame.set_index("figure")["value"]
    assert unknown["unknown_value"] == 3
    extra = LINES.assign(order_id=LINES["order_id"] + "b", customer_id="D", cost=1.0)
    workspace.import_file(parquet(tmp_path, "costed", extra))
    known = workspace.measure("pareto_summary", Scope(value="profit")).frame.set_index("figure")["value"]
    assert known["unknown_value"] == 3
    assert known["total"] == pytest.approx(45.25 - 7)


def test_filters_offer_the_values_in_the_data(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(parquet(tmp_path, "first", LINES))
    assert workspace.filter_values("category") == ["tea", "coffee"]
    assert workspace.filter_values("channel") == []
    with pytest.raises(LoyaltyError, match="no filter 'amount'"):
        workspace.filter_values("amount")


def test_who_refuses_columns_that_do_not_pick_customers(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(parquet(tmp_path, "first", LINES))
    with pytest.raises(LoyaltyError, match="picks customers by cohort, age, not by colour"):
        workspace.who("cohort_retention", colour="red")
    with pytest.raises(LoyaltyError, match="not about single customers"):
        workspace.who("what_counts")


def test_a_file_of_which_nothing_can_be_loaded_is_refused(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    file = tmp_path / "bad.csv"
    file.write_text("order_id,customer_id,ordered_at,amount\n1,A,,5\n2,B,,6\n", encoding="utf-8")
    with pytest.raises(ImportRefused, match=r"No row of bad\.csv could be loaded: The row has no date"):
        workspace.import_file(file)
    assert workspace.version == 0


def test_a_refund_that_brings_money_in_is_set_aside(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    file = tmp_path / "orders.csv"
    file.write_text(
        "order_id,customer_id,ordered_at,amount,kind\n"
        "1,A,2025-01-01,10.00,sale\n2,A,2025-01-02,4.00,refund\n3,A,2025-01-03,-2.00,refund\n",
        encoding="utf-8",
    )
    report = workspace.import_file(file)
    assert (report.loaded, report.set_aside, float(report.money_set_aside)) == (2, 1, 4.0)
    assert workspace.set_aside(1)[["line_no", "reason"]].to_numpy().tolist() == [[3, "refund_positive"]]


def test_customers_entered_twice_are_as_last_entered(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(parquet(tmp_path, "orders", LINES))
    for name, channel in (("old", "search"), ("new", "friend")):
        people = pd.DataFrame({"customer_id": ["A", "B"], "acquired_through": [channel, "shop"]})
        workspace.import_file(parquet(tmp_path, name, people), table="customers")
    sizes = {
        channel: workspace.measure("rfm_scores", Scope(filters={"acquired_through": [channel]})).frame["customer_id"]
        for channel in ("search", "friend", "shop")
    }
    assert {channel: list(ids) for channel, ids in sizes.items()} == {"search": [], "friend": ["A"], "shop": ["B"]}


def test_a_workspace_takes_no_more_memory_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    def limit() -> float:
        with Workspace.in_memory()._database.cursor() as cursor:
            text = cursor.value("select current_setting('memory_limit')")
        number, unit = text.split()
        return float(number) * {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}[unit]

    quarter = limit()
    monkeypatch.setenv(MEMORY, "100%")
    assert quarter == pytest.approx(limit() / 4, rel=0.02)
    monkeypatch.setenv(MEMORY, "512MiB")
    assert limit() == 512 * 2**20
    monkeypatch.setenv(MEMORY, "much")
    with pytest.raises(LoyaltyError, match="LOYALTY_METRICS_MEMORY is 'much'; write"):
        Workspace.in_memory()
