"""What the tests of the transport share: a quick patience, clouds, and a scripted server."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aktui.cloud.calllog import Record
from aktui.cloud.patience import Patience
from aktui.cloud.session import Cloud
from aktui.config import Settings, StaticCredentials
from aktui.models import Secret
from tests.listening import listening
from tests.practice import Sim
from tests.simcloud.accounts import RESPONDER_KEY, SECRETS

QUICK = Patience(
    connect=5.0,
    read=5.0,
    total=10.0,
    attempts=3,
    enough=30.0,
    first=0.001,
    longest=0.005,
    throttled_first=0.001,
    throttled_longest=0.01,
    throttled_total=0.2,
)

IMPATIENT = replace(QUICK, read=0.3, total=0.5)
"""For a cloud that does not answer; a busy machine may still answer within this."""

HANG = b"<hang>"
"""Scripted: take the request and say nothing."""
CUT = b"<cut>"
"""Scripted: take the request and close the connection."""


def keys(key_id: str = RESPONDER_KEY, secret: str = "", token: str = "") -> StaticCredentials:
    return StaticCredentials(key_id, Secret(secret or SECRETS.get(key_id, "s" * 30)), Secret(token))


def settings_for(endpoint: str, credentials: StaticCredentials | None = None, **rest: Any) -> Settings:
    return Settings(endpoint=endpoint, credentials=credentials or keys(), **rest)


def cloud_of(
    sim: Sim,
    credentials: StaticCredentials | None = None,
    *,
    record: Record | None = None,
    patience: Patience = QUICK,
    **rest: Any,
) -> Cloud:
    """A `Cloud` that speaks to a practice cloud."""
    return Cloud(settings_for(sim.endpoint, credentials, **rest), record=record, patience=patience)


def answer(
    body: object, *, status: int = 200, headers: Mapping[str, str] | None = None, length: int | None = None
) -> bytes:
    """An HTTP answer as bytes; `length` lies about the body's."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [
        f"HTTP/1.1 {status} Some Reason",
        f"content-length: {len(payload) if length is None else length}",
    ]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + payload


CALLER = answer({"RequestId": "R-1", "AccountId": "1"})


class Wire:
    """A server that answers the n-th request with the n-th scripted answer; the last one repeats."""

    def __init__(self, *script: bytes) -> None:
        self._script = script
        self.requests: list[str] = []
        """Heads of the requests."""
        self.connections = 0
        self.endpoint = ""

    def cloud(self, patience: Patience = QUICK, credentials: StaticCredentials | None = None) -> Cloud:
        return Cloud(settings_for(self.endpoint, credentials), patience=patience)

    def header(self, name: str) -> list[str]:
        """The values of a header, one for each request that had it."""
        lines = [line for head in self.requests for line in head.split("\r\n")]
        return [line.partition(": ")[2] for line in lines if line.startswith(f"{name}: ")]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.requests.append(head.decode())
                reply = self._script[min(len(self.requests), len(self._script)) - 1]
                if reply == HANG:
                    await reader.read()
                if reply in (HANG, CUT):
                    return
                writer.write(reply)
                await writer.drain()
                if b"connection: close" in reply:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


async def until(condition: Callable[[], object]) -> None:
    """Return once the condition holds; a test whose condition never holds fails."""
    for _ in range(5000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("this never came to be")


@asynccontextmanager
async def wire(*script: bytes) -> AsyncIterator[Wire]:
    served = Wire(*script)
    async with listening(served.serve) as port:
        served.endpoint = f"http://127.0.0.1:{port}"
        yield served


def samples() -> Path:
    """The folder of sample answers; the test is skipped where it is not at hand."""
    beside = Path(__file__).parents[2].parent / "shared" / "samples"
    folder = Path(os.environ.get("AKTUI_API_SAMPLES") or beside)
    if not folder.is_dir():
        pytest.skip("the folder of sample answers is not here (AKTUI_API_SAMPLES names it)")
    return folder
