"""How the values of each mapped column are read: SQL for text, numbers, moments, codes, whatever type they come in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo

from loyalty_metrics.database import Cursor, literal
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.dates import DateReading, date_sql, read_dates
from loyalty_metrics.ingest.numbers import (
    Evidence,
    Mark,
    both_numbers,
    has_leading_zero,
    number_sql,
    plain_number,
    unclear_sentence,
    weigh,
)
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.presets import Preset
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.shapes import Shape, shapes_of
from loyalty_metrics.ingest.source import Source, SourceColumn
from loyalty_metrics.ingest.state_words import meanings
from loyalty_metrics.ingest.texts import Habits, habits_of
from loyalty_metrics.schema import POINTS, TRANSACTIONS, Column, normalise_header

UNKNOWN_CODE = "?"
OPEN = "open"
"""What a word means that says of something that it has not ended: there is no code for it yet."""
_SAMPLE = 200
_SIGNS = "$€£¥￥₫₩₽₹฿₺₴₱₦₪₡₲"
_WORDS = 1000
SET_ASIDE_WORD = "set_aside"
"""What a word means whose rows the analyst wants kept out."""


@dataclass(frozen=True)
class Question:
    """Something only the analyst knows.

    Attributes:
        code: A stable name of what is asked, such as `date_order`, `decimal_mark`, `missing_column` or `currencies`.
        sentence: What cannot be told, and how to answer.
        option: The import option that answers it.
        header: The file's column it is about.
        choices: Possible answers.
        readings: For each choice, how a real value of the column would be understood.
        key: Where the option holds several answers, such as one a word: which of them is asked for.
    """

    code: str
    sentence: str
    option: str
    header: str | None = None
    choices: tuple[str, ...] = ()
    readings: tuple[tuple[str, str], ...] = ()
    key: str | None = None


@dataclass(frozen=True)
class MoneyMove:
    """A reading that decides how much money is loaded, before its rows and money are added up; see `MoneyNote`.

    Attributes:
        code: A stable name of the reading.
        sentence: What was read how.
        rows: SQL over the source that is true of the rows it concerns; None where it is all of them.
        money: SQL over the source of what it adds to a row's money, or takes off it, below 0; None where that cannot
            be told.
    """

    code: str
    sentence: str
    rows: str | None = None
    money: str | None = None


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


def sample(cursor: Cursor, source: Source) -> list[tuple[str | None, ...]]:
    """The first rows as text."""
    cells = ", ".join(
        f"regexp_replace(cast({column.sql} as varchar), '\\.0$', '')"
        if column.is_float
        else f"cast({column.sql} as varchar)"
        for column in source.columns
    )
    return cursor.rows(f"select {cells} from {source.relation} limit {_SAMPLE}", source.parameters)


def samples_by_column(source: Source, rows: Sequence[tuple[str | None, ...]]) -> dict[str, list[str]]:
    """The values of a sample that are not empty, by column."""
    return {
        column.name: [value for row in rows if (value := row[i]) is not None and value.strip()]
        for i, column in enumerate(source.columns)
    }


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
        self.headers = {match.role.name: match.column.header for match in matches}
        self._numeric = [m for m in matches if m.role.type in ("money", "number", "integer") and not m.column.is_number]
        self._texts = [match.column for match in matches if match.column.is_text]
        self._shapes = cache(self._find_shapes)
        if options.decimal not in (None, ".", ","):
            raise ImportRefused(f"The decimal mark is . or , and not {options.decimal!r}.")
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
                self.notes.append(
                    f'Times in column "{column.header}" are taken in UTC; name the store\'s time zone to move them.'
                )
            return Reading(f"cast(timezone($zone, {column.sql}) as {role.sql_type})", f"{column.sql} is not null")
        if column.is_time:
            cast = column.sql if column.type == role.sql_type.upper() else f"try_cast({column.sql} as {role.sql_type})"
            return Reading(cast, f"{column.sql} is not null", is_quick=True)
        value = self.value(column)
        reading = self._read_dates(column, value)
        formats = f"formats_{role.name}"
        self.parameters[formats] = list(reading.formats)
        self.parameters["zone"] = self.options.time_zone
        zone = "zone" if self.options.time_zone else None
        moment = date_sql(value, reading, formats, zone)
        if column.zone and zone:
            moment = f"coalesce(timezone($zone, timezone({column.zone}, {moment})), {moment})"
        return Reading(f"cast({moment} as {role.sql_type})", f"{value} is not null", can_fail=True)

    def _read_dates(self, column: SourceColumn, value: str) -> DateReading:
        """Read a column's dates: as the analyst says, else as the data says, else as the export format always is."""
        shapes, said = self._shapes(column), self.options.date_format
        reading = read_dates(self.cursor, self.source, value, shapes, column.header, said)
        how = "as you said" if said else "as other readings are impossible"
        if reading.readings and self.preset and self.preset.date_format:
            reading = read_dates(self.cursor, self.source, value, shapes, column.header, self.preset.date_format)
            how = f"as {self.preset.title} writes them"
        self._tell_dates(column, reading, how)
        return reading

    def _tell_dates(self, column: SourceColumn, reading: DateReading, how: str) -> None:
        if reading.question:
            choices = tuple(choice for choice, _ in reading.readings)
            self.questions.append(
                Question("date_order", reading.question, "date_format", column.header, choices, reading.readings)
            )
        elif reading.order:
            names = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
            self.notes.append(f'Dates in column "{column.header}" are read {names[reading.order]}, {how}.')
        if reading.has_offset and self.options.time_zone is None:
            self.notes.append(
                f'Times in column "{column.header}" carry an offset from UTC; the time of day is kept as written.'
            )

    def number(self, column: SourceColumn, kind: str) -> Reading:
        """Read a number as `money`, `number` or `integer`."""
        sql_type = {"money": "decimal(18,4)", "number": "double", "integer": "decimal(18,4)"}[kind]
        if column.is_number:
            # Floats pass through a decimal only for money: there it rounds to what was meant.
            value, filled = f"try_cast({column.sql} as {sql_type})", f"{column.sql} is not null"
            if column.is_float:
                filled = f"not isnan({column.sql})"
            is_quick = True
        else:
            text = self.value(column)
            mark = self._mark(column)
            value, filled = number_sql(text, mark, self._shapes(column), sql_type), f"{text} is not null"
            is_quick = self._is_clean(column) and value == plain_number(text, sql_type)
        if kind == "integer":
            value = f"(case when {value} = trunc({value}) then cast({value} as bigint) end)"
        return Reading(value, filled, can_fail=not column.is_number, is_quick=is_quick)

    @cached_property
    def _evidence(self) -> Mapping[SourceColumn, Evidence]:
        return {match.column: weigh(self._shapes(match.column)) for match in self._numeric}

    @cached_property
    def _common_mark(self) -> Mark | None:
        """The mark that the numbers of the whole file speak for."""
        rows: dict[Mark, int] = {".": 0, ",": 0}
        for evidence in self._evidence.values():
            rows = {mark: count + evidence.rows[mark] for mark, count in rows.items()}
        return Evidence((), rows, None).best

    def _mark(self, column: SourceColumn) -> Mark:
        if self.options.decimal:
            return "," if self.options.decimal == "," else "."
        evidence = self._evidence[column]
        mark = evidence.best or self._common_mark
        if mark is None and evidence.unclear:
            seen: Mark = "," if "," in evidence.unclear else "."
            if not has_leading_zero(self.cursor, self.source, self.value(column), seen):
                sentence = unclear_sentence(self.source.name, column.header, evidence.unclear)
                readings = both_numbers(evidence.unclear)
                choices = tuple(choice for choice, _ in readings)
                self.questions.append(Question("decimal_mark", sentence, "decimal", column.header, choices, readings))
            mark = seen
        if mark == ",":
            self.notes.append(f'Numbers in column "{column.header}" are read with a decimal comma.')
        return mark or "."

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
