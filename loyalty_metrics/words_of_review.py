"""Words for the weekly review."""

from loyalty_metrics.marked import N_

REVIEW: dict[str, str] = {
    # Headline measures and others a finding may be of
    "back_in_28_days": N_("Back within 28 days"),
    "stopped_buying": N_("Lapsed customers"),
    "closed_in_time": N_("Complaints closed within 14 days"),
    # What the business is split by, and parts of it
    "product": N_("Product"),
    "all_others": N_("All others"),
    "tenure": N_("Customer for"),
    "first_day": N_("first day"),
    "first_13_weeks": N_("up to 13 weeks"),
    "first_year": N_("13 weeks to a year"),
    "over_a_year": N_("over a year"),
    "driver": N_("How much of what"),
    "orders_each": N_("Orders of each customer"),
    "order_value": N_("Value of an order"),
    # Columns
    "newcomers": N_("New customers"),
    "back": N_("Came back within 28 days"),
    "opened": N_("Came in"),
    "squares": N_("Sum of squares"),
    "lines": N_("Lines"),
    "a_year": N_("Revenue of each in a year"),
    # What moved a figure that was told before
    "import": N_("Import of {file}"),
    "undo": N_("Import of {file} taken back"),
    "accept": N_("Ids joined as one person: {file}"),
    "refuse": N_("Ids told apart: {file}"),
    "undecide": N_("Decision on ids taken back: {file}"),
}
