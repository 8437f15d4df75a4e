"""What several measures are made of is asked for once, worked out once, and changes no figure."""

from collections.abc import Callable, Iterator
from datetime import date
from threading import Thread

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.measures import finish
from loyalty_metrics.measures.remembered import remembered
from loyalty_metrics.scope import Scope
from tests.conftest import ShopMaker
from tests.oracles.tables import purchases

REPURCHASE = ("repurchase_forecast", "repurchase_evaluation", "repurchase_calibration", "repurchase_drivers")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements whose rows were asked for to be shared."""
    statements: list[str] = []
    table = Cursor.table

    def noted(cursor: Cursor, sql: str, parameters: dict[str, object]) -> pa.Table:
        statements.append(sql)
        return table(cursor, sql, parameters)

    monkeypatch.setattr(Cursor, "table", noted)
    yield statements


def shop_lines() -> pd.DataFrame:
    return purchases(*[(f"c{n}", f"2024-{month:02}-{1 + n % 28:02}", 5 + n) for n in range(40) for month in (1, 2, 4)])


def test_shared_rows_are_asked_for_once_a_version_and_scope(make_shop: ShopMaker, asked: list[str]) -> None:
    shop = make_shop(shop_lines())
    for name in REPURCHASE:
        shop.ask(name)
        # What it does not depend on asks for nothing anew.
        shop.ask(name, Scope(grain="week", discount=3))
    assert len(asked) == 1
    shop.ask("repurchase_evaluation", Scope(as_of=date(2024, 4, 1)))
    assert len(asked) == 2
    make_shop(purchases(("new", "2024-04-28", 9)).assign(order_id="n1"), workspace=shop.workspace)
    told = shop.ask("repurchase_forecast")
    assert len(asked) == 3 and "new" in set(told["customer_id"])


@pytest.mark.parametrize("name", REPURCHASE)
def test_the_whole_statement_gives_the_same_figures_by_itself(make_shop: ShopMaker, name: str) -> None:
    shop = make_shop(shop_lines())
    result = shop.workspace.measure(name)
    assert "repurchase_rows as" in result.statement
    with shop.workspace._database.cursor() as cursor:
        alone = cursor.frame(result.statement, result.parameters)
    pd.testing.assert_frame_equal(finish(name, alone.drop(columns="customer_key", errors="ignore")), result.frame)


def counted(most: int) -> tuple[Callable[..., float], list[object]]:
    runs: list[object] = []

    @remembered(most)
    def total(numbers: np.ndarray, name: str = "", **parts: object) -> float:
        runs.append(name)
        return float(np.nansum(numbers))

    return total, runs


def test_equal_numbers_are_worked_out_once() -> None:
    total, runs = counted(2)
    numbers = np.array([1.0, np.nan, 3.0])
    assert total(numbers) == total(numbers.copy()) == total(np.array([9, 1.0, np.nan, 3.0])[1:]) == 4
    assert len(runs) == 1
    for other in (numbers[::-1], numbers.astype("float32"), numbers[:, None]):
        before = len(runs)
        total(other)
        assert len(runs) == before + 1


def test_other_words_and_other_divisions_are_told_apart() -> None:
    total, runs = counted(20)
    numbers = np.ones(2)
    total(numbers, "a", b={"c": (1, 2)})
    for more in ({"b": {"c": (1, 3)}}, {"b": {"c": ((1,), 2)}}, {"b": {"d": (1, 2)}}, {"c": {"c": (1, 2)}}, {}):
        total(numbers, "a", **more)
    assert len(runs) == 6


def test_only_the_last_answers_are_kept() -> None:
    total, runs = counted(2)
    for size in (1, 2, 1, 3, 1):
        total(np.ones(size))
    assert len(runs) == 3
    total(np.ones(2))
    assert len(runs) == 4


def test_who_asks_meanwhile_waits_for_the_same_answer() -> None:
    total, runs = counted(2)
    askers = [Thread(target=total, args=(np.ones(3),)) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(runs) == 1
