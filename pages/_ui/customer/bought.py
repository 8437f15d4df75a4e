"""What a customer buys, where, how much of it at a discount, and what comes back."""

from loyalty_metrics import answers
from loyalty_metrics.charts import customer as charts
from loyalty_metrics.customer import Profile, scope_of_one
from loyalty_metrics.language import _
from pages._ui import block, cache, links, tables
from pages._ui.view import View

_ATTRIBUTES = ("category", "product", "channel", "store")
_COLUMNS = (
    "name",
    "orders",
    "last_on",
    "units",
    "sold",
    "money_share",
    "discount_share",
    "taken_back",
    "returned_share",
)


def show(view: View, one: Profile) -> None:  # noqa: ARG001 - every section is called alike
    """Draw the section."""
    result = cache.measure("customer_bought", scope_of_one(view.scope))
    bought = result.frame
    known = [name for name in _ATTRIBUTES if (bought.loc[bought["attribute"] == name, "name"] != "").any()]
    attribute = links.choice("attribute", known, _("By")) if len(known) > 1 else (known or _ATTRIBUTES)[0]
    rows = bought[bought["attribute"] == attribute]

    def table() -> None:
        """Every name, the dearest first."""
        shown = rows[[name for name in _COLUMNS if rows[name].notna().any()]]
        tables.grid(shown, result.card.units, view.key(f"customer.bought.{attribute}"), _("What the customer bought"))

    block.show(
        view,
        result,
        heading=_("What do they buy?"),
        answer=answers.bought_answer(bought, attribute, view.currency),
        figure=charts.bought(rows, view.currency),
        table=table,
    )
