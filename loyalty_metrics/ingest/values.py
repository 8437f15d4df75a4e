"""How the values of each mapped column are read: SQL for text, numbers, moments, codes, whatever type they come in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo

from loyalty_metrics.database import Cursor, literal
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.date_sql import DateReading
from loyalty_metrics.ingest.dates import read_dates
from loyalty_metrics.ingest.numbers import (
    MARK_NAMES,
    Evidence,
    Mark,
    both_numbers,
    has_credit_marks,
    has_leading_zero,
    is_nothing,
    nothing_sql,
    number_sql,
    plain_number,
    shows,
    unclear_sentence,
    weigh,
)
from loyalty_metrics.ingest.options import ANSWERS, ImportOptions
from loyalty_metrics.ingest.presets import Preset
from loyalty_metrics.ingest.questions import MoneyMove, Question
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.shapes import MOST, Shape, shapes_of
from loyalty_metrics.ingest.source import Source, SourceColumn
from loyalty_metrics.ingest.state_words import meanings
from loyalty_metrics.ingest.texts import Habits, habits_of
from loyalty_metrics.schema import POINTS, TRANSACTIONS, Column, normalise_header

UNKNOWN_CODE = "?"
OPEN = "open"
"""What a word means that says of something that it has not ended: there is no code for it yet."""
_NUMBER_TYPES = {"money": "decimal(18,4)", "exact": "decimal(30,10)", "number": "double", "integer": "decimal(18,4)"}
_SIGNS = "$€£¥￥₫₩₽₹฿₺₴₱₦₪₡₲"
_WORDS = 1000
SET_ASIDE_WORD = "set_aside"
"""What a word means whose rows the analyst wants kept out."""


@dataclass(frozen=True)
class Reading:
    """One column's values in SQL.

    Attributes:
        store: Over the source: what is kept.
        show: Over the kept column, with `{}` for it: the canonical value. Cheap casts wait until here.
        filled: Over the source: whether there is a value at all.
        can_fail: Whether a filled value may be unreadable, which leaves NULL.
        is_quick: Whether reading the column several times takes less than writing down what was read.
    """

    store: str
    filled: str
    show: str = "{}"
    can_fail: bool = False
    is_quick: bool = False


class Values:
    """Reads the columns of one file, and gathers what had to be inferred and what has to be asked."""

    def __init__(
        self,
        cursor: Cursor,
        source: Source,
        options: ImportOptions,
        matches: Collection[Match],
        preset: Preset | None = None,
    ) -> None:
        self.cursor = cursor
        self.source = source
        self.options = options
        self.preset = preset
        self.notes: list[str] = []
        self.money_moves: list[MoneyMove] = []
        self.questions: list[Question] = []
        self.unknown: dict[str, dict[str, int]] = {}
        self.parameters: dict[str, Any] = dict(source.parameters)
        self.matches = {match.role.name: match for match in matches}
        self.headers = {name: match.column.header for name, match in self.matches.items()}
        self._numeric = [m for m in matches if m.role.type in ("money", "number", "integer") and not m.column.is_number]
        self._texts = [match.column for match in matches if match.column.is_text]
        self._shapes = cache(self._find_shapes)
        if options.decimal not in (None, ".", ","):
            raise ImportRefused(f"The decimal mark is . or , and not {options.decimal!r}.")
        for name, answers in ANSWERS.items():
            if (said := getattr(options, name)) not in (None, *answers):
                raise ImportRefused(f"{name} is {said!r}; it may be {' or '.join(answers)}.")
        if options.time_zone is not None:
            _check_zone(options.time_zone)

    def header(self, name: str) -> str:
        """The header from which a canonical column is filled."""
        return self.headers[name]

    def _find_shapes(self, column: SourceColumn) -> list[Shape]:
        return shapes_of(self.cursor, self.source, self.value(column))

    @cached_property
    def _habits(self) -> Mapping[SourceColumn, Habits]:
        return habits_of(self.cursor, self.source, self._texts)

    def value(self, column: SourceColumn) -> str:
        """SQL of a column as text, trimmed, NULL where it is empty."""
        if not column.is_text:
            return self._whole_text(column)
        return self._habits.get(column, Habits()).value(column.sql)

    def _is_clean(self, column: SourceColumn) -> bool:
        return not column.is_text or self._habits[column].is_clean

    def has_words(self, column: SourceColumn) -> bool:
        """Whether values of a text column hold more than digits and marks."""
        return any(any(c.isalpha() or c in _SIGNS for c in item.pattern) for item in self._shapes(column))

    def may_be_negative(self, column: SourceColumn) -> bool:
        """Whether any value of a column of numbers bears a sign."""
        if column.is_number:
            return self._any(f"{column.sql} < 0")
        return any(set(item.pattern) & set("-−－(") for item in self._shapes(column))

    def _whole_text(self, column: SourceColumn) -> str:
        if column.is_float and self._is_whole(column):
            return f"cast(try_cast({column.sql} as bigint) as varchar)"
        return f"cast({column.sql} as varchar)"

    def _is_whole(self, column: SourceColumn) -> bool:
        """Whether a float column holds whole numbers only, as ids do that went through a spreadsheet."""
        return not self._any(f"isfinite({column.sql}) and {column.sql} <> trunc({column.sql})")

    def _any(self, condition: str) -> bool:
        found = self.cursor.rows(
            f"select 1 from {self.source.relation} where {condition} limit 1", self.source.parameters
        )
        return bool(found)

    def read(self, role: Column, column: SourceColumn) -> Reading:
        """Read a column as what its role wants."""
        if role.type in ("timestamp", "date"):
            return self.moment(column, role)
        if role.type in ("money", "number", "integer"):
            return self.number(column, role.type)
        if role.type == "boolean":
            return self._boolean(column, role)
        if role.type == "code" and self.options.table == POINTS.name:
            return self.text(column, is_id=False)
        if role.type == "code":
            return self._code(column, role)
        return self.text(column, is_id=role.name.endswith("_id") or role.name in ("refund_of", "referred_by"))

    def text(self, column: SourceColumn, is_id: bool) -> Reading:
        """Read text; ids keep their zeros, and lose the `.0` a spreadsheet gave them."""
        if column.is_integer:
            return Reading(column.sql, f"{column.sql} is not null", "cast({} as varchar)", is_quick=True)
        if column.is_float and self._is_whole(column):
            return Reading(f"try_cast({column.sql} as bigint)", f"{column.sql} is not null", "cast({} as varchar)")
        if not column.is_text:
            return Reading(f"cast({column.sql} as varchar)", f"{column.sql} is not null")
        habits = self._habits[column]
        if is_id and habits.is_whole:
            whole = f"cast({column.sql} as bigint)"
            return Reading(whole, f"{column.sql} is not null", "cast({} as varchar)", is_quick=True)
        value = habits.value(column.sql) if is_id else habits.text(column.sql)
        filled = f"{value} is not null"
        if is_id and not self._any(rf"not regexp_full_match({value}, '\d+\.0')") and self._any(filled):
            return Reading(f"regexp_replace({value}, '\\.0$', '')", filled)
        return Reading(value, filled, is_quick=habits.is_clean)

    def moment(self, column: SourceColumn, role: Column) -> Reading:
        """Read a timestamp or date."""
        if column.type == "TIMESTAMP WITH TIME ZONE":
            self.parameters["zone"] = self.options.time_zone or "UTC"
            if self.options.time_zone is None:
                self._tell_utc(column)
            return Reading(f"cast(timezone($zone, {column.sql}) as {role.sql_type})", f"{column.sql} is not null")
        if column.is_time:
            cast = column.sql if column.type == role.sql_type.upper() else f"try_cast({column.sql} as {role.sql_type})"
            return Reading(cast, f"{column.sql} is not null", is_quick=True)
        value = self.value(column)
        reading = self._read_dates(column, value, role)
        self.parameters |= reading.parameters(role.name) | {"zone": self.options.time_zone}
        zone = "zone" if self.options.time_zone else None
        moment = reading.sql(role.name, zone)
        if column.zone and zone:
            moment = f"coalesce(timezone($zone, timezone({column.zone}, {moment})), {moment})"
        return Reading(f"cast({moment} as {role.sql_type})", f"{value} is not null", can_fail=True)

    def _tell_utc(self, column: SourceColumn) -> None:
        self.notes.append(
            f'Times in column "{column.header}" are taken in UTC; name the store\'s time zone to move them.'
        )

    def _read_dates(self, column: SourceColumn, value: str, role: Column) -> DateReading:
        """Read a column's dates: as the analyst says, else as the data says, else as the export format always is."""
        shapes, said = self._shapes(column), self.options.date_format
        reading = read_dates(self.cursor, self.source, value, shapes, column.header, said)
        if reading.readings and self.preset and self.preset.date_format:
            reading = read_dates(self.cursor, self.source, value, shapes, column.header, self.preset.date_format)
            how = f"as {self.preset.title} writes them"
            reading = replace(reading, notes=tuple(note.replace("as you said", how) for note in reading.notes))
        self._tell_dates(column, reading, role)
        return reading

    def _tell_dates(self, column: SourceColumn, reading: DateReading, role: Column) -> None:
        if reading.readings or (reading.question and role.required):
            code = "date_order" if reading.readings else "date_unreadable"
            choices = tuple(choice for choice, _ in reading.readings)
            self.questions.append(
                Question(code, reading.question or "", "date_format", column.header, choices, reading.readings)
            )
        self.notes += reading.notes
        if reading.scale and reading.scale.is_utc and self.options.time_zone is None:
            self._tell_utc(column)
        if reading.has_offset and self.options.time_zone is None:
            self.notes.append(
                f'Times in column "{column.header}" carry an offset from UTC; the time of day is kept as written.'
            )

    def number(self, column: SourceColumn, kind: str, behind: str = "") -> Reading:
        """Read a number as `money`, `exact` (money of more digits), `number` or `integer`.

        Args:
            column: The column.
            kind: What is read.
            behind: Signs that may stand behind the number, such as that of percent.
        """
        sql_type = _NUMBER_TYPES[kind]
        if column.is_number:
            # Floats pass through a decimal only for money: there it rounds to what was meant.
            value, filled = f"try_cast({column.sql} as {sql_type})", f"{column.sql} is not null"
            if column.is_float:
                filled = f"not isnan({column.sql})"
            is_quick = True
        else:
            text, shapes = self.value(column), self._shapes(column)
            if behind:
                text = f"rtrim({text}, '{behind}')"
                shapes = [replace(item, pattern=item.pattern.rstrip(behind)) for item in shapes]
            numbers = [item for item in shapes if not is_nothing(item.pattern)]
            if len(numbers) < len(shapes):
                text = nothing_sql(text)
            (mark, is_mixed), credit = self._mark(column), self.options.credit_marks or "minus"
            known = numbers if len(shapes) < MOST else shapes
            value, filled = number_sql(text, mark, known, sql_type, credit, is_mixed), f"{text} is not null"
            is_quick = self._is_clean(column) and value == plain_number(text, sql_type)
        if kind == "integer":
            value = f"(case when {value} = trunc({value}) then cast({value} as bigint) end)"
        return Reading(value, filled, can_fail=not column.is_number, is_quick=is_quick)

    def has_credit_marks(self, column: SourceColumn) -> bool:
        """Whether a bookkeeper's mark, such as CR, stands beside any number of a column."""
        return column.is_text and has_credit_marks(self._shapes(column))

    @cached_property
    def _evidence(self) -> Mapping[SourceColumn, Evidence]:
        return {match.column: weigh(self._shapes(match.column)) for match in self._numeric}

    @cached_property
    def _common_mark(self) -> Mark | None:
        """The mark that the numbers of the whole file speak for."""
        rows: dict[Mark, int] = {".": 0, ",": 0}
        for evidence in self._evidence.values():
            rows = {mark: count + evidence.rows[mark] for mark, count in rows.items()}
        return Evidence((), rows).best

    def _mark(self, column: SourceColumn) -> tuple[Mark, bool]:
        """The decimal mark of a column, and whether some of its values show the other one."""
        evidence, said = self._evidence[column], self.options.decimal
        mark: Mark | None = ("," if said == "," else ".") if said else evidence.best or self._common_mark
        if said is None and evidence.unclear and (mark is None or evidence.is_thin):
            mark = self._ask_for_mark(column, evidence, mark)
        is_mixed = bool(evidence.contrary)
        if is_mixed:
            self._tell_both_marks(column, evidence)
        elif mark == ",":
            self.notes.append(f'Numbers in column "{column.header}" are read with a decimal comma.')
        return mark or ".", is_mixed

    def _ask_for_mark(self, column: SourceColumn, evidence: Evidence, mark: Mark | None) -> Mark:
        """Ask which mark the unclear values bear, where no value such as `0.125` shows it."""
        example = evidence.unclear or ""
        seen: Mark = "," if "," in example else "."
        if evidence.contrary or not has_leading_zero(self.cursor, self.source, self.value(column), seen):
            sentence = unclear_sentence(self.source.name, column.header, example)
            readings = both_numbers(example)
            choices = tuple(choice for choice, _ in readings)
            self.questions.append(Question("decimal_mark", sentence, "decimal", column.header, choices, readings))
        return mark or seen

    def _tell_both_marks(self, column: SourceColumn, evidence: Evidence) -> None:
        text = self.value(column)
        few = evidence.contrary or ","
        rows = ", ".join(f"{evidence.rows[mark]:,} with a decimal {name}" for mark, name in MARK_NAMES.items())
        sentence = f'Numbers in column "{column.header}" are written in two ways ({rows}): each is read as it shows.'
        self.money_moves.append(MoneyMove("two_decimal_marks", sentence, shows(few, text)))

    def words(self, column: SourceColumn) -> dict[str, int]:
        """The different values of a column of few, each with its rows, the most frequent first."""
        found = self.cursor.rows(
            f"select {self.value(column)} as word, count(*) as rows from {self.source.relation} where word is not null "
            f"group by word order by rows desc, word limit {_WORDS}",
            self.parameters,
        )
        return dict(found)

    def said_of(self, word: str, meanings: Sequence[str]) -> str | None:
        """What the analyst says that a word of the file means, of what it may mean; rows with it may be kept out."""
        said = self._said.get(normalise_header(word) or word)
        if said is not None and said not in (*meanings, SET_ASIDE_WORD):
            known = ", ".join((*meanings, SET_ASIDE_WORD))
            raise ImportRefused(f'{self.source.name}: "{word}" cannot mean {said!r}; it can be {known}.')
        return said

    @cached_property
    def _said(self) -> dict[str, str]:
        return {normalise_header(word) or word: meaning for word, meaning in self.options.states.items()}

    def by_word(self, name: str, column: SourceColumn, meant: Mapping[str, str], otherwise: str = "null") -> str:
        """SQL of what the words of a column mean.

        Args:
            name: What the parameters are named by.
            column: The column.
            meant: Word -> SQL of what it means.
            otherwise: SQL for all other words.
        """
        value = self.value(column)
        spelled: dict[str, list[str]] = {}
        for word, sql in meant.items():
            spelled.setdefault(sql, []).append(word)
        whens = ""
        for number, (sql, words) in enumerate(spelled.items()):
            self.parameters[f"words_{name}_{number}"] = words
            whens += f"when list_contains($words_{name}_{number}, {value}) then {sql} "
        return f"(case {whens}when {value} is not null then {otherwise} end)"

    def _boolean(self, column: SourceColumn, role: Column) -> Reading:
        if column.type == "BOOLEAN":
            return Reading(column.sql, f"{column.sql} is not null")
        meant = {word: answer for word in self.words(column) if (answer := yes_or_no(word))}
        return Reading(self.by_word(role.name, column, meant), f"{self.value(column)} is not null", can_fail=True)

    def _code(self, column: SourceColumn, role: Column) -> Reading:
        """Read one of a few codes, or a word that means one; a word that means none of them is unknown."""
        known = meanings(role.name) if self.options.table != TRANSACTIONS.name else {}
        meant = {}
        for word, rows in self.words(column).items():
            folded = normalise_header(word)
            meaning = self.said_of(word, (*role.values, OPEN))
            meaning = meaning or (word.lower() if word.lower() in role.values else known.get(folded))
            if meaning is None:
                self.unknown.setdefault(role.name, {})[word] = rows
            elif meaning in role.values:
                meant[word] = literal(meaning)
            elif meaning == OPEN:
                meant[word] = "null"
        sql = self.by_word(role.name, column, meant, literal(UNKNOWN_CODE))
        return Reading(sql, f"{self.value(column)} is not null")


def yes_or_no(word: str) -> str | None:
    """What a word for yes or no means: `true`, `false`, or None where it is neither."""
    found = meanings("yes_no")
    return found.get(normalise_header(word)) or found.get(word.strip())


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ImportRefused(f"There is no time zone {name!r}; use a name such as Asia/Ho_Chi_Minh.") from error
