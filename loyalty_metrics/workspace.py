"""A business's workspace: one DuckDB file with what was imported, and the measures over it."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from loyalty_metrics import data_edge, lists, rule_trial, rule_versions, sample_decisions, saved_lists, search, store
from loyalty_metrics.binding import bind
from loyalty_metrics.card import Card
from loyalty_metrics.data_edge import DataEdge
from loyalty_metrics.database import Cursor, Database
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.importing import following
from loyalty_metrics.ingest import FileSketch, ImportOptions
from loyalty_metrics.ingest.watch import Watch
from loyalty_metrics.kept import Kept
from loyalty_metrics.lists import Listed, Look
from loyalty_metrics.measures import PLACED_BY, finish
from loyalty_metrics.picking import Picking, UnknownColumn, picking
from loyalty_metrics.registry import MODELS, ModelError, Registry
from loyalty_metrics.result import Result
from loyalty_metrics.saved_lists import SavedList, Standing
from loyalty_metrics.schema import TABLES, TRANSACTIONS
from loyalty_metrics.scope import CUSTOMER_FILTERS, ORDER_FILTERS, Scope, ScopeError
from loyalty_metrics.segment_rules import Cuts, Rules

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
SAMPLE_OPENED = date(2023, 7, 1)
"""The day on which the sample shop opened: its data begin with it."""

EXTRA_MODELS = "LOYALTY_METRICS_MODELS"
"""Environment variable naming a folder of further .sql measures."""


class Workspace(Kept):
    """Everything known of one business. Open it once and use it from any thread."""

    @classmethod
    def open(cls, path: str | Path, models: Iterable[Path] = ()) -> "Workspace":
        """Open a workspace file, or make one.

        Args:
            path: The DuckDB file.
            models: Folders with further .sql measures.

        Raises:
            WorkspaceBusy: Another program has it open.
        """
        path = Path(path)
        begins = _first_bytes(path) if path.exists() else b""
        if begins and begins[8:] != b"DUCK":
            raise LoyaltyError(f"{path} is not a workspace. Name a .duckdb file that this product wrote, or a new one.")
        path.parent.mkdir(parents=True, exist_ok=True)
        return cls(Database(path), _registry(tuple(models)))

    @classmethod
    def in_memory(cls, models: Iterable[Path] = ()) -> "Workspace":
        """A workspace that is gone when the program ends."""
        return cls(Database(None), _registry(tuple(models)))

    @classmethod
    def sample(cls, models: Iterable[Path] = ()) -> "Workspace":
        """The shipped sample shop, in memory; its numbers are the same on every machine."""
        workspace = cls.in_memory(models)
        for table in TABLES:
            workspace.import_file(SAMPLE / f"{table}.parquet", table=table)
        workspace.say_opened(SAMPLE_OPENED)
        sample_decisions.take(workspace)
        return workspace

    def inspect(
        self, path: str | Path, *, watch: Watch | None = None, table: str | None = None, **options: Any
    ) -> FileSketch:
        """Look at a file without importing it: its columns, what they are taken for, and what must be asked."""
        is_said = table is not None
        settings = ImportOptions(table=table or TRANSACTIONS.name, table_is_said=is_said, **options)
        return self._importer.look(Path(path), settings, watch or Watch())

    def bounds(self) -> tuple[date, date] | None:
        """First and last day with a transaction, or None in an empty workspace."""
        with self._database.cursor() as cursor:
            first, last = cursor.row("select min(posted_on), max(posted_on) from transactions")
        return (first, last) if first else None

    def currency(self) -> str | None:
        """The ISO code of the workspace's currency, where the data says it."""
        with self._database.cursor() as cursor:
            return cursor.value("select max(currency) from transactions")

    def filter_values(self, name: str) -> list[str]:
        """The values a filter can take, most frequent first."""
        if name not in CUSTOMER_FILTERS + ORDER_FILTERS:
            raise UnknownColumn(
                f"There is no filter {name!r}; there are {', '.join(CUSTOMER_FILTERS + ORDER_FILTERS)}."
            )
        table, column = _FILTER_SOURCE[name]
        with self._snapshot() as (cursor, _):
            found = cursor.rows(
                f"select {column} from {table} where {column} is not null"
                f" group by {column} order by count(*) desc, {column}"
            )
        return [value for (value,) in found]

    def edge(self, scope: Scope | None = None) -> DataEdge:
        """The edge of the data as of the scope's date: whether, and until when, old customers look new."""
        with self._asking(scope, name=data_edge.MODEL) as question:
            return self._edges.of(question.cursor, question.state.version, question.scope, question.usable)

    def resolve(self, scope: Scope | None = None) -> Scope:
        """The scope with its as-of date, the last day in the data where it names none, and where the edge ends."""
        with self._asking(scope) as question:
            return question.scope

    def measure(self, name: str, scope: Scope | None = None, rules: Rules | None = None) -> Result:
        """Ask for a measure.

        Args:
            name: One of `registry.measures`.
            scope: What it is about; by default everything, as of the last day in the data.
            rules: Rules of segments to try instead of the workspace's own.
        """
        card = self.registry.card(name)
        with self._asking(scope, rules, name) as question:
            self._check_dates(name, question.scope)
            statement = self.registry.compose(name, question.usable)
            asked = statement if rules else self._laid(name, question)
            frame = question.cursor.frame(asked, question.parameters)
        frame = finish(name, frame.drop(columns="customer_key", errors="ignore"))
        return Result(frame, card, question.scope, question.state, statement, question.parameters)

    def who(self, name: str, scope: Scope | None = None, limit: int | None = None, **cell: Any) -> Result:
        """The customers behind a cell, bar, point or segment of a measure.

        Args:
            name: The measure.
            scope: The scope it was asked for.
            limit: At most so many rows.
            **cell: Values of the columns that pick the cell, such as `cohort` and `age`; for a column that picks
                all up to a value, a pair picks all from the first value to the second.

        Raises:
            UnknownColumn: The measure's customers cannot be picked by that column.
        """
        picked = self._picking(name, scope, cell)
        with self._asking(scope, name=picked.model) as question:
            self._check_dates(picked.model, question.scope)
            parameters = {**question.parameters, **picked.values, "top": limit}
            statement = picked.statement(self.registry, question.usable) + "\norder by k.customer_id\nlimit $top"
            frame = question.cursor.frame(statement, parameters)
        return Result(frame, picked.card, question.scope, question.state, statement, parameters)

    def customers(
        self,
        name: str,
        scope: Scope | None = None,
        how: Look | None = None,
        watch: Watch | None = None,
        **cell: Any,
    ) -> Listed:
        """The customers behind a cell as people look at them: one row each, searched and sorted, so many at most.

        Args:
            name: The measure.
            scope: The scope it was asked for.
            how: How the list is looked at.
            watch: Lets another thread cancel.
            **cell: See `who`, which gives all rows of the model.
        """
        how, watch = how or Look(), watch or Watch()
        contacts = how.contacts or bool(how.search)
        with self._listing(name, scope, cell, contacts, watch) as (question, card, statement, values):
            frame, found, everyone = lists.look(question.cursor, how)
        frame = frame if how.contacts else frame.drop(columns=list(lists.CONTACTS), errors="ignore")
        return Listed(frame, found, everyone, card, question.scope, question.state, statement, values)

    def save_list(self, title: str, name: str, scope: Scope | None = None, who: str | None = None, **cell: Any) -> int:
        """Keep the customers behind a cell as a list that stays live; its number.

        Args:
            title: What people will call it.
            name: The measure.
            scope: As it stands in the link: without an as-of date, the list goes on with the data.
            who: Who saves it.
            **cell: See `who`.
        """
        scope = scope or Scope()
        with self._listing(name, scope, cell) as (question, *_rest):
            return saved_lists.save(question.cursor, title, name, cell, scope, who)

    def list_standing(self, one: SavedList) -> Standing:
        """How many customers are in a saved list now, and how many joined and left since; or why that is unknown."""
        try:
            with self._listing(one.measure, one.scope, one.cell) as (question, *_rest):
                standing = saved_lists.standing(question.cursor, one.list_id)
            gone = "" if standing.now else saved_lists.missing(one, self.measure(one.measure, one.scope).frame)
            return replace(standing, problem=gone)
        except (ModelError, UnknownColumn, ScopeError) as error:
            return Standing(None, problem=str(error))

    def list_changes(self, one: SavedList) -> pd.DataFrame:
        """Who joined a saved list and who left it since it was saved: `customer_id`, `change`."""
        with self._listing(one.measure, one.scope, one.cell) as (question, *_rest):
            return saved_lists.compared(question.cursor, one.list_id)

    def moved_by(self, rules: Rules, scope: Scope | None = None) -> pd.DataFrame:
        """Which customers other rules of segments would put where, before they are saved.

        Args:
            rules: The rules to try.
            scope: Whose segments.

        Returns:
            One row a pair of segments that somebody would move between or stay in: `segment_before`, `segment_now`,
            `customers`, `revenue` (their net revenue in the window).

        Raises:
            RulesRefused: Some customer would have no segment.
        """
        with self._asking(scope, name="rfm_scores") as question:
            scores = self.registry.compose("rfm_scores", self._whatever_the_rules(question.usable))
            return rule_trial.moved_by(question.cursor, scores, question.parameters, rules)

    def suggested_cuts(self, scope: Scope | None = None) -> Cuts | None:
        """The fixed thresholds that come closest to the quintiles of a scope; None where nobody has bought.

        What it takes for a score is the worst value among those who have it or a better one. Where ties leave the best
        scores to nobody, they take more than anybody has.
        """
        quintiles = replace(self.rules().rules, cuts=None)
        with self._asking(scope, quintiles, "rfm_scores") as question:
            scores = self.registry.compose("rfm_scores", question.usable)
            return rule_trial.suggested_cuts(question.cursor, scores, question.parameters)

    def find_customers(self, text: str, scope: Scope | None = None, limit: int = 8) -> Result:
        """Customers by id, name, e-mail address or telephone number, the best match first.

        Args:
            text: What somebody knows of them; accents and capital letters make no difference.
            scope: The date and rules for what is told of them; who is found does not depend on it.
            limit: At most so many.

        Returns:
            The measure `customer_facts` of those who are found and known by the as-of date.
        """
        card = self.registry.card("customer_facts")
        with self._asking(scope, name=card.name) as question:
            parameters = question.parameters | {"customers": search.find(question.cursor, text, limit)}
            statement = self.registry.compose(card.name, question.usable)
            frame = search.in_order(question.cursor.frame(statement, parameters), parameters["customers"])
        return Result(frame, card, question.scope, question.state, statement, parameters)

    def sql(self, name: str, scope: Scope | None = None) -> str:
        """The statement behind a measure, with its values bound."""
        with self._asking(scope, name=name) as question:
            return bind(self.registry.compose(name, question.usable), question.parameters)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _laid(self, name: str, question: "_Question") -> str:
        """The statement of a measure that reads what it shares with others where it was laid."""
        return self._shared.lay(question.cursor, name, question.usable, question.parameters, question.state.version)

    def _check_dates(self, name: str, scope: Scope) -> None:
        """A measure that compares two dates needs them in order."""
        compares = "compare_to" in self.registry.parameters_of(name)
        if compares and scope.compare_to and scope.as_of and scope.compare_to >= scope.as_of:
            raise ScopeError(
                f"compare_to is {scope.compare_to}; name a day before the as-of date, which is {scope.as_of}."
            )

    @contextmanager
    def _asking(
        self, scope: Scope | None, rules: Rules | None = None, name: str | None = None
    ) -> Iterator["_Question"]:
        """One snapshot of the data for all that a question needs, whatever is imported meanwhile.

        The edge of the data is found where the model of that name, or any if none is named, asks for it.
        """
        scope = scope or Scope()
        with self._snapshot() as (cursor, state):
            if rules:
                rule_versions.apply(cursor, rules, tried=True)
                state = replace(state, rules="tried, not saved")
            scope = scope if scope.as_of else scope.replace(as_of=state.last_day or date(1970, 1, 1))
            usable = self._usable(scope, state, rules)
            if scope.settled_from is None and self._asks_for_edge(name):
                scope = scope.replace(settled_from=self._edges.of(cursor, state.version, scope, usable).settled_from)
            yield _Question(cursor, scope, scope.parameters(), usable, state)

    def _usable(self, scope: Scope, state: store.State, rules: Rules | None) -> list[str]:
        """The stored models whose rows hold for a scope."""
        parameters, built_with = scope.parameters(), Scope(as_of=state.last_day or store.NO_DAY).parameters()
        changed = {name for name in built_with if parameters[name] != built_with[name]}
        usable = [n for n in self.registry.stored if not self.registry.parameters_of(n) & changed]
        return self._whatever_the_rules(usable) if rules else usable

    def _asks_for_edge(self, name: str | None) -> bool:
        return name is None or "settled_from" in self.registry.parameters_of(name)

    def _whatever_the_rules(self, usable: Iterable[str]) -> list[str]:
        """Those of the stored models that hold under other rules of segments as well."""
        return [name for name in usable if not self.registry.tables_of(name) & set(rule_versions.TABLES)]

    @contextmanager
    def _snapshot(self) -> Iterator[tuple[Cursor, store.State]]:
        """The data in one state, with what is derived of it; an import between the two steps begins them anew."""
        while True:
            with self._database.transaction() as cursor:
                state = store.state(cursor)
                if state.is_derived:
                    yield cursor, state
                    return
            self.derive()

    def _picking(self, name: str, scope: Scope | None, cell: Mapping[str, Any]) -> Picking:
        """What picks a cell's customers; where Python puts them into cells, they are picked by their ids."""
        picked = picking(self.registry, name, cell)
        if not cell or picked.model not in PLACED_BY:
            return picked
        placed = self.measure(PLACED_BY[picked.model], scope).frame
        for column, value in cell.items():
            placed = placed[placed[column].isna() if value is None else placed[column] == value]
        return picked.among(placed["customer_id"])

    @contextmanager
    def _listing(
        self,
        name: str,
        scope: Scope | None,
        cell: Mapping[str, Any],
        contacts: bool = False,
        watch: Watch | None = None,
    ) -> Iterator[tuple["_Question", Card, str, dict[str, Any]]]:
        """The customers behind a cell, laid as a list on the question's cursor."""
        picked = self._picking(name, scope, cell)
        with self._asking(scope, name=picked.model) as question, following(watch or Watch(), question.cursor):
            self._check_dates(picked.model, question.scope)
            statement = picked.statement(self.registry, question.usable)
            values = {**question.parameters, **picked.values}
            lists.lay(question.cursor, statement, values, contacts)
            yield question, picked.card, statement, values


@dataclass(frozen=True)
class _Question:
    """What one question works with: a snapshot, the scope, and the stored models that hold for it."""

    cursor: Cursor
    scope: Scope
    parameters: dict[str, Any]
    usable: list[str]
    state: store.State


_FILTER_SOURCE = {
    "acquired_through": ("customers", "acquired_through"),
    "customer_country": ("customers", "country"),
    "tier": ("tiers", "tier"),
    "first_category": ("first_orders", "first_category"),
    "first_channel": ("first_orders", "first_channel"),
    "first_store": ("first_orders", "first_store"),
    "category": ("transactions", "category"),
    "channel": ("orders", "channel"),
    "store": ("orders", "store"),
    "country": ("orders", "country"),
}


@lru_cache
def _registry(models: tuple[Path, ...]) -> Registry:
    extra = os.environ.get(EXTRA_MODELS)
    return Registry((MODELS, *models, *([Path(extra)] if extra else [])))


def _first_bytes(path: Path) -> bytes:
    """The start of a file, where DuckDB writes its mark; a workspace may be far too large to read whole."""
    with path.open("rb") as file:
        return file.read(12)
