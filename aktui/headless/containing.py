"""What the commands of containment share: the case, the cloud and an engine; steps and calls in words."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aktui.case.ledger import Ledger
from aktui.cloud.session import Cloud
from aktui.config import Settings
from aktui.contain.action import change_named
from aktui.contain.engine import Engine
from aktui.contain.step import State, Step
from aktui.errors import ContainError
from aktui.headless.investigation import investigation
from aktui.headless.output import note
from aktui.text import visible


@dataclass(frozen=True)
class Work:
    """What a command works with."""

    engine: Engine
    cloud: Cloud
    ledger: Ledger


@asynccontextmanager
async def working(settings: Settings, key_id: str) -> AsyncIterator[Work]:
    """An engine on the case of a key; each entry of its journal is in the ledger too. Raises as
    `investigation` does."""
    async with investigation(settings, key_id) as found:
        ledger = found.ledger
        engine = Engine(found.cloud, key_id, ledger.directory, copy=ledger.record_action)
        yield Work(engine, found.cloud, ledger)


def evidence(ledger: Ledger) -> None:
    """Say where the evidence is, and the hash that proves its end."""
    seq, head = ledger.head
    note(f"Evidence: {seq + 1} entries in {ledger.directory}; its head is {head}.")


def described(step: Step) -> dict[str, Any]:
    """A step as documents have it: with its sentence, its states in words and its calls, secrets as stars."""
    try:
        change = change_named(step.change)
        words = {"title": change.title(step), "from": change.told(step.before), "to": change.told(step.after)}
    except ContainError:
        words = {"title": step.change, "from": _json(step.before), "to": _json(step.after)}
    return {**step.as_json(), **words}


def calls_of(step: Step) -> list[dict[str, Any]]:
    """The API calls of a step exactly as they will be sent, secrets as stars. Raises NotPossible."""
    return [call.shown() for call in change_named(step.change).calls(step)]


def call_line(call: dict[str, Any]) -> str:
    """`ims:UpdateAccessKey Status=Inactive …`."""
    params = [f"{name}={_json(value)}" for name, value in call["params"].items()]
    return " ".join((call["call"], *([f"in {call['region']}"] if call["region"] else []), *params))


def _json(value: State) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def lines(*told: tuple[str, str]) -> str:
    """Lines of a name and a text, the empty ones left out; nothing in them can move the cursor."""
    return "".join(f"{name:<9} {visible(text)}\n" for name, text in told if text)
