"""What is derived is merged where few customers' lines change, and says the same as built anew."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics import ImportRefused, LoyaltyError, Workspace, derived
from loyalty_metrics.database import Cursor
from tests.keeping.shops import assert_same, tables, write
from tests.oracles.strategies import examples

rows = st.builds(
    "{},{},2025-{:02}-{:02} 09:00,{},{}".format,
    st.integers(1, 6),
    st.sampled_from(["A", "B", "C", "D", "E", ""]),
    st.integers(1, 5),
    st.integers(1, 28),
    st.sampled_from(["1.00", "2.50", "10.00", "0.00", "-2.50"]),
    st.sampled_from(["tea", ""]),
)
COLUMNS = "order_id,customer_id,ordered_at,amount,category"


@pytest.fixture
def merged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The stored models that are merged, in order; they are, however many customers are touched."""
    names: list[str] = []

    def noting(merge):
        def noted(cursor, registry, name, parameters) -> None:
            names.append(name)
            merge(cursor, registry, name, parameters)

        return noted

    for merging in ("_merge", "_add_up"):
        monkeypatch.setattr(derived, merging, noting(getattr(derived, merging)))
    monkeypatch.setattr(derived, "MOST_TOUCHED", 99)
    yield names


def assert_as_built_anew(workspace: Workspace) -> None:
    kept = tables(workspace)
    with workspace._database.transaction() as cursor:
        derived.forget_derived(cursor)
    assert_same(tables(workspace), kept)


@examples(5)
@given(
    st.lists(
        st.tuples(st.lists(rows, min_size=1, max_size=5, unique=True), st.sampled_from(["add", "replace"])),
        min_size=2,
        max_size=5,
    ),
    st.lists(st.integers(1, 5), max_size=2),
    st.booleans(),
)
def test_merged_equals_built_anew(tmp_path: Path, merged, pieces, undone, asks_between) -> None:
    workspace = Workspace.in_memory()
    write(tmp_path, "c.csv", "A,Ann", "D,Dan", "Z,Zoe", columns="customer_id,name")
    for number, (content, known_orders) in enumerate(pieces):
        path = write(tmp_path, f"{number}.csv", *content, columns=COLUMNS)
        try:
            workspace.import_file(path, known_orders=known_orders)
        except ImportRefused:  # all of it is there already
            continue
        if number == 1:
            workspace.import_file(tmp_path / "c.csv", "customers")
        if asks_between or number == 0:
            workspace.derive()
    for number in set(undone):
        try:
            workspace.undo_import(number)
        except LoyaltyError as refused:
            assert "no import" in str(refused) or "cannot be undone alone" in str(refused)
            continue
    assert_as_built_anew(workspace)
    workspace.close()


def test_new_lines_change_the_rows_of_their_customers_alone(tmp_path: Path, merged) -> None:
    workspace = Workspace.sample()
    workspace.derive()
    with workspace._database.cursor() as cursor:
        # Of customers who bought of late: who comes back after years may move the lapse window, and with it all spells.
        two = cursor.rows(
            "select customer_key, any_value(customer_id) from final_days join customer_keys using (customer_key)"
            " where is_occasion group by customer_key order by max(on_day) desc, customer_key limit 2"
        )
        named = {"keys": [key for key, _name in two]}
        others = "not list_contains($keys, customer_key)"
        before = {
            name: cursor.value(f"select count(*) from {name} where {others}", named) for name in _by_customer(workspace)
        }
    day = workspace.bounds()[1] + pd.Timedelta(days=1)
    path = write(
        tmp_path, "day.csv", f"new-1,{two[0][1]},{day},5.00", f"new-2,{two[1][1]},{day},7.00", f"new-3,brand,{day},1"
    )
    workspace.import_file(path, known_orders="add")
    workspace.derive()
    assert sorted(merged) == sorted((*_by_customer(workspace), *_sums(workspace)))
    with workspace._database.cursor() as cursor:
        assert cursor.value("select count(*) from touched_customers") == 0
        assert cursor.value("select count(*) from orders where order_id like 'new-_'") == 3
        known = cursor.value("select customer_key from customer_keys where customer_id = 'brand'")
        named["keys"].append(known)
        after = {
            name: cursor.value(f"select count(*) from {name} where {others}", named) for name in _by_customer(workspace)
        }
    assert before == after
    assert_as_built_anew(workspace)


def _by_customer(workspace: Workspace) -> tuple[str, ...]:
    cards = map(workspace.registry.card, workspace.registry.stored)
    return tuple(card.name for card in cards if card.by_customer and not card.stored_as)


def _sums(workspace: Workspace) -> tuple[str, ...]:
    return tuple(name for name in workspace.registry.stored if workspace.registry.card(name).sums_by)


def test_sums_are_of_rows_kept_by_customer_alone() -> None:
    """Else what some customers add could not be told from their rows."""
    registry = Workspace.sample().registry
    sums = [name for name in registry.stored if registry.card(name).sums_by]
    assert {"week_sums", "newcomer_sums", "cohort_days", "day_sums"} <= set(sums)
    for name in sums:
        assert registry.stored_behind(name) == registry.kept_behind(name).keys() != set()
        reads = set().union(
            *(
                registry.models[step].reads_unfiltered
                for step in registry._needed(name, frozenset(registry.stored) - {name}, False)
            )
        )
        assert "transactions" not in reads


def test_a_row_of_sums_goes_when_nothing_is_left_of_it(tmp_path: Path, merged) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "a.csv", "1,A,2025-01-07,10", "2,B,2025-01-08,0"))
    workspace.derive()
    workspace.import_file(write(tmp_path, "b.csv", "3,A,2025-03-04,7", "4,C,2025-03-05,0"))
    workspace.derive()
    kept = tables(workspace)
    assert kept["week_sums"].query("attribute == 'everybody'")["postings"].tolist() == [2, 2]
    assert kept["cohort_days"]["buyers"].sum() == 2
    workspace.undo_import(2)
    workspace.derive()
    assert "week_sums" in merged
    kept = tables(workspace)
    assert kept["week_sums"].query("attribute == 'everybody'")["postings"].tolist() == [2]
    assert kept["cohort_days"]["buyers"].sum() == 1
    assert_as_built_anew(workspace)


@pytest.mark.parametrize(("asked", "made"), [(2, 2), (99, 5)])
def test_built_in_parts_equals_built_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: int, made: int
) -> None:
    """The last part holds the lines of nobody; at the most each customer is a part."""
    workspace = Workspace.in_memory()
    lines = [
        f"{n},{'ABCDE '[n % 6].strip()},2025-{1 + n % 5:02}-{1 + n % 27:02},{n % 7 - 1},{'tea' * (n % 2)}"
        for n in range(90)
    ]
    workspace.import_file(write(tmp_path, "a.csv", *lines, columns=COLUMNS))
    at_once = tables(workspace)
    monkeypatch.setattr(Cursor, "memory_limit", lambda _: 90 * derived._LINE_BYTES / asked)
    with workspace._database.transaction() as cursor:
        assert len(derived._parts(cursor, workspace.registry, "orders")) == made
        assert derived._parts(cursor, workspace.registry, "rfm_cuts") == ["true"]
        derived.forget_derived(cursor)
    assert_same(tables(workspace), at_once)


def test_who_are_one_person_are_built_anew(tmp_path: Path, merged) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "a.csv", "1,A,2025-01-05,10", "2,B,2025-02-07,20", "3,C,2025-03-01,1"))
    workspace.accept_person(["A", "B"])
    merged.clear()
    workspace.import_file(write(tmp_path, "b.csv", "4,B,2025-04-05,10"))
    workspace.derive()
    assert not merged
    assert_as_built_anew(workspace)


def test_many_customers_are_not_merged(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "a.csv", "1,A,2025-01-05,10", "2,B,2025-02-07,20"))
    workspace.derive()
    workspace.import_file(write(tmp_path, "b.csv", "3,A,2025-04-05,10", "4,B,2025-04-05,10"))
    with workspace._database.transaction() as cursor:
        assert not any(derived._work(cursor, workspace.registry).values())


def test_tables_of_models_that_are_no_longer_stored_go(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "a.csv", "1,A,2025-01-07,10"))
    with workspace._database.transaction() as cursor:
        cursor.run("create table spell_bounds as select 1 as customer_key")
        cursor.run("create table repeat_counts as select 'repeat_rate' as figure, 7.0 as numerator")
    rates = workspace.measure("repeat_purchase_rate").frame.set_index("figure")
    assert rates.loc["repeat_rate", "numerator"] == 0
    assert rates.loc["repeat_rate", "denominator"] == 1
    with workspace._database.cursor() as cursor:
        kept = {name for (name,) in cursor.rows("select table_name from duckdb_tables()")}
    assert not kept & set(derived._NO_LONGER_STORED) and kept >= {"return_spells", "repeat_sums"}
