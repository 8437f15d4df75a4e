"""Are there kinds of customers, and what does each want?"""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, format_value, ngettext, plain
from loyalty_metrics.measures.needs import LIKE_ALL, in_halves
from loyalty_metrics.stats.clusters import FEWEST_ROWS, FOUND, STABLE, TOO_FEW, UNSTABLE

WORDS = Path(__file__).parents[1] / "rules" / "need_words.toml"

TELLING, MOST_TOLD = 0.5, 3
"""A trait that differs by at least so many standard deviations is told, and at most so many traits."""


def needs_answer(groups: pd.DataFrame) -> str:
    """How many groups there are and how sure that is; or that there are none, and what to use instead.

    Args:
        groups: The measure `need_groups`.
    """
    row = groups.iloc[0]
    if row["verdict"] == TOO_FEW:
        words = _("groups are looked for from {n} customers on, and here are {have}")
        return say.not_yet(words.format(n=say.count(FEWEST_ROWS), have=say.count(row["customers"])))
    if row["verdict"] == UNSTABLE:
        words = _(
            "**No dependable groups.** The data hint at {k}, but other draws of the same customers fall into others"
            " (agreement {agreement}, {least} is needed)."
        )
        told = words.format(k=say.count(row["groups"]), agreement=_two(row["stability"]), least=_two(STABLE))
        return say.joined(told, _instead())
    if row["verdict"] != FOUND:
        told = _(
            "**No clear groups: your customers form one continuum.** Between any two kinds there are many in between."
        )
        return say.joined(told, _instead())
    n = int(row["groups"])
    first = ngettext(
        "**{n} group** of customers buys in its own way", "**{n} groups** of customers buy in clearly different ways", n
    )
    sure = _("draw the customers again and the same groups come out (agreement {agreement} of 1).")
    biggest = _("Most money comes from **{name}**: {customers} of customers, **{revenue}** of revenue.")
    return say.joined(
        f"{first.format(n=say.count(n))}; {sure.format(agreement=_two(row['stability']))}",
        biggest.format(
            name=plain(need_name(row["need"])),
            customers=say.share(row["customer_share"]),
            revenue=say.share(row["revenue_share"]),
        ),
    )


def _instead() -> str:
    return _("Do not plan by kinds; use the groups by recency, frequency and money, which are cuts made on purpose.")


def how_sure(groups: pd.DataFrame) -> str:
    """The three figures behind the verdict, each in plain words."""
    row = groups.iloc[0]
    words = {
        "stability": _(
            "**Agreement {n}**: how alike the groups are when customers are drawn again; 1 is the same, 0 is chance."
        ),
        "valley": _(
            "**Thin places {n}**: how many customers lie between the two nearest groups, against the sparser of them;"
            " 0 is a gap, above 0.5 the two are one."
        ),
        "silhouette": _(
            "**Silhouette {n}**: how much nearer customers are to their own group than to the next; 1 is far apart,"
            " 0 is on the border."
        ),
    }
    return "\n".join(f"- {text.format(n=_two(row[name]))}" for name, text in words.items() if say.known(row[name]))


def _two(value: Any) -> str:
    return plain(format_value(round(float(value), 2), "number"))


def need_name(code: str) -> str:
    """A group's code in words: what sets it apart most."""
    if code == LIKE_ALL:
        return _("Like all the others")
    told = ", ".join(_part(part) for part in code.split("+"))
    return told[:1].upper() + told[1:]


def _part(part: str) -> str:
    name, _colon, channel = part.partition(":")
    words = _words().get(name)
    return _(words["name"]).format(channel=channel) if words else name


def need_sentence(traits: pd.DataFrame, currency: str | None = None) -> str:
    """What sets a group apart, in one sentence.

    Args:
        traits: The rows of the measure `need_traits` of one group.
        currency: Of money.
    """
    told = _told(traits)
    if told.empty:
        return _("They buy much as all do.")
    parts = [_says(row, currency) for row in told.to_dict("records")]
    sentence = "; ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def need_action(traits: pd.DataFrame) -> str:
    """What to do about a group."""
    told = _told(traits)
    return _(_words()[_key(told.iloc[0])]["action"]) if len(told) else ""


def _told(traits: pd.DataFrame) -> pd.DataFrame:
    """The traits worth telling, those of the group's name first."""
    order = np.argsort(-in_halves(traits["apart"].to_numpy()), kind="stable")
    ranked = traits.iloc[order]
    return ranked[ranked["apart"].abs() >= TELLING].head(MOST_TOLD)


def _says(row: Any, currency: str | None) -> str:
    values = {name: plain(_short(row[column], row["unit"], currency)) for name, column in _COLUMNS.items()}
    return _(_words()[_key(row)]["says"]).format(channel=plain(row["detail"]), **values)


def _short(value: Any, unit: str, currency: str | None) -> str:
    return format_value(value, unit, currency, compact=unit in ("money", "share"))


_COLUMNS = {"value": "value", "all": "everybody"}


def _key(row: Any) -> str:
    return f"{row['trait']}_{'high' if row['apart'] > 0 else 'low'}"


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
