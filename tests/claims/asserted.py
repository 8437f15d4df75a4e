"""What the product's sentences assert of a shop: a change, a difference, an effect, a ranking; by kind."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from loyalty_metrics import Scope, Workspace, answers
from loyalty_metrics.language import without_markup
from loyalty_metrics.review import review

CHANGES = {
    "cell": ("differ from the other cohorts",),
    "lately": ("up from", "down from"),
    "for_good": ("for good",),
}
"""Words of the retention page that assert something, by kind."""


def opened(lines: pd.DataFrame) -> Workspace:
    """The shop as a workspace, as somebody would import it who says nothing."""
    workspace = Workspace.in_memory()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.parquet"
        lines.to_parquet(path)
        workspace.import_file(path)
    return workspace


def asserted(workspace: Workspace) -> set[str]:
    """The kinds of assertions that pages, report and command line make of a shop as of its last day."""
    return set(_retention(workspace)) | set(_groups(workspace)) | set(_others(workspace))


def _retention(workspace: Workspace) -> Iterator[str]:
    cohorts, curve, change, over_time = (
        workspace.measure(name).frame
        for name in ("cohort_retention", "retention_curve", "retention_change", "retention_over_time")
    )
    told = " ".join(
        without_markup(text)
        for text in (
            answers.retention_answer(curve, cohorts),
            answers.change_answer(change, over_time),
            answers.cohort_table_answer(cohorts),
        )
    )
    told = told.replace("None of the", "").replace("differs from", "")
    yield from (kind for kind, words in CHANGES.items() if any(each in told for each in words))
    values = change[change["value"].notna()]
    if values["verdict"].isin(["up", "down"]).any():
        yield "group_changed"


def _groups(workspace: Workspace) -> Iterator[str]:
    scope = Scope(by="first_channel")
    groups = workspace.measure("retention_by_group", scope).frame
    if "in only" in answers.group_retention_answer(groups):
        yield "groups_differ"
    summary, tests = (workspace.measure(name, scope).frame for name in ("next_order_summary", "next_order_differences"))
    if "The groups differ" in answers.group_difference_answer(summary, tests, "first_channel"):
        yield "waits_differ"


def _others(workspace: Workspace) -> Iterator[str]:
    found = review(workspace)
    if found.findings:
        yield "finding"
    flow = workspace.measure("customer_flow").frame
    if "against" in answers.flow_answer(flow):
        yield "leak_changed"
    years = workspace.measure("pareto_by_year").frame
    told = answers.persistence_answer(years)
    if "more than before" in told or "more evenly than before" in told:
        yield "concentration_changed"
