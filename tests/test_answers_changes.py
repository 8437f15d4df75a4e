"""Whether retention changed, whether that is real, and why: the sentences."""

import pandas as pd
import pytest

from loyalty_metrics import answers
from loyalty_metrics.language import set_locale
from loyalty_metrics.measures.change import recent_change
from loyalty_metrics.stats.proportions import mid_p
from tests.test_answers import curve, first_months


@pytest.fixture(autouse=True)
def english():
    set_locale("en")


def test_a_change_says_how_sure_it_is_and_when_it_came():
    text = answers.retention_answer(curve(), first_months(*[230, 210] * 7, 255, 245, 255), "month")
    assert "up from 22% in the 12 before. (95% sure: between +" in text
    lasting = answers.retention_answer(curve(), first_months(*[220] * 14 + [300] * 6), "month")
    assert "With the cohort of Mar 2026 it rose for good: 30% since, 22% before." in lasting
    assert "no clear change" not in lasting, "what was said to have changed is not said not to have"
    assert "for good" not in answers.retention_answer(curve(), first_months(*[220, 240, 200] * 5), "month")


def test_a_change_as_large_as_cohorts_stray_is_none():
    """Chance alone would make it in 1 of 100 cases; months that stray by themselves as these do make it more often."""
    months = [230, 210] * 8 + [251, 230, 245]
    cells = first_months(*months)
    found = recent_change(cells[cells["state"] == "complete"], "month")
    assert mid_p(sum(months[-3:]), 3000, sum(months[4:16]), 12000) < 0.02
    assert not found.is_real and found.low < 0 < found.high
    assert "no clear change" in answers.retention_answer(curve(), cells, "month")


def test_bought_later_too_cannot_tell_a_change():
    text = answers.retention_answer(curve(), first_months(*[220] * 6 + [120] * 6), "month", "on_or_after")
    assert "cannot be told under this counting rule" in text and "down" not in text


def table(*verdicts, detectable=0.093):
    cells = pd.DataFrame({"cohort": pd.date_range("2025-01-01", periods=len(verdicts), freq="MS"), "age": 1})
    return cells.assign(state="complete", verdict=pd.Series(verdicts, dtype="str"), detectable=detectable)


def test_the_table_says_how_many_cells_stand_out_of_how_many():
    text = answers.cohort_table_answer(table("above", "below", "below", "within_chance"))
    assert "**3 of 4 finished cells differ from the other cohorts by more than these usually do**: 1 above (▲)" in text
    assert ", 2 below (▼)." in text
    assert "A fall of 9 points in the newest cohort, Apr 2025, would have shown" in text
    assert "**None of the 2 finished cells" in answers.cohort_table_answer(table("within_chance", "within_chance"))
    assert "too small to show any fall" in answers.cohort_table_answer(table("within_chance", detectable=None))
    assert "cannot be compared yet" in answers.cohort_table_answer(table(None))
    assert "not compared under this counting rule" in answers.cohort_table_answer(
        table("above"), "month", "on_or_after"
    )


def changed(mix=0.002, verdicts=("up", "within_chance"), everybody=0.0001, reversal="no", by_season="yes"):
    dates = dict(
        zip(
            ("older_from", "older_to", "newer_from", "newer_to"),
            pd.to_datetime(["2025-01-01", "2025-06-01", "2025-07-01", "2025-12-01"]),
            strict=True,
        )
    )
    whole = {"change": 0.07, "change_low": 0.05, "change_high": 0.09, "older_retention": 0.23, "newer_retention": 0.3}
    rows = [{"attribute": "everybody", "value": None, "chance": everybody, **whole}]
    rows.append(
        {
            "attribute": "first_channel",
            "value": None,
            "mix_effect": mix,
            "rate_effect": 0.07 - mix,
            "reversal": reversal,
            **whole,
        }
    )
    rows += [
        {"attribute": "first_channel", "value": name, "change": change, "verdict": verdict}
        for name, change, verdict in zip(("web", ""), (0.11, 0.02), verdicts, strict=True)
    ]
    return pd.DataFrame(rows).assign(**dates, by_season=by_season)


def over_time(chance=0.5):
    frame = pd.DataFrame(
        {"size": 100, "cohort": pd.date_range("2025-01-01", periods=12, freq="MS"), "age": 1, "turning": "no"}
    )
    frame.loc[6, "turning"] = "yes"
    return frame.assign(before=0.23, after=0.3, chance=chance)


def test_change_says_number_interval_cause_and_where():
    text = answers.change_answer(changed(), over_time(0.001))
    assert "Of 100 new customers of Jul 2025 to Dec 2025, **30** bought again 1 month after the first purchase" in text
    assert "up from 23 of Jan 2025 to Jun 2025 (95% sure: between +5 and +9 points)." in text
    assert "Almost all of it is customers of the same kind behaving otherwise" in text
    assert "it shows in 1 of 2 groups, most in **web** (+11 points)" in text
    assert "With the cohort of Jul 2025 it rose for good" in text
    assert "it shows in every group" in answers.change_answer(changed(verdicts=("up", "up")), over_time())


def test_change_by_another_mix_and_reversals_are_said():
    text = answers.change_answer(changed(mix=0.05, reversal="yes"), over_time())
    assert "A different mix by “Channel of the first purchase” makes +5 points" in text and "otherwise +2" in text
    assert "every group moved the other way than all together" in text
    assert "for good" not in text


def test_change_that_may_be_chance_explains_nothing():
    text = answers.change_answer(changed(everybody=0.3), over_time())
    assert "against 23" in text and "That may be chance (95% sure" in text and "Almost all" not in text


def test_without_a_year_nothing_is_called_a_change():
    text = answers.change_answer(changed(by_season="no"), over_time())
    assert "That may be chance" in text and "Less than a year is known" in text and "Almost all" not in text


def test_change_that_cannot_be_told_says_why():
    nothing = changed().iloc[:0]
    assert "there are not two cohorts that are over" in answers.change_answer(nothing, over_time().iloc[:0])
    assert "Under this counting rule" in answers.change_answer(nothing, over_time().iloc[:0], "month", "on_or_after")
