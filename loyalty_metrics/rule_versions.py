"""The rules of segments that a workspace has had: each saved version whole, with who, when and why.

The last version holds, for every date that is asked about; before the first one the house rules do. Models read what
holds as two small tables: `segment_rules`, a row a pair of scores, and `score_cuts`, one row with the thresholds, all
NULL where scores are made by quintiles.
"""

from dataclasses import dataclass
from datetime import datetime

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.segment_rules import SCORED, STEPS, Rules, check, from_text, house, to_text

HOUSE = "house rules"
SETTING = "segment_rules"
"""The setting that says which version holds."""

TABLES = ("segment_rules", "score_cuts")
"""The tables that models read."""

_CUT_TYPES = {"recency": "bigint", "frequency": "bigint", "monetary": "decimal(18, 4)"}
_CUTS = [(f"{name}_{score}", _CUT_TYPES[name], name, score - 2) for name in SCORED for score in range(2, STEPS + 1)]


@dataclass(frozen=True)
class Version:
    """Rules as they were saved.

    Attributes:
        number: Counted from 1; 0 stands for the house rules, which were never saved.
        saved_at: When, in UTC; None of the house rules.
        who: Who saved them, where that is known.
        note: Why.
        rules: The rules.
    """

    number: int
    saved_at: datetime | None
    who: str | None
    note: str
    rules: Rules

    @property
    def told(self) -> str:
        """Its name in exports."""
        return f"version {self.number} of {self.saved_at:%Y-%m-%d}" if self.saved_at else HOUSE


def complete(cursor: Cursor) -> None:
    """Lay out what workspaces made earlier lack."""
    cursor.run(
        "create table if not exists rule_versions"
        " (version integer primary key, saved_at timestamp, who varchar, note varchar, rules varchar)"
    )
    if not cursor.value("select count(*) from information_schema.tables where table_name = 'score_cuts'"):
        apply(cursor, read(cursor)[0].rules)


def apply(cursor: Cursor, rules: Rules, tried: bool = False) -> None:
    """Have models read these rules.

    Args:
        cursor: Where.
        rules: Complete ones.
        tried: On this cursor alone and only as long as it lives: temporary tables hide those of the workspace.
    """
    check(rules)
    kind = "temp table" if tried else "table"
    cursor.run(
        f"create or replace {kind} segment_rules (position integer, segment varchar, r_score integer, fm_score integer)"
    )
    cells = [(r, fm, rules.at(r, fm)) for r in range(1, STEPS + 1) for fm in range(1, STEPS + 1)]
    cells.sort(key=lambda cell: rules.names.index(cell[2]))
    cursor.run(
        "insert into segment_rules select unnest($position), unnest($segment), unnest($r), unnest($fm)",
        {
            "position": [1 + rules.names.index(name) for _r, _fm, name in cells],
            "segment": [name for _r, _fm, name in cells],
            "r": [r for r, _fm, _name in cells],
            "fm": [fm for _r, fm, _name in cells],
        },
    )
    columns = ", ".join(f"{column} {sql_type}" for column, sql_type, _name, _at in _CUTS)
    cursor.run(f"create or replace {kind} score_cuts ({columns})")
    values = {column: getattr(rules.cuts, name)[at] if rules.cuts else None for column, _type, name, at in _CUTS}
    cursor.run(f"insert into score_cuts values ({', '.join(f'${column}' for column in values)})", values)


def read(cursor: Cursor) -> list[Version]:
    """All versions, the one that holds first; the house rules are always the last of them."""
    found = cursor.rows("select version, saved_at, who, note, rules from rule_versions order by version desc")
    saved = [Version(number, moment, who, note, from_text(text)) for number, moment, who, note, text in found]
    return [*saved, Version(0, None, None, "", house())]


def save(cursor: Cursor, rules: Rules, who: str | None, note: str) -> Version:
    """Let these rules hold from now on, as a further version.

    Raises:
        LoyaltyError: They are incomplete, or hold already.
    """
    check(rules)
    last = read(cursor)[0]
    if rules == last.rules:
        raise LoyaltyError("These rules hold already; nothing was saved.")
    cursor.run(
        "insert into rule_versions values ($number, cast(timezone('UTC', now()) as timestamp), $who, $note, $rules)",
        {"number": last.number + 1, "who": who, "note": " ".join(note.split()), "rules": to_text(rules)},
    )
    apply(cursor, rules)
    version = read(cursor)[0]
    cursor.run("insert or replace into settings values ($name, $told)", {"name": SETTING, "told": version.told})
    return version


def find(cursor: Cursor, number: int) -> Version:
    """A version by its number; 0 is the house rules.

    Raises:
        LoyaltyError: There is none of that number.
    """
    versions = read(cursor)
    found = next((version for version in versions if version.number == number), None)
    if found is None:
        raise LoyaltyError(f"There is no version {number} of the rules; the last is {versions[0].number}.")
    return found
