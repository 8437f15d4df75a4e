"""What `questions` runs in openretailscience's own interpreter: the way its documentation shows, nothing of ours.

    python questions_peer.py FILE.csv ROUNDS

The lines lie in a native table of DuckDB, with dates as dates, when the clock starts. The package has cohorts, scores
of recency, frequency and money, and heavy, medium and light customers, which come nearest to a Pareto curve; no flow
and no repeat rate. It prints seconds by question, the median of the rounds, as JSON.
"""

import json
import statistics
import sys
import time
import warnings
from collections.abc import Callable

import ibis
from openretailscience.analysis.cohort import CohortAnalysis
from openretailscience.segmentation.hml import HMLSegmentation
from openretailscience.segmentation.rfm import RFMSegmentation


def main() -> None:
    """Ask each question as often as wanted."""
    warnings.simplefilter("ignore")
    path, rounds = sys.argv[1], int(sys.argv[2])
    connection = ibis.duckdb.connect()
    connection.raw_sql(
        "create table lines as select customer_id, order_id as transaction_id, cast(amount as double) as unit_spend,"
        f" cast(ordered_at as date) as transaction_date from read_csv('{path}')"
    )
    lines = connection.table("lines")
    questions = {
        "cohort_retention": lambda: CohortAnalysis(lines, "customer_id", "nunique", "month", percentage=True).df,
        "rfm_map": lambda: RFMSegmentation(lines, r_segments=5, f_segments=5, m_segments=5).df,
        "pareto_curve": lambda: HMLSegmentation(lines).df,
    }
    print(json.dumps({name: median_of(ask, rounds) for name, ask in questions.items()}))


def median_of(ask: Callable[[], object], rounds: int) -> float:
    """Seconds that a question takes."""
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
