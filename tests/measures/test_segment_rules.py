"""Rules of segments: by any of them each customer is in exactly one segment, with the scores that pandas gives, too."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics import answers, export
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.scope import Scope
from loyalty_metrics.segment_rules import Cuts, Rules, RulesRefused, Segment, from_text, house, problems, to_text
from loyalty_metrics.workspace import Workspace
from tests.conftest import ShopMaker
from tests.oracles import standing
from tests.oracles.ask import Shop
from tests.oracles.compare import assert_same
from tests.oracles.history import MONEY
from tests.oracles.strategies import examples
from tests.oracles.tables import purchases

BACK = date(1997, 9, 10)
FIXED = Cuts((400, 200, 90, 30), (2, 3, 5, 9), tuple(map(Decimal, ("15", "40.50", "100", "250.25"))))
WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
AMOUNTS = st.decimals(-100, 5000, places=4, allow_nan=False)


@st.composite
def rule_tables(draw: st.DrawFn) -> Rules:
    """Any complete rules: up to 25 segments, in any cells, by quintiles or by any thresholds."""
    names = draw(st.lists(WORDS, min_size=1, max_size=25, unique_by=lambda name: name.casefold().replace("_", " ")))
    rest = draw(st.lists(st.sampled_from(names), min_size=25 - len(names), max_size=25 - len(names)))
    cells = draw(st.permutations([*names, *rest]))
    segments = tuple(Segment(name, draw(st.sampled_from(["", name])), draw(WORDS)) for name in names)
    cuts = Cuts(
        tuple(sorted(draw(st.lists(st.integers(0, 600), min_size=4, max_size=4)), reverse=True)),
        tuple(sorted(draw(st.lists(st.integers(1, 40), min_size=4, max_size=4)))),
        tuple(sorted(draw(st.lists(AMOUNTS, min_size=4, max_size=4)))),
    )
    grid = tuple(tuple(cells[row : row + 5]) for row in range(0, 25, 5))
    return Rules(segments, grid, draw(st.sampled_from([None, cuts])))


def told(rules: Rules) -> tuple[pd.DataFrame, dict[str, list] | None]:
    """Rules as the oracle takes them."""
    cells = [(rules.grid[5 - r][fm - 1], r, fm) for r in range(1, 6) for fm in range(1, 6)]
    table = pd.DataFrame(cells, columns=["segment", "r_score", "fm_score"])
    if rules.cuts is None:
        return table, None
    return table, {
        "r": [-days for days in rules.cuts.recency],
        "f": list(rules.cuts.frequency),
        "m": [int(amount * MONEY) for amount in rules.cuts.monetary],
    }


@pytest.mark.parametrize("scope", [Scope(), Scope(as_of=BACK, window=180)], ids=Scope.describe)
def test_scores_by_fixed_thresholds(cdnow: Shop, scope: Scope) -> None:
    rules = replace(house(), cuts=FIXED)
    given_ = cdnow.workspace.measure("rfm_scores", scope, rules).frame
    wanted = standing.rfm_scores(cdnow.history, scope, *told(rules))
    assert {1, 2, 3, 4, 5} == set(wanted["f_score"]) == set(wanted["m_score"])
    assert_same(given_, wanted, ["customer_id"])


@examples(10)
@given(rules=rule_tables())
def test_any_complete_rules_put_every_customer_in_exactly_one_segment(sample_shop: Shop, rules: Rules) -> None:
    assert not problems(rules)
    assert from_text(to_text(rules, "version 3 of 2026-01-05")) == rules
    scope = Scope(as_of=date(2025, 3, 1), window=120)
    scores = sample_shop.workspace.measure("rfm_scores", scope, rules).frame
    assert_same(scores, standing.rfm_scores(sample_shop.history, scope, *told(rules)), ["customer_id"])
    segments = sample_shop.workspace.measure("rfm_segments", scope, rules).frame
    counted = scores["segment"].value_counts().reindex(segments["segment"], fill_value=0)
    assert list(segments["segment"]) == list(rules.names)
    assert list(segments["customers"]) == list(counted) and counted.sum() == len(scores)
    moves = sample_shop.workspace.measure("rfm_migration", scope, rules).frame
    assert (moves.groupby("segment_before")["share_of_before"].sum() - 1).abs().max() < 1e-9
    assert moves.groupby("segment_now")["customers"].sum().drop("no more", errors="ignore").sum() == len(scores)
    tried = sample_shop.workspace.moved_by(rules, scope)
    before = sample_shop.workspace.measure("rfm_segments", scope).frame.set_index("segment")["customers"]
    assert tried.groupby("segment_before")["customers"].sum().eq(before[before > 0].sort_index()).all()
    assert tried.groupby("segment_now")["customers"].sum().sort_index().eq(counted[counted > 0].sort_index()).all()
    assert abs(tried["revenue"].sum() - scores["monetary"].sum()) < 1e-6


def test_suggested_thresholds_give_the_scores_of_the_quintiles(cdnow: Shop, sample_shop: Shop) -> None:
    for shop, scope in ((cdnow, Scope(as_of=BACK)), (sample_shop, Scope())):
        cuts = shop.workspace.suggested_cuts(scope)
        fixed = shop.workspace.measure("rfm_scores", scope, replace(house(), cuts=cuts)).frame
        pd.testing.assert_frame_equal(fixed, shop.workspace.measure("rfm_scores", scope).frame)


def test_suggestion_where_ties_leave_scores_to_nobody(make_shop: ShopMaker) -> None:
    shop = Workspace.in_memory()
    assert shop.suggested_cuts() is None
    assert shop.moved_by(replace(house(), cuts=FIXED)).empty
    once = make_shop(purchases(*((f"c{n}", f"2025-01-0{n}", 10 * n) for n in range(1, 6)))).workspace
    cuts = once.suggested_cuts()
    assert cuts.frequency == (1, 1, 2, 2) and cuts.recency == (3, 2, 1, 0)
    tried = once.measure("rfm_scores", None, replace(house(), cuts=cuts)).frame
    pd.testing.assert_frame_equal(tried, once.measure("rfm_scores").frame)


def test_equal_customers_have_equal_scores_under_thresholds(make_shop: ShopMaker) -> None:
    shop = make_shop(purchases(*((f"c{n}", "2025-01-05", 20) for n in range(10)), ("late", "2025-03-01", 20)))
    scores = shop.workspace.measure("rfm_scores", None, replace(house(), cuts=FIXED)).frame.set_index("customer_id")
    assert scores.loc["late", ["r_score", "f_score", "m_score"]].tolist() == [5, 1, 2]
    assert set(map(tuple, scores.drop("late")[["r_score", "f_score", "m_score"]].to_numpy())) == {(4, 1, 2)}


def test_each_fault_is_told_in_a_sentence() -> None:
    rules = house()
    no_cell = replace(rules, segments=(*rules.segments, Segment("VIP")))
    assert problems(no_cell) == ["VIP has no cell, so nobody could be in it: give it one, or take it off the list."]
    stranger = replace(rules, grid=(("VIP", *rules.grid[0][1:]), *rules.grid[1:]))
    assert "The cell R 5, FM 1 is VIP, which is not in the list of segments." in problems(stranger)
    hole = replace(rules, grid=(*rules.grid[:4], ("", *rules.grid[4][1:])))
    assert problems(hole) == ["The cell R 1, FM 1 has no segment."]
    assert problems(replace(rules, grid=rules.grid[:4])) == ["The table has not five rows of five cells."]
    twice = replace(rules, segments=(*rules.segments, Segment("champions")))
    assert "Two segments have one name: Champions, champions." in problems(twice)
    for cuts, fault in (
        (replace(FIXED, recency=(30, 60, 90, 120)), "Days since the last purchase must fall"),
        (replace(FIXED, frequency=(5, 4, 3, 2)), "Purchases must rise"),
        (replace(FIXED, monetary=(Decimal(5), Decimal(4), Decimal(6), Decimal(7))), "Revenue must rise"),
        (replace(FIXED, monetary=FIXED.monetary[:3]), "one is missing"),
        (replace(FIXED, frequency=(0, 1, 2, 3)), "purchases 1 or more"),
    ):
        (found,) = problems(replace(rules, cuts=cuts))
        assert fault in found
    with pytest.raises(RulesRefused, match="not yet means customers who are in no segment"):
        from_text(to_text(rules).replace("Hibernating", "not yet"))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"grid": 1, "segments": []}', '{"scores": "best"}', "null"])
def test_what_is_no_file_of_rules_is_refused(text: str) -> None:
    with pytest.raises(RulesRefused, match=r"not a file of segment rules|not five rows"):
        from_text(text)


def test_a_toml_file_says_the_same() -> None:
    file = Path("loyalty_metrics/rules/segments.toml")
    assert from_text(file.read_text(encoding="utf-8"), ".toml") == from_text(to_text(house())) == house()


def test_saved_rules_hold_everywhere_and_can_be_taken_back(tmp_path: Path) -> None:
    shop = Workspace.open(tmp_path / "shop.duckdb")
    lines = purchases(("a", "2024-01-05", 20), ("b", "2025-01-05", 90), ("b", "2025-02-05", 90), ("c", "2025-02-07", 5))
    lines.to_parquet(tmp_path / "lines.parquet")
    shop.import_file(tmp_path / "lines.parquet")
    before, version = shop.measure("rfm_segments"), shop.version
    assert export.about(before)["segment_rules"] == "house rules"
    assert "segment_rules" not in export.about(shop.measure("revenue_by_period"))
    own = Rules((Segment("Kept"), Segment("Rest")), (("Kept",) * 5, *((("Rest",) * 5,) * 4)), FIXED)
    saved = shop.save_rules(own, "Mara", "two  groups")
    assert (saved.number, saved.who, saved.note, shop.version) == (1, "Mara", "two groups", version + 1)
    after = shop.measure("rfm_segments")
    assert dict(zip(after.frame["segment"], after.frame["customers"], strict=True)) == {"Kept": 2, "Rest": 1}
    assert export.about(after)["segment_rules"] == f"version 1 of {saved.saved_at:%Y-%m-%d}"
    assert after.state.is_derived
    assert sorted(shop.who("rfm_segments", segment="Kept").frame["customer_id"]) == ["b", "c"]
    earlier = shop.measure("rfm_segments", Scope(as_of=date(2024, 1, 20))).frame
    assert dict(zip(earlier["segment"], earlier["customers"], strict=True)) == {"Kept": 1, "Rest": 0}
    with pytest.raises(LoyaltyError, match="hold already"):
        shop.save_rules(own)
    with pytest.raises(RulesRefused):
        shop.save_rules(replace(own, segments=own.segments[:1]))
    shop.undo_import(1)
    shop.import_file(tmp_path / "lines.parquet")
    shop.close()
    shop = Workspace.open(tmp_path / "shop.duckdb")
    assert shop.rules().rules == own
    pd.testing.assert_frame_equal(shop.measure("rfm_segments").frame, after.frame)
    back = shop.restore_rules(0, "Mara")
    assert (back.number, back.note) == (2, "Back to house rules")
    pd.testing.assert_frame_equal(shop.measure("rfm_segments").frame, before.frame)
    assert shop.restore_rules(1).rules == own
    assert [v.number for v in shop.rule_versions()] == [3, 2, 1, 0]
    with pytest.raises(LoyaltyError, match="no version 9"):
        shop.restore_rules(9)
    assert "Scores by fixed thresholds instead of quintiles" in answers.rule_changes(house(), own)
    told = "Revenue, at least: 15 / 40.50 / 100 / 250.25 (for the scores 2 to 5)"
    assert told in answers.rule_changes(house(), own)
    assert "R 5, FM 1: Kept instead of New" in answers.rule_changes(house(), own)


def test_a_workspace_made_before_there_were_versions_opens_with_its_rules(tmp_path: Path) -> None:
    shop = Workspace.open(tmp_path / "shop.duckdb")
    with shop._database.transaction() as cursor:
        cursor.run("drop table score_cuts")
        cursor.run("drop table rule_versions")
    shop.close()
    shop = Workspace.open(tmp_path / "shop.duckdb")
    assert shop.rules().told == "house rules"
    assert len(shop.measure("rfm_segments").frame) == 11


def test_trying_rules_changes_nothing_for_others(cdnow: Shop) -> None:
    before, version = cdnow.ask("rfm_segments"), cdnow.workspace.version
    own = replace(house(), cuts=FIXED)
    assert not cdnow.workspace.moved_by(own).empty
    assert cdnow.workspace.measure("rfm_segments", None, own).state.rules == "tried, not saved"
    pd.testing.assert_frame_equal(cdnow.ask("rfm_segments"), before)
    assert cdnow.workspace.version == version


def test_what_is_stored_of_the_map_follows_the_rules(make_shop: ShopMaker) -> None:
    """Saved rules, tried ones and none at all: what is stored says what the customers say."""
    shop = make_shop(purchases(*[(f"c{n}", f"2024-{1 + n % 9:02}-11", 7 * n + 1) for n in range(60)]))
    workspace, fixed = shop.workspace, replace(house(), cuts=FIXED)

    def both(rules: Rules | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
        shown = workspace.measure("rfm_map", rules=rules)
        scores = workspace.measure("rfm_scores", Scope(as_of=date(2024, 9, 11)), rules).frame
        counted = scores.groupby(["r_score", "fm_score"])["monetary"].agg(["size", "sum"])
        told = shown.frame[shown.frame["customers"] > 0].set_index(["r_score", "fm_score"])[["customers", "revenue"]]
        return told.astype("float64"), counted.set_axis(["customers", "revenue"], axis=1).astype("float64")

    maps = []
    for rules in (None, fixed, None):
        told, counted = both(rules)
        pd.testing.assert_frame_equal(told, counted, check_index_type=False)
        maps.append(told)
    workspace.save_rules(fixed)
    told, counted = both()
    pd.testing.assert_frame_equal(told, counted, check_index_type=False)
    pd.testing.assert_frame_equal(told, maps[1])
    assert not maps[0].equals(maps[1]) and maps[0].equals(maps[2])
    workspace.restore_rules(0)
    pd.testing.assert_frame_equal(both()[0], maps[0])


def test_a_new_name_alone_moves_nobody() -> None:
    top = from_text(to_text(house()).replace("Champions", "Top"))
    columns = ["segment_before", "segment_now", "customers", "revenue"]
    moves = pd.DataFrame(
        [("Champions", "Top", 5, 50.0), ("New", "New", 7, 9.0), ("New", "Lost", 1, 2.0)], columns=columns
    )
    assert "**1** of 13 customers (7.7%) would move" in answers.moved_answer(moves, house(), top)
    assert answers.moved_answer(moves.iloc[:2], house(), top) == "No customer would move."
    swapped = from_text(to_text(house()).replace("Champions", "x").replace("Lost", "Champions").replace("x", "Lost"))
    moves = pd.DataFrame([("Champions", "Lost", 5, 50.0), ("Lost", "Champions", 7, 9.0)], columns=columns)
    assert "**12** of 12 customers" in answers.moved_answer(moves, house(), swapped)
