"""The sections of the report: for each question the pages' answer, their picture, and the figures as a table."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd

from loyalty_metrics import answers
from loyalty_metrics import sentences as say
from loyalty_metrics.charts import migration as migration_charts
from loyalty_metrics.charts import pareto as pareto_charts
from loyalty_metrics.charts import periods, theme
from loyalty_metrics.charts import retention as retention_charts
from loyalty_metrics.charts import segments as segment_charts
from loyalty_metrics.charts import value as value_charts
from loyalty_metrics.charts.ages import ages_title
from loyalty_metrics.language import _, format_points, format_value, label, period_label
from loyalty_metrics.report.document import (
    BARS,
    COLUMNS,
    CURVE,
    LINES,
    STACKED,
    Cell,
    Chart,
    Section,
    Series,
    Table,
    cell,
)
from loyalty_metrics.report.told import Told
from loyalty_metrics.stats.intervals import wilson

PERIODS = 13
"""Of a table by period, as many as a quarter has weeks are printed."""

CURVE_POINTS = 100
"""Points of a curve that a native chart is drawn from."""


def overview(told: Told) -> Section:
    """How the business stands, and the figures of the last complete period against the one before."""
    revenue, flow = told.frame("revenue_by_period"), told.frame("customer_flow")
    answer = answers.overview_answer(revenue, told.frame("repeat_purchase_rate"), flow, told.currency, told.scope.grain)
    done, gone = revenue[revenue["state"] == "complete"], flow[flow["state"] == "complete"]
    tables: tuple[Table, ...] = ()
    if len(done):
        periods = [period_label(day, told.scope.grain) for day in done["period"].tail(2)[::-1]]
        columns = (_("Figure"), *periods, *([_("Change")] if len(periods) == 2 else []))
        share = (done["returning_customers"] / done["customers"].where(done["customers"] > 0)).astype("float64")
        rows = [
            _against(_("Revenue"), done["revenue"], "money", told.currency),
            _against(_("Buyers"), done["customers"], "count"),
            _against(_("Returning buyers"), share, "share"),
            _against(_("New customers"), done["new_customers"], "count"),
            _against(label("lapsed"), gone["lapsed"], "count"),
        ]
        tables = (Table(_("Key figures"), columns, tuple(rows), note=_returning(done.iloc[-1])),)
    return Section(
        _HEADINGS[told.scope.grain](),
        answer,
        tables=tables,
        definitions=told.define("revenue_by_period", "repeat_purchase_rate", "customer_flow"),
    )


_HEADINGS: dict[str, Callable[[], str]] = {
    "day": lambda: _("How was the last day?"),
    "week": lambda: _("How was the last week?"),
    "month": lambda: _("How was the last month?"),
    "quarter": lambda: _("How was the last quarter?"),
}


def _against(name: str, values: pd.Series, unit: str, currency: str | None = None) -> tuple[Cell, ...]:
    """A figure now and the period before, with the change; a share changes in points."""
    shown = [cell(value, unit, currency) for value in values.tail(2)[::-1]]
    if len(shown) < 2:
        return (cell(name), *shown)
    now, before = (one.value for one in shown)
    if now is None or before is None or (unit != "share" and not before):
        return (cell(name), *shown, cell(None))
    if unit == "share":
        text = _("{points} pts").format(points=format_points(now - before))
        return (cell(name), *shown, Cell(100 * (now - before), text))
    change = now / before - 1 if before > 0 else (now - before) / abs(before)
    sign = "+" if change >= 0 else "−"
    return (cell(name), *shown, Cell(change, sign + format_value(abs(change), "share")))


def _returning(last: pd.Series) -> str:
    low, high = wilson(last["returning_customers"], last["customers"])
    words = _("Returning buyers: 95% sure it is between {low} and {high}.")
    if pd.isna(low):
        return ""
    return words.format(low=format_value(low, "share"), high=format_value(high, "share"))


def revenue(told: Told) -> Section:
    """Revenue by period, from new and from returning customers."""
    frame, grain = told.frame("revenue_by_period"), told.scope.grain
    money = ("revenue", "returning_revenue", "new_revenue")
    counts = ("customers", "returning_customers", "new_customers", "orders")
    rows = tuple(
        (
            _period(row, grain),
            *(told.money(row[name]) for name in money),
            *(cell(row[name], "count") for name in counts),
        )
        for row in theme.records(frame)
    )
    headers: tuple[str, ...] = (label(grain), _("Revenue"), _("From returning customers"), _("From new customers"))
    headers += (_("Buyers"), _("Returning buyers"), _("New customers"), _("Orders"))
    table = _latest(_("Revenue by period"), headers, rows)
    chart = Chart(
        STACKED,
        table,
        (Series(headers[2], 2, theme.RETURNING), Series(headers[3], 3, theme.NEW)),
        retention_charts.revenue_by_period(frame, grain, told.currency),
        "money",
        told.currency,
        y_title=_("Revenue"),
        **_unfinished(frame, grain),
    )
    return Section(
        _("Where does revenue come from?"),
        _revenue_told(frame, told),
        chart,
        (table,),
        told.define("revenue_by_period"),
    )


def _revenue_told(frame: pd.DataFrame, told: Told) -> str:
    """The last complete period, and the share that returning customers brought over all of them."""
    done = frame[frame["state"] == "complete"]
    total = float(done["revenue"].sum())
    if done.empty or not total > 0:
        return say.not_yet(_("no period with customers is over"))
    words = _("Over the {n} complete periods returning customers brought **{share}** of {money} of revenue.")
    share = float(done["returning_revenue"].sum()) / total
    return words.format(n=say.count(len(done)), share=say.share(share), money=say.money(total, told.currency))


def flow(told: Told) -> Section:
    """Who came and who left, by period."""
    frame, grain = told.frame("customer_flow"), told.scope.grain
    rows = []
    for row in theme.records(frame):
        came = row["new"] + row["reactivated"]
        change = int(came - row["lapsed"])
        signed = ("+" if change > 0 else "−" if change < 0 else "±") + format_value(abs(change), "count")
        figures = (row["new"], row["reactivated"], came, row["lapsed"])
        told_figures = tuple(cell(value, "count") for value in figures)
        rows.append((_period(row, grain), *told_figures, Cell(change, signed), cell(row["closing"], "count")))
    headers: tuple[str, ...] = (
        label(grain),
        label("new"),
        label("reactivated"),
        _("Came or came back"),
        label("lapsed"),
        _("Change"),
        label("closing"),
    )
    table = _latest(_("Customers who came and went"), headers, tuple(rows))
    series = (Series(headers[3], 3, theme.GREEN), Series(headers[4], 4, theme.LEFT))
    figure = retention_charts.customer_flow(frame, grain)
    return Section(
        _("Do more customers come than go?"),
        answers.flow_answer(frame, grain),
        Chart(COLUMNS, table, series, figure, "count", y_title=_("Customers"), **_unfinished(frame, grain)),
        (table,),
        told.define("customer_flow"),
    )


def retention(told: Told) -> Section:
    """How many come back, by the time since their first purchase."""
    curve, grain = told.frame("retention_curve"), told.scope.grain
    later = curve[curve["age"] > 0]
    rows = tuple(
        (
            cell(int(row["age"]), "count"),
            *(cell(row[name], "share") for name in ("retention", "low", "high")),
            cell(row["size"], "count"),
            cell(row["projection"], "share"),
        )
        for row in theme.records(later)
    )
    headers: tuple[str, ...] = (ages_title(grain), label(told.scope.criterion), _("95% sure: from"), _("95% sure: to"))
    headers += (_("Customers that old"), _("Projection, not observed"))
    table = Table(_("Retention by age"), headers, rows, most=12)
    series: tuple[Series, ...] = (
        Series(_("All cohorts"), 1, theme.BLUE),
        Series(headers[2], 2, theme.SKY, thin=True),
        Series(headers[3], 3, theme.SKY, thin=True),
    )
    if later["projection"].notna().any():
        series += (Series(_("Projection"), 5, theme.GREY, dashed=True),)
    figure = retention_charts.retention_curves(curve, grain, told.scope.criterion)
    answer = answers.retention_answer(curve, told.frame("cohort_retention"), grain, told.scope.criterion)
    return Section(
        _("Do customers come back?"),
        answer,
        Chart(LINES, table, series, figure, "share", x_title=ages_title(grain), y_title=label(told.scope.criterion)),
        (table,),
        told.define("retention_curve"),
    )


def segments(told: Told) -> Section:
    """Who the customers are and what each group brings."""
    frame = told.frame("rfm_segments")
    rows = tuple(
        (
            cell(label(row["segment"])),
            cell(row["customers"], "count"),
            cell(row["customer_share"], "share"),
            told.money(row["revenue"]),
            cell(row["revenue_share"], "share"),
            told.money(row["mean_revenue"]),
            cell(row["overdue"], "count"),
        )
        for row in theme.records(frame)
    )
    headers: tuple[str, ...] = (
        _("Segment"),
        _("Customers"),
        _("Share of customers"),
        _("Revenue"),
        _("Share of revenue"),
    )
    headers += (_("Revenue a customer"), _("Good customers overdue"))
    table = Table(_("Segments"), headers, rows)
    series = (Series(headers[2], 2, theme.GREY), Series(headers[4], 4, theme.BLUE))
    return Section(
        _("Who are our customers?"),
        answers.segments_answer(frame, told.currency),
        Chart(BARS, table, series, segment_charts.segment_bars(frame, told.currency), "share"),
        (table,),
        told.define("rfm_segments"),
    )


def moves(told: Told) -> Section:
    """Who moved between segments since the date compared with."""
    frame = told.frame("rfm_migration")
    since: date = told.results["rfm_migration"].scope.parameters()["compare_to"]
    day = period_label(since, "day")
    before, now = (frame.groupby(f"segment_{when}")["customers"].sum() for when in ("before", "now"))
    names = [name for name in told.frame("rfm_segments")["segment"] if name in before or name in now]
    standing = tuple(
        (cell(label(name)), *(cell(int(side.get(name, 0)), "count") for side in (before, now))) for name in names
    )
    counts = Table(_("Customers in each segment"), (_("Segment"), day, _("Now")), standing)
    moved = frame[frame["segment_before"] != frame["segment_now"]].sort_values("customers", ascending=False)
    rows = tuple(
        (
            cell(label(row["segment_before"])),
            cell(label(row["segment_now"])),
            cell(row["customers"], "count"),
            cell(row["share_of_before"], "share"),
            told.money(row["revenue_before"]),
        )
        for row in theme.records(moved)
    )
    headers = (_("Was"), _("Is now"), _("Customers"), _("Share of those who were"), _("Revenue until then"))
    series = (Series(day, 1, theme.GREY), Series(_("Now"), 2, theme.BLUE))
    figure = migration_charts.flows(frame, "customers", told.currency)
    return Section(
        _("Who moved between segments?"),
        answers.migration_answer(frame, since, told.currency),
        Chart(BARS, counts, series, figure, "count") if len(names) else None,
        tuple(table for table in (counts, Table(_("Moves"), headers, rows, most=10)) if table.rows),
        told.define("rfm_migration"),
    )


def pareto(told: Told) -> Section:
    """How much of the business hangs on how few."""
    summary, curve = told.frame("pareto_summary"), told.frame("pareto_curve")
    rows = []
    for row in theme.records(summary):
        unit = told.scope.value_unit if row["figure"] == "total" else row["unit"]
        ends = (cell(row[name], unit, told.currency) for name in ("value", "low", "high"))
        if row["figure"] != "unknown_value" or row["value"]:
            rows.append((cell(label(row["figure"])), *ends, cell(row["denominator"], "count")))
    ends_in_words = (
        (_("95% sure: from"), _("95% sure: to"))
        if answers.concentration_is_sure(summary)
        else (_("Probably: from"), _("Probably: to"))
    )
    headers: tuple[str, ...] = (_("Figure"), _("Value"), *ends_in_words, _("Out of"))
    figures = Table(_("Concentration"), headers, tuple(rows))
    step = max(1, -(-len(curve) // CURVE_POINTS))
    thinned = curve.iloc[sorted({*range(0, len(curve), step), *([len(curve) - 1] if len(curve) else [])})]
    points = ((0, 0.0, 0.0), *thinned[["customers_up_to", "customer_share", "value_share"]].itertuples(index=False))
    places = tuple(
        (cell(customers, "share"), cell(value, "share"), cell(best, "count")) for best, customers, value in points
    )
    along = (_("Customers, best first"), _("Share of value"), _("Best customers"))
    data = Table(_("The best customers first"), along, places, most=0)
    figure = pareto_charts.pareto_curve(curve, summary)
    series = (Series(along[1], 1, theme.BLUE),)
    chart = Chart(CURVE, data, series, figure, "share", x_title=along[0], y_title=along[1])
    return Section(
        _("Does 80/20 hold here?"),
        answers.pareto_answer(summary, told.scope.value, told.currency),
        chart if len(curve) else None,
        (figures,),
        told.define("pareto_summary", "pareto_curve"),
    )


def value(told: Told) -> Section:
    """What today's customers will bring, and why that moved."""
    parts = told.frame("base_value")
    rows = tuple(
        (
            cell(_part(row)),
            cell(row["customers"], "count"),
            *(told.money(row[name]) for name in ("value", "low", "high")),
        )
        for row in theme.records(parts)
    )
    headers: tuple[str, ...] = (_("Part"), _("Customers"), _("Value"), _("95% sure: from"), _("95% sure: to"))
    table = Table(_("Value of today's customers"), headers, rows)
    series = (Series(headers[2], 2, theme.BLUE),)
    is_known = len(parts) and parts["value"].notna().all()
    figure = value_charts.bridge(parts, told.currency)
    return Section(
        _("What will today's customers bring?"),
        answers.worth_answer(parts, told.frame("money_backtest"), told.currency),
        Chart(BARS, table, series, figure, "money", told.currency) if is_known else None,
        (table,) if is_known else (),
        told.define("base_value"),
    )


def _part(row: dict[str, Any]) -> str:
    name = label(row["part"])
    return name if pd.isna(row["on_day"]) else f"{name}, {period_label(row['on_day'], 'day')}"


def counted(told: Told) -> Section:
    """Which of the loaded orders count, so that nothing is hidden."""
    frame = told.frame("what_counts")
    rows = tuple(
        (
            cell(label(row["kind"])),
            cell(row["orders"], "count"),
            told.money(row["revenue"]),
            cell(row["share"], "share"),
        )
        for row in theme.records(frame)
    )
    headers: tuple[str, ...] = (_("Orders that are"), _("Orders"), _("Revenue"), _("Share of orders"))
    share = frame.loc[frame["kind"] == "counted", "share"].sum()
    words = _("**{share}** of all loaded orders make a purchase; the rest is listed with its reason.")
    return Section(
        _("What counts and what does not"),
        words.format(share=say.share(share)),
        tables=(Table(_("Loaded orders"), headers, rows),),
        definitions=told.define("what_counts"),
    )


def _period(row: dict[str, Any], grain: str) -> Cell:
    return Cell(period_label(row["period"], grain), periods.in_words(row["period"], row["state"], grain))


def _unfinished(frame: pd.DataFrame, grain: str) -> dict[str, Any]:
    """Which periods are drawn paler because they are not whole, and the words for it."""
    places = tuple(place for place, state in enumerate(frame["state"]) if state != "complete")
    return {"pale": places, "x_title": "; ".join(periods.notes(frame, grain))} if places else {}


def _latest(title: str, headers: Sequence[str], rows: tuple[tuple[Cell, ...], ...]) -> Table:
    """A table by period, of which the latest are printed."""
    return Table(title, tuple(headers), rows, first=max(0, len(rows) - PERIODS), most=PERIODS)


SECTIONS: tuple[tuple[Callable[[Told], Section], tuple[str, ...]], ...] = (
    (overview, ("revenue_by_period", "customer_flow", "repeat_purchase_rate")),
    (revenue, ("revenue_by_period",)),
    (flow, ("customer_flow",)),
    (retention, ("retention_curve", "cohort_retention")),
    (segments, ("rfm_segments",)),
    (moves, ("rfm_migration", "rfm_segments")),
    (pareto, ("pareto_summary", "pareto_curve")),
    (value, ("base_value", "money_backtest")),
    (counted, ("what_counts",)),
)
"""The sections in their order, each with the measures it is made from."""
