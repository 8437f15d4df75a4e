"""Whether a decision paid: what it brought over all who are compared, less what it cost."""

from dataclasses import dataclass

from loyalty_metrics.decisions import Decision
from loyalty_metrics.effects import MEASURED, Effect


@dataclass(frozen=True)
class Money:
    """What a decision brought in all.

    Attributes:
        basis: What it is counted in: `margin`, or `revenue` where the cost of goods is not known.
        value: What its customers brought more than they would have without it, those who are compared.
        low: Low end of the 95 % interval.
        high: High end.
        cost: What it cost; None where neither cost nor budget was entered.
        is_spent: Whether that is the cost so far, and not the budget.
    """

    basis: str
    value: float
    low: float
    high: float
    cost: float | None
    is_spent: bool

    @property
    def net(self) -> tuple[float, float, float] | None:
        """Value, low and high less the cost; None where that is not known."""
        return None if self.cost is None else (self.value - self.cost, self.low - self.cost, self.high - self.cost)


def money_of(one: Decision, effect: Effect) -> Money | None:
    """What a decision brought; None where its effect is not told."""
    basis = "margin" if effect.of("margin") else "revenue"
    row = effect.of(basis)
    if effect.state != MEASURED or row is None:
        return None
    value, low, high = (float(row[part]) * effect.compared for part in ("effect", "low", "high"))
    is_spent = one.cost is not None
    cost = one.cost if is_spent else one.plan.budget
    return Money(basis, value, low, high, None if cost is None else float(cost), is_spent)
