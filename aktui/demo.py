"""The console on a practice cloud of its own, which lives and dies with it."""

import asyncio
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from typing import IO, Any

from aktui.app import run
from aktui.config import Settings, StaticCredentials
from aktui.errors import ConfigError
from aktui.models import Secret
from screens.desk import Desk, Setting

MODULE = "aktui.simcloud"
PATIENCE = 60.0
"""Seconds given to the practice cloud to say that it runs."""


@dataclass
class Practice:
    """The practice cloud's process. It ends when its stdin closes, so also when this process is killed."""

    scenario: str
    process: "subprocess.Popen[bytes]"
    errors: IO[bytes]

    @classmethod
    def start(cls, scenario: str, seed: int) -> "Practice":
        """Start it and return at once. Raises ConfigError when not even a process can be had."""
        command = [sys.executable, "-m", MODULE, "--scenario", scenario, "--seed", str(seed)]
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module
                [*command, "--exit-with-stdin"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        except OSError as error:
            errors.close()
            raise ConfigError(f"The practice cloud could not be started: {error.strerror}.") from error
        return cls(scenario, process, errors)

    async def announced(self) -> dict[str, Any]:
        """What it says about itself once it serves. Raises ConfigError when it does not."""
        reading = asyncio.get_running_loop().run_in_executor(None, self._first_line)
        try:
            first = await asyncio.wait_for(reading, PATIENCE)
        except TimeoutError:
            self.stop()
            raise ConfigError(f"The practice cloud said nothing for {PATIENCE:.0f} seconds.") from None
        try:
            told = json.loads(first)
        except ValueError:
            raise self._failure() from None
        if not isinstance(told, dict):
            raise self._failure()
        return told

    def _first_line(self) -> bytes:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def _failure(self) -> ConfigError:
        """Why it did not start, in its own last words."""
        self.stop()
        self.errors.seek(0)
        said = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        reason = said[-1] if said else f"it ended with code {self.process.returncode} and said nothing"
        return ConfigError(
            f"The practice cloud did not start: {reason}",
            hint=f"Run `aktui simcloud --scenario {self.scenario}` to see all it says.",
        )

    def stop(self) -> None:
        """End it: by closing its stdin, then less politely."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and not (pipe is self.process.stdout and self.process.poll() is None):
                pipe.close()
        try:
            self.process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def close(self) -> None:
        """End it and let go of everything."""
        self.stop()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.errors.close()


def run_demo(settings: Settings, key_id: str = "", *, scenario: str = "leaked-ci-key", seed: int = 1) -> int:
    """The console on a fresh practice cloud; returns the exit code. Raises ConfigError."""
    practice = Practice.start(scenario, seed)

    async def prepare() -> Setting:
        return setting_of(settings, await practice.announced())

    try:
        return run(Desk(prepare, practice=True, armed=settings.armed, banner=scenario), key_id)
    finally:
        practice.close()


def setting_of(settings: Settings, told: dict[str, Any]) -> Setting:
    """The settings that lead to the practice cloud. Raises ConfigError when it left something out."""
    try:
        responder = told["responder"]
        credentials = StaticCredentials(
            str(responder["access_key_id"]), Secret(str(responder["access_key_secret"]))
        )
        found = replace(
            settings,
            endpoint=str(told["endpoint"]),
            region=str(told["region"]),
            profile="",
            credentials=credentials,
            ecs_metadata=False,
        )
        return Setting(found, tuple(str(key) for key in told["suspect_key_ids"]))
    except (KeyError, TypeError) as error:
        raise ConfigError(f"The practice cloud left out {error} when it introduced itself.") from error
