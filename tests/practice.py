"""The practice cloud on a real socket, served from a thread of this process."""

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from aktui.simcloud.account import Account
from aktui.simcloud.server import PracticeCloud, create_app
from aktui.simcloud.wire import Listener, listen


class Sim:
    """A running practice cloud, usable with `with` and `async with`."""

    port: int = 0
    endpoint: str = ""

    def __init__(
        self, account: Account, rebuild: Callable[[], Account] | None = None, *, live: bool = False
    ) -> None:
        self.app: PracticeCloud = create_app(account, rebuild=rebuild, live=live)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="practice-cloud", daemon=True)
        self._stop = asyncio.Event()
        self._broken: BaseException | None = None

    @property
    def account(self) -> Account:
        return self.app.account

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread.start()
        self._ready.wait()
        if self._broken is not None:
            raise self._broken
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop serving, calls under way included. Stopping twice is fine."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.__exit__, kind, error, trace)

    def _serve(self) -> None:
        try:
            self._loop.run_until_complete(self._main())
        except BaseException as error:
            self._broken = error
            self._ready.set()
            raise
        finally:
            self._loop.close()

    async def _main(self) -> None:
        listener: Listener = await listen(self.app)
        self.port, self.endpoint = listener.port, listener.endpoint
        self._ready.set()
        await self._stop.wait()
        await listener.aclose()
