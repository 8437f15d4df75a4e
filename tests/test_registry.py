"""The model graph: cards, composition, binding, and what a wrong file is told."""

from datetime import date
from pathlib import Path

import pytest

from loyalty_metrics.binding import bind
from loyalty_metrics.card import CardError
from loyalty_metrics.registry import ModelError, Registry

CARD = """-- title: {title}
-- unit: customers
-- grain: one row
-- definition: How many customers there are.
-- formula: count
-- source: this test
-- caveats: none
-- column customers (count): Customers
"""


def registry(folder: Path, **files: str) -> Registry:
    for name, body in files.items():
        text = body if body.startswith("--") else CARD.format(title=name) + body
        (folder / f"{name}.sql").write_text(text, encoding="utf-8")
    return Registry([folder])


def test_every_shipped_measure_has_a_whole_card() -> None:
    names = {card.name for card in Registry().measures}
    wanted = {
        "cohort_retention",
        "retention_curve",
        "repeat_purchase_rate",
        "customer_flow",
        "rfm_scores",
        "rfm_segments",
        "pareto_curve",
        "pareto_summary",
        "repeats_vs_spend",
        "loyalty_types",
        "category_coverage",
        "share_of_wallet",
    }
    assert wanted <= names
    for card in Registry().measures:
        assert all((card.title, card.unit, card.grain, card.definition, card.formula, card.source, card.caveats))
        assert card.columns, card.name


def test_models_are_composed_in_the_order_they_read_each_other(tmp_path: Path) -> None:
    made = registry(
        tmp_path, a="select * from b", b="select * from c", c="select count(*) as customers from orders_kept"
    )
    assert made.order.index("c") < made.order.index("b") < made.order.index("a")


@pytest.fixture(autouse=True)
def _orders_kept(tmp_path: Path) -> None:
    """A building block that the little graphs of this file stand on."""
    text = "-- kind: model\n-- title: t\n-- grain: g\n-- definition: d\nselect * from transactions where kind = $kind"
    (tmp_path / "orders_kept.sql").write_text(text, encoding="utf-8")


def test_parameters_are_found_through_the_whole_graph(tmp_path: Path) -> None:
    made = registry(tmp_path, a="select count(*) as customers from orders_kept where posted_on <= $as_of")
    assert made.parameters_of("a") == {"as_of", "kind"}


def test_a_stored_model_is_read_as_a_table(tmp_path: Path) -> None:
    made = registry(tmp_path, a="select count(*) as customers from orders_kept")
    assert "orders_kept as (" in made.compose("a")
    assert "orders_kept as (" not in made.compose("a", usable=["orders_kept"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("select * from nowhere", "reads nowhere, which is neither a model nor a table"),
        ("with costs as (select 1) select * from costs", "names a step costs"),
        ("select * from a", "circle|itself"),
        ("select from where", "cannot be read"),
        ("delete from costs", "one SELECT"),
    ],
)
def test_a_model_that_cannot_be_used_is_refused_by_name(tmp_path: Path, body: str, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        _ = registry(tmp_path, a=body).order


@pytest.mark.parametrize("kept", ["nowhere", "orders_kept"])
def test_what_is_stored_as_another_model_needs_one_that_is_stored_by_customer(tmp_path: Path, kept: str) -> None:
    card = CARD.format(title="x") + f"-- stored: as {kept}\n"
    with pytest.raises(ModelError, match=f"is stored as {kept}, which is no model that is stored by customer"):
        registry(tmp_path, a=card + "select count(*) as customers from orders_kept")


def test_a_circle_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="circle"):
        _ = registry(tmp_path, a="select * from b", b="select * from a").order


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-- title: only this\nselect 1", "lacks unit, grain"),
        (CARD.replace("(count)", "(dozens)").format(title="x") + "select 1", "unit 'dozens'"),
        ("-- colour: red\nselect 1", "no part 'colour'"),
        (CARD.format(title="x") + "-- who: everyone\nselect 1", "write it as model"),
        (CARD.format(title="x") + "-- stored: sometimes\nselect 1", "it may be yes, 'by customer', 'sums by COLUMN"),
    ],
)
def test_a_card_that_cannot_be_read_is_refused_with_the_reason(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CardError, match=words):
        registry(tmp_path, a=text)


def test_bound_values_are_literals_and_text_is_left_alone() -> None:
    sql = "select $as_of, '$as_of', $names, $n, $empty, $flag -- $as_of"
    values = {"as_of": date(2026, 1, 2), "names": ["it's", "b"], "n": 3, "empty": None, "flag": True}
    assert bind(sql, values) == "select date '2026-01-02', '$as_of', ['it''s', 'b'], 3, null, true -- $as_of"


def test_a_value_cannot_become_sql() -> None:
    assert bind("select $x", {"x": "'; drop table lines; --"}) == "select '''; drop table lines; --'"


def test_a_model_can_be_read_as_of_the_earlier_date(tmp_path: Path) -> None:
    dated = "-- kind: model\n-- title: t\n-- grain: g\n-- definition: d\n"
    made = registry(
        tmp_path,
        days=dated + "select count(*) as days, max(d.kind) as k from orders_kept as d where d.posted_on <= $as_of",
        since=dated + "with known as (select days from days where $since is not null) select days from known",
        both="select n.days - b.days as customers from since as n cross join since_before as b",
    )
    text = made.compose("both")
    assert "from days_before where $compare_since is not null" in text
    assert "from orders_kept as d where d.posted_on <= $compare_to" in text
    assert "orders_kept_before" not in text
    assert made.parameters_of("both") == {"as_of", "since", "compare_to", "compare_since", "kind"}
    assert [card.name for card in made.measures] == ["both"]


def test_a_model_before_that_has_no_model_now_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="reads nothing_before"):
        registry(tmp_path, a="select * from nothing_before")


def test_parameters_of_a_model_are_those_of_all_it_reads() -> None:
    """Each shipped one, walked through without what is remembered."""
    made = Registry()

    def walked(name: str) -> set[str]:
        model = made.models[name]
        return set(model.parameters).union(*(walked(read) for read in model.reads & made.models.keys()))

    for name in made.models:
        assert made.parameters_of(name) == walked(name), name
