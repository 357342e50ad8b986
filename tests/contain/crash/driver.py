"""A program that runs plans in children and has them killed: one line of JSON in, one line out, per attempt.

It loads everything once and forks, so that a kill costs no start of an interpreter. A child plans and runs an
action against the practice cloud of its job. It dies by SIGKILL where the job says: `before`, `torn` (half of
the line is written) or `after` the n-th write of the journal; `before`, `during` or `after` the n-th request
of the run; or when a part of the time has passed that the run takes.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from aktui.case import journal as journal_file
from aktui.case.ledger import Ledger
from aktui.cloud import limits
from aktui.cloud.session import Cloud
from aktui.cloud.transport import Transport
from aktui.config import Settings, StaticCredentials
from aktui.contain import journal
from aktui.contain.action import actions
from aktui.contain.engine import Engine
from aktui.contain.handover import FileHandover
from aktui.errors import CallRef
from aktui.models import Secret
from tests.cloud.rig import QUICK
from tests.contain.crash.table import secret_file
from tests.contain.crash.workshop import REASON, SOON
from tests.contain.stage import approved

KNOWN: set[str] = set()
"""Modules that were loaded before the fork."""
_LATE = 0.02
"""Seconds after a request began to go out that `during` kills."""


@dataclass
class Counter:
    """Dies at the n-th time of something."""

    at: int
    seen: int = 0

    def reached(self) -> bool:
        self.seen += 1
        return self.seen == self.at


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)  # the signal is on its way to this very thread


def arm(kill: Mapping[str, Any], sent: list[str]) -> None:
    """Lay the trap of a job. The actions of the requests that are sent from now on are written down."""
    of, when, number = kill.get("of"), str(kill.get("when", "")), int(kill.get("n", 0))
    if of == "journal":
        _trap_journal(when, Counter(number))
    _trap_requests(when, Counter(number if of == "request" else 0), sent)


def _trap_journal(when: str, counter: Counter) -> None:
    append: Callable[..., Any] = journal_file.append

    def trapped(directory: Path, kind: str, body: Mapping[str, Any]) -> Any:
        mine = counter.reached()
        if mine and when == "before":
            die()
        if mine and when == "torn":
            with (directory / journal_file.FILE).open("ab") as file:
                file.write(b'{"at":"2026-11-22T08:00:00.000000+00:00","body":{"call":"ims:Upd')
            die()
        line = append(directory, kind, body)
        if mine:
            die()
        return line

    setattr(journal, "append", trapped)  # noqa: B010  (it is not exported)


def _trap_requests(when: str, counter: Counter, sent: list[str]) -> None:
    send = Transport.send

    async def trapped(self: Transport, call: CallRef, *args: Any, **more: Any) -> Any:
        sent.append(call.action)
        mine = counter.reached()
        if mine and when == "before":
            die()
        if mine and when == "during":
            asyncio.get_running_loop().call_later(_LATE, die)
        answer = await send(self, call, *args, **more)
        if mine:
            die()
        return answer

    Transport.send = trapped  # type: ignore[method-assign]


async def work(job: Mapping[str, Any], began: Callable[[], None]) -> dict[str, Any]:
    """Plan and run; seconds that the run took, and the actions of the requests that it made."""
    settings = Settings(
        endpoint=job["endpoint"],
        region=job["region"],
        credentials=StaticCredentials(job["key"], Secret(job["secret"])),
        armed=True,
    )
    directory = Path(job["directory"])
    ledger = await Ledger.open(directory, key_id=job["suspect"], practice=True)
    async with Cloud(settings, record=ledger.record, patience=QUICK) as cloud:
        engine = Engine(cloud, job["suspect"], directory, copy=ledger.record_action, patience=SOON)
        plan = await engine.plan(job["action"], job["params"], impact=False)
        sent: list[str] = []
        arm(job["kill"], sent)
        began()
        start = time.perf_counter()
        handover = FileHandover(secret_file(directory))
        await engine.execute(plan, approved(plan, REASON), handover=handover)
        took = time.perf_counter() - start
    await ledger.aclose()
    return {"took": took, "requests": sent, "loaded": sorted(set(sys.modules) - KNOWN)}


def child(job: Mapping[str, Any], report: int) -> None:
    """In the fork: do the job and be gone."""
    code = 1
    try:
        _tell(report, json.dumps(asyncio.run(work(job, lambda: _tell(report, "began")))))
        code = 0
    except BaseException as error:
        _tell(report, json.dumps({"error": f"{type(error).__name__}: {error}"}))
    finally:
        os._exit(code)


def _tell(report: int, text: str) -> None:
    data = f"{text}\n".encode()
    while data:
        data = data[os.write(report, data) :]


def attempt(job: Mapping[str, Any]) -> dict[str, Any]:
    """Fork a child for a job, kill it by time if the job says so, and wait for its end."""
    KNOWN.update(sys.modules)
    listen, report = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(listen)
        child(job, report)
    os.close(report)
    with os.fdopen(listen) as told:
        first = told.readline().strip()
        if "after" in job["kill"] and first == "began":
            time.sleep(job["kill"]["after"])
            os.kill(pid, signal.SIGKILL)
        rest = told.read() if first == "began" else f"{first}\n"
    _, status = os.waitpid(pid, 0)
    # What has no line end was cut off by the kill.
    said = json.loads(rest) if len(rest) > 1 and rest.endswith("\n") else {}
    return {"began": first == "began", "killed": os.WIFSIGNALED(status), **said}


def main() -> None:
    limits.quota_of = lambda *_: limits.Quota(100_000)
    actions()
    print("ready", flush=True)
    for line in sys.stdin:
        told = attempt(json.loads(line))
        warm(told.pop("loaded", ()))
        print(json.dumps(told), flush=True)


def warm(names: Sequence[str]) -> None:
    """Load what a child had to load, so that the next one need not; some names of modules are made up."""
    for name in names:
        if name not in sys.modules:
            with suppress(ImportError):
                import_module(name)
    assert threading.active_count() == 1, "a fork would leave its locks taken"


if __name__ == "__main__":
    main()
