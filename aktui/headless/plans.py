"""Plans as they are printed and kept: the preview of what would be done, and the file that `--apply` runs.

A plan is kept in the case under its digest, so that what runs is what was printed, word for word.
"""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aktui.case import smallfile
from aktui.case.directory import make_private
from aktui.contain.action import action_named, change_named
from aktui.contain.plan import Danger, Plan
from aktui.errors import CaseError, ContainError, NotApproved, UsageError
from aktui.headless import impacts
from aktui.headless.containing import call_line, calls_of, described, lines
from aktui.headless.output import as_json, iso
from aktui.models import utc_now

FOLDER = "plans"
SCHEMA = "aktui.kept-plan/1"

DANGERS = {
    Danger.LOW: "low: nothing that works today stops.",
    Danger.BUSINESS: "business: calls of the business may be refused; the way back is quick.",
    Danger.HIGH: "high: there is no way back, or it takes a person who knows the system.",
}
_DIGEST = re.compile(r"[0-9a-f]{64}")


def document(plan: Plan, directory: Path) -> dict[str, Any]:
    """The plan with all that a person must know before approving it; schema aktui.plan/1."""
    return {
        **plan.as_json(),
        "steps": [{**described(step), "calls": calls_of(step)} for step in plan.steps],
        "danger_means": DANGERS[plan.danger],
        "impact": impacts.document(plan.impact) if plan.impact is not None else None,
        "way_back": way_back(plan),
        "needs_secret_file": makes_secret(plan),
        "planned_at": iso(utc_now()),
        "kept_in": str(path_of(directory, plan.digest)),
        "apply": apply_words(plan),
    }


def text(plan: Plan, told: dict[str, Any]) -> str:
    """The same for people."""
    parts = [
        lines(
            ("plan", f"{plan.title} ({plan.action})"),
            ("key", plan.key_id),
            ("account", f"{plan.account_id}, as {plan.identity}"),
            ("danger", told["danger_means"]),
            *((name, value) for name, value in _steps(told)),
        )
    ]
    if plan.impact is not None:
        parts.append(impacts.text(plan.impact))
    parts.append(
        lines(
            *(("warning", warning) for warning in plan.warnings),
            ("asks why", plan.needs_reason),
            ("way back", told["way_back"]),
            ("digest", plan.digest),
            ("to run it", shlex.join(told["apply"])),
        )
    )
    return "".join(parts)


def _steps(told: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for number, step in enumerate(told["steps"], 1):
        yield f"step {number}", step["title"]
        yield "", f"{step['from']} → {step['to']}"
        for call in step["calls"]:
            yield "", call_line(call)


def way_back(plan: Plan) -> str:
    """How it is taken back, or why it can not be."""
    if plan.undoes:
        return f"What is taken back here can be planned anew with {plan.action}."
    return action_named(plan.action).way_back


def makes_secret(plan: Plan) -> bool:
    """Whether a secret has to be handed over when it runs."""
    return any(change_named(step.change).has_secret for step in plan.steps)


def apply_words(plan: Plan) -> list[str]:
    """The command that runs it; whoever runs it adds what is theirs to add."""
    what = ["undo", plan.key_id, plan.undoes] if plan.undoes else ["contain", plan.key_id, plan.action]
    words = ["aktui", *what, "--apply", "--allow-containment", "--digest", plan.digest]
    words += ["--confirm", plan.key_id[-4:]]
    words += ["--reason", "TEXT"] if plan.needs_reason else []
    return [*words, "--secret-file", "FILE"] if makes_secret(plan) else words


def path_of(directory: Path, digest: str) -> Path:
    return directory / FOLDER / f"{digest}.json"


def keep(directory: Path, digest: str, told: dict[str, Any]) -> None:
    """Keep the printed plan in the case, only for its owner. Raises CaseError. Touches the disk."""
    make_private(directory / FOLDER)
    smallfile.write(path_of(directory, digest), SCHEMA, "plan", json.loads(as_json(told)), "plan")


def load(directory: Path, key_id: str, digest: str) -> tuple[Plan, str]:
    """The plan kept under a digest, and when it was planned. Raises NotApproved when there is none, CaseError
    when it is not as it was kept. Touches the disk."""
    check_digest(digest)
    path = path_of(directory, digest)
    told = smallfile.read(path, SCHEMA, "plan", dict, "plan")
    if told is None:
        raise NotApproved(
            f"The case of {key_id} keeps no plan with this digest, so nothing was done.",
            hint="Print it with --plan in place of --apply, read it, and use the digest that it prints.",
        )
    try:
        plan, at = Plan.from_json(told), str(told["planned_at"])
        good = plan.digest == digest and plan.key_id == key_id
    except (KeyError, TypeError, ValueError, AttributeError, ContainError):
        good = False
    if not good:
        raise CaseError(
            f"{path} does not hold the plan of this digest: it was changed since. Nothing was done.",
            hint="Print the plan anew with --plan, and look who else can write to the case.",
        )
    return plan, at


def check_digest(digest: str) -> None:
    """Raises UsageError for what can be no digest."""
    if not _DIGEST.fullmatch(digest):
        raise UsageError("--digest wants the 64 hexadecimal digits that --plan printed.")
