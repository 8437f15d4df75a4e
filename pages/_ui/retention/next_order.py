"""How long it takes until a customer buys again."""

from loyalty_metrics import answers
from loyalty_metrics.language import _
from pages._ui import block, tables
from pages._ui.cache import measures
from pages._ui.view import View


def show(view: View) -> None:
    """Draw the figures of repeat purchase."""
    (repeat,) = measures("repeat_purchase_rate")

    def table() -> None:
        """Each figure with its interval and how many customers it rests on."""
        names = {
            "figure": _("Figure"),
            "value": _("Value"),
            "interval": _("95% sure it is"),
            "base": _("Out of"),
        }
        tables.static(tables.figures(repeat.frame, names, view.currency), alt=_("Repeat purchase figures"))

    block.show(
        view,
        repeat,
        heading=_("Who buys again, and how soon?"),
        answer=answers.repeat_answer(repeat.frame),
        table=table,
    )
