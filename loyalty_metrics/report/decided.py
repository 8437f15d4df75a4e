"""What was decided, and what came of it, as a section."""

from loyalty_metrics import answers
from loyalty_metrics.decisions import Decision
from loyalty_metrics.effects import MEASURED, Effect
from loyalty_metrics.language import _, label, without_markup
from loyalty_metrics.report.document import Section, Table, cell
from loyalty_metrics.report.told import Told

OWNER = 1
"""The column that names a person."""


def sections(told: Told) -> tuple[Section, ...]:
    """One section; none where nothing was decided."""
    if not told.decided:
        return ()
    assert told.scope.as_of
    rows = tuple(
        (
            cell(one.plan.title),
            cell(one.plan.owner),
            cell(one.starts_on, "date"),
            cell(one.plan.due_on, "date"),
            cell(one.targets, "count"),
            cell(_("overdue") if answers.is_late(one, told.scope.as_of) else label(one.status)),
            cell(without_markup(_came_of_it(told, one, effect))),
        )
        for one, effect in told.decided
    )
    headers = (_("Decision"), _("Owner"), _("From"), _("Due"), _("Customers"), _("Stands"), _("What came of it"))
    table = Table(_("Decisions"), headers, rows, personal=(OWNER,))
    answer = answers.decisions_answer(told.decided, told.scope.as_of)
    return (Section(_("What did we decide, and what came of it?"), answer, tables=(table,)),)


def _came_of_it(told: Told, one: Decision, effect: Effect) -> str:
    row = effect.of(one.plan.outcome) if effect.state == MEASURED else None
    verdict = label(answers.verdict_of(one, effect))
    if not row:
        return verdict
    unit = answers.UNITS[one.plan.outcome]
    moved = answers.change(row["effect"], unit, told.currency)
    return f"{verdict}: {moved} ({answers.interval(row, unit, told.currency)})"
