"""Export formats that are known by their headers, with what their columns are and the habits they have.

The formats themselves are data: see rules/presets.toml.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.source import Source, SourceColumn
from loyalty_metrics.schema import normalise_header

_RULES = Path(__file__).parent.parent / "rules" / "presets.toml"
NONE = "none"


@dataclass(frozen=True)
class Preset:
    """One export format.

    Attributes:
        name: Its name in the options of an import.
        title: Its name for people.
        table: The table its rows go to.
        needs: Headers that are all there.
        columns: Canonical column -> headers it is taken from, the best first; what is not named is not taken.
        order_totals: Whether the amount is that of the order, on its first line or on each.
        refunds_once: Whether a refund is that of the order, with what was paid for shipping.
        summary_without: A header: rows without it are sums of their order's other rows.
        date_format: How the format writes dates, where it always does so.
        statuses: Words of state that mean something else here than elsewhere.
        notes: What the analyst should know of the format.
    """

    name: str
    title: str
    table: str
    needs: tuple[str, ...]
    columns: Mapping[str, Sequence[str]]
    order_totals: bool = False
    refunds_once: bool = False
    summary_without: str | None = None
    date_format: str | None = None
    statuses: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def fits(self, source: Source) -> bool:
        """Whether the file has all headers of the format."""
        return {fold(header) for header in self.needs} <= _folded(source).keys()

    def places(self, source: Source) -> dict[str, SourceColumn]:
        """The file's columns, by the canonical column each fills."""
        found = _folded(source)
        found |= {fold(column.parts[0]): column for column in source.columns if column.parts}
        wanted = {role: [fold(header) for header in headers] for role, headers in self.columns.items()}
        return {
            role: found[next(header for header in headers if header in found)]
            for role, headers in wanted.items()
            if not found.keys().isdisjoint(headers)
        }


def fold(header: str) -> str:
    """Fold a header to what tells formats: `orderItemId` is `ORDERITEMID` and `Order item ID`."""
    return normalise_header(header).replace(" ", "")


def _folded(source: Source) -> dict[str, SourceColumn]:
    """The columns by folded header; of equal ones the first."""
    return {fold(column.header): column for column in reversed(source.columns)}


@cache
def presets() -> tuple[Preset, ...]:
    """Every known format."""
    found = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return tuple(
        Preset(name=name, **{**section, "needs": tuple(section["needs"]), "notes": tuple(section.get("notes", ()))})
        for name, section in found.items()
    )


def find_preset(source: Source, table: str, wanted: str | None = None) -> Preset | None:
    """The format of a file: the one whose headers it has, the more of them the better.

    Raises:
        ImportRefused: The analyst named a format that is not known, or that the file does not have.
    """
    if wanted == NONE:
        return None
    known = [preset for preset in presets() if preset.table == table and wanted in (None, preset.name)]
    if wanted and not known:
        names = ", ".join(preset.name for preset in presets() if preset.table == table)
        raise ImportRefused(f"There is no export format {wanted!r} for the table {table}; there are {names or 'none'}.")
    fitting = [preset for preset in known if preset.fits(source)]
    if wanted and not fitting:
        raise ImportRefused(
            f"{source.name} is no export of the format {wanted}: that has the columns {', '.join(known[0].needs)}."
        )
    return max(fitting, key=lambda preset: len(preset.needs), default=None)
