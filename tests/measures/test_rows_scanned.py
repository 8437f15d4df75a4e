"""How many rows the main questions read, counted by the database: a time would say more of the machine."""

import json
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.database import Cursor

QUESTIONS = ("cohort_retention", "rfm_map", "pareto_curve", "customer_flow", "repeat_purchase_rate")
SHARED = "shared"
"""Rows that lie ready in memory."""

BY_THE_ROW = {"lines", "orders", "order_adjustments", "final_days", "customer_ages", "return_spells", "customer_totals"}
"""Tables that grow with the lines: with no filter, none of the main questions needs them."""


@pytest.fixture(scope="module")
def shop() -> Iterator[Workspace]:
    """The sample shop."""
    workspace = Workspace.sample()
    workspace.derive()
    yield workspace
    workspace.close()


def scanned(shop: Workspace, name: str, scope: Scope) -> Counter[str]:
    """Rows read of each table by a measure, what it shares with others laid beforehand."""
    with shop._asking(scope) as question:
        statement = shop._laid(name, question)
        connection = question.cursor._connection
        used = set(re.findall(r"\$([a-z_0-9]+)", statement))
        connection.execute("set enable_profiling = 'no_output'")
        connection.execute(statement, {key: question.parameters[key] for key in used & question.parameters.keys()})
        connection.fetchall()
        found: Counter[str] = Counter()
        _count(json.loads(connection.get_profiling_information(format="json"))["operator"], found)
    return found


def _count(operators: list[dict], found: Counter[str]) -> None:
    for operator in operators:
        if operator["type"] == "TABLE_SCAN":
            found[operator["extra_info"].get("Table", SHARED).split(".")[-1]] += operator["intermediate_rows"]
        _count(operator.get("children", []), found)


def rows(shop: Workspace, table: str) -> int:
    with shop._database.cursor() as cursor:
        return int(cursor.value(f"select count(*) from {table}"))


@pytest.mark.parametrize("name", QUESTIONS)
def test_unfiltered_questions_read_small_tables_alone(shop: Workspace, name: str) -> None:
    found = scanned(shop, name, Scope())
    assert found and not found.keys() & BY_THE_ROW
    assert found.total() < rows(shop, "orders")


@pytest.mark.parametrize("grain", ["week", "quarter"])
def test_other_periods_read_each_customer_day_once_at_most(shop: Workspace, grain: str) -> None:
    for name in QUESTIONS:
        found = scanned(shop, name, Scope(grain=grain))
        assert not found.keys() & {"lines", "orders", "order_adjustments"}
        assert found["final_days"] <= rows(shop, "final_days")


def test_a_filter_on_orders_reads_the_orders_once_for_all_questions(
    shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[str] = []
    table = Cursor.table

    def noted(cursor: Cursor, sql: str, parameters: dict[str, object]) -> object:
        laid.append(sql)
        return table(cursor, sql, parameters)

    monkeypatch.setattr(Cursor, "table", noted)
    scope = Scope(filters={"channel": ["web"]})
    for name in QUESTIONS:
        found = scanned(shop, name, scope)
        assert found[SHARED] and not found.keys() & {"lines", "orders", "order_adjustments", "transactions"}
    # The days that the filter keeps, the totals of customers and sums of cohorts made of them, and their returns.
    assert len(laid) == 4
