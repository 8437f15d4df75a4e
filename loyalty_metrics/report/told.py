"""What the sections of a report are made from: measures asked for in one state of the data, the review, decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from loyalty_metrics.decisions import Decision
from loyalty_metrics.effects import Effect
from loyalty_metrics.report.document import Cell, Definition, cell
from loyalty_metrics.review_shape import Review
from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import Result


@dataclass(frozen=True)
class Told:
    """All of it.

    Attributes:
        results: Measures by name; those that the review is told from, by week, as `weekly.name`.
        scope: What the report is about.
        currency: Of money.
        review: The weekly review as of the scope's date.
        decided: Decisions up to that date with what can be told of them by then, the last taken first.
    """

    results: Mapping[str, Result]
    scope: Scope
    currency: str | None
    review: Review
    decided: Sequence[tuple[Decision, Effect]] = ()

    def frame(self, name: str) -> pd.DataFrame:
        """A measure's figures."""
        return self.results[name].frame

    def define(self, *names: str) -> tuple[Definition, ...]:
        """What measures mean."""
        return tuple(dict.fromkeys(Definition.of(self.results[name].card) for name in names))

    def money(self, value: Any) -> Cell:
        """A cell of money."""
        return cell(value, "money", self.currency)
