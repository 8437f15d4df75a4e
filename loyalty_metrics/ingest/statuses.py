"""Which rows are no sales: cancelled, unpaid and test orders, told by words of state in many languages.

The words are data: see rules/statuses.toml.
"""

from collections.abc import Mapping

from loyalty_metrics.ingest.state_words import meanings
from loyalty_metrics.ingest.values import Reading, Values
from loyalty_metrics.schema import normalise_header

NO_SALE = "no_sale"
"""Name of the kept column that says why a row is no sale."""

NO_SALES = ("description_line", "summary_row", "not_a_sale", "other_currency", "cancelled", "unpaid", "test_order")
_STATES = ("status", "payment_status", "row_type", "test")
_MOST = 500
_NAMED = 8


class Sales:
    """Tells which rows are sales, from the columns of state that a file has."""

    def __init__(
        self, values: Values, cells: Mapping[str, Reading], special: Mapping[str, str], summary: str | None = None
    ) -> None:
        self._values = values
        self._cells = cells
        self._known = {**meanings("orders"), **{normalise_header(k): v for k, v in special.items()}}
        self._cases: list[tuple[str, str]] = [("summary_row", summary)] if summary else []
        self._refunded: list[str] = []
        for name in _STATES:
            if name in cells:
                self._read_state(name)
        self._read_moments()

    def no_sale(self, other_currency: str | None) -> Reading | None:
        """Why a row is no sale, NULL where it is one; None where the file says nothing of it."""
        cases = [*self._cases, *([("other_currency", other_currency)] if other_currency else [])]
        if not cases:
            return None
        whens = " ".join(
            f"when {condition} then '{code}'" for code in NO_SALES for found, condition in cases if found == code
        )
        return Reading(f"(case {whens} end)", "true")

    @property
    def refunded(self) -> str | None:
        """SQL that is true where the state says that all money went back."""
        return f"({' or '.join(self._refunded)})" if self._refunded else None

    def _read_state(self, name: str) -> None:
        reading, header = self._cells[name], self._values.header(name)
        state = f"cast({reading.store} as varchar)"
        found = self._values.cursor.rows(
            f"select {state} as state, count(*) as rows from {self._values.source.relation} where {reading.filled}"
            f" group by state order by rows desc, state limit {_MOST + 1}",
            self._values.parameters,
        )
        if len(found) > _MOST:
            self._values.notes.append(f'Column "{header}" has too many different words to tell the state of orders.')
            return
        if name == "test":
            self._keep(name, {"test_order": [word for word, _ in found if self._is_test(word)]})
            return
        words: dict[str, list[str]] = {}
        for word, _ in found:
            words.setdefault(self._meaning(word), []).append(word)
        self._keep(name, words)
        rows = dict(found)
        self._tell(header, "unknown", words, rows, "are not known as states of an order; the rows are loaded as sales")
        self._tell(header, "open", words, rows, "may not be paid or settled yet; the rows are loaded as sales")

    def _meaning(self, word: str) -> str:
        """What a word of state means; Chinese ones are written with commas between their parts, or without."""
        folded = normalise_header(word)
        return self._known.get(folded) or self._known.get(folded.replace(" ", ""), "unknown")

    def _is_test(self, word: str) -> bool:
        folded = normalise_header(word)
        return folded in ("yes", "true", "1", "y") or self._known.get(folded) == "test_order"

    def _keep(self, name: str, words: Mapping[str, list[str]]) -> None:
        state = f"cast({self._cells[name].store} as varchar)"
        for meaning, spelled in words.items():
            if spelled and meaning in (*NO_SALES, "incoming", "refunded"):
                self._values.parameters[f"{name}_{meaning}"] = spelled
                condition = f"list_contains(${name}_{meaning}, {state})"
                if meaning == "refunded":
                    self._refunded.append(condition)
                elif meaning == "incoming":
                    # What the shop itself pays for is no refund of something it sold.
                    self._cases.append(("not_a_sale", f"({condition} and {self._cells['amount'].store} < 0)"))
                else:
                    self._cases.append((meaning, condition))

    def _tell(
        self, header: str, meaning: str, words: Mapping[str, list[str]], rows: Mapping[str, int], what: str
    ) -> None:
        spelled = words.get(meaning, [])
        if spelled:
            named = ", ".join(f'"{word}" ({rows[word]:,} rows)' for word in spelled[:_NAMED])
            more = f" and {len(spelled) - _NAMED} more" if spelled[_NAMED:] else ""
            self._values.notes.append(f'In column "{header}", {named}{more} {what}.')

    def _read_moments(self) -> None:
        if "cancelled_at" in self._cells:
            self._cases.append(("cancelled", self._cells["cancelled_at"].filled))
        if "paid_at" in self._cells and not {"status", "payment_status"} & self._cells.keys():
            filled = self._cells["paid_at"].filled
            source = self._values.source
            if self._values.cursor.rows(f"select 1 from {source.relation} where {filled} limit 1", source.parameters):
                self._cases.append(("unpaid", f"not {filled}"))
