"""An answer of a workspace, with all that is needed to trust and reproduce it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from loyalty_metrics import store
from loyalty_metrics.binding import bind
from loyalty_metrics.card import Card
from loyalty_metrics.scope import Scope


@dataclass(frozen=True)
class Result:
    """An answer with all that is needed to trust and reproduce it.

    Attributes:
        frame: The figures.
        card: What they mean.
        scope: The scope it was asked for, with the as-of date known.
        state: The workspace at that moment: version, time zone, start of the week.
        statement: What was run, with named parameters.
        parameters: Their values.
    """

    frame: pd.DataFrame
    card: Card
    scope: Scope
    state: store.State
    statement: str
    parameters: Mapping[str, Any]

    @property
    def version(self) -> int:
        """The workspace's version that the figures are of."""
        return self.state.version

    @property
    def sql(self) -> str:
        """The statement with its values bound; it runs as it stands in the DuckDB shell."""
        return bind(self.statement, self.parameters)
