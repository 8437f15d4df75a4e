"""Rules of segments tried on the customers: whom they would move, and which thresholds fit the data."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from loyalty_metrics import rule_versions
from loyalty_metrics.database import Cursor
from loyalty_metrics.segment_rules import STEPS, Cuts, Rules

_EDGES = (
    ("recency_days", "r_score", "max", "greatest(min(recency_days) - 1, 0)"),
    ("frequency", "f_score", "min", "max(frequency) + 1"),
    ("monetary", "m_score", "min", "max(monetary) + 0.01"),
)
"""What is scored, its score, which of several values is the worst, and what nobody has reached."""


def moved_by(cursor: Cursor, scores: str, parameters: Mapping[str, Any], rules: Rules) -> pd.DataFrame:
    """How many customers, with which revenue, go from which segment to which under other rules.

    Args:
        cursor: From here on it answers by these rules.
        scores: The statement of `rfm_scores`.
        parameters: Of the statement.
        rules: The rules to try.
    """
    cursor.run(f"create temp table placed as {scores}", parameters)
    rule_versions.apply(cursor, rules, tried=True)
    return cursor.frame(
        f"with tried as (\n{scores}\n)\n\n"
        "select p.segment as segment_before, t.segment as segment_now, count(*) as customers,"
        " sum(t.monetary) as revenue\n"
        "from tried as t\ninner join placed as p on t.customer_key = p.customer_key\n"
        "group by all\norder by segment_before, segment_now",
        parameters,
    )


def suggested_cuts(cursor: Cursor, scores: str, parameters: Mapping[str, Any]) -> Cuts | None:
    """The thresholds that come closest to scores by quintiles; see `Workspace.suggested_cuts`."""
    edges = ", ".join(
        f"coalesce({worst}({value}) filter (where {score} >= {step}), {beyond})"
        for value, score, worst, beyond in _EDGES
        for step in range(2, STEPS + 1)
    )
    found = cursor.row(f"with scored as (\n{scores}\n)\n\nselect {edges} from scored", parameters)
    recency, frequency, monetary = (found[at : at + STEPS - 1] for at in range(0, len(found), STEPS - 1))
    return Cuts(recency, frequency, monetary) if frequency[0] is not None else None
