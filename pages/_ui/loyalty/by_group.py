"""A measure of all customers, and of each group where one is chosen."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from loyalty_metrics.charts import theme
from loyalty_metrics.language import _
from loyalty_metrics.workspace import Result
from pages._ui import block, scope_bar, tables
from pages._ui.cache import measures
from pages._ui.view import View


def show(
    view: View,
    everybody: Result,
    rows: Callable[[pd.DataFrame], list[dict[str, str]]],
    alt: str,
    cells: Callable[[pd.DataFrame], Mapping[str, list[Any]]],
) -> None:
    """Let a group be chosen, and draw a table of all customers and of each group.

    Args:
        view: The page's.
        everybody: The measure for all customers together.
        rows: Makes lines of the table of the measure's frame.
        alt: What the table holds, for who cannot see it.
        cells: By what customers are picked besides the group.
    """
    scope_bar.pick_by()
    (groups,) = measures(everybody.card.name) if view.scope.by else (everybody,)
    names = list(dict.fromkeys(groups.frame["group_name"].dropna()))

    def table() -> None:
        shown = rows(everybody.frame.assign(group_name=_("All customers")))
        if view.scope.by:
            shown += rows(groups.frame)
        tables.static(shown, alt=alt)

    picked: dict[str, list[Any]] = {"group_name": [theme.EVERY, *names]} if names else {}
    block.show(view, groups, heading=_("Group by group"), table=table, cells={**picked, **cells(groups.frame)})
