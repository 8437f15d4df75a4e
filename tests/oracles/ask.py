"""One entry: ask the product and the oracle the same question and compare."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import Workspace
from tests.oracles import (
    cohorts,
    concentration,
    coverage,
    lifetime,
    loyalty,
    movements,
    one_customer,
    sales,
    standing,
    waits,
)
from tests.oracles.compare import assert_same
from tests.oracles.history import History

KEYS = {
    "cohort_retention": ["cohort", "age", "state"],
    "retention_curve": ["age"],
    "retention_by_group": ["group_name", "age"],
    "customer_flow": ["period"],
    "lapse_windows": ["lapse_days"],
    "revenue_by_period": ["period"],
    "what_counts": ["kind"],
    "sales_by_period": ["period"],
    "sales_by_part": ["attribute", "value"],
    "time_to_next_order": ["group_name", "days"],
    "next_order_summary": ["group_name"],
    "rfm_scores": ["customer_id"],
    "rfm_segments": ["segment"],
    "rfm_map": ["r_score", "fm_score"],
    "rfm_migration": ["segment_before", "segment_now"],
    "repeats_vs_spend": ["repeat_decile", "spend_decile"],
    "repeat_purchase_rate": ["figure"],
    "loyalty_types": ["loyalty_type"],
    "conditions_met": ["condition"],
    "category_coverage": ["group_name"],
    "categories_bought": ["group_name", "categories"],
    "coverage_repeat": ["purchases", "kind"],
    "share_of_wallet": ["group_name", "method"],
    "wallet_fifths": ["group_name", "method", "fifth"],
    "pareto_summary": ["figure"],
    "pareto_curve": ["customers_up_to"],
    "pareto_by_year": ["year_to"],
    "without_the_best": ["customers_up_to"],
    "rfm_cuts": ["figure", "score"],
    "customer_facts": ["customer_id"],
    "customer_gaps": ["customer_id", "on_day"],
    "customer_months": ["customer_id", "on_day"],
    "customer_bought": ["customer_id", "attribute", "name"],
    "purchase_histories": ["repeats", "days_to_last", "days_known"],
    "customer_value": ["customer_id"],
}
"""The measures that have an oracle, and the columns that name their rows."""

ORACLES = {
    "cohort_retention": cohorts.cohort_retention,
    "retention_curve": cohorts.retention_curve,
    "retention_by_group": cohorts.retention_by_group,
    "customer_flow": movements.customer_flow,
    "lapse_windows": movements.lapse_windows,
    "revenue_by_period": movements.revenue_by_period,
    "what_counts": movements.what_counts,
    "sales_by_period": sales.sales_by_period,
    "sales_by_part": sales.sales_by_part,
    "repeats_vs_spend": standing.repeats_vs_spend,
    "loyalty_types": loyalty.loyalty_types,
    "conditions_met": loyalty.conditions_met,
    "category_coverage": coverage.category_coverage,
    "categories_bought": coverage.categories_bought,
    "coverage_repeat": coverage.coverage_repeat,
    "share_of_wallet": coverage.share_of_wallet,
    "wallet_fifths": coverage.wallet_fifths,
    "pareto_by_year": concentration.pareto_by_year,
    "without_the_best": concentration.without_the_best,
    "time_to_next_order": waits.time_to_next_order,
    "next_order_summary": waits.next_order_summary,
    "customer_facts": one_customer.customer_facts,
    "customer_gaps": one_customer.customer_gaps,
    "customer_months": one_customer.customer_months,
    "customer_bought": one_customer.customer_bought,
    "purchase_histories": lifetime.purchase_histories,
    "customer_value": lifetime.customer_histories,
}
BY_RULES = {
    "rfm_scores": standing.rfm_scores,
    "rfm_segments": standing.rfm_segments,
    "rfm_map": standing.rfm_map,
    "rfm_migration": standing.rfm_migration,
    "rfm_cuts": one_customer.rfm_cuts,
}


@dataclass
class Shop:
    """The same lines twice: imported into a workspace, and as a history for the oracles."""

    workspace: Workspace
    history: History
    lines: pd.DataFrame

    @cached_property
    def rules(self) -> pd.DataFrame:
        """The workspace's table of segments."""
        with self.workspace._database.cursor() as cursor:
            return cursor.frame("select segment, r_score, fm_score from segment_rules order by position")

    def ask(self, name: str, scope: Scope | None = None) -> pd.DataFrame:
        """The product's figures."""
        return self.workspace.measure(name, scope).frame

    def check(self, name: str, scope: Scope | None = None) -> None:
        """The product's figures are the oracle's, in every row and column."""
        scope = scope or Scope()
        given = self.ask(name, scope)
        match name:
            case "repeat_purchase_rate":
                self._check_repeat(given, scope)
            case "pareto_summary":
                wanted = concentration.pareto_summary(self.history, scope).rename("value")
                assert_same(given[["figure", "value"]], wanted.rename_axis("figure").reset_index(), KEYS[name])
            case "pareto_curve":
                self._check_curve(given, scope)
            case "retention_curve":
                observed = given[given["cohorts"].notna()]
                assert_same(observed, ORACLES[name](self.history, scope), KEYS[name])
                if scope.clock == "calendar":
                    assert_same(observed, cohorts.back_test_cells(self.history, scope), KEYS[name])
            case _ if name in BY_RULES:
                assert_same(given, BY_RULES[name](self.history, scope, self.rules), KEYS[name])
            case _:
                assert_same(given, ORACLES[name](self.history, scope), KEYS[name])

    def _check_repeat(self, given: pd.DataFrame, scope: Scope) -> None:
        wanted = standing.repeat_purchase_rate(self.history, scope)
        gaps = standing.average_gaps(self.history, scope)
        days_between = given[given["figure"] == "days_between"].iloc[0]
        assert_same(given[given["figure"] != "days_between"], wanted, ["figure"])
        shares = standing.share_intervals(wanted)
        assert_same(given[given["figure"].isin(shares["figure"])], shares, ["figure"])
        frequency = given.loc[given["figure"] == "purchase_frequency", ["low", "high"]].iloc[0]
        interval = standing.mean_interval(standing.totals(self.history, scope)["occasions"])
        np.testing.assert_allclose(frequency.astype("float64"), interval, rtol=1e-6)
        assert days_between["denominator"] == len(gaps)
        np.testing.assert_allclose(days_between["value"], gaps.median() if len(gaps) else np.nan, rtol=1e-9)

    def _check_curve(self, given: pd.DataFrame, scope: Scope) -> None:
        worth = concentration.value_up_to(self.history, scope)
        assert given.empty == worth.empty
        if worth.empty:
            return
        assert given["customers_up_to"].is_unique and given["customers_up_to"].max() == len(worth)
        assert len(given) <= 1_000
        wanted = pd.DataFrame({"customers_up_to": given["customers_up_to"]})
        wanted["customer_share"] = wanted["customers_up_to"] / len(worth)
        wanted["value_up_to"] = worth.reindex(wanted["customers_up_to"]).to_numpy()
        total = worth.iloc[-1]
        wanted["value_share"] = wanted["value_up_to"] / total if total > 0 else np.nan
        assert_same(given, wanted, KEYS["pareto_curve"])
