"""Time since the first purchase, in words and on an axis."""

from loyalty_metrics.language import _, ngettext


def age_words(age: int, grain: str) -> str:
    """How long after the first purchase, in words."""
    if age == 0:
        return _("in the period of the first purchase")
    words = {
        "day": ngettext("{n} day after the first purchase", "{n} days after the first purchase", age),
        "week": ngettext("{n} week after the first purchase", "{n} weeks after the first purchase", age),
        "month": ngettext("{n} month after the first purchase", "{n} months after the first purchase", age),
        "quarter": ngettext("{n} quarter after the first purchase", "{n} quarters after the first purchase", age),
    }
    return words[grain].format(n=age)


def ages_title(grain: str, clock: str = "calendar") -> str:
    """The title of an axis of ages."""
    if clock == "rolling" and grain in ("month", "quarter"):
        days = 30 if grain == "month" else 90
        return _("Spans of {days} days after the first purchase").format(days=days)
    words = {
        "day": _("Days after the first purchase"),
        "week": _("Weeks after the first purchase"),
        "month": _("Months after the first purchase"),
        "quarter": _("Quarters after the first purchase"),
    }
    return words[grain]


def age_step(oldest: int) -> int:
    """How many ages apart the marks of an axis stand, so that they fit a phone."""
    return 1 if oldest <= 14 else 3 if oldest <= 36 else 6


def later(age: int, grain: str) -> str:
    """An age in few words."""
    words = {
        "day": ngettext("{n} day later", "{n} days later", age),
        "week": ngettext("{n} week later", "{n} weeks later", age),
        "month": ngettext("{n} month later", "{n} months later", age),
        "quarter": ngettext("{n} quarter later", "{n} quarters later", age),
    }
    return words[grain].format(n=age) if age else _("first purchase")


def ago(n: int, grain: str) -> str:
    """So many periods before now."""
    words = {
        "day": ngettext("{n} day ago", "{n} days ago", n),
        "week": ngettext("{n} week ago", "{n} weeks ago", n),
        "month": ngettext("{n} month ago", "{n} months ago", n),
        "quarter": ngettext("{n} quarter ago", "{n} quarters ago", n),
    }
    return words[grain].format(n=n)
