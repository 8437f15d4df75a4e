"""What sentences are made of: figures escaped for markdown, and the test behind "up" and "down"."""

from typing import Any

import numpy as np
import pandas as pd

from loyalty_metrics.language import _, format_interval, format_points, format_value, label, ngettext, or_unknown, plain

TWO_SIDED_95 = 1.96


def differs(kept_a: float, size_a: float, kept_b: float, size_b: float) -> bool:
    """Two-proportion test at 5%."""
    pooled = (kept_a + kept_b) / (size_a + size_b)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / size_a + 1 / size_b))
    return bool(spread > 0 and abs(kept_a / size_a - kept_b / size_b) > TWO_SIDED_95 * spread)


def by_figure(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    rows = ({str(name): value for name, value in row.items()} for row in frame.to_dict("records"))
    return {str(row["figure"]): row for row in rows}


def not_yet(reason: str) -> str:
    return _("This cannot be told yet: {reason}.").format(reason=reason)


def joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def known(value: Any) -> bool:
    return value is not None and bool(value == value)


def share(value: Any) -> str:
    return plain(format_value(value, "share", compact=True))


def per_hundred(value: Any) -> str:
    """A share as people of a hundred; to a tenth below ten."""
    return plain(format_value(round(100 * float(value), 1 if value < 0.1 else 0), "number"))


def sure(row: Any) -> str:
    """The interval in words; to a tenth of a percent where whole percents would hide it."""
    short = format_interval(row["low"], row["high"], "share", compact=True)
    narrow = known(row["high"]) and 0 <= row["high"] - row["low"] < 0.02
    return plain(format_interval(row["low"], row["high"], "share") if narrow else short)


def signed_points(change: Any) -> str:
    return plain(format_points(change))


def sure_points(low: Any, high: Any) -> str:
    """The interval of a change in percentage points, in words."""
    words = _("95% sure: between {low} and {high} points")
    return words.format(low=signed_points(low), high=signed_points(high))


def count(value: Any) -> str:
    return plain(format_value(value, "count"))


def money(value: Any, currency: str | None) -> str:
    return plain(format_value(value, "money", currency, compact=True))


def points(share: float) -> str:
    """The size of a difference of shares, in percentage points."""
    size = 100 * abs(share)
    return format_value(round(size, 1 if size >= 1 else 2), "number")


def plain_change(part: float) -> str:
    """A change as a part of what was there: 23% more, 5% less."""
    size = share(abs(part))
    return (_("{share} less") if part < 0 else _("{share} more")).format(share=size)


def group_name(row: Any) -> str:
    """A group by an attribute of the measures of value: names of segments are ours, all others the user's own."""
    name = str(row["group_name"])
    return label(name) if name and row["attribute"] == "segment" else or_unknown(name)


def more_or_fewer(change: int) -> str:
    if not change:
        return _("as many as before")
    more = ngettext("{n} more than before", "{n} more than before", change)
    fewer = ngettext("{n} fewer than before", "{n} fewer than before", -change)
    return (more if change > 0 else fewer).format(n=count(abs(change)))


def bought_again(grain: str, criterion: str) -> str:
    """What retention at age 1 says, with `{share}` for the number."""
    words = {
        "exact": {
            "day": _("**{share}** of new customers buy again on the day after their first purchase"),
            "week": _("**{share}** of new customers buy again in the week after their first purchase"),
            "month": _("**{share}** of new customers buy again in the month after their first purchase"),
            "quarter": _("**{share}** of new customers buy again in the quarter after their first purchase"),
        },
        "on_or_after": {
            "day": _("**{share}** of new customers buy again on the day after their first purchase or later"),
            "week": _("**{share}** of new customers buy again in the week after their first purchase or later"),
            "month": _("**{share}** of new customers buy again in the month after their first purchase or later"),
            "quarter": _("**{share}** of new customers buy again in the quarter after their first purchase or later"),
        },
        "cumulative": {
            "day": _("**{share}** of new customers have bought again by the end of the day after their first purchase"),
            "week": _("**{share}** of new customers have bought again by the end of the week after their first"),
            "month": _("**{share}** of new customers have bought again by the end of the month after their first"),
            "quarter": _("**{share}** of new customers have bought again by the end of the quarter after their first"),
        },
    }
    return words[criterion][grain]
