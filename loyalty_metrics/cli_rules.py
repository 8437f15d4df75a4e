"""The command about the rules of segments: show, export, import, versions, going back."""

import argparse
import json
import sys
from pathlib import Path

import pandas as pd

from loyalty_metrics.answers import moved_answer, rule_changes
from loyalty_metrics.cli_keeping import add, add_json, open_workspace, print_frame
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import without_markup
from loyalty_metrics.rule_versions import Version
from loyalty_metrics.segment_rules import SCORED, STEPS, Rules, from_text, to_text
from loyalty_metrics.workspace import Workspace


def add_commands(commands: argparse._SubParsersAction) -> None:
    """Add the command to the parser."""
    rules = add(commands, "rules", _rules, "the rules of segments: show them, change them, go back")
    rules.add_argument("--export", type=Path, metavar="FILE", help="write the rules that hold as JSON; - prints them")
    rules.add_argument("--import", type=Path, dest="file", metavar="FILE", help="let these rules, JSON or TOML, hold")
    rules.add_argument("--dry-run", action="store_true", help="with --import: say whom they would move, change nothing")
    rules.add_argument("--back", type=int, metavar="N", help="go back to this version; 0 is the house rules")
    rules.add_argument("--who", help="who changes them, for the list of versions")
    rules.add_argument("--note", default="", help="why, for the list of versions")
    rules.add_argument("--versions", action="store_true", help="list all versions and what each changed")
    add_json(rules)


def _rules(options: argparse.Namespace) -> None:
    workspace = open_workspace(options)
    if options.file:
        _import(workspace, options)
    elif options.back is not None:
        print(f"The rules of {workspace.restore_rules(options.back, options.who).told} hold now.", file=sys.stderr)
    if options.versions:
        print_frame(_versions(workspace.rule_versions()), options.json)
    elif options.export:
        _export(workspace.rules(), options.export)
    elif options.json:
        print(to_text(workspace.rules().rules, workspace.rules().told), end="")
    elif not options.file:
        _show(workspace.rules())
    workspace.close()


def _import(workspace: Workspace, options: argparse.Namespace) -> None:
    rules = from_text(_text(options.file), options.file.suffix.lower())
    moved = moved_answer(workspace.moved_by(rules), workspace.rules().rules, rules, workspace.currency())
    print(without_markup(moved), file=sys.stderr)
    if not options.dry_run:
        version = workspace.save_rules(rules, options.who, options.note)
        print(f"The rules of {version.told} hold now.", file=sys.stderr)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LoyaltyError(f"{path} cannot be read: {error}.") from error


def _export(version: Version, path: Path) -> None:
    text = to_text(version.rules, version.told)
    if str(path) == "-":
        print(text, end="")
    else:
        path.write_text(text, encoding="utf-8")


def _versions(versions: list[Version]) -> pd.DataFrame:
    """One row a version, the one that holds first, with what it changed."""
    rows = [
        (v.number, v.saved_at, v.who, v.note, "; ".join(rule_changes(before.rules, v.rules)))
        for v, before in zip(versions, [*versions[1:], versions[-1]], strict=True)
    ]
    return pd.DataFrame(rows, columns=["version", "saved_at", "who", "note", "changes"])


def _show(version: Version) -> None:
    """The table of segments and the thresholds, as text."""
    rules: Rules = version.rules
    width = max(len(name) for name in rules.names) + 2
    print(f"{version.told[0].upper()}{version.told[1:]}; they hold for every date.")
    print("      " + "".join(f"FM {fm}".ljust(width) for fm in range(1, STEPS + 1)).rstrip())
    for r_score, row in zip(range(STEPS, 0, -1), rules.grid, strict=True):
        print(f"R {r_score}   " + "".join(name.ljust(width) for name in row).rstrip())
    if rules.cuts is None:
        print("Scores are made by quintiles.")
    else:
        told = {name: json.dumps([str(value) for value in getattr(rules.cuts, name)]) for name in SCORED}
        print("Scores 2 to 5 take " + "; ".join(f"{name} {values}" for name, values in told.items()).replace('"', ""))
