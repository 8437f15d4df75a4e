"""What is said of the edge of the data."""

from datetime import date

import pandas as pd
import pytest

from loyalty_metrics import answers
from loyalty_metrics.data_edge import ALL_SETTLED, DataEdge
from loyalty_metrics.language import set_locale


@pytest.fixture(autouse=True)
def english() -> None:
    set_locale("en")


def edge(outcome: str, share: float = 0.8, settled_from: date = date(2022, 5, 1)) -> DataEdge:
    begins_on = pd.date_range("2022-01-03", periods=8, freq=pd.DateOffset(months=1))
    months = pd.DataFrame({"begins_on": begins_on, "share": [share, *[0.05] * 7]})
    return DataEdge(date(2022, 1, 3), outcome, None, settled_from, months)  # type: ignore[arg-type]


def test_mid_life_says_who_looks_new_and_until_when() -> None:
    told = answers.edge_answer(edge("mid_life"))
    assert told == (
        "**The data begin on 3 Jan 2022, in the middle of the shop's life.** Of those who look new in the first month,"
        " some 80% are old customers."
        " Newcomers before 1 May 2022 are shown, and left out of what is compared and found."
    )


def test_what_cannot_be_told_is_not_asserted() -> None:
    told = answers.edge_answer(edge("ask", settled_from=date(2022, 9, 9)))
    assert "cannot be told from them" in told and "Had it sold before, some 80%" in told
    assert "counted together, but not compared" in told
    assert "Had it sold" not in answers.edge_answer(edge("ask", share=0.0)), "none could be old"


@pytest.mark.parametrize("outcome", ["opened", "no_matter"])
def test_nothing_is_said_where_it_does_not_matter(outcome: str) -> None:
    assert answers.edge_answer(edge(outcome, settled_from=ALL_SETTLED)) == ""
