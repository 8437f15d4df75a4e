"""How much of the range customers buy, who buys in one category only, and whether those who buy across it come back."""

import pandas as pd
import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import coverage as charts
from loyalty_metrics.language import _, format_value, or_unknown, plain
from loyalty_metrics.schema import TRANSACTIONS
from pages._ui import block, cache, empty, tables
from pages._ui.cache import measures
from pages._ui.loyalty import by_group
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the section, or say which column is missing."""
    everybody = view.scope.replace(by=None)
    coverage, bought = (cache.measure(name, everybody) for name in ("category_coverage", "categories_bought"))
    if not coverage.frame["customers"].sum():
        st.info(
            _(
                "No order in this scope names a category. With a column “category” in the transactions this page tells"
                " how much of your range customers buy, and who buys in one category only."
            )
        )
        empty.template(TRANSACTIONS, key="coverage.transactions")
        return
    numbers = bought.frame["categories"].dropna().astype("int64").tolist()
    block.show(
        view,
        bought,
        heading=_("How much of the range do they buy?"),
        answer=answers.coverage_answer(coverage.frame, view.currency),
        figure=charts.category_bars(bought.frame, view.currency),
        pick=("categories",),
        cells={"categories": numbers},
    )
    st.divider()
    by_group.show(
        view, coverage, _figures, _("Categories bought, group by group"), lambda _groups: {"categories": numbers}
    )
    st.divider()
    _repeat(view)


def _figures(frame: pd.DataFrame) -> list[dict[str, str]]:
    return [
        {
            _("Group"): plain(or_unknown(str(row["group_name"]))),
            _("Customers"): format_value(row["customers"], "count"),
            _("Share of categories"): tables.with_interval(row, "coverage"),
            _("In one only"): tables.with_interval(row, "one_share", "one_low", "one_high"),
        }
        for row in frame.to_dict("records")
    ]


def _repeat(view: View) -> None:
    (repeat,) = measures("coverage_repeat")
    frame = repeat.frame
    cells = {
        "purchases": sorted(set(frame["purchases"])),
        "kind": list(charts.KINDS),
        "is_retained": [True, False],
    }
    block.show(
        view,
        repeat,
        heading=_("Do those who buy across the range come back?"),
        answer=answers.coverage_repeat_answer(frame),
        figure=charts.repeat_by_coverage(frame),
        pick=("purchases", "kind"),
        cells=cells if len(frame) else {},
    )
    st.caption(
        _(
            "Compared after equally many purchases: who buys more often has more occasions to buy in another category,"
            " so that loyal customers always cover more of the range."
        )
    )
