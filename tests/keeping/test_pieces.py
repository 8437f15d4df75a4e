"""Properties: pieces in any order equal the whole; an import that was undone was never there."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics import ImportRefused, Workspace, derived
from tests.keeping.shops import assert_same, tables
from tests.oracles.strategies import examples

rows = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from(["1", "2", "3", "4", "x"]),
        "customer_id": st.sampled_from(["A", "B", None]),
        "ordered_at": st.sampled_from(pd.date_range("2025-01-29", periods=5).to_list()),
        "amount": st.sampled_from([1.0, 2.5, 10.0, 0.0, -2.5]),
        "category": st.sampled_from(["tea", None]),
    }
)
Row = dict[str, object]


@pytest.fixture
def files(tmp_path: Path) -> "Files":
    return Files(tmp_path)


class Files:
    """Writes rows to files and brings them in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def write(self, content: Sequence[Row], columns: Sequence[str]) -> Path:
        """A new file, different from all others."""
        self._count += 1
        path = self._folder / f"{self._count}.parquet"
        frame = pd.DataFrame(content).reindex(columns=columns).assign(remark=str(self._count))
        frame.astype({"customer_id": "str"}).to_parquet(path)
        return path

    def workspace(self, pieces: Sequence[Sequence[Row]], columns: Sequence[str], **options: str) -> Workspace:
        """A new workspace with these pieces."""
        workspace = Workspace.in_memory()
        for piece in pieces:
            if piece:
                workspace.import_file(self.write(piece, columns), **options)
        return workspace


@examples(6)
@given(
    st.lists(
        rows,
        min_size=1,
        max_size=8,
        unique_by=lambda row: str(sorted((name, str(value)) for name, value in row.items())),
    ),
    st.lists(st.integers(0, 3), min_size=8, max_size=8),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_pieces_in_any_order_equal_the_whole(files, content, places, has_orders, random) -> None:
    columns = ["customer_id", "ordered_at", "amount", "category"] + ["order_id"] * has_orders
    if not has_orders:
        content = list({tuple(str(row[name]) for name in columns): row for row in content}.values())
    pieces = [[row for row, place in zip(content, places, strict=False) if place == n] for n in range(4)]
    pieces = [piece for piece in pieces if piece]
    random.shuffle(pieces)
    whole = files.workspace([content], columns)
    parts = files.workspace(pieces, columns, known_orders="add")
    assert_same(tables(whole), tables(parts))
    kept = tables(parts)
    with parts._database.transaction() as cursor:
        derived.derive(cursor, parts.registry)
    assert_same(kept, tables(parts))
    undone = random.randrange(len(pieces))
    parts.undo_import(undone + 1)
    assert_same(
        tables(files.workspace(pieces[:undone] + pieces[undone + 1 :], columns, known_orders="add")), tables(parts)
    )


@examples(5)
@given(
    st.lists(st.lists(rows, min_size=1, max_size=4), min_size=2, max_size=4),
    st.lists(st.sampled_from(["add", "replace"]), min_size=4, max_size=4),
    st.randoms(use_true_random=False),
)
def test_what_was_undone_was_never_there(files, pieces, answers, random) -> None:
    columns = list(pieces[0][0])
    workspace, taken = Workspace.in_memory(), []
    for piece, answer in zip(pieces, answers, strict=False):
        file = files.write(piece, columns)
        try:
            workspace.import_file(file, known_orders=answer)
        except ImportRefused:  # all of it is there already
            continue
        taken.append((file, answer))
    undone = random.sample(range(len(taken)), random.randint(1, len(taken)))
    for n in undone:
        workspace.undo_import(n + 1)
    never = Workspace.in_memory()
    for n, (file, answer) in enumerate(taken):
        if n not in undone:
            try:
                never.import_file(file, known_orders=answer)
            except ImportRefused:
                continue
    assert_same(tables(never), tables(workspace))
    totals = workspace.imports().groupby("table_name")["loaded"].sum() if len(workspace.imports()) else {}
    with workspace._database.cursor() as cursor:
        replaced = cursor.value("select count(*) from transactions_aside where replaced_by is not null")
    assert totals.get("transactions", 0) == workspace.table_rows()["transactions"] + replaced
