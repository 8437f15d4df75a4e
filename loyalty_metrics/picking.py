"""Picking the customers behind a cell of a measure: its card says by which columns of which model."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from loyalty_metrics.card import Card
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.registry import Registry


class UnknownColumn(LoyaltyError):
    """A cell was asked for by a column that its measure does not offer."""


@dataclass(frozen=True)
class Picking:
    """What picks the customers of a cell.

    Attributes:
        card: The measure's.
        model: The model that holds its customers.
        tests: Conditions on the model, aliased `w`.
        values: The values of their parameters.
    """

    card: Card
    model: str
    tests: tuple[str, ...]
    values: Mapping[str, Any]

    def among(self, customers: Iterable[str]) -> "Picking":
        """The same list, held to these customers, where no column of the model says who they are."""
        test = "w.customer_id in (select unnest($cell_customers))"
        return replace(self, tests=(test,), values={"cell_customers": list(customers)})

    def statement(self, registry: Registry, usable: Iterable[str]) -> str:
        """The SELECT of the customers, aliased `k`: the shop's own id, then the columns of the model."""
        inner = registry.compose(self.model, usable)
        has_id = "customer_id" in registry.card(self.model).units
        return (
            f"with picked as (\n{inner}\n)\n\n"
            f"select k.customer_id, w.* exclude (customer_key{', customer_id' if has_id else ''})\n"
            f"from picked as w\ninner join customer_keys as k on w.customer_key = k.customer_key\n"
            f"where {' and '.join(self.tests) or 'true'}"
        )


def picking(registry: Registry, name: str, cell: Mapping[str, Any]) -> Picking:
    """What picks a cell's customers.

    Raises:
        UnknownColumn: The measure's customers cannot be picked by that column.
    """
    card = registry.card(name)
    if card.who_model is None:
        raise UnknownColumn(f"{card.title} is not about single customers.")
    wrong = ", ".join(sorted(set(cell) - set(card.who_keys)))
    if wrong:
        raise UnknownColumn(f"{card.title} picks customers by {', '.join(card.who_keys)}, not by {wrong}.")
    tests, values = [], {}
    for key, value in sorted(cell.items()):
        if key not in card.who_up_to:
            tests.append(f"w.{key} is not distinct from $cell_{key}")
            values[f"cell_{key}"] = value
            continue
        low, high = value if isinstance(value, tuple) else (None, value)
        tests.append(f"w.{key} <= $cell_{key}")
        values[f"cell_{key}"] = high
        if low is not None:
            tests.append(f"w.{key} >= $cell_{key}_from")
            values[f"cell_{key}_from"] = low
    return Picking(card, card.who_model, tuple(tests), values)
