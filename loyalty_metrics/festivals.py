"""Festivals: when they are, from a file of ours and from what a workspace adds or hides."""

import io
import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.signing import signed

if TYPE_CHECKING:
    from loyalty_metrics.workspace import Workspace

FILE = Path(__file__).parent / "rules" / "festivals.toml"
LONGEST = 60


class Festival(NamedTuple):
    """A festival on a day."""

    name: str
    day: date


class Festivals:
    """The festivals of a workspace."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace

    def between(self, first: date, last: date) -> list[Festival]:
        """Those from one day to another, by day."""
        own, hidden = self.own(), self.hidden()
        found = {
            Festival(name, day)
            for year in range(first.year, last.year + 1)
            for name, day in shipped(year)
            if name not in hidden
        }
        found |= {Festival(row.name, row.day) for row in own}
        return sorted((one for one in found if first <= one.day <= last), key=lambda one: (one.day, one.name))

    def before(self, one: Festival) -> Festival | None:
        """The same festival the last time; None where no earlier day of it is known."""
        earlier = self.between(one.day - timedelta(days=420), one.day - timedelta(days=1))
        return next((other for other in reversed(earlier) if other.name == one.name), None)

    def add(self, days: Iterable[Festival], who: str) -> int:
        """Add festivals; how many were new.

        Raises:
            LoyaltyError: One has no name.
        """
        name, known = signed(who), set(self.own())
        new = [Festival(" ".join(one.name.split()), one.day) for one in days]
        if any(not one.name or len(one.name) > LONGEST for one in new):
            raise LoyaltyError(f"Each festival needs a name of at most {LONGEST} letters.")
        new = [one for one in dict.fromkeys(new) if one not in known]
        with self._workspace.keeping() as cursor:
            for one in new:
                values = {"name": one.name, "day": one.day, "who": name, "now": _now()}
                cursor.run("insert into own_festivals values ($name, $day, $who, $now)", values)
        return len(new)

    def drop(self, name: str) -> None:
        """Drop all days of a festival that was added."""
        with self._workspace.keeping() as cursor:
            cursor.run("delete from own_festivals where name = $name and on_day is not null", {"name": name})

    def hide(self, names: Iterable[str], who: str) -> None:
        """Leave festivals of our file out; all others of it are shown."""
        author = signed(who)
        with self._workspace.keeping() as cursor:
            cursor.run("delete from own_festivals where on_day is null")
            for name in names:
                values = {"name": name, "who": author, "now": _now()}
                cursor.run("insert into own_festivals values ($name, null, $who, $now)", values)

    def own(self) -> list[Festival]:
        """What was added, by day."""
        with self._workspace.looking() as cursor:
            rows = cursor.rows("select name, on_day from own_festivals where on_day is not null order by on_day, name")
        return [Festival(*row) for row in rows]

    def hidden(self) -> set[str]:
        """The names of those that are left out."""
        with self._workspace.looking() as cursor:
            return {name for (name,) in cursor.rows("select name from own_festivals where on_day is null")}


def names() -> list[str]:
    """The festivals of our file."""
    return [str(one["name"]) for one in _file()]


def shipped(year: int) -> list[Festival]:
    """Those of our file in a year; of calendars that follow the moon, as far as the table goes."""
    found = []
    for one in _file():
        if "on" in one:
            month, day = map(int, one["on"].split("-"))
            found.append(Festival(one["name"], date(year, month, day)))
        elif "rule" in one:
            found.append(Festival(one["name"], _RULES[one["rule"]](year)))
        else:
            found += [Festival(one["name"], day) for day in one["days"] if day.year == year]
    return found


def read_csv(content: bytes) -> list[Festival]:
    """Festivals from a file with the columns `name` and `date`, as YYYY-MM-DD.

    Raises:
        LoyaltyError: It cannot be read; the message says in which line.
    """
    try:
        frame = pd.read_csv(io.BytesIO(content), dtype="str", encoding="utf-8-sig")
    except (ValueError, pd.errors.ParserError) as error:
        raise LoyaltyError("The file is not a CSV in UTF-8 with the columns name and date.") from error
    frame.columns = [str(name).strip().lower() for name in frame.columns]
    if not {"name", "date"} <= set(frame.columns):
        raise LoyaltyError("The file needs the columns name and date.")
    found = []
    for line, (name, day) in enumerate(zip(frame["name"], frame["date"], strict=True), start=2):
        try:
            found.append(Festival(str(name).strip(), date.fromisoformat(str(day).strip())))
        except ValueError as error:
            raise LoyaltyError(f"Line {line}: {day!r} is no date; write it as YYYY-MM-DD.") from error
    return found


@lru_cache(maxsize=1)
def _file() -> list[dict]:
    return list(tomllib.loads(FILE.read_text(encoding="utf-8"))["festival"])


def easter(year: int) -> date:
    """Easter Sunday of the western churches (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    month, day = divmod(h + j - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    """The n-th Monday (0) to Sunday (6) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


_RULES = {
    "easter": easter,
    "second sunday of may": lambda year: _nth(year, 5, 6, 2),
    "day after the fourth thursday of november": lambda year: _nth(year, 11, 3, 4) + timedelta(days=1),
}


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
