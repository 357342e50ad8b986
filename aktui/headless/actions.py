"""The actions as they stand: by phase, what is observed now, whether each can be done, and why not."""

import argparse
import asyncio
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from aktui.config import Settings
from aktui.contain.action import Action, Choice, action_named, actions
from aktui.contain.ground import Ground
from aktui.contain.history import History
from aktui.errors import AktuiError, CloudError, ContainError
from aktui.headless.containing import Work, evidence, lines, working
from aktui.headless.output import as_json, emit, note
from aktui.headless.plans import DANGERS

LISTED, ONE = "aktui.actions/1", "aktui.action/1"


async def show(args: argparse.Namespace, settings: Settings) -> int:
    """All actions, or one with its parameters and what there is to choose; 3 when some could not be told."""
    async with working(settings, args.key_id) as work:
        ground = await work.engine.survey()
        try:
            found = await _looked(ground, args.action_id)
            if args.action_id:
                found[0] |= await _choices(ground, action_named(args.action_id))
        finally:
            await ground.aclose()
    evidence(work.ledger)
    facts = _facts(work, ground, found)
    if args.json:
        emit(as_json({"schema": ONE if args.action_id else LISTED, **facts}) + "\n")
    else:
        emit(_one(found[0]) if args.action_id else _text(found))
    _open(ground.history, args.key_id)
    return 0 if facts["complete"] else 3


def _facts(work: Work, ground: Ground, found: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "key_id": work.engine.key_id,
        "account_id": ground.responder.account_id,
        "identity": ground.responder.arn,
        "armed": work.engine.armed,
        "open_runs": [run.id for run in ground.history.open],
        "complete": all(one["error"] is None for one in found),
        "actions": found,
    }


def _open(history: History, key_id: str) -> None:
    for run in history.open:
        note(f"The run {run.id} was cut off; nothing runs before `aktui recover {key_id}`.")


async def _looked(ground: Ground, action_id: str) -> list[dict[str, Any]]:
    wanted = [action_named(action_id)] if action_id else list(actions().values())
    return list(await asyncio.gather(*(_look(ground, action) for action in wanted)))


async def _look(ground: Ground, action: Action) -> dict[str, Any]:
    """The action as it stands. `available` is null where that could not be told."""
    told: dict[str, Any] = {
        "id": action.id,
        "title": action.title,
        "phase": action.phase.value,
        "about": action.about,
        "danger": action.danger.value,
        "way_back": action.way_back,
        "state": "",
        "available": None,
        "blocked": "",
        "error": None,
        "params": [_param(param) for param in action.params],
    }
    try:
        seen = await action.look(ground)
    except ContainError as error:
        return told | {"available": False, "blocked": f"{error} {error.hint}".strip()}
    except CloudError as error:
        return told | {"error": _error(error)}
    return told | {"state": seen.state, "available": not seen.blocked, "blocked": seen.blocked}


def _param(param: Any) -> dict[str, Any]:
    return {"name": param.name, "help": param.help, "required": param.required, "default": param.default}


def _error(error: AktuiError) -> dict[str, str]:
    code, request_id, missing = (getattr(error, name, "") for name in ("code", "request_id", "missing"))
    return {"message": f"{error}", "code": code, "request_id": request_id, "missing": missing}


async def _choices(ground: Ground, action: Action) -> dict[str, Any]:
    """By parameter, what there is to choose from; empty where that could not be told."""
    found: dict[str, list[Choice]] = {}
    problems = []
    for name, choose in action.choices.items():
        try:
            found[name] = list(await choose(ground))
        except (ContainError, CloudError) as error:
            problems.append(f"What {name} may be could not be told: {error}")
    return {
        "choices": {
            name: [{"value": one.value, "label": one.label} for one in some] for name, some in found.items()
        },
        "choices_unknown": problems,
    }


def _text(found: list[dict[str, Any]]) -> str:
    parts: list[str] = []
    for phase, some in groupby(found, lambda one: str(one["phase"])):
        parts.append(f"{phase}\n")
        for one in some:
            parts.append(lines(("  " + _may(one), f"{one['id']}: {one['title']}"), ("", _state(one))))
    return "".join(parts)


def _may(one: dict[str, Any]) -> str:
    return {True: "can", False: "not now", None: "unknown"}[one["available"]]


def _state(one: dict[str, Any]) -> str:
    if one["error"] is not None:
        return f"It could not be told: {one['error']['message']}"
    if not one["blocked"]:
        return f"now: {one['state']}"
    alike = one["state"].lower() in one["blocked"].lower()
    return one["blocked"] if alike else f"now: {one['state']}. {one['blocked']}"


def _one(one: dict[str, Any]) -> str:
    danger = next(words for danger, words in DANGERS.items() if danger.value == one["danger"])
    return lines(
        ("action", f"{one['id']}: {one['title']} ({one['phase']})"),
        ("about", one["about"]),
        ("danger", danger),
        ("way back", one["way_back"]),
        (_may(one), _state(one)),
        *_params(one),
    )


def _params(one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for param in one["params"]:
        must = " (required)" if param["required"] else ""
        default = f" ({param['default']} without it)" if param["default"] else ""
        yield "--param", f"{param['name']}=…: {param['help']}{must}{default}"
        for choice in one["choices"].get(param["name"], ()):
            yield "", f"{choice['value']}  {choice['label']}"
    for problem in one["choices_unknown"]:
        yield "", problem
