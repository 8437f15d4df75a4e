"""Points of a file that has a column for each kind of movement: one row tells of those issued and of those redeemed."""

from collections.abc import Mapping

from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.values import Reading, Values

MOVEMENTS = ("issued", "redeemed", "expired")
"""Kinds of movement that may have a column of their own."""


def tell_movements(values: Values, matches: Mapping[str, Match], cells: dict[str, Reading]) -> None:
    """Take the row as the issue of points, and what was redeemed or expired as movements beside it."""
    told = [name for name in MOVEMENTS if name in matches]
    if not told or "kind" in matches:
        for name in (*MOVEMENTS, "worth"):
            cells.pop(name, None)
        return
    issued = cells.pop("issued", None)
    if issued or "points" not in matches:
        cells["points"] = issued or Reading("cast(0 as double)", "true")
    cells["kind"] = Reading("'issued'", "true")
    named = ", ".join(f'{name} (column "{values.header(name)}")' for name in told)
    values.notes.append(f"Each row tells of several movements of points, which become lines of their own: {named}.")
