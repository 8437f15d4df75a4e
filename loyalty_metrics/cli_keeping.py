"""The commands that change a workspace or tell of its past: import, history, undo, restatements, people, mappings."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from loyalty_metrics import alerting, answers
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.ingest import ImportReport, MoneyNote
from loyalty_metrics.ingest.guests import CUSTOMER, GUEST
from loyalty_metrics.ingest.movements import SIGNS
from loyalty_metrics.ingest.options import ANSWERS
from loyalty_metrics.language import without_markup
from loyalty_metrics.order_numbers import ORDER_IDS
from loyalty_metrics.overlap import KNOWN_ORDERS
from loyalty_metrics.schema import TABLES, TRANSACTIONS
from loyalty_metrics.several import FilesRefused
from loyalty_metrics.workspace import Workspace

_TOLD = (
    "date_format",
    "decimal",
    "unit",
    "credit_marks",
    "amounts",
    "discount_kind",
    "encoding",
    "delimiter",
    "sheet",
    "header_row",
    "time_zone",
    "currency",
    "rates",
    "preset",
    "repeated_rows",
    "known_orders",
    "returns",
    "order_ids",
    "points_sign",
    "scale",
)

_NAMED = 8
"""So many columns that are not used are named."""


def add_commands(commands: argparse._SubParsersAction) -> None:
    """Add the commands to the parser."""
    _add_import(commands)
    history = add(commands, "history", _history, "list the imports of a workspace")
    add_json(history)
    undo = add(commands, "undo", _undo, "take an import back, as if it had never been")
    undo.add_argument("import_id", type=int, metavar="ID", help="its number in `history`")
    restatements = add(commands, "restatements", _restatements, "which past figures imports and undos moved")
    restatements.add_argument("--import", dest="import_id", type=int, metavar="ID", help="of this import alone")
    add_json(restatements)
    people = add(commands, "people", _people, "customer ids that seem to be one person, and what was decided")
    for verb, text in (("accept", "are one person"), ("refuse", "are not"), ("undo", "are undecided again")):
        people.add_argument(f"--{verb}", metavar="ID,ID", help=f"say that these ids {text}")
    add_json(people)
    opened = add(commands, "opened", _opened, "say when the shop opened, or show what the data tell of it")
    opened.add_argument("day", nargs="?", help="YYYY-MM-DD, `before` for a day before the data, `found` to find it")
    add_json(opened)
    mappings = add(commands, "mappings", _mappings, "list the saved mappings")
    mappings.add_argument("--forget", metavar="NAME", help="drop one")
    add_json(mappings)


def add(commands: argparse._SubParsersAction, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    """Add a command on one workspace."""
    command: argparse.ArgumentParser = commands.add_parser(name, help=text)
    command.add_argument("--workspace", "-w", required=True, help="the .duckdb file")
    command.set_defaults(run=run)
    return command


def add_json(command: argparse.ArgumentParser) -> None:
    """Let a command print JSON."""
    command.add_argument("--json", action="store_true", help="as JSON")


def _add_import(commands: argparse._SubParsersAction) -> None:
    command = add(commands, "import", _import, "import files into a workspace: each whole, or not at all")
    command.add_argument(
        "files", nargs="*", metavar="FILE", help="a file, a folder, an archive, or a pattern such as 'exports/*.csv'"
    )
    command.add_argument("--from-database", metavar="URL", help="such as postgresql://user:password@host/database")
    command.add_argument("--query", metavar="SQL", help="the SELECT whose rows are imported from there")
    command.add_argument("--table", choices=tuple(TABLES), help="default: transactions, where the file is for no other")
    command.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=HEADER", help='such as --map order_id="Mã đơn hàng"'
    )
    command.add_argument(
        "--state",
        action="append",
        default=[],
        metavar="WORD=MEANING",
        help="what a word of the file means, such as --state 'Lost=cancelled'",
    )
    command.add_argument("--returns", choices=ANSWERS["returns"], help="rows with a quantity below 0 and money above 0")
    command.add_argument("--date-format", help="such as %%d/%%m/%%Y, where the dates do not tell")
    command.add_argument("--decimal", choices=(".", ","), help="decimal mark, where the numbers do not tell")
    command.add_argument("--unit", metavar="N", help="what one in money columns is, such as 0.01 or 1000")
    command.add_argument("--credit-marks", choices=ANSWERS["credit_marks"], help="what CR does to money")
    command.add_argument("--amounts", choices=ANSWERS["amounts"], help="what an amount is that of")
    command.add_argument("--discount-kind", choices=ANSWERS["discount_kind"], help="what a discount is")
    command.add_argument("--encoding", help="such as cp1252, where it is not found right")
    command.add_argument("--delimiter", help="what stands between columns, where it is not found right")
    command.add_argument("--sheet", help="name of the sheet or table; of several: 'Jan/Feb' or a pattern")
    command.add_argument("--header-row", type=int, metavar="N", help="the row with the headers, from 1; 0 for none")
    command.add_argument("--time-zone", help="the store's, such as Asia/Ho_Chi_Minh, for times with an offset")
    command.add_argument("--currency", metavar="CODE", help="the currency to load, or that of a file that names none")
    command.add_argument("--rates", metavar="FILE", help="date, currency, rate: turns all money into --currency")
    command.add_argument("--preset", help="name of the export format, where it is not recognised right")
    command.add_argument("--repeated-rows", choices=("keep", "drop"), help="rows that repeat another of their file")
    command.add_argument("--known-orders", choices=KNOWN_ORDERS, help="other lines of orders imported before")
    command.add_argument("--order-ids", choices=ORDER_IDS, help="whether #1001 here is the order 1001 known before")
    command.add_argument("--guest", action="append", default=[], metavar="ID", help="a customer id that is nobody's")
    command.add_argument("--customer", action="append", default=[], metavar="ID", help="one that is a customer's")
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="what every row has: --set purpose=acquisition",
    )
    command.add_argument("--points-sign", choices=SIGNS, help="how a file of points writes those that go")
    command.add_argument("--scale", type=int, metavar="N", help="the best answer on a survey's scale, such as 5")
    command.add_argument("--who", help="who imports, for the history")
    command.add_argument("--mapping", metavar="NAME", help="read the files as this saved mapping says")
    command.add_argument("--save-mapping", metavar="NAME", help="remember how the files were read")
    command.add_argument("--dry-run", action="store_true", help="report what would happen, change nothing")
    command.add_argument("--json", action="store_true", help="print the reports as JSON")


def _import(options: argparse.Namespace) -> None:
    if bool(options.from_database) != bool(options.query) or bool(options.files) == bool(options.query):
        raise LoyaltyError("Name files to import, or a database with --from-database URL --query SQL.")
    workspace = open_workspace(options, create=True)
    told = _saved(workspace, options.mapping) | _told(options)
    named: dict[str, Any] = {"table": options.table, "dry_run": options.dry_run, "who": options.who, **told}
    try:
        reports = _bring(workspace, options, named)
    except FilesRefused as refused:
        _print_reports(refused.reports, options.json)
        raise
    _print_reports(reports, options.json)
    if options.save_mapping:
        _save_mapping(workspace, options, told)
    if not options.dry_run:
        for alert in alerting.after_import(workspace):
            words = answers.alert_words(alert, alerting.card_of(workspace, alert), workspace.currency())
            print(f"alert: {without_markup(words)}", file=sys.stderr)
    workspace.close()


def _bring(workspace: Workspace, options: argparse.Namespace, named: dict[str, Any]) -> list[ImportReport]:
    if options.query:
        return [workspace.import_query(options.from_database, options.query, **named)]
    first = Path(options.files[0])
    if len(options.files) == 1 and first.is_file() and first.suffix.lower() != ".zip":
        return [workspace.import_file(first, **named)]
    return workspace.import_files(options.files, **named)


def _told(options: argparse.Namespace) -> dict[str, Any]:
    """What the command line says of the files."""
    told = {name: getattr(options, name) for name in _TOLD if getattr(options, name) is not None}
    said = {
        "columns": dict(pairs(options.map, "--map")),
        "states": dict(pairs(options.state, "--state")),
        "constants": dict(pairs(options.set, "--set")),
        "ids": dict.fromkeys(options.guest, GUEST) | dict.fromkeys(options.customer, CUSTOMER),
    }
    return told | {name: of for name, of in said.items() if of}


def _saved(workspace: Workspace, name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    found = next((mapping for mapping in workspace.saved_mappings() if mapping.name == name), None)
    if found is None:
        raise LoyaltyError(f"There is no saved mapping {name!r}; `mappings` lists them.")
    return found.options


def _save_mapping(workspace: Workspace, options: argparse.Namespace, told: dict[str, Any]) -> None:
    """Remember how the files just imported were read; all of them are of one kind."""
    if options.dry_run or workspace.imports().empty:
        raise LoyaltyError("A mapping is saved by an import that loads something; leave out --dry-run.")
    kind = workspace.imports()["kind"].iloc[0]
    workspace.save_mapping(options.save_mapping, kind, options.table or TRANSACTIONS.name, told)


def _print_reports(reports: Iterable[ImportReport], as_json: bool) -> None:
    if as_json:
        print(json.dumps([json.loads(report.to_json()) for report in reports], indent=2, ensure_ascii=False))
    else:
        print("\n".join(line for report in reports for line in _account(report)))


def _account(report: ImportReport) -> list[str]:
    """What became of a file, line by line."""
    lines = [
        f"{report.file} -> {report.table}",
        f"  read       {report.read:>12,} rows  {report.money_read:>18,.2f}",
        f"  loaded     {report.loaded:>12,} rows  {report.money_loaded:>18,.2f}",
        f"  set aside  {report.set_aside:>12,} rows  {report.money_set_aside:>18,.2f}",
    ]
    lines += [f"    {reason.rows:,} rows: {reason.sentence}" for reason in report.reasons]
    lines += [_money_line(note) for note in report.money_notes]
    lines += [f"  {report.second_account.sentence()}"] if report.second_account else []
    lines += [f"  to look at: {warning.sentence}" for warning in report.warnings]
    lines += [f"  {mapped.column} <- {mapped.header} ({mapped.how})" for mapped in report.mapping]
    lines += _unused(report.unused)
    lines += [f"  {name.replace('_', ' ')}: {fact}" for name, fact in report.facts.items() if fact is not None]
    return [*lines, *(f"  {note}" for note in report.notes), *(f"  to answer: {q.sentence}" for q in report.questions)]


def _unused(headers: Sequence[str]) -> list[str]:
    """Name the columns that nothing is taken from: one of them may matter."""
    more = f" and {len(headers) - _NAMED} more" if len(headers) > _NAMED else ""
    return [f"  not used: {', '.join(headers[:_NAMED])}{more}"] if headers else []


def _money_line(note: MoneyNote) -> str:
    rows = "" if note.rows is None else f" ({note.rows:,} rows)"
    return f"  money      {f'{note.money:+,.2f}' if note.money is not None else '':>37}  {note.sentence}{rows}"


def _history(options: argparse.Namespace) -> None:
    imports = open_workspace(options).imports().drop(columns=["report", "sha256"])
    imports["options"] = imports["options"].map(json.loads)
    shown = ["import_id", "imported_at", "who", "file", "table_name", "read", "loaded", "set_aside"]
    print_frame(imports if options.json else imports[shown], options.json)


def _undo(options: argparse.Namespace) -> None:
    workspace = open_workspace(options)
    workspace.undo_import(options.import_id)
    workspace.close()
    print(f"Import {options.import_id} was taken back.")


def _restatements(options: argparse.Namespace) -> None:
    print_frame(open_workspace(options).restatements(options.import_id), options.json)


def _people(options: argparse.Namespace) -> None:
    workspace = open_workspace(options)
    decide = {"accept": workspace.accept_person, "refuse": workspace.refuse_person, "undo": workspace.undo_person}
    for verb, run in decide.items():
        if named := getattr(options, verb):
            run([name.strip() for name in named.split(",")])
    print_frame(workspace.people_proposed(), options.json)


def _opened(options: argparse.Namespace) -> None:
    workspace = open_workspace(options)
    if options.day:
        workspace.say_opened(None if options.day == "found" else options.day)
    edge = workspace.edge()
    told = without_markup(answers.edge_answer(edge)) or f"Whoever looks new is new ({edge.outcome})."
    print(told, file=sys.stderr)
    print_frame(edge.months, options.json)
    workspace.close()


def _mappings(options: argparse.Namespace) -> None:
    workspace = open_workspace(options)
    if options.forget:
        workspace.forget_mapping(options.forget)
    found = [(m.name, m.table, m.fingerprint, m.saved_at, m.options) for m in workspace.saved_mappings()]
    columns = ["name", "table", "fingerprint", "saved_at", "options"]
    print_frame(pd.DataFrame(found, columns=columns), options.json)


def open_workspace(options: argparse.Namespace, create: bool = False) -> Workspace:
    """Open the workspace, and tell of an import that was killed in it."""
    if not create and not Path(options.workspace).exists():
        raise LoyaltyError(f"There is no workspace {options.workspace}. Make one with `import`.")
    workspace = Workspace.open(options.workspace)
    if workspace.incident:
        print(workspace.incident, file=sys.stderr)
    return workspace


def print_frame(frame: pd.DataFrame, as_json: bool) -> None:
    """Print rows as a table, or as JSON with dates as text and unknown as null."""
    frame = frame.copy()
    for column in frame.select_dtypes("datetime"):
        name = str(column)
        is_day = name == "month" or name.endswith("_day")
        frame[name] = frame[name].dt.strftime("%Y-%m-%d" if is_day else "%Y-%m-%d %H:%M:%S")
    if as_json:
        rows = json.loads(frame.to_json(orient="records", double_precision=10))
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        print(frame.to_string(index=False, na_rep="") if len(frame) else "none")


def pairs(texts: Iterable[str], option: str) -> list[tuple[str, str]]:
    """Split what is written as NAME=VALUE."""
    found = []
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise LoyaltyError(f"{option} is {text!r}; write it as NAME=VALUE.")
        found.append((name.strip(), value.strip()))
    return found
