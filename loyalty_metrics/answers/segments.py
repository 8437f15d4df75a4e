"""Who brings the money, and who is slipping away?"""

import pandas as pd

from loyalty_metrics import sentences as say
from loyalty_metrics.language import _, label, ngettext, plain


def segments_answer(segments: pd.DataFrame, currency: str | None = None) -> str:
    """Who brings the money, and which good customers are slipping away.

    Args:
        segments: The measure `rfm_segments`.
        currency: Of the revenue.
    """
    held = segments[segments["customers"] > 0]
    if held.empty:
        return say.not_yet(_("nobody has bought in this scope"))
    best = held.iloc[int(held["revenue"].astype("float64").argmax())]
    words = _("**{segment}**: {customers} of customers bring **{revenue}** of revenue.")
    first = words.format(
        segment=plain(label(str(best["segment"]))),
        customers=say.share(best["customer_share"]),
        revenue=say.share(best["revenue_share"]),
    )
    slipping = held[held["overdue"] > 0]
    n, money = int(slipping["overdue"].sum()), float(slipping["overdue_revenue"].sum())
    if not n:
        return say.joined(first, _("No good customer is overdue."))
    words = ngettext(
        "Act on **{n}** good customer who has not come for long: worth {money} so far.",
        "Act on **{n}** good customers who have not come for long ({segments}): worth {money} so far.",
        n,
    )
    names = ", ".join(plain(label(name)) for name in slipping["segment"])
    return say.joined(first, words.format(n=say.count(n), segments=names, money=say.money(money, currency)))
