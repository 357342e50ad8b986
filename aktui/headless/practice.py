"""A practice cloud as a process of its own, for commands that need one: it ends when its stdin closes."""

import asyncio
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aktui.config import Settings, StaticCredentials
from aktui.errors import ConfigError
from aktui.models import Secret

MODULE = "aktui.simcloud"
PATIENCE = 180.0
"""Seconds given to it to say that it runs, or to write an account."""


def dumped(scenario: str, seed: int, now: str, path: Path) -> dict[str, Any]:
    """The account of a scenario, or of an account file, as a document. Raises ConfigError."""
    told = [*_command(scenario, seed, now), "--dump", str(path)]
    try:
        done = subprocess.run(told, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigError(f"The practice cloud could not write the account of {scenario}.") from error
    if done.returncode:
        raise ConfigError(f"The practice cloud says of {scenario}: {_last(done.stderr)}")
    document: dict[str, Any] = json.loads(path.read_bytes())
    path.unlink()
    return document


def _command(scenario: str, seed: int, now: str) -> list[str]:
    at = ["--now", now] if now else []
    return [sys.executable, "-m", MODULE, "--scenario", scenario, "--seed", str(seed), *at]


def _last(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it ended and said nothing."


class StillCloud:
    """A practice cloud in which nobody calls but us. Use it with `async with`; raises ConfigError."""

    def __init__(self, scenario: str, seed: int, now: str) -> None:
        self._command = [*_command(scenario, seed, now), "--still", "--exit-with-stdin"]
        self.told: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own module, started in an instant
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
        )
        assert self._process.stdout is not None
        reading = asyncio.get_running_loop().run_in_executor(None, self._process.stdout.readline)
        try:
            self.told = json.loads(await asyncio.wait_for(reading, PATIENCE))
        except (TimeoutError, ValueError) as error:
            said = self._failure()
            raise ConfigError(f"The practice cloud did not start: {said}") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._end)

    def _failure(self) -> str:
        self._end()
        return "it said nothing that can be read."

    def _end(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def settings(self, known: Settings, home: Path) -> Settings:
        """The settings that lead to it, with cases kept elsewhere."""
        who = self.told["responder"]
        key = StaticCredentials(str(who["access_key_id"]), Secret(str(who["access_key_secret"])))
        return replace(
            known,
            endpoint=str(self.told["endpoint"]),
            region=str(self.told["region"]),
            profile="",
            credentials=key,
            ecs_metadata=False,
            home=home,
        )
