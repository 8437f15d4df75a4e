"""Words for who buys again, and for how well that is foretold."""

from loyalty_metrics.marked import N_

REPURCHASE: dict[str, str] = {
    "next_purchase": N_("Next purchase"),
    # Chances in words
    "very_likely": N_("very likely to buy"),
    "likely": N_("likely to buy"),
    "unlikely": N_("unlikely to buy"),
    "very_unlikely": N_("very unlikely to buy"),
    # Forecasts
    "recency_rule": N_("Days since the last purchase alone"),
    "buying_history": N_("How often and how lately they bought"),
    "all_known": N_("Everything known of them"),
    "overall_share": N_("The same share for everybody"),
    # Why none could be tried
    "no_repeat": N_("nobody has come back yet"),
    "short_history": N_("the history is shorter than three times the days looked ahead"),
    "few_customers": N_("too few customers bought, or did not, in the periods to learn from"),
    # What a forecast goes by
    "how_recently": N_("How recently they bought"),
    "how_often": N_("How often they bought"),
    "how_evenly": N_("How evenly they bought"),
    "how_long_known": N_("How long they have been customers"),
    "how_much_spent": N_("How much they spent"),
    "which_range": N_("How many categories they buy"),
    "bought_on_discount": N_("How much they buy on discount"),
    "what_returned": N_("What they sent back"),
    "which_channel": N_("Which channels they use"),
    "points_moved": N_("Points earned and used"),
    "complaints_made": N_("Complaints"),
    "contacts_had": N_("Contacts with them"),
    # Columns
    "chance_lost": N_("Chance not to buy"),
    "chance_band": N_("In words"),
    "year_spend": N_("Spent in the last 365 days"),
    "forecast_from": N_("Forecast from"),
    "days_ahead": N_("Days ahead"),
}
