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
    # Care lists
    "birthdays": N_("Birthdays"),
    "festivals": N_("Festivals"),
    "call_back": N_("Call back"),
    "valuable_at_risk": N_("At risk and valuable"),
    "winnable": N_("Lapsed and winnable"),
    "glad": N_("reached, was glad"),
    "not_interested": N_("reached, not interested"),
    "not_reached": N_("not reached"),
    "later": N_("call again"),
    "outcome": N_("What came of it"),
    "birthday_on": N_("Birthday"),
    "days_until": N_("Days until then"),
    "best_year": N_("Spent in their last year here"),
    "revenue_then": N_("Spent before it last time"),
    "again_on": N_("Call again on"),
    "festival": N_("Festival"),
    "done_at": N_("Done"),
    "over": N_("30 days or more ago"),
    # What is watched
    "unusual_week": N_("unusual weeks"),
    "above_limit": N_("above a limit"),
    "below_limit": N_("below a limit"),
    # Parts of a decision
    "owner": N_("Owner"),
    "due_on": N_("Due"),
    "cost": N_("Cost so far"),
    "note": N_("Note"),
    "status": N_("Status"),
    "is_left_alone": N_("Left alone"),
}
