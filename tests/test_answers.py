from datetime import date

import pandas as pd
import pytest

from loyalty_metrics import answers
from loyalty_metrics.language import set_locale, without_markup
from loyalty_metrics.stats.intervals import wilson

FIGURES = ["figure", "unit", "value", "low", "high", "numerator", "denominator"]


@pytest.fixture(autouse=True)
def english():
    set_locale("en")


def curve(size=1500, retained=345, cohorts=12):
    return pd.DataFrame(
        [
            {
                "age": 1,
                "cohorts": cohorts,
                "size": size,
                "retained": retained,
                "retention": retained / size,
                "low": 0.209,
                "high": 0.252,
            }
        ]
    )


def first_months(*retained, size=1000, at_edge=0):
    starts = pd.date_range("2025-01-01", periods=len(retained), freq="MS")
    rows = [
        (start, 1, "complete", "yes" if place < at_edge else "no", size, kept)
        for place, (start, kept) in enumerate(zip(starts, retained, strict=True))
    ]
    rows.append((pd.Timestamp("2030-01-01"), 1, "in_progress", "no", 5000, 0))
    rows.append((pd.NaT, 1, "pooled", None, 1, 1))
    return pd.DataFrame(rows, columns=["cohort", "age", "state", "at_edge", "size", "retained"])


def repeat(rate=0.6407, denominator=4334.0):
    rows = [
        ("repeat_rate", "share", rate, 0.626, 0.655, rate * denominator, denominator),
        ("repeat_within_90", "share", 0.45, 0.43, 0.47, 900.0, 2000.0),
        ("days_between", "days", 60.4, 57.5, 62.0, None, 2777.0),
    ]
    return pd.DataFrame(rows, columns=FIGURES)


def flow(lapsed=(100, 300), new=(200, 100)):
    earlier = zip(pd.date_range("2025-10-01", periods=3, freq="MS"), (98, 104, 97), strict=True)
    starts = pd.date_range("2026-01-01", periods=3, freq="MS")
    rows = [
        *((start, "complete", 1000, 90, 1000 - gone, 10, gone, 1000, 90) for start, gone in earlier),
        (starts[0], "complete", 1000, new[0], 1000 - lapsed[0], 10, lapsed[0], 1110, 90),
        (starts[1], "complete", 1110, new[1], 1110 - lapsed[1], 20, lapsed[1], 930, 90),
        (starts[2], "in_progress", 930, 1, 930, 0, 0, 931, 90),
    ]
    columns = ["period", "state", "opening", "new", "retained", "reactivated", "lapsed", "closing", "lapse_days"]
    return pd.DataFrame(rows, columns=columns)


def revenue():
    rows = [
        (pd.Timestamp("2026-01-01"), "complete", 1000.0, 400.0, 600.0),
        (pd.Timestamp("2026-02-01"), "complete", 1_200_000.0, 300_000.0, 900_000.0),
        (pd.Timestamp("2026-03-01"), "in_progress", 5.0, 5.0, 0.0),
    ]
    return pd.DataFrame(rows, columns=["period", "state", "revenue", "new_revenue", "returning_revenue"])


def summary(low=0.709, high=0.769, unknown=0.0, value=0.738):
    rows = [
        ("unknown_value", "count", unknown, None, None, None, None),
        ("total", "number", 8_300_065.8, None, None, None, None),
        ("top_share", "share", value, low, high, 1.0, 1.0),
        ("carriers_share", "share", 0.268, 0.24, 0.30, 1171.0, 4372.0),
    ]
    return pd.DataFrame(rows, columns=FIGURES)


def segments():
    rows = [("Champions", 949, 0.219, 5_542_841.0, 0.667), ("At risk", 656, 0.151, 644_163.0, 0.0775)]
    rows.append(("Cannot lose", 0, 0.0, 0.0, 0.0))
    frame = pd.DataFrame(rows, columns=["segment", "customers", "customer_share", "revenue", "revenue_share"])
    away = frame["segment"] == "At risk"
    return frame.assign(overdue=frame["customers"].where(away, 0), overdue_revenue=frame["revenue"].where(away, 0.0))


def test_retention_says_number_interval_and_cohorts():
    text = answers.retention_answer(curve(), first_months(), "month")
    assert "**23%** of new customers buy again in the month after their first purchase" in text
    assert "(between 21% and 25%), over 12 complete cohorts." in text


def test_one_cohort_is_singular():
    assert "over 1 complete cohort." in answers.retention_answer(curve(cohorts=1), first_months())


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ([230, 210] * 7 + [255, 245, 255], "The last 3 cohorts: **25%**, up from 22% in the 12 before."),
        ([290, 270] * 7 + [245, 255, 245], "The last 3 cohorts: **25%**, down from 28% in the 12 before."),
        ([220] * 12 + [223] * 3, "The last 3 cohorts: 22%, no clear change from 22% in the 12 before."),
        ([220] * 13 + [320] * 5, "With the cohort of Feb 2026 it rose for good: 32% since, 22% before."),
        ([220, 220, 290, 290], "The last 2 cohorts: 29%, no clear change from 22% in the 2 before."),
        ([220, 220, 290, 290], "Less than a year is known, so that a season could not be told from a change."),
        ([220, 290], "cannot be told yet: too few cohorts"),
    ],
)
def test_retention_says_whether_it_changed(months, words):
    assert words in answers.retention_answer(curve(), first_months(*months), "month")


def test_cohorts_in_progress_and_the_pooled_row_are_not_compared():
    rising = answers.retention_answer(curve(), first_months(220, 220, 290, 290))
    assert "29%" in rising


def test_cohorts_at_the_edge_of_the_data_are_not_compared():
    text = answers.retention_answer(curve(), first_months(600, 450, 330, *[220] * 12, at_edge=3))
    assert "The last 3 cohorts: 22%, no clear change from 22% in the 9 before." in text
    assert "Cohorts before Apr 2025 are left out of this: where the data begin, old customers look new." in text
    assert "left out" not in answers.retention_answer(curve(), first_months(*[220] * 12))
    nothing_settled = answers.retention_answer(curve(), first_months(600, 450).assign(at_edge="yes"))
    assert "no later cohort is over: all are counted" in nothing_settled


def test_repeat_says_rate_time_and_what_to_do():
    text = answers.repeat_answer(repeat())
    assert (
        "**64%** of customers have bought more than once (between 63% and 66%; 2,777 of 4,334 with a purchase)." in text
    )
    assert "every 60 days or sooner." in text and "remind" not in text
    assert "too few" not in text


def test_few_customers_are_called_few():
    assert "too few customers" in answers.repeat_answer(repeat(denominator=20.0))


def test_flow_is_of_the_last_period_that_is_over():
    text = answers.flow_answer(flow(), "month")
    assert "In Feb 2026, **120** customers came (100 new, 20 won back) and **300** lapsed" in text
    assert "180 fewer than before" in text
    assert "Lapsed means 90 days without a purchase." in text
    assert "27% of those active at the start lapsed, against 10.0% in the 4 periods before." in text
    assert "Ask some of them why." in text


def test_flow_that_did_not_change_gives_no_alarm():
    text = answers.flow_answer(flow(lapsed=(100, 112)), "month")
    assert "against" not in text
    assert "Ask" not in text


def lapse(back=(390, 80, 5), use=("chosen", "could_be", "could_be")):
    frame = pd.DataFrame({"lapse_days": [96, 365, 540], "use": use, "gaps": 4000, "shorter_gaps": [3600, 3900, 3990]})
    frame = frame.assign(shorter_share=frame["shorter_gaps"] / 4000, silent=1000, came_back=back)
    low, high = wilson(frame["came_back"], frame["silent"])
    return frame.assign(came_back_share=frame["came_back"] / 1000, low=low, high=high)


def test_lapse_window_is_told_with_its_reason_and_how_often_it_is_wrong():
    text = without_markup(answers.lapse_answer(lapse()))
    assert "After 96 days without a purchase: by then nine in ten of those who come back have come" in text
    assert "90% of the 4,000 gaps seen are no longer" in text
    assert "39% (between 36% and 42%) still came back within a year" in text
    assert "After 365 days nine in ten do not come back within a year." in text


def test_lapse_window_that_was_chosen_is_told_as_chosen():
    assert "was chosen here" in answers.lapse_answer(lapse(), 96)


def test_lapse_window_after_which_hardly_anybody_comes_back_needs_no_longer_one():
    assert "Only after" not in answers.lapse_answer(lapse(back=(90, 80, 5)))


def test_lapse_window_after_which_most_come_back_is_no_sign_of_loss():
    text = without_markup(answers.lapse_answer(lapse(back=(620, 80, 5))))
    assert "62% (between 59% and 65%) still came back within a year" in text
    assert "time away does not decide who is lost: most come back" in text
    assert "After 365 days fewer than half do; choose a window as long as that." in text


def test_lapse_window_of_few_gaps_is_not_decided_and_one_is_offered():
    few = lapse(use=("could_be",) * 3).assign(gaps=60, shorter_share=[0.5, 0.95, 1.0])
    text = without_markup(answers.lapse_answer(few))
    assert "The data do not decide it: only 60 gaps between purchases were seen" in text
    assert "365 days would cover nine in ten of them." in text


def test_lapse_window_without_a_return_cannot_be_told():
    assert "cannot be told yet" in answers.lapse_answer(lapse(use=("could_be",) * 3).assign(gaps=0))


def test_flow_is_told_where_no_customer_has_come_back_yet():
    text = answers.flow_answer(flow().assign(lapse_days=pd.array([pd.NA] * len(flow()), dtype="Int64")))
    assert "Nobody counts as lapsed" in text


def test_segments_say_who_pays_and_who_slips_away():
    text = answers.segments_answer(segments(), "USD")
    assert "**Champions**: 22% of customers bring **67%** of revenue." in text
    assert "Act on **656** good customers who have not come for long (At risk): worth \\$644K so far." in text


def test_no_good_customer_is_overdue():
    assert "No good customer is overdue" in answers.segments_answer(segments().iloc[:1], "USD")


def test_a_segments_name_is_never_markup():
    text = answers.segments_answer(segments().replace("Champions", "*VIP* $"), "USD")
    assert "**\\*VIP\\* \\$**" in text


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.75, 0.85, "The 80/20 rule holds here"),
        (0.70, 0.77, "does not hold here"),
        (0.83, 0.9, "More than 80/20"),
        (None, None, "cannot be told yet"),
    ],
)
def test_pareto_verdict_follows_the_interval(low, high, verdict):
    assert verdict in answers.pareto_answer(summary(low, high), "revenue", "GBP")


@pytest.mark.parametrize(("low", "high"), [(0.55, 0.85), (0.75, 0.95)])
def test_a_wide_interval_does_not_tell_whether_80_20_holds(low, high):
    assert "Whether 80/20 holds cannot be told" in answers.pareto_answer(summary(low, high), "revenue", "GBP")


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.75, 0.85, "cannot be told"), (0.70, 0.77, "cannot be told"), (0.83, 0.9, "More than 80/20")],
)
def test_an_interval_that_covers_less_says_so_and_tells_only_that_it_is_more(low, high, verdict):
    covered = pd.DataFrame([("covered", "share", 0.75, None, None, None, None)], columns=FIGURES)
    text = answers.pareto_answer(pd.concat([summary(low, high), covered]), "revenue", "GBP")
    assert "in as few as 75% of cases instead of 95%, and the truth is likely more concentrated" in text
    assert verdict in text


def test_pareto_says_who_carries_and_who_is_left_out():
    text = answers.pareto_answer(summary(unknown=12.0), "profit", "GBP")
    assert "The best 20% of customers bring **74%** of profit (between 71% and 77%)." in text
    assert "80% comes from 27% of customers: 1,171 of 4,372 with any order." in text
    assert "12 customers of unknown value are left out of the total of £8.3M." in text


def test_overview_in_three_sentences():
    text = without_markup(answers.overview_answer(revenue(), repeat(), flow(), "USD", "month"))
    assert text.startswith("$1.2M of revenue in Feb 2026")
    assert "returning customers brought 75% of it." in text
    assert "64% of all customers have bought more than once" in text
    assert "120 customers came or came back and 300 lapsed" in text


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter"])
def test_nothing_known_is_said_so(grain):
    texts = [
        answers.retention_answer(curve().iloc[:0], first_months().iloc[:0], grain),
        answers.repeat_answer(repeat().iloc[:0]),
        answers.repeat_answer(repeat(rate=float("nan"))),
        answers.flow_answer(flow().iloc[:0], grain),
        answers.flow_answer(flow().tail(1), grain),
        answers.segments_answer(segments().iloc[:0]),
        answers.pareto_answer(summary().iloc[:0]),
        answers.pareto_answer(summary(value=float("nan"), unknown=5.0), "profit"),
        answers.overview_answer(revenue().iloc[:0], repeat().iloc[:0], flow().iloc[:0], None, grain),
    ]
    assert all(text.startswith("This cannot be told yet: ") for text in texts)


def test_every_dollar_is_escaped():
    texts = [answers.segments_answer(segments(), "USD"), answers.overview_answer(revenue(), repeat(), flow(), "USD")]
    assert all("$" not in text.replace("\\$", "") for text in texts)


def years(now=(0.70, 0.69, 0.71), before=(0.60, 0.58, 0.62), kept=50.0):
    frame = pd.DataFrame({"year_to": pd.to_datetime(["2025-06-30", "2026-06-30"]), "state": "complete"})
    for i, name in enumerate(("top_share", "top_low", "top_high")):
        frame[name] = [before[i], now[i]]
    frame["top_before"], frame["still_top"] = [None, 100.0], [None, kept]
    return frame.assign(persistence=[None, kept / 100], persistence_low=[None, 0.4], persistence_high=[None, 0.6])


def test_persistence_is_told_with_its_interval_and_who_to_ask():
    text = without_markup(answers.persistence_answer(years()))
    assert "Of the best 20% of the year before, 50% (between 40% and 60%) are among the best 20%" in text
    assert "About 50 fell out" in text
    assert "They bring more than before: 70% of the value, up from 60%." in text


def test_concentration_whose_intervals_overlap_did_not_clearly_change():
    assert "did not clearly change" in answers.persistence_answer(years(before=(0.69, 0.68, 0.70)))


def test_persistence_needs_two_whole_years():
    assert "no two whole years" in answers.persistence_answer(years().iloc[:1])


def losses():
    columns = ["customers_up_to", "customer_share", "value_up_to", "value_share", "replacements"]
    rows = [(1, 0.01, 50.0, 0.05, 5.2), (10, 0.1, 400.0, 0.4, 60.0), (20, 0.2, 700.0, 0.7, None)]
    return pd.DataFrame(rows, columns=columns)


def test_losing_the_best_is_told_of_ten_and_in_average_customers():
    text = without_markup(answers.losing_answer(losses()))
    assert text.startswith("Without the best 10 customers, 40% of revenue would be gone.")
    assert text.endswith("It takes 60 average other customers to make good.")
    assert "Without the best customer, 5.0% of revenue" in without_markup(answers.losing_answer(losses().iloc[:1]))
    assert "cannot be told yet" in answers.losing_answer(losses().assign(value_share=None))


def migration():
    columns = ["segment_before", "segment_now", "customers", "revenue_before", "position_before", "position_now"]
    rows = [
        ("Champions", "Champions", 60, 9000.0, 1, 1),
        ("Champions", "Loyal", 30, 3000.0, 1, 2),
        ("Champions", "At risk", 10, 1500.0, 1, 8),
        ("not yet", "Champions", 7, 0.0, None, 1),
        ("Loyal", "Champions", 5, 400.0, 2, 1),
    ]
    return pd.DataFrame(rows, columns=columns)


def test_migration_says_who_left_the_best_and_what_they_were_worth():
    text = without_markup(answers.migration_answer(migration(), date(2026, 3, 25), "USD"))
    assert "Since 25 Mar 2026, 40 of 100 Champions (40%) have left that group; worth $4.5K by then." in text
    assert "12 customers rose to it. Most of those who left are now Loyal (30)" in text


def test_migration_without_earlier_customers_cannot_be_told():
    text = answers.migration_answer(migration().iloc[3:4], date(2026, 3, 25))
    assert "nobody had bought by the earlier date" in text


def test_migration_nobody_left():
    assert "Nobody to win back" in answers.migration_answer(migration().iloc[:1], date(2026, 3, 25))
