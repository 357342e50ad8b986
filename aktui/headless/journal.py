"""`aktui journal`: what was done about a key, as its journal tells. It asks the cloud nothing."""

import argparse
from pathlib import Path
from typing import Any

from aktui.case.journal import Contents, read_journal
from aktui.config import Settings
from aktui.contain.history import History, replay
from aktui.headless import runs
from aktui.headless.case import which_case
from aktui.headless.output import as_json, emit, note

SCHEMA = "aktui.journal/1"


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0, or 3 when the journal does not hold together: what follows the break is not told."""
    directory, _ = which_case(args.case, settings)
    contents = read_journal(directory)
    history = replay(contents)
    if args.json:
        emit(as_json(_document(directory, contents, history)) + "\n")
    else:
        emit("\n".join(runs.text(one) for one in history.runs))
    _notes(directory, history)
    return 3 if history.problem else 0


def _document(directory: Path, contents: Contents, history: History) -> dict[str, Any]:
    last = contents.lines[-1] if contents.lines else None
    return {
        "schema": SCHEMA,
        "key_id": directory.name,
        "directory": str(directory),
        "entries": len(contents.lines),
        "head": last.hash if last else "",
        "torn": history.torn,
        "problem": history.problem,
        "open": [one.id for one in history.open],
        "runs": [runs.document(one) for one in history.runs],
    }


def _notes(directory: Path, history: History) -> None:
    if not history.runs:
        note(f"Nothing was done: the journal of {directory.name} has no run.")
    for one in history.open:
        note(f"The run {one.id} has no end: it runs, or was cut off; `aktui recover {one.plan.key_id}`.")
    if history.torn:
        note(f"{history.torn} unfinished lines were left by crashes; they are passed over and kept.")
    if history.problem:
        note(f"The journal was changed: {history.problem} What follows is not told.")
