"""Rows that several measures are made of, asked for once: models whose card says `shared: yes`.

See docs/decisions/0015-asked-for-once.md.
"""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import pyarrow as pa

from loyalty_metrics.database import Cursor, Parameters
from loyalty_metrics.registry import FILTERED, Registry

MOST = 12
"""How many such sets of rows are kept, of the last questions."""

MOST_BYTES = 0.5
"""What they may take, as a share of the memory the database may take; the last one is kept in any case."""


class Shared:
    """The rows of shared models that were asked for last, in one workspace."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._kept: OrderedDict[str, pa.Table] = OrderedDict()
        self._asking = Lock()

    def lay(self, cursor: Cursor, name: str, usable: Sequence[str], parameters: Parameters, version: int) -> str:
        """Have what a measure shares with others lie ready on a cursor; the measure's statement that reads it there.

        Args:
            cursor: Where the measure will be asked.
            name: The measure.
            usable: Stored models whose rows hold for the question.
            parameters: Of the scope.
            version: Of the data.
        """
        ready: list[str] = []
        is_filtered = any(parameters[filtered] for filtered in FILTERED)
        for model in self._registry.shared_behind(name, usable, is_filtered):
            needed = self._registry.parameters_of(model)
            key = f"{model} {version} {[(part, parameters[part]) for part in sorted(needed)]!r}"
            with self._asking:
                if key not in self._kept:
                    statement = self._registry.compose(model, [*usable, *ready])
                    self._kept[key] = cursor.table(statement, parameters)
                    self._make_room(cursor)
                self._kept.move_to_end(key)
                cursor.register(model, self._kept[key])
            ready.append(model)
        return self._registry.compose(name, [*usable, *ready])

    def _make_room(self, cursor: Cursor) -> None:
        """Let go of the rows that were not asked for longest."""
        most = MOST_BYTES * cursor.memory_limit()
        while len(self._kept) > MOST or (len(self._kept) > 1 and sum(t.nbytes for t in self._kept.values()) > most):
            self._kept.popitem(last=False)
