"""`aktui policy`: the least that the responder's identity must be allowed, as a RAM policy."""

import argparse
import json
from collections.abc import Iterable
from typing import Any

from aktui.config import Settings
from aktui.headless.output import as_json, emit, note
from queries import catalogue
from queries.sweep.declared import NEEDS


def run(args: argparse.Namespace, settings: Settings) -> int:
    actions = contain_actions() if args.what == "contain" else needed_actions()
    policy = policy_of(actions)
    emit(as_json(policy) + "\n")
    size = len(json.dumps(policy, separators=(",", ":")))
    note(f"{len(actions)} actions, {size} characters without blanks; RAM limits a policy's length.")
    return 0


def needed_actions() -> list[str]:
    """The RAM actions of all queries and of a sweep, each once, sorted."""
    return sorted({*NEEDS, *(action for query in catalogue().values() for action in query.needs)})


def contain_actions() -> list[str]:
    """Those, and what the actions of containment and their changes read and write."""
    from aktui.contain.action import actions, changes

    found = set(needed_actions())
    for change in changes().values():
        found |= {*change.reads, *change.writes}
    return sorted(found | {need for action in actions().values() for need in action.needs})


def policy_of(actions: Iterable[str]) -> dict[str, Any]:
    """A RAM policy document that allows these actions, and nothing else."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": ["*"]}
    return {"Version": "1", "Statement": [statement]}
