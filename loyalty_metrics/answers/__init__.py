"""The manager's sentence for each page: the number, how sure it is, how it changed, and what to do.

Sentences are markdown: the number that matters is bold and values are escaped. `language.without_markup` gives bare
text for reports. What cannot be told yet is said so, with the reason.
"""

from loyalty_metrics.answers.actions import (
    UNITS,
    change,
    decisions_answer,
    effect_answer,
    feature_name,
    interval,
    is_late,
    money_answer,
    outcome_name,
    outlook_answer,
    verdict_of,
)
from loyalty_metrics.answers.alerts import alert_words, rule_words
from loyalty_metrics.answers.care import care_answer, care_outcomes_answer
from loyalty_metrics.answers.changes import change_answer
from loyalty_metrics.answers.curve import curve_answer, group_retention_answer
from loyalty_metrics.answers.customer import (
    absent_answer,
    bought_answer,
    customer_answer,
    gap_range,
    next_order_of_customer,
)
from loyalty_metrics.answers.definitions import definitions_answer, preset_note
from loyalty_metrics.answers.edge import edge_answer
from loyalty_metrics.answers.flow import flow_answer, lapse_answer
from loyalty_metrics.answers.loyalty import (
    answered_note,
    corners_answer,
    coverage_answer,
    coverage_repeat_answer,
    types_answer,
    wallet_answer,
)
from loyalty_metrics.answers.migration import migration_answer
from loyalty_metrics.answers.needs import how_sure, need_action, need_name, need_sentence, needs_answer
from loyalty_metrics.answers.next_order import due_answer, group_difference_answer, next_order_answer
from loyalty_metrics.answers.overview import overview_answer
from loyalty_metrics.answers.pareto import concentration_is_sure, losing_answer, pareto_answer, persistence_answer
from loyalty_metrics.answers.prices import discount_answer, group_words, prices_answer, why_not
from loyalty_metrics.answers.repeat import repeat_answer
from loyalty_metrics.answers.repurchase import (
    at_risk_answer,
    drivers_answer,
    method_answer,
    repurchase_answer,
    tested_answer,
)
from loyalty_metrics.answers.retention import cohort_table_answer, retention_answer
from loyalty_metrics.answers.review import (
    finding_sentence,
    folded_sentence,
    looked_at_note,
    part_name,
    restated_sentence,
    review_answer,
    what_changed,
    what_of,
    why_sentence,
)
from loyalty_metrics.answers.rules import moved_answer, really_moved, rule_changes, threshold_title
from loyalty_metrics.answers.sales import parts_answer, sales_answer
from loyalty_metrics.answers.segments import segments_answer
from loyalty_metrics.answers.value import (
    backtest_answer,
    call_answer,
    expected_orders_answer,
    group_value_answer,
    scoreboard_answer,
    terms_note,
    worth_answer,
)

__all__ = [
    "UNITS",
    "absent_answer",
    "alert_words",
    "answered_note",
    "at_risk_answer",
    "backtest_answer",
    "bought_answer",
    "call_answer",
    "care_answer",
    "care_outcomes_answer",
    "change",
    "change_answer",
    "cohort_table_answer",
    "concentration_is_sure",
    "corners_answer",
    "coverage_answer",
    "coverage_repeat_answer",
    "curve_answer",
    "customer_answer",
    "decisions_answer",
    "definitions_answer",
    "discount_answer",
    "drivers_answer",
    "due_answer",
    "edge_answer",
    "effect_answer",
    "expected_orders_answer",
    "feature_name",
    "finding_sentence",
    "flow_answer",
    "folded_sentence",
    "gap_range",
    "group_difference_answer",
    "group_retention_answer",
    "group_value_answer",
    "group_words",
    "how_sure",
    "interval",
    "is_late",
    "lapse_answer",
    "looked_at_note",
    "losing_answer",
    "method_answer",
    "migration_answer",
    "money_answer",
    "moved_answer",
    "need_action",
    "need_name",
    "need_sentence",
    "needs_answer",
    "next_order_answer",
    "next_order_of_customer",
    "outcome_name",
    "outlook_answer",
    "overview_answer",
    "pareto_answer",
    "part_name",
    "parts_answer",
    "persistence_answer",
    "preset_note",
    "prices_answer",
    "really_moved",
    "repeat_answer",
    "repurchase_answer",
    "restated_sentence",
    "retention_answer",
    "review_answer",
    "rule_changes",
    "rule_words",
    "sales_answer",
    "scoreboard_answer",
    "segments_answer",
    "terms_note",
    "tested_answer",
    "threshold_title",
    "types_answer",
    "verdict_of",
    "wallet_answer",
    "what_changed",
    "what_of",
    "why_not",
    "why_sentence",
    "worth_answer",
]
