"""The command that writes the weekly review to a file, such as by a schedule."""

import argparse
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from loyalty_metrics import report
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _
from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import Workspace


def add_command(
    commands: argparse._SubParsersAction,
    add_scope: Callable[[argparse.ArgumentParser], None],
    opened: Callable[[argparse.Namespace], Workspace],
    scope_of: Callable[[argparse.Namespace], Scope],
) -> None:
    """Add the command to the parser.

    Args:
        commands: Where commands are added.
        add_scope: Adds the options of workspace and scope.
        opened: Opens the workspace that they name.
        scope_of: Reads the scope off them.
    """
    command = commands.add_parser("report", help="write the review to a file: " + ", ".join(report.FORMATS))
    add_scope(command)
    command.add_argument(
        "--out", type=Path, required=True, help="file to write; its ending says which of " + ", ".join(report.FORMATS)
    )
    command.add_argument("--title", help="of the report")
    command.set_defaults(run=lambda options: _report(options, opened, scope_of))


def _report(
    options: argparse.Namespace,
    opened: Callable[[argparse.Namespace], Workspace],
    scope_of: Callable[[argparse.Namespace], Scope],
) -> None:
    ending = report.format_of(options.out)
    with closing(opened(options)) as workspace:
        document = report.build(workspace, scope_of(options), _business(options.workspace), options.title)
    made = report.write(document, ending)
    try:
        options.out.write_bytes(made)
    except OSError as error:
        raise LoyaltyError(f"The report could not be written to {options.out}: {error.strerror}.") from error


def _business(workspace: str) -> str:
    """The workspace's name for people, as the pages show it."""
    return _("Sample shop") if workspace == "sample" else Path(workspace).stem.replace("_", " ")
