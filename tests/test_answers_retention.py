"""The sentences of the retention page: next purchase, curves, groups, other definitions."""

import pandas as pd
import pytest

from loyalty_metrics import answers
from loyalty_metrics.language import set_locale, without_markup


@pytest.fixture(autouse=True)
def english():
    set_locale("en")


def waits(**changes):
    row = {
        "group_name": None,
        "customers": 1000,
        "returned": 500,
        "median": 102.0,
        "median_low": 96.0,
        "median_high": 108.0,
        **{f"within_{d}{end}": v for d, v in ((30, 0.3), (60, 0.4), (90, 0.48)) for end in ("", "_low", "_high")},
        "horizon": 365.0,
        "within_horizon": 0.6,
        "remind_from": 35.0,
        "remind_until": 188.0,
        "chance_from": 0.15,
        "chance_until": 0.04,
        "due": 1040,
    }
    return pd.DataFrame([row | changes])


def test_next_order_says_share_half_and_when_to_remind():
    told = without_markup(answers.next_order_answer(waits()))
    assert told.startswith("48% of customers buy a second time within 90 days")
    assert "Half have by day 102 (between 96 and 108)." in told
    assert "Of those who come back within a year, half have done so by day 35 and nine in ten by day 188" in told
    assert "3 purchases make the next one" in answers.next_order_answer(waits(), nth=4)


def test_next_order_says_what_it_cannot_tell():
    unknown = dict.fromkeys(["within_90", "median", "remind_from", "horizon"])
    told = answers.next_order_answer(waits(**unknown))
    assert "within 60 days" in told
    assert "Fewer than half have bought again so far." in told
    assert "When to remind cannot be told yet" in told
    assert "cannot be told yet" in answers.next_order_answer(waits().iloc[:0])
    assert "cannot be told yet" in answers.due_answer(waits(remind_from=None))
    assert "1,040 customers" in answers.due_answer(waits())


def test_group_difference_is_told_with_its_chance():
    groups = pd.concat([waits(), waits(group_name="web", within_90=0.6), waits(group_name="", within_90=0.2)])
    tests = pd.DataFrame({"p_value": [0.0001]})
    told = without_markup(answers.group_difference_answer(groups, tests, "first_channel"))
    assert told.startswith("The groups differ") and "<0.1%" in told
    assert "60% of “web” come back, 20% of “(unknown)”" in told
    assert "as of today" in answers.group_difference_answer(groups, tests, "tier")
    alike = pd.DataFrame({"p_value": [0.4]})
    assert "No clear difference" in answers.group_difference_answer(groups, alike, "first_channel")
    nothing = pd.DataFrame({"p_value": [float("nan")]})
    assert "cannot be told" in answers.group_difference_answer(groups, nothing, "first_channel")


def faded(error=0.01, state="fitted", criterion="exact", cohorts=12):
    frame = pd.DataFrame({"age": range(12), "cohorts": cohorts, "size": 1000, "retained": 200, "size_since": 500})
    frame["retention"], frame["low"], frame["high"], frame["retained_since"] = 0.2, 0.18, 0.22, 100
    frame["retention_since"], frame["projection"], frame["held_out"] = 0.2, 0.15, 3
    return frame.assign(projection_state=state, projected_before=0.2 + error)


def test_curve_tells_share_projection_and_its_test():
    told = without_markup(answers.curve_answer(faded()))
    assert told.startswith("20% of customers buy 6 months after the first purchase")
    assert "it will be 15% 11 months after" in told
    assert "Made 3 months ago, the same projection would have missed by 1 point on average, where 20% came." in told


def test_curve_warns_of_a_projection_that_failed():
    assert "Do not lean on that" in answers.curve_answer(faded(error=0.06))
    assert "Do not lean on that" not in answers.curve_answer(faded(error=0.03))
    for state, words in (
        ("filling_up", "still fill up"),
        ("too_short", "takes two periods"),
        ("no_fit", "does not fade"),
    ):
        told = answers.curve_answer(faded(state=state))
        assert "No projection" in told and words in told
    assert "could not be tested" in answers.curve_answer(faded().assign(projected_before=float("nan")))
    assert "cannot be told yet" in answers.curve_answer(faded().iloc[:1])


def test_groups_are_told_from_most_to_least():
    rows = [("web", 1, 1000, 300, 0.3, 0.27, 0.33), ("", 1, 1000, 200, 0.2, 0.18, 0.23), ("x", 0, 9, 9, 1.0, 0.9, 1.0)]
    frame = pd.DataFrame(rows, columns=["group_name", "age", "size", "retained", "retention", "low", "high"])
    told = without_markup(answers.group_retention_answer(frame))
    assert told.startswith("30% of “web”") and "20% of “(unknown)”" in told and "<0.1%" in told
    assert "That may be chance" in answers.group_retention_answer(frame.assign(retained=[205, 200, 9]))
    assert "cannot be told" in answers.group_retention_answer(frame, age=0)


def choices(*contributions):
    names = ["event", "clock"][: len(contributions)]
    shares = [0.25 + sum(contributions[: n + 1]) for n in range(len(contributions))]
    frame = pd.DataFrame({"choice": names, "share": shares, "contribution": contributions})
    return frame.assign(was="calendar", becomes="rolling")


def test_definitions_name_the_choice_that_moves_most():
    told = without_markup(answers.definitions_answer(choices(0.01, -0.08), 0.25, "Tool: report", 2))
    assert told.startswith(
        "2 months after the first purchase: 25.0% as counted here, 18.0% as counted by “Tool: report”."
    )
    assert "“Periods count from”: each customer's first purchase instead of the calendar (8 points less)" in told


def test_definitions_that_do_not_differ_or_cannot_be_told():
    assert "do not move the number" in answers.definitions_answer(choices(0.0001), 0.25, "x", 1)
    assert "cannot be told" in answers.definitions_answer(choices(float("nan")), 0.25, "x", 1)
    for name in ("shopify", "ga4", "mixpanel", "amplitude", "posthog"):
        assert answers.preset_note(name).startswith("As documented")


def test_that_nobody_came_back_is_said_plainly() -> None:
    months = pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01"])
    rows = [(month, age, 20, 20 if age == 0 else 0) for month in months for age in range(3)]
    rows += [(pd.NaT, age, 40, 40 if age == 0 else 0) for age in range(3)]  # all cohorts together
    cohorts = pd.DataFrame(rows, columns=["cohort", "age", "size", "retained"]).assign(at_edge="no")
    curve = pd.DataFrame({"age": [0, 1], "retention": [1.0, 0.0], "size": [60, 40], "cohorts": [3, 2]})
    told = "**Nobody has come back in a later month yet**, of 60 customers. Retention is 0% throughout."
    assert answers.retention_answer(curve, cohorts) == told
