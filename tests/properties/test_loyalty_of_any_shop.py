"""On any tiny shop with surveys, referrals and discounts: the oracle's figures, and exactly one type."""

from datetime import timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics.scope import Scope
from tests.conftest import ShopMaker
from tests.oracles.strategies import DAYS, FIRST_DAY, examples, scopes, shops

MEASURES = (
    "loyalty_types",
    "conditions_met",
    "category_coverage",
    "categories_bought",
    "coverage_repeat",
    "share_of_wallet",
    "wallet_fifths",
)
CUSTOMERS = st.sampled_from(["a", "b", "c", "d", "e", "z"])
PARTS = {
    "perceived": st.sampled_from([None, 4.0, 6.0, 7.0, 9.0, 10.0]),
    "expected": st.sampled_from([None, 8.0, 10.0]),
    "spend_elsewhere": st.sampled_from([None, 0.0, 10.0, 40.0]),
    "spend_days": st.sampled_from([None, 7, 30]),
    "shop_rank": st.sampled_from([None, 1.0, 1.5, 2.0, 5.0]),
    "shops_used": st.sampled_from([None, 1, 2, 4]),
    "could_switch": st.sampled_from([None, True, False]),
}
TYPES = {"spend_days": "Int64", "shops_used": "Int64", "could_switch": "boolean"}


@st.composite
def surveys(draw: st.DrawFn) -> pd.DataFrame:
    """Questionnaires of one or two questions; some anonymous, some never answered."""
    rows = []
    for number in range(draw(st.integers(0, 8))):
        sent = FIRST_DAY + pd.Timedelta(days=draw(st.integers(0, DAYS)))
        after = draw(st.sampled_from([None, 0, 3, 20]))
        common = {"response_id": f"r{number}", "customer_id": draw(st.one_of(st.none(), CUSTOMERS)), "sent_at": sent}
        common["answered_at"] = pd.NaT if after is None else sent + pd.Timedelta(days=after, hours=9)
        for dimension in draw(st.lists(st.sampled_from(["recommend", "product", "service"]), min_size=1, unique=True)):
            said = {name: None if after is None else draw(part) for name, part in PARTS.items()}
            rows.append(common | said | {"dimension": dimension})
    frame = pd.DataFrame(rows, columns=["response_id", "customer_id", "sent_at", "answered_at", "dimension", *PARTS])
    numbers = {name: TYPES.get(name, "float64") for name in PARTS}
    return frame.astype({"customer_id": "str", "answered_at": "datetime64[us]"} | numbers)


@st.composite
def told_shops(draw: st.DrawFn) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Lines with discounts, and what else is known."""
    lines = draw(shops())
    lines["discount"] = [draw(st.sampled_from([None, 0.0, 0.0, 1.0])) for _line in range(len(lines))]
    referred = draw(st.lists(CUSTOMERS, max_size=2, unique=True))
    customers = pd.DataFrame(
        {"customer_id": ["a", "b", "d"], "referred_by": ["z", None, draw(st.sampled_from([None, "a"]))]}
    )
    referrals = pd.DataFrame({"referrer_id": "a", "referred_id": referred})
    days = [FIRST_DAY + pd.Timedelta(days=draw(st.integers(0, DAYS))) for _one in referred]
    referrals["referred_at"] = pd.Series(days, dtype="datetime64[us]")
    return lines.astype({"discount": "float64"}), {
        "surveys": draw(surveys()),
        "customers": customers.astype({"referred_by": "str"}),
        "referrals": referrals,
    }


@examples(5)
@given(told=told_shops(), scope=scopes())
def test_every_measure_of_loyalty_equals_its_oracle(make_shop: ShopMaker, told: tuple, scope: Scope) -> None:
    lines, tables = told
    shop = make_shop(lines, **tables)
    for name in MEASURES:
        shop.check(name, scope)
    shop.workspace.close()


@examples(5)
@given(told=told_shops(), scope=scopes())
def test_every_customer_has_exactly_one_type_and_a_cell_opens_to_its_customers(
    make_shop: ShopMaker, told: tuple, scope: Scope
) -> None:
    lines, tables = told
    shop = make_shop(lines, **tables)
    types = shop.ask("loyalty_types", scope)
    everybody = shop.ask("rfm_scores", scope)
    behind = shop.workspace.who("loyalty_types", scope).frame
    assert sorted(behind["customer_id"]) == sorted(everybody["customer_id"])
    counted = behind["loyalty_type"].value_counts().reindex(types["loyalty_type"], fill_value=0)
    assert counted.tolist() == types["customers"].tolist()
    assert abs(float(types["revenue"].astype(float).sum()) - float(everybody["monetary"].astype(float).sum())) < 1e-9
    shop.workspace.close()


@examples(4)
@given(told=told_shops(), scope=scopes(), day=st.integers(10, DAYS))
def test_moving_the_date_back_equals_cutting_lines_answers_and_referrals_there(
    make_shop: ShopMaker, told: tuple, scope: Scope, day: int
) -> None:
    lines, tables = told
    as_of = (FIRST_DAY + pd.Timedelta(days=day)).date()
    scope = scope.replace(as_of=as_of, compare_to=None)
    end = pd.Timestamp(as_of + timedelta(days=1))
    surveys_then = tables["surveys"][~(tables["surveys"]["answered_at"] >= end)]
    referrals_then = tables["referrals"][tables["referrals"]["referred_at"] < end]
    then = tables | {"surveys": surveys_then, "referrals": referrals_then}
    shop, cut = make_shop(lines, **tables), make_shop(lines[lines["ordered_at"] < end], **then)
    for name in MEASURES:
        left, right = shop.ask(name, scope), cut.ask(name, scope)
        pd.testing.assert_frame_equal(left, right, check_dtype=False, obj=name)
    shop.workspace.close()
    cut.workspace.close()
