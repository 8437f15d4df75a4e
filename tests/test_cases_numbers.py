"""Small files on which figures or sentences were once wrong, or must stay right: values worked out by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics import Scope, Workspace, answers
from loyalty_metrics.report.build import build
from loyalty_metrics.review import review

CASES = Path(__file__).parent / "cases" / "numbers"
Load = Callable[[str], Workspace]


@pytest.fixture(scope="module")
def load() -> Load:
    """Imports a file, once."""
    known: dict[str, Workspace] = {}

    def loaded(name: str) -> Workspace:
        if name not in known:
            known[name] = Workspace.in_memory()
            known[name].import_file(CASES / name)
        return known[name]

    return loaded


@dataclass(frozen=True)
class Expected:
    """What a file must come to.

    Attributes:
        counts: Orders by whether they count.
        revenue: Of all customers together.
        occasions: By customer with a purchase.
        monetary: Net revenue, by customer with a purchase.
        new: New customers by the first day of the month, where there are any.
        top_share: What the best fifth brings; None where there is nothing to share out.
    """

    counts: dict[str, int]
    revenue: float
    occasions: dict[str, int]
    monetary: dict[str, float]
    new: dict[str, int]
    top_share: float | None


THIRTY = [f"C{number}" for number in range(1, 31)]

EXPECTED = {
    # 30 customers who bought for 10 on two days each: the best fifth of equals brings a fifth.
    "all_equal.csv": Expected(
        {"counted": 60}, 600, dict.fromkeys(THIRTY, 2), dict.fromkeys(THIRTY, 20.0), {"2024-02-01": 30}, 0.2
    ),
    # Moments in UTC stay in UTC: A's are of one day, B's of three. The best fifth of two is 0.4 of A's 20 of 37.
    "dst.csv": Expected(
        {"counted": 5}, 37, {"A": 1, "B": 3}, {"A": 20, "B": 17}, {"2024-03-01": 1, "2024-10-01": 1}, 8 / 37
    ),
    # The order of 2030 lies in the future, and is set aside.
    "future.csv": Expected(
        {"counted": 2}, 15, {"A": 1, "B": 1}, {"A": 10, "B": 5}, {"2024-01-01": 1, "2024-02-01": 1}, 4 / 15
    ),
    "guests_only.csv": Expected({"guest": 19}, 0, {}, {}, {}, None),
    # Two lines of one order before and after midnight are one order of the first day.
    "midnight.csv": Expected({"counted": 2}, 22, {"A": 2}, {"A": 22}, {"2024-01-01": 1}, 0.2),
    # Refunds that name no order fall on their own day; who gave back more than they bought has bought all the same.
    "negative_total.csv": Expected(
        {"counted": 2, "refund_or_cancellation": 2},
        -65,
        {"A": 1, "B": 1},
        {"A": -20, "B": -45},
        {"2024-01-01": 2},
        None,
    ),
    "one_customer.csv": Expected({"counted": 1}, 10, {"A": 1}, {"A": 10}, {"2024-02-01": 1}, 0.2),
    # A refund before the first purchase is no purchase.
    "refund_before.csv": Expected(
        {"counted": 2, "refund_or_cancellation": 1}, 20, {"A": 2}, {"A": 20}, {"2024-01-01": 1}, 0.2
    ),
    # A refund under the order's own number takes it back whole: A came in February.
    "refund_same_id_later.csv": Expected(
        {"counted": 2, "zero_value_or_fully_refunded": 1},
        24,
        {"A": 1, "B": 1},
        {"A": 20, "B": 4},
        {"2024-01-01": 1, "2024-02-01": 1},
        8 / 24,
    ),
    "zero_value.csv": Expected({"zero_value_or_fully_refunded": 10}, 0, {}, {}, {}, None),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_figures_at_the_edges(load: Load, name: str) -> None:
    workspace, wanted = load(name), EXPECTED[name]
    counts = workspace.measure("what_counts").frame.set_index("kind")["orders"]
    assert counts[counts > 0].to_dict() == wanted.counts
    months = workspace.measure("revenue_by_period").frame.set_index("period")
    assert float(months["revenue"].sum()) == wanted.revenue
    new = months.loc[months["new_customers"] > 0, "new_customers"]
    assert {str(day.date()): n for day, n in new.items()} == wanted.new
    scores = workspace.measure("rfm_scores").frame.set_index("customer_id")
    assert scores["frequency"].to_dict() == wanted.occasions
    assert scores["monetary"].astype("float64").to_dict() == wanted.monetary
    assert scores["fm_score"].nunique() <= max(1, len(set(zip(scores["frequency"], scores["monetary"], strict=True))))
    top = workspace.measure("pareto_summary").frame.set_index("figure").loc["top_share", "value"]
    assert top == pytest.approx(wanted.top_share) if wanted.top_share is not None else pd.isna(top)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_nobody_lapses_where_too_few_came_back(load: Load, name: str) -> None:
    flow, windows = (load(name).measure(measure).frame for measure in ("customer_flow", "lapse_windows"))
    assert flow["lapse_days"].isna().all() and flow["lapsed"].sum() == 0
    assert "at the start lapsed" not in answers.flow_answer(flow)
    told = answers.lapse_answer(windows)
    assert "The data do not decide it" in told or "nobody has come back yet" in told


def test_a_refund_before_its_order_is_known_is_not_seen_before(load: Load) -> None:
    before = load("refund_same_id_later.csv").measure("rfm_scores", Scope(as_of=date(2024, 3, 4))).frame
    assert before.set_index("customer_id")["frequency"].to_dict() == {"A": 2, "B": 1}


def test_nothing_is_compared_with_a_month_of_two_days(load: Load) -> None:
    """10 customers spent 100 on the 30th and 31st of January; in February 145 orders brought 1,450."""
    workspace = load("partial_first_month.csv")
    revenue, repeat, flow, sales = (
        workspace.measure(name).frame
        for name in ("revenue_by_period", "repeat_purchase_rate", "customer_flow", "sales_by_period")
    )
    for frame in (revenue, flow, sales):
        assert frame["state"].tolist() == ["partial", "complete", "in_progress"]
    assert revenue["revenue"].astype("float64").tolist() == [100, 1450, 50]
    told = answers.overview_answer(revenue, repeat, flow)
    assert "Feb 2024" in told and "than the period before" not in told
    assert "in the period before" not in answers.flow_answer(flow)
    overview = build(workspace, None, "partial").sections[0]
    assert not [table for table in overview.tables if "Change" in table.columns]


@pytest.mark.parametrize(
    ("grain", "states"),
    [
        ("day", ["complete"] * 32),
        ("week", ["partial", "complete", "complete", "complete", "in_progress"]),
        ("month", ["partial", "complete", "in_progress"]),
        ("quarter", ["in_progress"]),
    ],
)
def test_the_first_period_is_partial_in_any_grain(load: Load, grain: str, states: list[str]) -> None:
    """The data run from Tuesday the 30th of January to Friday the 1st of March."""
    for name in ("revenue_by_period", "customer_flow", "sales_by_period"):
        frame = load("partial_first_month.csv").measure(name, Scope(grain=grain)).frame
        assert frame["state"].tolist() == states, name


def test_a_review_holds_no_week_against_the_one_in_which_the_data_begin(load: Load) -> None:
    workspace = load("partial_first_month.csv")
    second, third = (review(workspace, Scope(as_of=day)) for day in (date(2024, 2, 11), date(2024, 2, 18)))
    assert [headline.last_week for headline in second.headlines] == [None] * len(second.headlines)
    assert third.headlines[0].last_week is not None


def test_a_month_that_the_data_reach_back_to_the_first_day_of_is_compared(tmp_path: Path) -> None:
    rows = ["order_id,customer_id,ordered_at,amount", "1,A,2024-01-01,10", "2,A,2024-02-05,30", "3,B,2024-03-01,5"]
    (tmp_path / "whole.csv").write_text("\n".join(rows), encoding="utf-8")
    workspace = Workspace.in_memory()
    workspace.import_file(tmp_path / "whole.csv")
    frames = (workspace.measure(name).frame for name in ("revenue_by_period", "repeat_purchase_rate", "customer_flow"))
    assert "**30** of revenue in Feb 2024, 200% more than the period before" in answers.overview_answer(*frames)


def first_of(workspace: Workspace, attribute: str, value: str, as_of: date | None = None) -> list[str]:
    """The customers of whom it is the first."""
    found = workspace.measure("rfm_scores", Scope(as_of=as_of, filters={attribute: value})).frame
    return sorted(found["customer_id"])


def test_the_first_channel_is_that_of_the_earliest_order(load: Load) -> None:
    workspace = load("first_channel_by_alphabet.csv")
    assert first_of(workspace, "first_channel", "web") == ["A", "B"]
    assert first_of(workspace, "first_channel", "shop") == []
    assert first_of(workspace, "first_channel", "web", date(2024, 1, 5)) == ["A"]


DAYS_ALONE = ["1,A,2024-01-05,30,web", "2,A,2024-01-05,40,shop", "3,B,2024-01-06,30,web"]


def of_lines(folder: Path, *files: list[str]) -> Workspace:
    """A workspace of lines with days but no times, in one or several files."""
    workspace = Workspace.in_memory()
    for number, lines in enumerate(files):
        path = folder / f"{number}.csv"
        path.write_text("\n".join(["order_id,customer_id,ordered_at,amount,channel", *lines]), encoding="utf-8")
        workspace.import_file(path, known_orders="add")
    return workspace


def test_the_order_of_lines_decides_where_there_are_days_alone(tmp_path: Path) -> None:
    assert first_of(of_lines(tmp_path, DAYS_ALONE), "first_channel", "web") == ["A", "B"]
    assert first_of(of_lines(tmp_path, DAYS_ALONE[::-1]), "first_channel", "shop") == ["A"]


def test_an_earlier_order_that_comes_in_later_becomes_the_first(tmp_path: Path) -> None:
    """The stored models are merged, and say what they would say built anew."""
    later, earlier = ["2,A,2024-01-05 17:00,40,shop"], ["1,A,2024-01-05 09:00,30,web"]
    workspace = of_lines(tmp_path, later)
    assert first_of(workspace, "first_channel", "shop") == ["A"]
    path = tmp_path / "earlier.csv"
    path.write_text("\n".join(["order_id,customer_id,ordered_at,amount,channel", *earlier]), encoding="utf-8")
    workspace.import_file(path, known_orders="add")
    assert first_of(workspace, "first_channel", "web") == ["A"]
    workspace.undo_import(2)
    assert first_of(workspace, "first_channel", "shop") == ["A"]


@pytest.mark.parametrize("attribute", ["channel", "store", "category"])
def test_first_attributes_of_a_real_ledger_go_by_time(load: Load, attribute: str) -> None:
    """C1689 came through the web at 16:48, not through the shop at 17:53."""
    lines = pd.read_parquet(CASES / "filters.parquet").sort_values("ordered_at", kind="stable")
    assert (lines["amount"] > 0).all() and lines["order_id"].is_unique
    first = lines.dropna(subset=[attribute]).drop_duplicates("customer_id").set_index("customer_id")[attribute]
    for value in sorted(first.unique()):
        wanted = sorted(first.index[first == value])
        assert first_of(load("filters.parquet"), f"first_{attribute}", value) == wanted
    assert (first["C1689"] == "web") or attribute != "channel"
