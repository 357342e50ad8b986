"""What the screens work with: how the console was started, and the investigation that is open."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aktui.case.directory import CaseSummary
    from aktui.config import Settings
    from screens.investigation import Investigation


@dataclass(frozen=True)
class Setting:
    """Where the console works: the live cloud, or a practice one once it runs."""

    settings: "Settings"
    suspects: tuple[str, ...] = ()


Prepare = Callable[[], Awaitable[Setting]]
Open = Callable[["Settings", str], Awaitable["Investigation"]]


class Desk:
    """One per console. Screens come and go; this stays until the end."""

    def __init__(
        self, prepare: Prepare, *, open_key: Open | None = None, practice: bool = False, banner: str = ""
    ) -> None:
        self.practice = practice
        self.banner = banner
        self.investigation: Investigation | None = None
        self._prepare = prepare
        self.open_key = open_key or _open_investigation
        self._preparing: asyncio.Task[Setting] | None = None

    @property
    def mode(self) -> str:
        """What the header shows. Nothing here writes to the cloud yet, so it is never armed."""
        return "PRACTICE" if self.practice else "READ-ONLY"

    async def ready(self) -> Setting:
        """Where to work, as soon as that is known; raises AktuiError when it can not be had. Asked once."""
        if self._preparing is None or (self._preparing.done() and self._preparing.exception() is not None):
            self._preparing = asyncio.ensure_future(_as_coroutine(self._prepare()))
        return await asyncio.shield(self._preparing)

    async def open(self, key_id: str) -> "Investigation":
        """Begin with a key; one that was open is closed. Raises AktuiError."""
        await self.leave()
        setting = await self.ready()
        self.investigation = await self.open_key(setting.settings, key_id)
        return self.investigation

    async def leave(self) -> None:
        """Close the investigation that is open, if any."""
        investigation, self.investigation = self.investigation, None
        if investigation is not None:
            await investigation.aclose()

    async def aclose(self) -> None:
        """Close everything; the console ends."""
        if self._preparing is not None and not self._preparing.done():
            self._preparing.cancel()
            await asyncio.gather(self._preparing, return_exceptions=True)
        await self.leave()

    async def cases(self) -> "list[CaseSummary]":
        """The recent cases, newest first, of the kind that is worked on here."""
        setting = await self.ready()
        return await asyncio.to_thread(_cases, setting.settings, self.practice)


async def _as_coroutine(setting: Awaitable[Setting]) -> Setting:
    return await setting


def _cases(settings: "Settings", practice: bool) -> "list[CaseSummary]":
    from aktui.case.directory import recent_cases

    return [case for case in recent_cases(settings.home) if case.practice is practice]


async def _open_investigation(settings: "Settings", key_id: str) -> "Investigation":
    from screens.investigation import open_investigation

    return await open_investigation(settings, key_id)
