"""From one share to another: bars that begin where the one before ended."""

import pandas as pd
import pytest

from loyalty_metrics.charts.contributions import contributions, points

STEPS = pd.DataFrame(
    {
        "choice": ["event", "clock"],
        "was": ["occasion", "calendar"],
        "becomes": ["order", "rolling"],
        "share": [0.3, 0.22],
        "contribution": [0.05, -0.08],
    }
)


def test_bars_lead_from_the_one_number_to_the_other() -> None:
    (bars,) = contributions(STEPS, 0.25, ("here", "there")).data
    # Drawn from below: the other definition, the choices backwards, the own.
    assert list(bars.x) == pytest.approx([0.22, -0.08, 0.05, 0.25])
    assert list(bars.base) == pytest.approx([0, 0.3, 0.25, 0])


def test_names_and_numbers_stand_over_the_bars() -> None:
    texts = [note.text for note in contributions(STEPS, 0.25, ("here", "<b>")).layout.annotations]
    assert texts[-1] == "here · <b>25.0%</b>" and texts[0].startswith("&lt;b&gt;")
    assert any("−8 points" in text for text in texts)


def test_without_a_difference_both_numbers_stand_alone_and_without_a_number_it_says_so() -> None:
    assert len(contributions(STEPS.iloc[:0], 0.25, ("a", "b")).data[0].x) == 2
    assert not contributions(STEPS, float("nan"), ("a", "b")).data
    assert not contributions(STEPS.assign(share=float("nan")), 0.25, ("a", "b")).data


def test_points_are_short() -> None:
    assert [points(x) for x in (0.3272, -0.0046, 0.0)] == ["+32.7 points", "−0.46 points", "+0 points"]
