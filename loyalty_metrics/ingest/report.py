"""What became of every row and every unit of money of one imported file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from loyalty_metrics.ingest.questions import Question

Fact = int | str | None


def counted(n: int, thing: str) -> str:
    """So many things, in words."""
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {thing}s"


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
class MoneyNote:
    """A reading that decides how much money is loaded; it is told beside the total.

    Attributes:
        code: A stable name of the reading.
        sentence: What was read how, for people.
        rows: How many rows of the file it concerns; None where it is all of them.
        money: What it adds to the total, or takes off, below 0; None where no such sum can be told.
    """

    code: str
    sentence: str
    rows: int | None = None
    money: Decimal | None = None


@dataclass(frozen=True)
class Explained:
    """One reason why other money is counted than the file says, with its rows and what it adds, or takes off."""

    code: str
    sentence: str
    rows: int
    money: Decimal


@dataclass(frozen=True)
class SecondAccount:
    """What the file says of its money, read a second time and plainly, against what is counted; see `second_account`.

    Attributes:
        header: The column, or the columns, that were added up.
        said: What they add up to, as the file writes it.
        said_above_zero: The part of it above 0.
        counted: What is counted of it in the workspace, refunds made of it among them.
        steps: Why that is not the same.
        unexplained: What remains: 0 unless something is wrong.
        unexplained_rows: How many rows or orders no rule explains.
        lines: Where some of them stand.
    """

    header: str
    said: Decimal
    said_above_zero: Decimal
    counted: Decimal
    steps: tuple[Explained, ...]
    unexplained: Decimal
    unexplained_rows: int
    lines: tuple[int, ...] = ()

    @property
    def is_explained(self) -> bool:
        """Whether every difference has a reason."""
        return not self.unexplained and not self.unexplained_rows

    def sentence(self) -> str:
        """The account in one line, for people."""
        said = f'the file says {self.said:,.2f} (column "{self.header}"), {self.counted:,.2f} are counted'
        if self.said == self.counted and not self.steps and self.is_explained:
            return f"Read a second time, {said}: the same."
        reasons = "; ".join(
            f"{step.money:+,.2f}: {step.sentence.rstrip('.')} ({counted(step.rows, 'row')})" for step in self.steps
        )
        if self.is_explained:
            return f"Read a second time, {said}; the difference is explained by {reasons}."
        explained = f"; explained are {reasons}" if reasons else ""
        where = f", first in line {self.lines[0]:,}" if self.lines else ""
        odd = f"{self.unexplained:+,.2f} in {counted(self.unexplained_rows, 'row')}"
        return f"Read a second time, {said}{explained}; {odd} are not explained{where}: look at them before you load."


@dataclass(frozen=True)
class Warning:  # noqa: A001 - the word for it; Python's own warnings are not used here
    """Something in the loaded rows that a careful analyst would look at before trusting the figures.

    Attributes:
        code: A stable name of the check.
        sentence: What was found, for people.
        rows: How many rows it concerns.
        examples: A few of the values or places.
    """

    code: str
    sentence: str
    rows: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One step of the way from the rows of a file to the customers in the measures.

    Attributes:
        code: `read`, `loaded` and `in_measures` are what is there; every other is what was taken off or added.
        sentence: What happened, for people.
        rows: Rows there, or added (taken off, when below 0).
        money: Their money, signed alike.
    """

    code: str
    sentence: str
    rows: int
    money: Decimal

    @property
    def is_total(self) -> bool:
        """Whether the step says what is there, and not what came or went."""
        return self.code in ("read", "loaded", "in_measures")


_BRIDGE = (
    ("blank", "Empty rows and lines of totals", ("blank_line", "total_line", "summary_row", "description_line")),
    ("unreadable", "Rows that cannot be read", ()),
    ("repeated", "Rows that were there already", ("already_imported", "repeated_row")),
    (
        "no_sale",
        "Cancelled, unpaid and test orders, transfers, other currencies",
        ("not_a_sale", "cancelled", "unpaid", "test_order", "other_currency"),
    ),
)
"""The reasons in the order of the bridge; those named nowhere are of rows that cannot be read."""


@dataclass(frozen=True)
class ImportReport:
    """The account of one import: nothing read may be missing from it.

    The money of a row whose amount cannot be read is unknown: such a row counts in rows, and the money sums take
    readable amounts only, on both sides.

    `to_json` gives one object with the attributes below under their own names; money is text with its exact digits,
    dates are ISO text, `reasons`, `mapping`, `money_notes` and `warnings` are lists of objects with the attributes of
    `Reason`, `Mapped`, `MoneyNote` and `Warning`. Names stay as they are from version to version; new ones may be
    added.

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
            they are kept unless the analyst drops them; None where the file is too large to count them),
            `first_date`, `last_date`, `guest_money`, and where refunds stand in a column of their own
            `refund_lines_made` and `refund_money_made`: lines that are loaded beside the rows of the file. Money is
            text with its exact digits. A table without the column a fact needs does not have the fact.
        notes: What was inferred, in plain sentences.
        money_notes: Which readings decide how much money is loaded.
        second_account: The money of the file, read a second time in another way; None where it holds none.
        warnings: What looks wrong in the loaded rows, though they can be read.
        questions: What only the analyst can tell; with any of them open, the file cannot be imported.
        unused: Headers of columns that nothing is taken from.
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
    money_notes: tuple[MoneyNote, ...] = ()
    second_account: SecondAccount | None = None
    warnings: tuple[Warning, ...] = ()
    questions: tuple[Question, ...] = ()
    unused: tuple[str, ...] = ()

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

    @property
    def money_counted(self) -> Decimal:
        """What of the file's money the workspace will count: that of its rows, and of refunds made beside them."""
        return self.money_loaded + self._fact_money("refund_money_made")

    def bridge(self) -> tuple[Step, ...]:
        """Walk from the rows read to those that the measures of customers count; steps of no rows are left out."""
        named = {code for _, _, codes in _BRIDGE for code in codes}
        steps = [Step("read", "Read from the file", self.read, self.money_read)]
        for code, sentence, codes in _BRIDGE:
            found = [r for r in self.reasons if (r.code in codes if codes else r.code not in named)]
            money = sum((reason.money for reason in found), Decimal(0))
            steps.append(Step(code, sentence, -sum(reason.rows for reason in found), -money))
        steps.append(Step("loaded", "Loaded", self.loaded, self.money_loaded))
        made = self._fact_rows("refund_lines_made"), self._fact_money("refund_money_made")
        steps.append(Step("refunds", "Refunds told in a column, as lines of their own", *made))
        if "guest_rows" in self.facts:
            guests = self._fact_rows("guest_rows"), self._fact_money("guest_money")
            steps.append(Step("no_customer", "Rows without a customer", -guests[0], -guests[1]))
            rest = self.loaded + made[0] - guests[0], self.money_loaded + made[1] - guests[1]
            steps.append(Step("in_measures", "Counted in the measures of customers", *rest))
        return tuple(step for step in steps if step.rows or step.is_total)

    def _fact_rows(self, name: str) -> int:
        return int(self.facts.get(name) or 0)

    def _fact_money(self, name: str) -> Decimal:
        return Decimal(self.facts.get(name) or 0)

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
        fields["unused"] = tuple(fields.get("unused", ()))
        fields["money_notes"] = tuple(_money_note(found) for found in fields.get("money_notes", ()))
        fields["second_account"] = _second_account(fields.get("second_account"))
        fields["warnings"] = tuple(
            Warning(**{**warning, "examples": tuple(warning["examples"])}) for warning in fields.get("warnings", ())
        )
        fields["questions"] = tuple(_question(found) for found in fields.get("questions", ()))
        return cls(**fields)


def _money_note(found: Mapping[str, Any]) -> MoneyNote:
    return MoneyNote(**{**found, "money": None if found["money"] is None else Decimal(found["money"])})


def _second_account(found: Mapping[str, Any] | None) -> SecondAccount | None:
    if found is None:
        return None
    money = {name: Decimal(found[name]) for name in ("said", "said_above_zero", "counted", "unexplained")}
    steps = tuple(Explained(**{**step, "money": Decimal(step["money"])}) for step in found["steps"])
    return SecondAccount(**{**found, **money, "steps": steps, "lines": tuple(found["lines"])})


def _question(found: Mapping[str, Any]) -> Question:
    readings = tuple((choice, reading) for choice, reading in found["readings"])
    return Question(**{**found, "choices": tuple(found["choices"]), "readings": readings})
