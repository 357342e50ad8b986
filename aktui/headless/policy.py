"""`aktui policy`: the least that the responder's identity must be allowed, as a RAM policy."""

import argparse
import json
from typing import Any

from aktui.config import Settings
from aktui.errors import AktuiError
from aktui.headless.output import as_json, emit, note
from queries import catalogue


def run(args: argparse.Namespace, settings: Settings) -> int:
    if args.what == "contain":
        raise AktuiError(
            "This version of aktui reads and changes nothing, so there is no policy for containment.",
            hint="`aktui policy read` prints the policy for all it does.",
        )
    policy = read_policy()
    emit(as_json(policy) + "\n")
    size = len(json.dumps(policy, separators=(",", ":")))
    note(f"{len(needed_actions())} actions, {size} characters without blanks; RAM limits a policy's length.")
    return 0


def needed_actions() -> list[str]:
    """The RAM actions of all queries, each once, sorted."""
    return sorted({action for query in catalogue().values() for action in query.needs})


def read_policy() -> dict[str, Any]:
    """A RAM policy document that allows what the queries need, and nothing else."""
    statement = {"Effect": "Allow", "Action": needed_actions(), "Resource": ["*"]}
    return {"Version": "1", "Statement": [statement]}
