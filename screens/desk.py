"""What the screens work with: how the console was started, and the investigation that is open."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screens.widgets.header import Standing

if TYPE_CHECKING:
    from aktui.case.directory import CaseSummary
    from aktui.config import Settings
    from screens.contain.containing import Containment
    from screens.investigation import Investigation
    from screens.sweepwork import SweepWork


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
        self,
        prepare: Prepare,
        *,
        open_key: Open | None = None,
        practice: bool = False,
        armed: bool = False,
        banner: str = "",
    ) -> None:
        self.practice = practice
        self.armed = armed
        """Whether confirmed containment may write to the cloud; the gate in the transport says so too."""
        self.banner = banner
        self.investigation: Investigation | None = None
        self.sweep: SweepWork | None = None
        """The sweep of the account, once somebody looked at it."""
        self._prepare = prepare
        self.open_key = open_key or _open_investigation
        self._preparing: asyncio.Task[Setting] | None = None

    @property
    def mode(self) -> str:
        """What the header shows, always."""
        return "ARMED" if self.armed else "READ-ONLY"

    def standing(self, region: str = "", *, idle: bool = False) -> Standing:
        """What the header can show before it is known who asks."""
        return Standing(region=region, mode=self.mode, practice=self.practice, scene=self.banner, idle=idle)

    @property
    def containment(self) -> "Containment | None":
        """That of the key that is open."""
        return self.investigation.containment if self.investigation is not None else None

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
        if self.sweep is not None:
            await self.sweep.aclose()

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
