"""The command about saved lists of customers: how they stand, and each as a file."""

import argparse
import json
from pathlib import Path
from typing import Any

import pandas as pd

from loyalty_metrics import export
from loyalty_metrics.cli_keeping import add, add_json, open_workspace, print_frame
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.lists import Look
from loyalty_metrics.saved_lists import SavedList
from loyalty_metrics.workspace import Workspace


def add_commands(commands: argparse._SubParsersAction) -> None:
    """Add the command to the parser."""
    lists = add(commands, "lists", _lists, "the saved lists of customers: how they stand, and each as a file")
    lists.add_argument("--export", metavar="NAME", help="write the customers who are in this list now")
    lists.add_argument("--contacts", action="store_true", help="with names, e-mail addresses and telephone numbers")
    lists.add_argument("--out", type=Path, help="file to write, .csv or .xlsx; by default the CSV is printed")
    add_json(lists)


def _lists(options: argparse.Namespace) -> None:
    workspace = open_workspace(options)
    if options.export:
        _export(workspace, options)
    else:
        print_frame(_standings(workspace), options.json)
    workspace.close()


def _export(workspace: Workspace, options: argparse.Namespace) -> None:
    one = _named(workspace, options.export)
    found = workspace.customers(one.measure, one.scope, Look(contacts=options.contacts, limit=None), **one.cell)
    notes = {"list": one.name, "saved": f"{one.saved_at:%Y-%m-%d}"} | export.about(found, one.cell)
    if options.out is None:
        print(export.csv(found.frame, notes).decode("utf-8-sig"), end="")
    else:
        make = export.xlsx if options.out.suffix.lower() == ".xlsx" else export.csv
        options.out.write_bytes(make(found.frame, notes))


def _named(workspace: Workspace, name: str) -> SavedList:
    found = workspace.saved_lists()
    one = next((one for one in found if one.name.casefold() == name.casefold()), None)
    if one is None:
        told = ", ".join(one.name for one in found) or "none"
        raise LoyaltyError(f"There is no list {name!r}; there are {told}.")
    return one


def _standings(workspace: Workspace) -> pd.DataFrame:
    """One row a list, with how many are in it, came and left."""
    rows: list[dict[str, Any]] = []
    for one in workspace.saved_lists():
        now = workspace.list_standing(one)
        rows.append(
            {
                "name": one.name,
                "measure": one.measure,
                "cell": json.dumps(one.cell, default=str, ensure_ascii=False),
                "scope": one.scope.describe(),
                "saved_at": one.saved_at,
                "who": one.who,
                "members": one.members,
                "now": now.now,
                "joined": now.joined,
                "left": now.left,
                "problem": now.problem,
            }
        )
    frame = pd.DataFrame(rows)
    counts = [name for name in ("now", "joined", "left") if name in frame]
    return frame.astype(dict.fromkeys(counts, "Int64"))
