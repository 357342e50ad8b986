"""The socket side: uvicorn's HTTP protocol on 127.0.0.1, connections that have a number and can be cut."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

KEEP_ALIVE = 75
"""Seconds an idle connection is kept, as long as common clients keep theirs."""


class Connection:
    """One TCP connection. Number 0, without a transport, stands for a client in this very process."""

    def __init__(self, number: int = 0, transport: asyncio.Transport | None = None) -> None:
        self.number = number
        self._transport = transport

    async def cut(self, receive: Callable[[], Awaitable[Any]]) -> None:
        """Close it at once, whatever was promised; come back when the server has noticed."""
        if self._transport is None:
            raise ConnectionResetError("the practice cloud cut the connection")
        self._transport.abort()
        while (await receive())["type"] != "http.disconnect":
            continue


def connection_of(scope: Mapping[str, Any]) -> Connection:
    found = scope.get("state", {}).get("connection")
    return found if isinstance(found, Connection) else Connection()


class _Protocol(H11Protocol):
    """Puts the connection within reach of the application, in the ASGI scope's `state`."""

    numbers = itertools.count(1)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "connection": Connection(next(self.numbers), transport)}


class Listener:
    """A server that listens. `port` is where; `aclose()` stops it, with whatever is still under way."""

    def __init__(self, server: asyncio.Server, state: ServerState) -> None:
        self._server = server
        self._state = state
        self.port: int = server.sockets[0].getsockname()[1]

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def aclose(self) -> None:
        self._server.close()
        for protocol in list(self._state.connections):
            protocol.transport.abort()
        await asyncio.sleep(0)
        tasks = list(self._state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()


def _ends_quietly(app: Any) -> Any:
    """A call that is under way when the server stops is no error to report."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        with suppress(asyncio.CancelledError):
            await app(scope, receive, send)

    return serve


async def listen(app: Any, port: int = 0) -> Listener:
    """Serve an ASGI application on 127.0.0.1 (port 0: any free one). Raises OSError when it can not bind."""
    config = uvicorn.Config(
        _ends_quietly(app),
        http=_Protocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        h11_max_incomplete_event_size=1024 * 1024,
    )
    config.load()
    state = ServerState()

    def protocol() -> _Protocol:
        return _Protocol(config=config, server_state=state, app_state={})

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", port, backlog=512)
    return Listener(server, state)
