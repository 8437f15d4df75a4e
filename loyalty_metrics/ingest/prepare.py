"""What an opened file tells before a row of it is read: its format, its columns, the habits of its orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest.header_lines import without_header_lines
from loyalty_metrics.ingest.joined_columns import settled, with_joined_columns
from loyalty_metrics.ingest.options import ImportOptions
from loyalty_metrics.ingest.orders import OrderHabits, fill_down, order_habits
from loyalty_metrics.ingest.plan import Plan, make_plan, missing_question
from loyalty_metrics.ingest.presets import Preset, find_preset
from loyalty_metrics.ingest.questions import MoneyMove, Question
from loyalty_metrics.ingest.recognise import Match, recognise
from loyalty_metrics.ingest.samples import samples_by_column, spread_sample
from loyalty_metrics.ingest.source import Source
from loyalty_metrics.ingest.spans import fill_spans
from loyalty_metrics.ingest.tables import likely_tables
from loyalty_metrics.ingest.values import Values
from loyalty_metrics.schema import SURVEYS, TABLES, TRANSACTIONS, Table


@dataclass(frozen=True)
class Prepared:
    """What is known of a file.

    Attributes:
        table: The table its rows go to.
        source: The file; orders that reach over several rows are filled down.
        rows: Its first rows as text, and some from all over it.
        samples: Some values of each column, by the column's name.
        offered: The file with a column more for what stands in several of them.
        matches: Which column fills which canonical one.
        preset: Its export format, if it is one that is known.
        plan: How it will be imported; None while a required column is missing.
        questions: What only the analyst can say.
        notes: What was inferred, in plain sentences.
        money_moves: Which readings decide how much money is loaded.
    """

    table: Table
    source: Source
    rows: Sequence[tuple[str | None, ...]]
    samples: Mapping[str, Sequence[str]]
    offered: Source
    matches: Mapping[str, Match]
    preset: Preset | None
    plan: Plan | None
    questions: tuple[Question, ...]
    notes: tuple[str, ...]
    money_moves: tuple[MoneyMove, ...] = ()


def prepare(cursor: Cursor, source: Source, options: ImportOptions) -> Prepared:
    """Find out all that a file tells, and what has to be asked.

    Raises:
        ImportRefused: What the analyst said does not fit the file.
    """
    table = TABLES[options.table]
    preset = find_preset(source, table.name, options.preset)
    rows: Sequence[tuple[str | None, ...]] = spread_sample(cursor, source)
    if table is SURVEYS:
        source, rows = without_header_lines(cursor, source, rows)
    offered, samples = with_joined_columns(source, samples_by_column(source, rows))
    matches = recognise(table, offered, samples, options.columns, preset)
    source, joined = settled(source, offered, matches)
    notes = [*source.notes, *_told(preset, matches), *joined]
    missing = missing_question(table, source, matches, options.constants)
    if missing:
        hint = likely_tables(cursor, offered, samples).hint
        missing = replace(missing, sentence=f"{missing.sentence.removesuffix('.')}; {hint}.") if hint else missing
        questions = (*source.questions, missing)
        return Prepared(table, source, rows, samples, offered, matches, preset, None, questions, tuple(notes))
    habits = OrderHabits()
    if table is TRANSACTIONS:
        source, spanned = fill_spans(cursor, source, matches)
        notes += spanned
        habits = order_habits(cursor, source, matches)
        source, matches, filled = fill_down(cursor, source, matches, habits)
        notes += filled
    values = Values(cursor, source, options, matches.values(), preset)
    plan = make_plan(table, values, matches, habits, preset)
    asked = None if preset or not _asks_for_table(options) else likely_tables(cursor, offered, samples).question(source)
    questions = tuple(dict.fromkeys([*source.questions, *([asked] if asked else []), *values.questions]))
    notes = list(dict.fromkeys([*notes, *values.notes]))
    moves = tuple(dict.fromkeys(values.money_moves))
    return Prepared(table, source, rows, samples, offered, matches, preset, plan, questions, tuple(notes), moves)


def _asks_for_table(options: ImportOptions) -> bool:
    """Whether a file may be for another table: nobody named the table, nor a column that orders must have."""
    is_default = options.table == TRANSACTIONS.name and not options.table_is_said
    return is_default and options.columns.keys().isdisjoint(("ordered_at", "amount"))


def _told(preset: Preset | None, matches: Mapping[str, Match]) -> list[str]:
    """Say what the file was recognised as, and which column was taken for want of a better one."""
    told = [f"Recognised as an export of {preset.title}.", *preset.notes] if preset else []
    return told + [
        f'Column "{match.column.header}" is taken for {name}, as it is the only one whose values can be that.'
        for name, match in matches.items()
        if match.how == "values"
    ]
