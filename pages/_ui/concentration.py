"""What hangs on the best customers: year by year, and if they left."""

from pandas import DataFrame

from loyalty_metrics import answers
from loyalty_metrics.language import _, format_interval, format_value, label, period_label
from loyalty_metrics.workspace import Result
from pages._ui import block, tables
from pages._ui.view import View

MOVEMENTS = ["fell", "rose", "stayed"]


def interval_heading(figures: DataFrame) -> str:
    """What stands above the intervals: how sure they are."""
    return _("95% sure it is") if answers.concentration_is_sure(figures) else _("It is probably")


def by_year(view: View, years: Result) -> None:
    """Whether 80/20 holds each year, and whether the best stay the best."""
    complete = years.frame.loc[years.frame["persistence"].notna(), "year_to"].dt.date.tolist()[::-1]

    def table() -> None:
        interval = interval_heading(years.frame)
        rows = [_year(row, interval) for row in years.frame.to_dict("records")[::-1]]
        tables.static(rows, alt=_("Concentration by year"))

    block.show(
        view,
        years,
        heading=_("Do the best customers stay the best?"),
        answer=answers.persistence_answer(years.frame),
        table=table,
        cells={"year_to": complete, "movement": MOVEMENTS} if complete else {},
    )


def without_the_best(view: View, losses: Result) -> None:
    """What would go with the best customers."""

    def table() -> None:
        tables.static(
            [_loss(row, view) for row in losses.frame.to_dict("records")], alt=_("If the best customers left")
        )

    block.show(
        view,
        losses,
        heading=_("What if the best customers left?"),
        answer=answers.losing_answer(losses.frame, view.scope.value),
        table=table,
    )


def _year(row: dict, interval: str) -> dict[str, str]:
    name = period_label(row["year_to"], "day")
    return {
        _("Year to"): name if row["state"] == "complete" else f"{name} ({label(row['state'])})",
        _("Customers"): format_value(row["customers"], "count"),
        _("The best 20% bring"): format_value(row["top_share"], "share"),
        interval: format_interval(row["top_low"], row["top_high"], "share"),
        _("80% comes from"): format_value(row["carriers_share"], "share"),
        _("Of last year's best, still among them"): format_value(row["persistence"], "share"),
    }


def _loss(row: dict, view: View) -> dict[str, str]:
    return {
        _("Best customers"): format_value(row["customers_up_to"], "count"),
        _("Of all customers"): format_value(row["customer_share"], "share"),
        _("They are worth"): format_value(row["value_up_to"], view.scope.value_unit, view.currency),
        _("Of the whole"): format_value(row["value_share"], "share"),
        _("Average others to make good"): format_value(row["replacements"], "count"),
    }
