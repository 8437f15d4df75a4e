"""Words for what decisions, care lists and alerts use."""

from loyalty_metrics.marked import N_

ACTIONS: dict[str, str] = {
    # Sections of the page
    "decided": N_("Decided"),
    "decide": N_("Decide"),
    "care": N_("Care lists"),
    "watched": N_("Alerts"),
    "dates": N_("Notes on dates"),
    # Where a decision stands
    "open": N_("open"),
    "done": N_("done"),
    "dropped": N_("dropped"),
    # What can be told of it
    "too_early": N_("too early"),
    "no_comparison": N_("cannot be told"),
    "measured": N_("told"),
    "more": N_("worked"),
    "less": N_("did harm"),
    "not_shown": N_("not shown"),
    "by_lot": N_("customers left alone by lot"),
    "alike": N_("customers who were alike before"),
    # Why there is no comparison
    "few_targets": N_("fewer than 20 of its customers are known from before"),
    "nobody_alike": N_("too few other customers were like those on the list"),
    "too_unlike": N_("the other customers were too unlike those on the list"),
    "few_purchases": N_("fewer than 20 of all who are compared bought in these days, too few to tell anything"),
    # Parts of a decision
    "owner": N_("Owner"),
    "due_on": N_("Due"),
    "cost": N_("Cost so far"),
    "note": N_("Note"),
    "status": N_("Status"),
    "is_left_alone": N_("Left alone"),
}
