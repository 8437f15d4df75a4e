"""What part of their money for such goods customers spend here, as far as they have said."""

import pandas as pd
import streamlit as st

from loyalty_metrics import answers
from loyalty_metrics.charts import theme
from loyalty_metrics.charts import wallet as charts
from loyalty_metrics.charts.counts import customers_counted
from loyalty_metrics.language import _, format_value, or_unknown, plain
from loyalty_metrics.schema import SURVEYS
from pages._ui import block, cache, empty, tables
from pages._ui.loyalty import by_group
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the section, or say which columns are missing."""
    everybody = view.scope.replace(by=None)
    wallet, fifths = (cache.measure(name, everybody) for name in ("share_of_wallet", "wallet_fifths"))
    if fifths.frame.empty:
        st.info(
            _(
                "No customer in this scope has said what they buy elsewhere. With “spend_elsewhere” in the surveys, or"
                " “shop_rank” and “shops_used”, this page tells what part of their money for such goods customers spend"
                " here, and who has most to spend with you that goes to others."
            )
        )
        empty.template(SURVEYS, key="wallet.surveys")
        return
    methods = [name for name in charts.METHODS if name in set(fifths.frame["method"])]
    block.show(
        view,
        fifths,
        heading=_("How much of their wallet do we have?"),
        answer=answers.wallet_answer(wallet.frame, view.currency),
        figure=charts.wallet_bars(fifths.frame, view.currency),
        pick=("method", "fifth"),
        cells={"method": methods, "fifth": [theme.EVERY, 1, 2, 3, 4, 5]},
    )
    st.caption(
        _(
            "By rank: the Wallet Allocation Rule, which knows only the place of this shop among those a customer uses;"
            " of two shops the first gets 67%. Low shares with much spent elsewhere are the customers to win."
        )
    )
    st.divider()
    by_group.show(
        view,
        wallet,
        lambda frame: _rows(frame, view.currency),
        _("Share of wallet, group by group"),
        lambda groups: {"method": [name for name in (*charts.METHODS, "unknown") if name in set(groups["method"])]},
    )


def _rows(frame: pd.DataFrame, currency: str | None) -> list[dict[str, str]]:
    """A line a group: the share by what they spend and by rank, and what they spend elsewhere."""
    return [
        {
            _("Group"): plain(or_unknown(str(name))),
            _("By what they spend"): _told(mine, "spend"),
            _("Spent elsewhere"): format_value(
                mine["spend_elsewhere"].astype("float64").sum(min_count=1), "money", currency, compact=True
            ),
            _("By rank"): _told(mine, "rank"),
        }
        for name, mine in frame.groupby("group_name", sort=False)
    ]


def _told(frame: pd.DataFrame, method: str) -> str:
    """The share by one method, with its interval and the number of customers it rests on."""
    rows = frame[frame["method"] == method].to_dict("records")
    if not rows:
        return format_value(None, "share")
    customers = customers_counted(rows[0]["customers"])
    return _("{share}, {customers}").format(share=tables.with_interval(rows[0], "wallet_share"), customers=customers)
