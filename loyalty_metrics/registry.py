"""The model graph: every .sql file with its card, composed into one statement with named parameters."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from threading import RLock

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from loyalty_metrics.binding import with_parameters
from loyalty_metrics.card import Card, read_card
from loyalty_metrics.cuts import DATED_TABLES, ORDER_DATES, TIMELESS, read_beyond
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.schema import TABLES, TRANSACTIONS

MODELS = Path(__file__).parent / "models"
TABLES_KEPT = frozenset(TABLES) | {
    "customer_keys",
    "persons",
    "segment_rules",
    "score_cuts",
    "loyalty_limits",
    "loyalty_conditions",
    "loyalty_rules",
    "care_done",
}
"""Tables a model may read besides other models."""


BEFORE = "_before"
"""Ends the name of a model as of the earlier date that the scope compares with."""

PAST = {"as_of": "compare_to", "since": "compare_since"}
"""The parameters that say when, and what stands in their place for the earlier date."""

CUTS = "repurchase_cuts"
"""The model, of one row, with the days cut_1, cut_2, ... that `name_cut_1`, ... are as of."""


FILTERED = ("customers_filtered", "orders_filtered")
"""The parameters that say whether any filter of a kind is set."""


class ModelError(LoyaltyError):
    """A .sql file that cannot take its place in the graph."""


@dataclass(frozen=True)
class Model:
    """One .sql file: its card, its text, and what its syntax tree says it reads and asks for.

    Attributes:
        reads: Models and tables it reads.
        reads_unfiltered: Of these, what it reads where no filter is set, as when a stored model is built.
        steps: Its own named steps.
        parameters: What it asks for itself.
        mentions: Each place in its text that reads a table: the name, and where it ends.
    """

    card: Card
    text: str
    reads: frozenset[str]
    reads_unfiltered: frozenset[str]
    steps: frozenset[str]
    parameters: frozenset[str]
    mentions: tuple[tuple[str, int], ...]


class Registry:
    """All models by name, and the statements made of them.

    The shipped ones are read when first asked for: an import into a new workspace asks for none. Those of other
    folders are read at once, so that what is wrong with them is said at once.

    Args:
        folders: Where the .sql files are; later folders add to the earlier ones.
    """

    def __init__(self, folders: Iterable[Path] = (MODELS,)) -> None:
        self._folders = tuple(folders)
        self._models: dict[str, Model] = {}
        self._reading = RLock()
        if self._folders != (MODELS,):
            self._read()

    @property
    def models(self) -> Mapping[str, Model]:
        """Every model by its name, those as of an earlier date among them."""
        with self._reading:  # other threads wait until all are read; what is read so far is asked for on the way
            if not self._models:
                self._read()
            return self._models

    def _read(self) -> None:
        for folder in self._folders:
            for path in sorted(Path(folder).rglob("*.sql")):
                self._add(path)
        self._add_past()
        for model in self._models.values():
            self._check(model)

    def _add(self, path: Path) -> None:
        if path.stem in self._models or path.stem in TABLES_KEPT:
            raise ModelError(f"{path}: the name {path.stem} is taken; give the file another name.")
        self._models[path.stem] = _read_model(path)

    def _add_past(self) -> None:
        """Add what is read as `name_before`: the model of that name as of the earlier date that the scope names.

        By time travel it is what the model itself would have said then, so nothing is written a second time.
        """
        checked = set()
        waiting = [read for model in self.models.values() for read in model.reads]
        while waiting:
            name = waiting.pop()
            now, ending = _parted(name)
            if name in self.models or now == name or now not in self.models:
                continue
            dated = {m for m in self.models[now].reads & self.models.keys() if self.parameters_of(m) & PAST.keys()}
            if ending == BEFORE:
                self._models[name] = _as_of_before(self.models[now], dated)
            else:
                if now not in checked:
                    self._check_cut(now)
                    checked.add(now)
                self._models[name] = _as_of_cut(self.models[now], dated - {CUTS}, ending)
            waiting += self.models[name].reads

    def _check_cut(self, name: str) -> None:
        """A model that is read as of a cut sees nothing of later days, and has no window."""
        model = self.models[name]
        ever = [read for read in model.reads & self.models.keys() if "as_of" not in self.parameters_of(read)]
        dated = (read for read in ever if read not in TIMELESS and self.tables_of(read) & DATED_TABLES.keys())
        undated = dict.fromkeys(dated, ORDER_DATES)
        beyond = read_beyond(name, model.text, DATED_TABLES | undated)
        if beyond:
            raise ModelError(
                f"{name}.sql is read as of a cut, but reads {beyond} of later days too;"
                " hold its date to <= $as_of in the WHERE of that SELECT."
            )
        if "since" in model.parameters:
            raise ModelError(f"{name}.sql is read as of a cut, which has no window; it may not ask for $since.")

    def _check(self, model: Model) -> None:
        kept = model.card.stored_as
        if kept and not (kept in self.models and self.card(kept).by_customer and not self.card(kept).stored_as):
            raise ModelError(
                f"{model.card.name}.sql is stored as {kept}, which is no model that is stored by customer."
            )
        unknown = model.reads - self.models.keys() - TABLES_KEPT
        if unknown:
            raise ModelError(
                f"{model.card.name}.sql reads {', '.join(sorted(unknown))}, which is neither a model nor a table."
            )
        hidden = model.steps & (self.models.keys() | TABLES_KEPT) - {_parted(model.card.name)[0]}
        if hidden:
            raise ModelError(
                f"{model.card.name}.sql names a step {', '.join(sorted(hidden))}, the name of a model or table."
            )

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All model names, each after those it reads."""
        graph = {name: sorted(model.reads & self.models.keys()) for name, model in self.models.items()}
        try:
            return tuple(TopologicalSorter(graph).static_order())
        except CycleError as error:
            raise ModelError(f"Models read each other in a circle: {' -> '.join(error.args[1])}.") from error

    @property
    def measures(self) -> tuple[Card, ...]:
        """The cards that people see, by title."""
        cards = (model.card for model in self.models.values() if model.card.kind == "measure")
        return tuple(sorted(cards, key=lambda card: card.title))

    @cached_property
    def stored(self) -> tuple[str, ...]:
        """Models whose rows for the default scope are kept as tables, in the order they are built."""
        return tuple(name for name in self.order if self.models[name].card.stored)

    def card(self, name: str) -> Card:
        """The card of a measure or model.

        Raises:
            ModelError: There is none of that name.
        """
        return self._model(name).card

    def parameters_of(self, name: str) -> frozenset[str]:
        """The parameters a model asks for, itself and through all it reads."""
        return frozenset().union(*(self.models[step].parameters for step in self._needed(name, frozenset())))

    def tables_of(self, name: str) -> frozenset[str]:
        """The tables a model reads where no filter is set, itself and through all it reads."""
        return TABLES_KEPT & self._all_read(name, frozenset())

    def compose(self, name: str, usable: Iterable[str] = ()) -> str:
        """One statement for a model and all it reads.

        Args:
            name: The model.
            usable: Stored models whose kept rows hold for the scope at hand; they are read as tables.
        """
        tables = frozenset(usable) - {name}
        needed = self._needed(name, tables)
        steps = [
            f"{step} as (\n{_indented(_unsorted(self.models[step].text))}\n)"
            for step in self.order
            if step in needed and step != name
        ]
        last = self._model(name).text
        if not steps:
            return last
        first = ",\n\n".join(steps)
        # The model's own steps follow those of the models it reads: one flat list, easy to read and to debug.
        return f"with {first},\n\n{last[len('with ') :]}" if last.startswith("with ") else f"with {first}\n\n{last}"

    def shared_behind(self, name: str, usable: Iterable[str] = (), is_filtered: bool = True) -> tuple[str, ...]:
        """The shared models that a model is made of, each after those it reads; `usable` as for `compose`.

        Args:
            name: The model.
            usable: Stored models whose kept rows hold for the scope at hand.
            is_filtered: Whether any filter is set; without one, what is read under a filter alone has no rows.
        """
        needed = self._needed(name, frozenset(usable) - {name}, is_filtered) - {name}
        return tuple(step for step in self.order if step in needed and self.models[step].card.shared)

    def stored_behind(self, name: str) -> frozenset[str]:
        """The stored models whose kept rows a stored model is built of."""
        found: set[str] = set()
        for read in self._model(name).reads_unfiltered & self.models.keys():
            found |= {read} if self.models[read].card.stored else self.stored_behind(read)
        return frozenset(found)

    def kept_behind(self, name: str) -> dict[str, str]:
        """Of the stored models whose kept rows a stored model is built of, those kept by customer, and as which."""
        behind = {other: self.card(other) for other in sorted(self.stored_behind(name))}
        return {other: card.stored_as or other for other, card in behind.items() if card.by_customer}

    def is_of_lines(self, name: str) -> bool:
        """Whether a stored model is built of lines of orders, or of rows that are kept by customer."""
        reads = self._all_read(name, frozenset(self.stored) - {name})
        return TRANSACTIONS.name in reads or bool(self.kept_behind(name))

    def _all_read(self, name: str, tables: frozenset[str]) -> frozenset[str]:
        """What a model and all it is made of read where no filter is set; `tables` are read as they are kept."""
        steps = self._needed(name, tables, is_filtered=False)
        return frozenset().union(*(self.models[step].reads_unfiltered for step in steps))

    def _needed(self, name: str, tables: frozenset[str], is_filtered: bool = True) -> set[str]:
        needed, waiting = {name}, [name]
        while waiting:
            model = self._model(waiting.pop())
            reads = (model.reads if is_filtered else model.reads_unfiltered) & self.models.keys()
            found = reads - tables - needed
            needed |= found
            waiting += found
        return needed

    def _model(self, name: str) -> Model:
        if name not in self.models:
            measures = ", ".join(sorted(card.name for card in self.measures))
            raise ModelError(f"There is no measure {name!r}; there are {measures}.")
        return self.models[name]


def _read_model(path: Path) -> Model:
    text = path.read_text(encoding="utf-8")
    card = read_card(path.stem, text)
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--")).strip()
    try:
        tree = sqlglot.parse_one(body, dialect="duckdb")
    except SqlglotError as error:
        raise ModelError(f"{path}: the SQL cannot be read: {str(error).splitlines()[0]}") from error
    if not isinstance(tree, exp.Query):
        raise ModelError(f"{path}: a model is one SELECT.")
    steps = {step.alias_or_name for step in tree.find_all(exp.CTE)}
    mentions = [(table.name, table.this.meta["end"] + 1) for table in tree.find_all(exp.Table)]
    reads = {name for name, _end in mentions} - steps
    parameters = {node.name for node in tree.find_all(exp.Placeholder, exp.Parameter)}
    unfiltered = reads
    if parameters & set(FILTERED):
        unfiltered = _reads_unfiltered(tree, {step.alias_or_name: step.this for step in tree.find_all(exp.CTE)})
    return Model(
        card,
        body,
        frozenset(reads),
        frozenset(unfiltered),
        frozenset(steps),
        frozenset(parameters),
        tuple(sorted(mentions, key=lambda mention: mention[1])),
    )


def _reads_unfiltered(query: exp.Query, steps: Mapping[str, exp.Query]) -> set[str]:
    """What a query reads where no filter is set: selections that wait for a filter read nothing then."""
    found: set[str] = set()
    body = query.copy()
    for step in [*body.find_all(exp.With)]:
        step.pop()
    for select in body.find_all(exp.Select):
        if not _waits_for_a_filter(select):
            found |= {table.name for table in select.find_all(exp.Table)}
    inside = (_reads_unfiltered(steps[name], steps) for name in found & steps.keys())
    return (found - steps.keys()).union(*inside)


def _waits_for_a_filter(select: exp.Select) -> bool:
    where = select.args.get("where")
    tests = where.this.flatten() if where and isinstance(where.this, exp.And) else [where.this] if where else []
    return any(isinstance(test, exp.Placeholder | exp.Parameter) and test.name in FILTERED for test in tests)


def _parted(name: str) -> tuple[str, str]:
    """A name that says as of when, as the model's own and the ending; other names have none."""
    ending = _ENDINGS.search(name)
    return (name[: ending.start()], ending.group()) if ending else (name, "")


_ENDINGS = re.compile(rf"{BEFORE}$|_cut_[1-9]$")


def _as_of_before(model: Model, dated: set[str]) -> Model:
    """A model as of the earlier date; it reads those of the models that depend on the date as of then too."""
    earlier = _reading(model, dated, BEFORE, {now: f"${then}" for now, then in PAST.items()})
    return replace(earlier, parameters=frozenset(PAST.get(name, name) for name in model.parameters))


def _as_of_cut(model: Model, dated: set[str], ending: str) -> Model:
    """A model as of one of the days of `repurchase_cuts`."""
    earlier = _reading(model, dated, ending, {"as_of": f"(select {ending[1:]} from {CUTS})"})
    more = {CUTS} if "as_of" in model.parameters else set()
    return replace(
        earlier,
        reads=earlier.reads | more,
        reads_unfiltered=earlier.reads_unfiltered | more,
        parameters=model.parameters - {"as_of"},
    )


def _reading(model: Model, dated: set[str], ending: str, texts: Mapping[str, str]) -> Model:
    """A model that reads others by a name with an ending, with other texts in the place of parameters."""
    cuts = pairwise([0, *(end for name, end in model.mentions if name in dated), len(model.text)])
    return replace(
        model,
        card=replace(
            model.card, name=model.card.name + ending, kind="model", stored=False, stored_as=None, shared=False
        ),
        text=with_parameters(ending.join(model.text[start:end] for start, end in cuts), texts),
        reads=frozenset(read + ending if read in dated else read for read in model.reads),
        reads_unfiltered=frozenset(read + ending if read in dated else read for read in model.reads_unfiltered),
        mentions=(),
    )


def _unsorted(text: str) -> str:
    """A model as a step of another, where the order of its rows says nothing and sorting them takes time."""
    return _LAST_ORDER.sub("", text)


_LAST_ORDER = re.compile(r"\norder by [^\n]+\Z")


def _indented(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())
