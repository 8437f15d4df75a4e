"""The sections on needs and on prices of the segments page."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import planted
from loyalty_metrics import Scope, Workspace, answers, measures
from loyalty_metrics.language import format_value
from loyalty_metrics.measures.needs import finish_need_groups, finish_need_traits
from tests.pages.conftest import Open, link, tables, texts


@pytest.fixture
def planted_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the shop, the section is given the behaviour of planted buyers."""
    behaviour, _group = planted.three_habits(np.random.default_rng(11), 400)
    monkeypatch.setitem(measures.FINISHERS, "need_groups", lambda _frame: finish_need_groups(behaviour))
    monkeypatch.setitem(measures.FINISHERS, "need_traits", lambda _frame: finish_need_traits(behaviour))


def test_needs_say_what_is_so_of_the_sample_shop(open_page: Open, sample: Workspace) -> None:
    app = open_page("segments", section="needs")
    assert not app.exception and not app.error
    assert answers.needs_answer(sample.measure("need_groups").frame) in texts(app)


def test_groups_stand_with_their_sentence_and_what_to_do(open_page: Open, planted_groups: None) -> None:
    app = open_page("segments", section="needs", window="9999")
    assert not app.exception and not app.error
    shown = tables(app)
    assert "On discount" in shown and "Give fewer, better aimed discounts" in shown
    assert "3 groups" in texts(app)


def test_prices_name_the_reaction_and_compare_by_an_attribute(open_page: Open, sample: Workspace) -> None:
    app = open_page("segments", section="prices")
    assert not app.exception and not app.error
    assert answers.prices_answer(sample.measure("price_elasticity").frame) in texts(app)
    app.selectbox(key="scope.by").set_value("first_channel").run()
    assert not app.exception and link(app)["by"] == ["first_channel"]
    discounts = sample.measure("discount_by_group", Scope(by="first_channel")).frame
    assert answers.discount_answer(discounts) in texts(app)
    reactions = sample.measure("price_elasticity", Scope(by="first_channel")).frame
    assert format_value(reactions["customers"].iloc[0], "count") in tables(app)


def test_a_shop_without_products_says_what_is_missing(open_page: Open, folder: Path) -> None:
    file = folder / "orders.csv"
    file.write_text("order_id,customer_id,ordered_at,amount\n1,a,2024-01-05,5\n2,b,2024-02-05,7\n", encoding="utf-8")
    shop = Workspace.open(folder / "plain.duckdb")
    shop.import_file(file)
    shop.close()
    app = open_page("segments", section="prices", workspace="plain")
    assert not app.exception and "cannot be told yet" in texts(app)
    app = open_page("segments", section="needs", workspace="plain")
    assert not app.exception and "200 customers" in texts(app)
