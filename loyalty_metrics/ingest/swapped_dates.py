"""Dates that a spreadsheet of another country turned round: those it could read, with day and month swapped.

Opened where the month stands first, of `01/03/2024` and `13/01/2024` the first becomes the date of 3 January, while the
second stays text. Such a column has real dates of days up to 12 alone, beside texts of days above 12 alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from loyalty_metrics.ingest.date_order import Parts
from loyalty_metrics.ingest.date_shapes import Recipe

SWAPPED, KEPT = "swapped", "kept"
"""What `--date-format` says of such a column."""

_MOST = 12
_FEW = 2


def as_parts(recipes: Mapping[str, Recipe]) -> dict[str, Recipe]:
    """The shapes of real dates as three numbers: year, month and day."""
    return {
        pattern: Recipe({"a": recipe.places["y"], "b": recipe.places["m"], "c": recipe.places["d"]})
        for pattern, recipe in recipes.items()
        if pattern.startswith("9999-99-99")
    }


def swapped_back(recipes: Mapping[str, Recipe]) -> dict[str, Recipe]:
    """The recipes with day and month of the real dates swapped."""
    turned = {
        pattern: replace(recipe, places={**recipe.places, "m": recipe.places["d"], "d": recipe.places["m"]})
        for pattern, recipe in recipes.items()
        if pattern in as_parts(recipes)
    }
    return {**recipes, **turned}


def are_swapped(real: Sequence[Parts], texts: Sequence[Parts]) -> bool:
    """Whether real dates and texts divide the days between them as a spreadsheet leaves them."""
    is_left = all(item.is_long and (item.a > _MOST) != (item.b > _MOST) for item in texts)
    return len(real) >= _FEW and len(texts) >= _FEW and all(item.c <= _MOST for item in real) and is_left


def question(real: Sequence[Parts], texts: Sequence[Parts], where: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What to ask, and what a real value is by each answer."""
    item = max(real, key=lambda one: one.b != one.c)
    readings = ((SWAPPED, _worded(item.a, item.c, item.b)), (KEPT, _worded(item.a, item.b, item.c)))
    ways = " or ".join(words for _, words in readings)
    sentence = (
        f"{where} look as if a spreadsheet had swapped day and month of those that have no day above 12: "
        f"{texts[0].example} is text, and {item.example} may be {ways}; "
        f"say which with --date-format {SWAPPED} (swap them back) or --date-format {KEPT} (as they stand)."
    )
    return sentence, readings


def _worded(year: int, month: int, day: int) -> str:
    return f"{date(year, month, day):%B} {day}, {year}" if 1 <= month <= _MOST and 1 <= day <= _MOST else "no date"
