"""Why does the number not match what another tool shows?"""

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.charts.ages import age_words
from loyalty_metrics.language import _, format_value, label, plain

SMALL = 0.0005
"""A difference that rounds away."""


def definitions_answer(steps: pd.DataFrame, own: float, name: str, age: int, grain: str = "month") -> str:
    """Both numbers, their difference, and the choice that moves it most.

    Args:
        steps: Rows of `measures.definitions.steps`.
        own: The share by the product's own definition.
        name: What the other definition is called.
        age: Periods since the first purchase.
        grain: Length of a period.
    """
    other = float(steps["share"].iloc[-1]) if len(steps) else own
    if not say.known(own) or not say.known(other):
        return say.not_yet(_("one of the definitions has no period of that age"))
    shares = {"own": plain(format_value(own, "share")), "other": plain(format_value(other, "share"))}
    words = _("{age}: **{own}** as counted here, **{other}** as counted by “{name}”.")
    first = words.format(age=_capital(age_words(age, grain)), name=plain(name), **shares)
    moving = steps[steps["contribution"].abs() >= SMALL]
    if moving.empty:
        return say.joined(first, _("The choices that differ do not move the number here."))
    most = moving.iloc[int(moving["contribution"].abs().to_numpy().argmax())]
    why = _("What moves it most is “{choice}”: {becomes} instead of {was} ({points}).").format(
        choice=plain(label(most["choice"])),
        becomes=plain(_inside(most["becomes"])),
        was=plain(_inside(most["was"])),
        points=_points(float(most["contribution"])),
    )
    return say.joined(first, why)


def preset_note(name: str) -> str:
    """What another tool counts, in a sentence, as its maker or its users document it."""
    notes = {
        "shopify": _(
            "As documented: cohorts by the first order in the shop; a cell is the share that ordered again in that"
            " period, and the period under way is shown like the others."
        ),
        "ga4": _(
            "As documented: cohorts by the first event of the chosen kind within the report's range; “standard” counts"
            " each period by itself. It counts devices or user ids, not buyers, which cannot be shown here."
        ),
        "mixpanel": _(
            "As documented: periods of 30 days from each user's own first event within the report's range; “on or"
            " after” counts whoever comes in that period or later."
        ),
        "amplitude": _(
            "As documented: periods of 30 days from each user's own first event within the chart's range; “return on”"
            " counts whoever comes in that period, weighted over all who have reached it."
        ),
        "posthog": _(
            "As documented: calendar periods from the first event within the range; the mean row is the simple mean of"
            " the cohorts unless it is set to be weighted."
        ),
        "own_choice": _("Your own choices, one by one."),
    }
    return notes[name]


def _points(share: float) -> str:
    number = plain(say.points(share))
    return _("{n} points more").format(n=number) if share > 0 else _("{n} points less").format(n=number)


def _inside(code: str) -> str:
    """A choice's words within a sentence."""
    words = label(code)
    return words[:1].lower() + words[1:]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
