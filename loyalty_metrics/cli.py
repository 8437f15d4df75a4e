"""The command line: import files and look after them, list measures, ask for one, show its SQL.

The exit status is 0, or 1 with one clear line on standard error. What `--json` prints is documented in
docs/command-line.md and stays stable: other tools build on it.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from loyalty_metrics import cli_actions, cli_keeping, cli_lists, cli_report, cli_review, cli_rules, export
from loyalty_metrics.cli_customer import tell
from loyalty_metrics.cli_keeping import pairs
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.registry import MODELS, Registry
from loyalty_metrics.scope import (
    CLOCKS,
    CRITERIA,
    CUSTOMER_FILTERS,
    GRAINS,
    ORDER_FILTERS,
    PARTS,
    REFUNDS,
    VALUES,
    Scope,
)
from loyalty_metrics.workspace import Workspace

SAMPLE = "sample"
"""The name that stands for the shipped sample instead of a file."""


class _OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line and exit with 1, like every other error here."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise LoyaltyError(f"{message[0].upper()}{message[1:].rstrip('.')}. Try `{self.prog} --help`.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The words after the program's name; by default those of the process.

    Returns:
        The exit status: 0, or 1 when something was wrong.
    """
    try:
        options = parser().parse_args(arguments)
        options.run(options)
    except LoyaltyError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader (`head`) has seen enough
        sys.stderr.close()
    return 0


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = _OneLineParser(prog="python -m loyalty_metrics", description="Customer loyalty measures from transactions.")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    cli_keeping.add_commands(commands)
    cli_rules.add_commands(commands)
    cli_lists.add_commands(commands)
    cli_actions.add_commands(commands)
    cli_review.add_commands(commands)
    measures = commands.add_parser("measures", help="list the measures and what they mean")
    measures.add_argument("--json", action="store_true", help="as JSON")
    measures.add_argument("--models", type=Path, action="append", default=[], help="folder with further .sql measures")
    measures.set_defaults(run=_measures)
    for name, run, text in (
        ("measure", _measure, "ask for a measure"),
        ("sql", _sql, "show the statement behind a measure, ready for the DuckDB shell"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("name", metavar="NAME", help="one of `measures`")
        _add_scope(command)
        command.set_defaults(run=run)
        if name == "measure":
            command.add_argument("--format", choices=export.FORMATS, default="csv", help="default: csv")
            command.add_argument("--out", type=Path, help="file to write; by default it is printed")
            words = (
                "csv and xlsx: the figures alone, without workspace, as-of date, grain, time zone and scope in each row"
            )
            command.add_argument("--plain", action="store_true", help=words)
    cli_report.add_command(commands, _add_scope, _open, _scope)
    customer = commands.add_parser("customer", help="find one customer and tell of them")
    customer.add_argument("text", metavar="WHO", help="an id, or a part of a name, e-mail address or telephone number")
    _add_scope(customer)
    customer.add_argument("--json", action="store_true", help="as JSON")
    customer.set_defaults(run=_customer)
    return top


def _add_scope(command: argparse.ArgumentParser) -> None:
    command.add_argument("--workspace", "-w", required=True, help=f"the .duckdb file, or '{SAMPLE}'")
    command.add_argument("--as-of", help="YYYY-MM-DD; default: the last day in the data")
    command.add_argument(
        "--compare-to", metavar="YYYY-MM-DD", help="earlier date compared with; default: 13 weeks before"
    )
    command.add_argument("--window", type=int, metavar="DAYS", help="only the last so many days, for standing measures")
    command.add_argument("--grain", choices=GRAINS, default="month", help="default: month")
    command.add_argument("--clock", choices=CLOCKS, default="calendar", help="default: calendar")
    command.add_argument("--criterion", choices=CRITERIA, default="exact", help="default: exact")
    command.add_argument("--refunds", choices=REFUNDS, default="restate", help="default: restate")
    command.add_argument("--value", choices=VALUES, default="revenue", help="what Pareto adds up; default: revenue")
    command.add_argument("--lapse-days", type=int, metavar="DAYS", help="default: nine in ten who return have by then")
    command.add_argument("--by", choices=CUSTOMER_FILTERS, help="attribute by which groups of customers are compared")
    command.add_argument("--age", type=int, default=1, metavar="N", help="age of the cohorts compared; default: 1")
    command.add_argument(
        "--compare",
        metavar="FROM/TO/FROM/TO",
        help="first and last cohort of the older and of the newer set; default: the newest three and twelve before",
    )
    command.add_argument(
        "--settled-from",
        metavar="YYYY-MM-DD",
        help="who looks new from this day on is new; default: found in the data; 0001-01-01 takes everybody in",
    )
    command.add_argument("--nth", type=int, default=2, metavar="N", help="purchase waited for; default: 2, the second")
    command.add_argument("--customer", metavar="ID", help="the customer that measures of one customer are about")
    command.add_argument(
        "--horizon", type=int, default=365, metavar="DAYS", help="days forecasts look ahead; default: 365"
    )
    command.add_argument(
        "--discount", type=int, default=10, metavar="PERCENT", help="a year, off money to come; default: 10"
    )
    command.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="FILTER=VALUE",
        help=f"filters on customers: {', '.join(CUSTOMER_FILTERS)}; on orders: {', '.join(ORDER_FILTERS)}; "
        "the same filter may be given several times",
    )
    command.add_argument("--models", type=Path, action="append", default=[], help="folder with further .sql measures")


def _measures(options: argparse.Namespace) -> None:
    cards = Registry((MODELS, *options.models)).measures
    if options.json:
        print(json.dumps([card.to_dict() for card in cards], indent=2, ensure_ascii=False))
    else:
        width = max(len(card.name) for card in cards)
        print("\n".join(f"{card.name:<{width}}  {card.title}: {card.definition}" for card in cards))


def _measure(options: argparse.Namespace) -> None:
    result = _open(options).measure(options.name, _scope(options))
    name = Path(options.workspace).stem
    if options.format == "parquet" and not options.out:
        raise LoyaltyError("Parquet is not for reading on a screen; name a file with --out.")
    written = export.to_bytes(result, options.format, name, options.plain)
    if options.out:
        options.out.write_bytes(written)
    else:
        sys.stdout.write(written.decode("utf-8"))


def _sql(options: argparse.Namespace) -> None:
    print(_open(options).sql(options.name, _scope(options)) + ";")


def _customer(options: argparse.Namespace) -> None:
    print(tell(_open(options), options.text, _scope(options), options.json))


def _open(options: argparse.Namespace) -> Workspace:
    if options.workspace == SAMPLE:
        return Workspace.sample(options.models)
    if not Path(options.workspace).exists():
        raise LoyaltyError(f"There is no workspace {options.workspace}. Make one with `import`, or name '{SAMPLE}'.")
    return Workspace.open(options.workspace, options.models)


def _scope(options: argparse.Namespace) -> Scope:
    filters: dict[str, list[str]] = {}
    for name, value in pairs(options.where, "--where"):
        filters.setdefault(name, []).append(value)
    return Scope(**{name: getattr(options, name) for name in PARTS}, filters=filters)
