"""What became of every row and every unit of money of one imported file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal

Fact = int | str | None


@dataclass(frozen=True)
class Reason:
    """Why rows were set aside: a stable code, a sentence for people, how many rows, how much readable money."""

    code: str
    sentence: str
    rows: int
    money: Decimal


@dataclass(frozen=True)
class Mapped:
    """Which header fills a canonical column, and how that is known: `explicit`, `header` or `values`."""

    column: str
    header: str
    how: str


@dataclass(frozen=True)
class ImportReport:
    """The account of one import: nothing read may be missing from it.

    The money of a row whose amount cannot be read is unknown: such a row counts in rows, and the money sums take
    readable amounts only, on both sides.

    `to_json` gives one object with the attributes below under their own names; money is text with its exact digits,
    dates are ISO text, `reasons` and `mapping` are lists of objects with the attributes of `Reason` and `Mapped`.
    Names stay as they are from version to version; new ones may be added.

    Attributes:
        file: The file's name.
        table: The canonical table.
        read: Rows in the file.
        loaded: Rows that go into the table.
        set_aside: Rows kept out, each with its reason.
        money_read: Sum of the readable amounts in the file.
        money_loaded: The part of it that goes into the table.
        money_set_aside: The part of it kept out.
        reasons: Why rows were set aside, most frequent first.
        mapping: Which header fills which column.
        facts: Counts everybody wants, of the loaded rows: `customers`, `orders`, `guest_rows`, `zero_amount_rows`,
            `negative_quantity_rows`, `refund_rows`, `cancellation_rows`, `duplicate_rows` (repeats of an equal row;
            they are kept; None where the file is too large to count them), `first_date`, `last_date`. A table without
            the column a fact needs does not have the fact.
        notes: What was inferred, in plain sentences.
    """

    file: str
    table: str
    read: int
    loaded: int
    set_aside: int
    money_read: Decimal
    money_loaded: Decimal
    money_set_aside: Decimal
    reasons: tuple[Reason, ...] = ()
    mapping: tuple[Mapped, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an account that does not add up."""
        self._balance("rows", self.read, self.loaded, self.set_aside)
        self._balance("money", self.money_read, self.money_loaded, self.money_set_aside)
        self._balance("rows by reason", self.set_aside, sum(reason.rows for reason in self.reasons))
        self._balance(
            "money by reason", self.money_set_aside, sum((reason.money for reason in self.reasons), Decimal(0))
        )

    def _balance(self, what: str, total: int | Decimal, *parts: int | Decimal) -> None:
        if total != sum(parts):
            sum_text = " + ".join(str(part) for part in parts)
            raise ValueError(f"{self.file}: the {what} of the import do not add up: {total} is not {sum_text}.")

    def to_json(self) -> str:
        """Write the report as JSON text."""
        return json.dumps(asdict(self), default=str, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "ImportReport":
        """Read what `to_json` wrote."""
        fields = json.loads(text)
        for name in ("money_read", "money_loaded", "money_set_aside"):
            fields[name] = Decimal(fields[name])
        fields["reasons"] = tuple(
            Reason(**{**reason, "money": Decimal(reason["money"])}) for reason in fields["reasons"]
        )
        fields["mapping"] = tuple(Mapped(**mapped) for mapped in fields["mapping"])
        fields["notes"] = tuple(fields["notes"])
        return cls(**fields)
