"""Words for what customers are worth and what to expect of them."""

from loyalty_metrics.marked import N_

VALUE: dict[str, str] = {
    # Sections of the page
    "worth": N_("What they are worth"),
    "expected_orders": N_("Orders to expect"),
    "how_good": N_("How good is it?"),
    "worth_the_call": N_("Worth the call"),
    "each_week": N_("Week by week"),
    "added_up": N_("Added up"),
    # Parts of a change of value
    "base_before": N_("Worth before"),
    "base_now": N_("Worth now"),
    "relearnt": N_("Learnt since"),
    "newly_won": N_("New customers"),
    "worth_more": N_("Stayed, worth more"),
    "worth_less": N_("Stayed, worth less"),
    "looks_gone": N_("Look gone"),
    # What customers are grouped by
    "entry_year": N_("Year of first purchase"),
    "entry_quarter": N_("Quarter of first purchase"),
    # How figures are made
    "model": N_("the model"),
    "plain_spend": N_("orders by the model, spend as it was"),
    "rate_so_far": N_("the rate so far"),
    "no_forecast": N_("no forecast"),
    "basis": N_("Counted as"),
    # Columns
    "chance_there": N_("Chance to be there"),
    "chance_before": N_("Chance to be there, before"),
    "chance_to_buy": N_("Chance to buy"),
    "order_spend": N_("Spend an order, to expect"),
    "value_then": N_("Value before"),
    "mean_spend": N_("Mean spend so far"),
    "at_stake": N_("At stake"),
    "days_silent": N_("Days without an order"),
    "usual_gap": N_("Usual days between orders"),
    "purchases_so_far": N_("Orders so far"),
    "margin_share": N_("Margin of revenue"),
    "cost_known": N_("Revenue whose cost is known"),
    "value_to_cost": N_("Value / cost of winning"),
    "mean_acquisition_cost": N_("Cost of winning one"),
    "mean_value": N_("Value a customer"),
    # Verdicts on a published forecast
    "within": N_("as foretold"),
    "not_yet": N_("no day has passed"),
    "no_range": N_("has no range"),
}
