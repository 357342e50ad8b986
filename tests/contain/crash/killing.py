"""Which kills an action gets, and the program that carries them out."""

import json
import os
import random
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from tests.contain.crash.workshop import Workshop

ROOT = Path(__file__).parents[3]
SEED = 20261122
ALL = 220
"""Kills in all, spread over the actions; a few moments come when the run is over already."""


@dataclass(frozen=True)
class Kill:
    """Where a run is killed: at the n-th write of the journal, at the n-th request, or after some seconds."""

    of: str = ""
    when: str = ""
    n: int = 0
    after: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True)
class Course:
    """How a run goes when nobody disturbs it."""

    entries: int
    requests: int
    writes: tuple[int, ...]
    """Which of the requests are writes, counted from 1."""
    took: float


def kills(course: Course, name: str, number: int) -> list[Kill]:
    """The kills of an action, the same for the same name: its first write, then exact and random moments."""
    draw = random.Random(f"{SEED} {name}")
    found = [Kill("request", when, course.writes[0]) for when in ("before", "during", "after")]
    found.append(Kill("journal", "torn", draw.randint(2, course.entries)))
    exact = [Kill("journal", when, n) for when in ("before", "torn", "after") for n in _upto(course.entries)]
    exact += [
        Kill("request", when, n) for when in ("before", "during", "after") for n in _upto(course.requests)
    ]
    rest = [one for one in exact if one not in found]
    moments = [Kill(after=draw.uniform(0.001, course.took)) for _ in range(2)]
    found += draw.sample(rest, min(len(rest), number - len(found) - len(moments)))
    return [*found, *moments]


def _upto(number: int) -> range:
    return range(1, number + 1)


class Driver:
    """The program that forks and kills."""

    def __init__(self) -> None:
        environment = {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore::DeprecationWarning"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.contain.crash.driver"],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def attempt(self, at: Workshop, kill: Kill | None) -> dict[str, Any]:
        """Have a trial run, and killed."""
        responder = at.account.keys[at.account.responder]
        job = {
            "endpoint": at.sim.endpoint,
            "region": at.account.region,
            "key": responder.id,
            "secret": responder.secret,
            "suspect": at.key_id,
            "directory": str(at.directory),
            "action": at.trial.action,
            "params": dict(at.trial.case.params),
            "kill": kill.as_json() if kill else {},
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._line())
        assert isinstance(told, dict)
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
