"""A measure's card: what its numbers mean, read from the comments on top of its .sql file."""

import re
from dataclasses import dataclass

from loyalty_metrics.errors import LoyaltyError

UNITS = ("share", "count", "number", "money", "days", "date", "code", "text")

_LINE = re.compile(r"^-- (?P<key>[a-z ]+?)(?: (?P<name>[a-z_0-9]+) \((?P<unit>[a-z]+)\))?: (?P<text>.*)$")
_WHO = re.compile(r"^(?P<model>[a-z_0-9]+)\((?P<keys>[a-z_0-9, <=]+)\)$")
_UP_TO = " <="
BY_CUSTOMER = "by customer"
_SUMS = re.compile(r"^sums by (?P<keys>[a-z_0-9, ]+)$")
_AS = re.compile(r"^as (?P<model>[a-z_0-9]+)$")
_KEYS = (
    "kind",
    "stored",
    "shared",
    "title",
    "unit",
    "grain",
    "definition",
    "formula",
    "source",
    "caveats",
    "who",
    "needs",
)
_REQUIRED = {
    "measure": ("title", "unit", "grain", "definition", "formula", "source", "caveats"),
    "model": ("title", "grain", "definition"),
}


@dataclass(frozen=True)
class ColumnCard:
    """One column of a measure: its name, the unit it is shown in, and what it means."""

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Card:
    """What a measure (or a model that measures are built on) means.

    Attributes:
        name: The file's name without `.sql`.
        kind: `measure` is shown to people; `model` is a building block.
        stored: Whether the workspace keeps its rows for the default scope as a table.
        by_customer: Whether each kept row is of the customer with its `customer_key` (nobody, where that is NULL) and
            follows from that customer's lines alone, so that new lines of some change no row of others.
        sums_by: The columns that tell its kept rows apart, where all others are sums over customers, each of rows kept
            by customer alone; the first counts what a row is made of. Such a row changes by what some customers add.
        stored_as: The stored model, kept by customer, that has these very rows for the default scope: they are not kept
            twice.
        shared: Whether several measures are made of its rows, which are then asked for once.
        who_model: The model that holds the customers behind each row.
        who_keys: The columns of it that pick them.
        who_up_to: Of these, the ones that pick all customers up to a value (written `column <=` on the card).
        needs: Tables that must hold rows for the measure to say anything.
    """

    name: str
    kind: str
    stored: bool
    by_customer: bool
    sums_by: tuple[str, ...]
    stored_as: str | None
    shared: bool
    title: str
    unit: str
    grain: str
    definition: str
    formula: str
    source: str
    caveats: str
    who_model: str | None
    who_keys: tuple[str, ...]
    who_up_to: frozenset[str]
    needs: tuple[str, ...]
    columns: tuple[ColumnCard, ...]

    @property
    def is_merged(self) -> bool:
        """Whether lines of some customers that come or go change kept rows in a way that spares building all anew."""
        return self.by_customer or bool(self.sums_by)

    @property
    def units(self) -> dict[str, str]:
        """The unit of each column by name."""
        return {column.name: column.unit for column in self.columns}

    def to_dict(self) -> dict:
        """The card as plain data, for `--json` and exports."""
        names = ("name", "title", "unit", "grain", "definition", "formula", "source", "caveats")
        columns = [{"name": c.name, "unit": c.unit, "meaning": c.meaning} for c in self.columns]
        return {name: getattr(self, name) for name in names} | {"columns": columns}


class CardError(LoyaltyError):
    """A .sql file whose card cannot be read."""


def read_card(name: str, text: str) -> Card:
    """Read the card on top of a model's text.

    Args:
        name: The model's name.
        text: The whole file.

    Raises:
        CardError: A line is not understood, or a part is missing.
    """
    parts: dict[str, str] = {}
    columns: list[ColumnCard] = []
    for line in _joined_lines(text):
        match = _LINE.match(line)
        if not match:
            raise CardError(f"{name}.sql: the card's line {line!r} is not of the form '-- key: text'.")
        key, text_of_line = match["key"], match["text"].strip()
        if key == "column" and match["unit"]:
            columns.append(_column(name, match["name"], match["unit"], text_of_line))
        elif key in _KEYS:
            parts[key] = text_of_line
        else:
            raise CardError(f"{name}.sql: the card has no part {key!r}; it may have {', '.join(_KEYS)} and columns.")
    return _card(name, parts, tuple(columns))


def _joined_lines(text: str) -> list[str]:
    """The card's lines, with continuation lines (two blanks after the dashes) joined to theirs."""
    lines: list[str] = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        if line.startswith("--  ") and lines:
            lines[-1] += " " + line[2:].strip()
        else:
            lines.append(line)
    return lines


def _column(model: str, name: str, unit: str, meaning: str) -> ColumnCard:
    if unit not in UNITS:
        raise CardError(f"{model}.sql: column {name} has the unit {unit!r}; it may be {', '.join(UNITS)}.")
    return ColumnCard(name, unit, meaning)


def _card(name: str, parts: dict[str, str], columns: tuple[ColumnCard, ...]) -> Card:
    kind = parts.get("kind", "measure")
    missing = [key for key in _REQUIRED.get(kind, ()) if key not in parts]
    if kind not in _REQUIRED or missing:
        raise CardError(
            f"{name}.sql: the card lacks {', '.join(missing)}." if missing else f"{name}.sql: kind is {kind!r}."
        )
    stored_as = _AS.match(parts.get("stored", ""))
    sums = _SUMS.match(parts.get("stored", ""))
    if not (stored_as or sums) and parts.get("stored", "yes") not in ("yes", BY_CUSTOMER):
        raise CardError(
            f"{name}.sql: stored is {parts['stored']!r};"
            f" it may be yes, {BY_CUSTOMER!r}, 'sums by COLUMN, COLUMN' or 'as MODEL'."
        )
    if parts.get("shared", "yes") != "yes":
        raise CardError(f"{name}.sql: shared is {parts['shared']!r}; it may be yes.")
    who = _WHO.match(parts["who"]) if "who" in parts else None
    if "who" in parts and not who:
        raise CardError(f"{name}.sql: 'who' is {parts['who']!r}; write it as model(column, column).")
    keys = [key.strip() for key in who["keys"].split(",")] if who else []
    return Card(
        name=name,
        kind=kind,
        stored="stored" in parts,
        by_customer=parts.get("stored") == BY_CUSTOMER or stored_as is not None,
        sums_by=tuple(key.strip() for key in sums["keys"].split(",")) if sums else (),
        stored_as=stored_as["model"] if stored_as else None,
        shared="shared" in parts,
        who_model=who["model"] if who else None,
        who_keys=tuple(key.removesuffix(_UP_TO) for key in keys),
        who_up_to=frozenset(key.removesuffix(_UP_TO) for key in keys if key.endswith(_UP_TO)),
        needs=tuple(t.strip() for t in parts["needs"].split(",")) if "needs" in parts else (),
        columns=columns,
        **{key: parts.get(key, "") for key in ("title", "unit", "grain", "definition", "formula", "source", "caveats")},
    )
