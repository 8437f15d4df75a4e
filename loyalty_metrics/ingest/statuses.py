"""Which rows are no sales, and of which sales the money went back: told by words of state in many languages.

The words are data: see rules/statuses.toml. A word that may mean that no money was earned, and is in no list, is asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.questions import MoneyMove, Question
from loyalty_metrics.ingest.returns import Rows, stand_beside_their_sales
from loyalty_metrics.ingest.state_words import is_doubtful, meaning_of, meanings
from loyalty_metrics.ingest.values import Reading, Values, yes_or_no
from loyalty_metrics.schema import normalise_header

NO_SALE = "no_sale"
"""Name of the kept column that says why a row is no sale."""

NO_SALES = ("description_line", "summary_row", "not_a_sale", "other_currency", "cancelled", "unpaid", "test_order")
FLAGS = ("is_cancelled", "is_returned", "is_paid")
"""Columns that say yes or no."""
_INSTEAD = {
    "is_cancelled": 'say --map cancelled_at="{header}" if it holds the day',
    "is_returned": 'say --map refunded="{header}" if it holds money, --map returned_quantity="{header}" if units',
    "is_paid": 'say --map paid_amount="{header}" if it holds money, --map paid_at="{header}" if the day',
}
"""How a column that does not say yes or no may tell the same."""
MEANINGS = ("sale", "refunded", "refund", "cancelled", "unpaid")
"""What a word may be said to mean."""

_WORDS = ("status", "payment_status", "row_type")
_MOST = 500
_NAMED = 8
_MOST_PAID = 0.9
"""The share of other rows that are paid from which on rows that are not tell something."""


class _Word(NamedTuple):
    """A word of state: how many rows say it, their money above 0, how many of them name a day of payment."""

    text: str
    rows: int
    money: Decimal
    paid: int


class Sales:
    """Tells which rows are sales, from the columns of state that a file has.

    Attributes:
        refunded: SQL conditions of sales whose money went back, all of it.
        refunds: SQL conditions of rows that book the money that went back.
    """

    def __init__(self, values: Values, rows: Rows, special: Mapping[str, str], summary: str | None = None) -> None:
        self._values, self._rows, self._cells = values, rows, rows.cells
        self._said = _said(values.options.states)
        self._known = {**meanings("orders"), **{normalise_header(k): v for k, v in special.items()}}
        self._cases: list[tuple[str, str]] = [("summary_row", summary)] if summary else []
        self.refunded: list[str] = []
        self.refunds: list[str] = []
        for name in _WORDS:
            if name in self._cells:
                self._read_words(name)
        for name in FLAGS:
            if name in self._cells:
                self._read_flag(name)
        if "return_status" in self._cells:
            self._read_returns()
        elif {"returned_quantity", "quantity"} <= self._cells.keys():
            self.refunded.append(f"{self._cells['returned_quantity'].store} <> 0")
        if "test" in self._cells:
            self._read_tests()
        self._read_moments()
        self._read_payments()

    def no_sale(self, other_currency: str | None) -> Reading | None:
        """Why a row is no sale, NULL where it is one; None where the file says nothing of it."""
        cases = [*self._cases, *([("other_currency", other_currency)] if other_currency else [])]
        if not cases:
            return None
        whens = " ".join(
            f"when {condition} then '{code}'" for code in NO_SALES for found, condition in cases if found == code
        )
        return Reading(f"(case {whens} end)", "true")

    def _read_words(self, name: str) -> None:
        words = self._words(name)
        if words is None:
            header = self._values.header(name)
            self._values.notes.append(f'Column "{header}" has too many different words to tell the state of orders.')
            return
        found: dict[str, list[_Word]] = {}
        for word in words:
            found.setdefault(self._meaning(word, words), []).append(word)
        is_of_rows = name == "row_type" or "sale_row" in found
        for meaning, spelled in found.items():
            self._take(name, meaning, spelled, is_of_rows)
        if found.keys() - {"unknown"}:
            self._tell(name, "unknown", found, "are not known as states of an order")
        elif "unknown" in found:
            self._values.notes.append(self._unknown_note(name, found["unknown"]))
        self._tell(name, "open", found, "may not be paid or settled yet")
        self._tell(name, "part_refunded", found, "say that a part of the money went back, but not how much")

    def _words(self, name: str) -> list[_Word] | None:
        """The words of a column, most frequent first; None where they are too many for states."""
        reading = self._cells[name]
        state, amount = _text(reading), self._rows.amount
        paid = self._has_moment("paid_at") if "paid_at" in self._cells else "false"
        found = self._values.cursor.rows(
            f"select {state} as state, count(*) as rows, coalesce(sum({amount}) filter ({amount} > 0), 0),"
            f" count(*) filter ({paid}) from {self._values.source.relation} where {reading.filled}"
            f" group by state order by rows desc, state limit {_MOST + 1}",
            self._values.parameters,
        )
        return [_Word(*row) for row in found] if len(found) <= _MOST else None

    def _meaning(self, word: _Word, words: Sequence[_Word]) -> str:
        said = self._said.get(normalise_header(word.text))
        found = said or meaning_of(word.text, self._known) or "unknown"
        if found in ("open", "unsettled", "unknown") and not said and self._is_unpaid(word, words):
            return "unpaid"
        return found

    def _is_unpaid(self, word: _Word, words: Sequence[_Word]) -> bool:
        """Whether no row of the word has a day of payment, while nearly all others have."""
        others, paid = (sum(getattr(w, what) for w in words if w != word) for what in ("rows", "paid"))
        return word.paid == 0 and paid > 0 and paid >= _MOST_PAID * others

    def _take(self, name: str, meaning: str, words: Sequence[_Word], is_of_rows: bool) -> None:
        """Take the rows of some words for what they mean."""
        texts = [word.text for word in words]
        if meaning in ("refunded", "refund"):
            self._take_refunds(name, meaning, words, is_of_rows)
        elif meaning == "incoming":
            # What the shop itself pays for is no refund of something it sold.
            condition = f"({self._condition(name, meaning, texts)} and {self._rows.amount} < 0)"
            self._cases.append(("not_a_sale", condition))
        elif meaning in NO_SALES:
            self._take_no_sale(meaning, self._condition(name, meaning, texts))
        elif meaning == "unknown":
            for word in words:
                if word.money and is_doubtful(word.text):
                    self._ask(name, word, "may mean that no money was earned")

    def _take_no_sale(self, meaning: str, condition: str) -> None:
        """Keep out rows of a meaning, but for those whose minus takes back an earlier sale that is counted."""
        if meaning in ("cancelled", "unpaid"):
            condition = f"({condition} and not {self._rows.takes_back(condition)})"
        self._cases.append((meaning, condition))

    def _take_refunds(self, name: str, meaning: str, words: Sequence[_Word], is_of_rows: bool) -> None:
        """Tell rows that book money that goes back from sales whose money went back; what may be either is asked."""
        condition = self._condition(name, meaning, [word.text for word in words])
        beside = stand_beside_their_sales(self._values, self._rows, condition)
        is_said = all(normalise_header(word.text) in self._said for word in words)
        if is_said:
            (self.refunds if meaning == "refund" else self.refunded).append(condition)
        elif is_of_rows and (meaning == "refund" or beside == "most"):
            self.refunds.append(condition)
        elif beside == "none" and not is_of_rows:
            self.refunded.append(condition)
        else:
            for word in words:
                if word.money:
                    self._ask(name, word, "may be a sale whose money went back, or the booking of the money itself")

    def _condition(self, name: str, meaning: str, texts: Sequence[str]) -> str:
        self._values.parameters[f"{name}_{meaning}"] = list(texts)
        return f"list_contains(${name}_{meaning}, {_text(self._cells[name])})"

    def _ask(self, name: str, word: _Word, why: str) -> None:
        header, file = self._values.header(name), self._values.source.name
        quoted = word.text.replace('"', "'")
        sentence = (
            f'{file}: in column "{header}", "{quoted}" ({word.rows:,} rows with {word.money:,.2f}) {why}; say what it'
            f' means with --state "{quoted}=sale", or refunded, refund, cancelled or unpaid in the place of sale.'
        )
        readings = zip(MEANINGS, _readings(word.money), strict=True)
        self._values.questions.append(
            Question("state", sentence, "states", header, MEANINGS, tuple(readings), key=word.text)
        )

    def _tell(self, name: str, meaning: str, found: Mapping[str, Sequence[_Word]], what: str) -> None:
        words = found.get(meaning, ())
        words = [word for word in words if meaning != "unknown" or not is_doubtful(word.text)]
        if words and not (meaning == "part_refunded" and "refunded" in self._cells):
            sentence = f'In column "{self._values.header(name)}", {_named(words)} {what}; the rows are loaded as sales.'
            condition = self._condition(name, f"told_{meaning}", [word.text for word in words])
            self._values.money_moves.append(
                MoneyMove(f"state_{meaning}", sentence, condition, self._rows.money(condition))
            )

    def _unknown_note(self, name: str, words: Sequence[_Word]) -> str:
        header = self._values.header(name)
        return (
            f'In column "{header}", {_named(words)} are not known as states of an order; the rows are loaded as sales.'
        )

    def _read_flag(self, name: str) -> None:
        """Read a column of yes and no; one that says something else tells nothing, and is named."""
        words = self._words(name) or []
        yes, no = ([w.text for w in words if yes_or_no(w.text) == answer] for answer in ("true", "false"))
        header = self._values.header(name)
        if len(yes) + len(no) < len(words) or not words:
            sentence = (
                f'Column "{header}" does not say yes or no, and is not used; {_INSTEAD[name].format(header=header)}.'
            )
            self._values.money_moves.append(MoneyMove("unread_flag", sentence))
            return
        if name == "is_paid":
            self._take_no_sale("unpaid", self._condition(name, "no", no)) if no and yes else None
        elif name == "is_cancelled":
            self._take_no_sale("cancelled", self._condition(name, "yes", yes)) if yes else None
        elif yes:
            self._take_refunds(name, "refunded", [word for word in words if word.text in yes], is_of_rows=False)

    def _read_returns(self) -> None:
        """Read what became of returns, in a column beside the state of the order."""
        known, name = meanings("returns"), "return_status"
        words = self._words(name) or []
        found = {word: self._said.get(normalise_header(word.text)) or meaning_of(word.text, known) for word in words}
        accepted = [word.text for word, meaning in found.items() if meaning == "refunded"]
        if accepted:
            self.refunded.append(self._condition(name, "refunded", accepted))
        for word, meaning in found.items():
            if meaning not in ("refunded", "sale") and word.money:
                self._ask(name, word, "does not say whether the money went back")

    def _read_tests(self) -> None:
        words = self._words("test") or []
        tests = [word.text for word in words if self._is_test(word.text)]
        if tests:
            self._cases.append(("test_order", self._condition("test", "test_order", tests)))

    def _is_test(self, word: str) -> bool:
        return yes_or_no(word) == "true" or self._known.get(normalise_header(word)) == "test_order"

    def _read_moments(self) -> None:
        if "cancelled_at" in self._cells:
            self._take_no_sale("cancelled", self._has_moment("cancelled_at"))
        if "paid_at" in self._cells and not {"status", "payment_status"} & self._cells.keys():
            filled = self._has_moment("paid_at")
            if self._rows.has(filled):
                self._take_no_sale("unpaid", f"not {filled}")

    def _has_moment(self, name: str) -> str:
        """SQL: whether a row names a moment: words for nothing, and dates of zeros alone, name none."""
        column = self._values.matches[name].column
        if not column.is_text:
            return f"({column.sql} is not null)"
        return f"coalesce(regexp_matches({self._values.value(column)}, '[1-9]'), false)"

    def _read_payments(self) -> None:
        """Keep out rows of which nothing was paid, where the file says of others that something was."""
        for name, unpaid, paid in (
            ("paid_amount", "{paid} = 0", "{paid} > 0"),
            ("open_amount", "{paid} >= {amount}", "{paid} < {amount}"),
        ):
            if name in self._cells:
                terms = {"paid": self._cells[name].store, "amount": self._rows.amount}
                nothing, something = (f"({test.format(**terms)} and {terms['amount']} > 0)" for test in (unpaid, paid))
                if self._rows.has(something) and self._rows.has(nothing):
                    self._take_no_sale("unpaid", nothing)


def _text(reading: Reading) -> str:
    return f"cast({reading.store} as varchar)"


def _said(states: Mapping[str, str]) -> dict[str, str]:
    """What the analyst said that words mean."""
    for word, meaning in states.items():
        if meaning not in MEANINGS:
            raise ImportRefused(f'"{word}" cannot mean {meaning!r}; a state means {", ".join(MEANINGS)}.')
    return {normalise_header(word): meaning for word, meaning in states.items()}


def _readings(money: Decimal) -> Iterable[str]:
    """What each answer makes of the money of a word."""
    shown = f"{money:,.2f}"
    yield f"{shown} counted"
    yield f"{shown} counted and taken back, 0.00 together"
    yield f"-{shown} counted, as these rows book what went back"
    yield f"{shown} set aside"
    yield f"{shown} set aside"


def _named(words: Sequence[_Word]) -> str:
    named = ", ".join(f'"{word.text}" ({word.rows:,} rows)' for word in words[:_NAMED])
    return named + (f" and {len(words) - _NAMED} more" if words[_NAMED:] else "")
