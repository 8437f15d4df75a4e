"""Python that finishes what SQL begins: pooled rows, intervals, projections.

A measure that needs none of it is a .sql file alone.
"""

from collections.abc import Callable

import pandas as pd

from loyalty_metrics.measures.base_value import finish_base_value, finish_value_by_group, finish_worth_the_call
from loyalty_metrics.measures.care import finish_care_outcomes
from loyalty_metrics.measures.change import finish_retention_change, finish_retention_over_time
from loyalty_metrics.measures.cohorts import finish_cohort_retention
from loyalty_metrics.measures.concentration import finish_pareto_by_year, finish_pareto_summary
from loyalty_metrics.measures.coverage import finish_category_coverage, finish_coverage_repeat
from loyalty_metrics.measures.curve import finish_retention_curve
from loyalty_metrics.measures.lapse import finish_lapse_windows
from loyalty_metrics.measures.lifetime import finish_customer_value, finish_money_backtest, finish_value_backtest
from loyalty_metrics.measures.loyalty import finish_loyalty_types
from loyalty_metrics.measures.needs import finish_customer_needs, finish_need_groups, finish_need_traits
from loyalty_metrics.measures.next_order import (
    finish_next_order_differences,
    finish_next_order_summary,
    finish_time_to_next_order,
)
from loyalty_metrics.measures.outlook import finish_expected_orders, finish_value_tracking
from loyalty_metrics.measures.prices import finish_discount_by_group, finish_price_elasticity
from loyalty_metrics.measures.repeat import finish_repeat_purchase_rate
from loyalty_metrics.measures.repurchase import (
    finish_repurchase_calibration,
    finish_repurchase_drivers,
    finish_repurchase_evaluation,
    finish_repurchase_forecast,
)
from loyalty_metrics.measures.retention import with_retention
from loyalty_metrics.measures.wallet import finish_share_of_wallet

FINISHERS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "cohort_retention": finish_cohort_retention,
    "retention_curve": finish_retention_curve,
    "retention_by_group": with_retention,
    "retention_change": finish_retention_change,
    "retention_over_time": finish_retention_over_time,
    "lapse_windows": finish_lapse_windows,
    "need_groups": finish_need_groups,
    "need_traits": finish_need_traits,
    "customer_needs": finish_customer_needs,
    "price_elasticity": finish_price_elasticity,
    "discount_by_group": finish_discount_by_group,
    "time_to_next_order": finish_time_to_next_order,
    "next_order_summary": finish_next_order_summary,
    "next_order_differences": finish_next_order_differences,
    "loyalty_types": finish_loyalty_types,
    "category_coverage": finish_category_coverage,
    "coverage_repeat": finish_coverage_repeat,
    "share_of_wallet": finish_share_of_wallet,
    "repeat_purchase_rate": finish_repeat_purchase_rate,
    "customer_value": finish_customer_value,
    "value_backtest": finish_value_backtest,
    "money_backtest": finish_money_backtest,
    "value_tracking": finish_value_tracking,
    "base_value": finish_base_value,
    "value_by_group": finish_value_by_group,
    "worth_the_call": finish_worth_the_call,
    "expected_orders": finish_expected_orders,
    "repurchase_forecast": finish_repurchase_forecast,
    "repurchase_evaluation": finish_repurchase_evaluation,
    "repurchase_calibration": finish_repurchase_calibration,
    "repurchase_drivers": finish_repurchase_drivers,
    "care_outcomes": finish_care_outcomes,
    "pareto_by_year": finish_pareto_by_year,
    "pareto_summary": finish_pareto_summary,
}

PLACED_BY = {"need_customers": "customer_needs", "repurchase_customers": "repurchase_forecast"}
"""Lists of customers whose cell is told by Python and not by a column: the list, and the measure that tells it."""


def finish(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Turn what the SQL of a measure returns into its figures."""
    finisher = FINISHERS.get(name)
    return finisher(frame) if finisher else frame
