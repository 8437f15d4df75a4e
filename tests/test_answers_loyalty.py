"""The sentences of the section on loyalty."""

import pandas as pd

from loyalty_metrics import answers
from loyalty_metrics.measures.loyalty import corners

COLUMNS = ["kind", "customers", "occasions", "revenue"]


def test_corners_name_who_is_big_and_who_is_loyal() -> None:
    rows = [("loyal and big", 2, 20, 700.0), ("loyal but small", 3, 30, 60.0), ("big but not loyal", 1, 1, 240.0)]
    told = answers.corners_answer(corners(pd.DataFrame(rows, columns=COLUMNS)), "EUR")
    assert told.startswith("**1 customer** spends much but seldom comes: €240, 24% of revenue")
    assert "**3 customers** come often but spend little (€60.00)" in told


def test_corners_without_either() -> None:
    assert "cannot be told yet" in answers.corners_answer(corners(pd.DataFrame([], columns=COLUMNS)))
    rows = [("loyal and big", 2, 20, 700.0), ("neither", 3, 3, 60.0)]
    assert "no customer is one without the other" in answers.corners_answer(
        corners(pd.DataFrame(rows, columns=COLUMNS))
    )
