"""The practice cloud's own controls, for drills and tests: `/__sim__/…`, JSON, from this machine only.

GET    /__sim__/calls[?since=N]   API calls seen, in order, secrets masked
POST   /__sim__/reset             the account as it was built; no faults, no calls
GET    /__sim__/clock             {"now": …}
POST   /__sim__/clock             {"advance": SECONDS} or {"now": "2026-11-22T03:12:44Z"}
GET    /__sim__/faults            the faults armed, with what is left of them
POST   /__sim__/faults            {"faults": [...]}, see `faults.py`
DELETE /__sim__/faults            none any more
GET    /__sim__/truth             what really happened
GET    /__sim__/life              what goes on: each recurring call, how often it was accepted and refused
POST   /__sim__/life              {"running": false} pauses it, {"running": true} lets it go on
"""

import json
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from aktui.simcloud.clock import iso, parse_iso
from aktui.simcloud.faults import BadFault
from aktui.simcloud.request import is_loopback

if TYPE_CHECKING:
    from aktui.simcloud.server import PracticeCloud

PREFIX = "/__sim__/"
_LONGEST = 100 * 366 * 86400.0
_HERE = ("127.0.0.1", "localhost", "[::1]")

Answer = dict[str, Any]


class ControlError(Exception):
    """A control request that can not be done; the text says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def answer(cloud: "PracticeCloud", scope: Mapping[str, Any], body: bytes) -> tuple[int, Answer]:
    """Status and JSON of a control request."""
    try:
        _only_from_here(scope)
        methods = _ROUTES.get(scope["path"].removeprefix(PREFIX))
        if methods is None:
            known = ", ".join(PREFIX + name for name in _ROUTES)
            raise ControlError(404, f"no such control; there are {known}")
        act = methods.get(scope["method"])
        if act is None:
            raise ControlError(405, f"{scope['path']} takes {', '.join(methods)}")
        return 200, act(cloud, scope, body)
    except ControlError as error:
        return error.status, {"error": str(error)}
    except BadFault as error:
        return 400, {"error": str(error)}


def _only_from_here(scope: Mapping[str, Any]) -> None:
    """No other machine, and no web page that a browser on this machine shows, has any business here."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get(b"host", "").rpartition(":")[0] or headers.get(b"host", "")
    peer = (scope.get("client") or ("",))[0]
    if not is_loopback(peer) or host not in _HERE or b"origin" in headers:
        raise ControlError(403, "controls answer to this machine only, under its own address")


def _calls(cloud: "PracticeCloud", scope: Mapping[str, Any], body: bytes) -> Answer:
    since = parse_qs(scope["query_string"].decode("latin-1")).get("since", ["0"])[0]
    if not since.isascii() or not since.isdigit():
        raise ControlError(400, "since: must be the number of a call")
    return {"calls": cloud.calls.since(int(since))}


def _reset(cloud: "PracticeCloud", scope: Mapping[str, Any], body: bytes) -> Answer:
    cloud.reset()
    return {"now": iso(cloud.account.clock.now())}


def _clock(cloud: "PracticeCloud", scope: Mapping[str, Any], body: bytes) -> Answer:
    return {"now": iso(cloud.account.clock.now())}


def _set_clock(cloud: "PracticeCloud", scope: Mapping[str, Any], body: bytes) -> Answer:
    wanted = _object(body)
    clock = cloud.account.clock
    if set(wanted) == {"advance"}:
        seconds = wanted["advance"]
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not _sane(seconds):
            raise ControlError(400, "advance: must be a number of seconds, at most a hundred years")
        clock.advance(seconds)
    elif set(wanted) == {"now"}:
        try:
            clock.set(parse_iso(wanted["now"]))
        except (TypeError, ValueError):
            raise ControlError(400, "now: must look like 2026-11-22T03:12:44Z") from None
    else:
        raise ControlError(400, 'give either {"advance": SECONDS} or {"now": "2026-11-22T03:12:44Z"}')
    cloud.life.catch_up()
    return _clock(cloud, scope, body)


def _sane(seconds: float) -> bool:
    return math.isfinite(seconds) and abs(seconds) <= _LONGEST


def _faults(cloud: "PracticeCloud", scope: Mapping[str, Any], body: bytes) -> Answer:
    return {"faults": cloud.faults.describe()}


def _add_faults(cloud: "PracticeCloud", scope: Mapping[str, Any], body: bytes) -> Answer:
    wanted = _object(body)
    if set(wanted) != {"faults"}:
        raise ControlError(400, 'give {"faults": [...]} and nothing else')
    cloud.faults.add(wanted["faults"])
    return _faults(cloud, scope, body)


def _clear_faults(cloud: "PracticeCloud", scope: Mapping[str, Any], body: bytes) -> Answer:
    cloud.faults.clear()
    return _faults(cloud, scope, body)


def _truth(cloud: "PracticeCloud", scope: Mapping[str, Any], body: bytes) -> Answer:
    return dict(cloud.account.truth)


def _life(cloud: "PracticeCloud", scope: Mapping[str, Any], body: bytes) -> Answer:
    return cloud.life.told()


def _run_life(cloud: "PracticeCloud", scope: Mapping[str, Any], body: bytes) -> Answer:
    wanted = _object(body)
    if set(wanted) != {"running"} or not isinstance(wanted["running"], bool):
        raise ControlError(400, 'give {"running": true} or {"running": false}')
    cloud.life.run(wanted["running"])
    return cloud.life.told()


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise ControlError(400, "the body must be JSON") from None
    if not isinstance(found, dict):
        raise ControlError(400, "the body must be a JSON object")
    return found


_Act = Callable[["PracticeCloud", Mapping[str, Any], bytes], Answer]
_ROUTES: dict[str, dict[str, _Act]] = {
    "calls": {"GET": _calls},
    "reset": {"POST": _reset},
    "clock": {"GET": _clock, "POST": _set_clock},
    "faults": {"GET": _faults, "POST": _add_faults, "DELETE": _clear_faults},
    "truth": {"GET": _truth},
    "life": {"GET": _life, "POST": _run_life},
}
