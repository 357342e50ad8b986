"""What the log screens of one investigation share: the rows, the downloads, the edited texts, the window."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aktui.case.statements import forget, newest, remember
from aktui.errors import CaseError
from aktui.models import Window
from queries import catalogue
from queries.base import LogText, Query
from queries.inquiry import Inquiry
from queries.logs import keyevents
from screens.logpanes.closer import Closer
from screens.logpanes.collect import Collection
from screens.logpanes.download import Download
from screens.logpanes.questions import Lead

if TYPE_CHECKING:
    from aktui.case.rows.store import RowStore

EVENTS_KEPT = timedelta(days=90)


class LogWork:
    """One per investigation; it ends with it. Screens come and go, what they began goes on."""

    def __init__(self, inquiry: Inquiry, store: "RowStore", directory: Path) -> None:
        self.inquiry = inquiry
        self.store = store
        self.directory = directory
        self.local = False
        """Times are shown as this machine's clock has them."""
        self.fault = ""
        """Why edited texts are not remembered, when that is so."""
        self._downloads: dict[tuple[object, ...], Download] = {}
        self._closer: dict[Window, Closer] = {}
        self._texts: dict[tuple[str, str], str] | None = None
        self._writing = asyncio.Lock()
        self._collection: Collection | None = None

    def at(self, window: Window) -> Inquiry:
        """The inquiry over this stretch of time."""
        if window == self.inquiry.window:
            return self.inquiry
        if window not in self._closer:
            self._closer[window] = Closer(self.inquiry, window)
        return self._closer[window]

    def download(self, lead: Lead, window: Window) -> Download:
        """The rows a lead goes to; begun when nobody has yet."""
        within = lead.window or window
        known = (lead.query.id, tuple(sorted(lead.params.items())), within)
        found = self._downloads.get(known)
        if found is None:
            if lead.query.plan is None:
                raise ValueError(f"{lead.query.id} has no rows to download")
            title = f"{lead.query.title}: {lead.about}" if lead.about else lead.query.title
            inquiry = self.at(within)
            asking = inquiry.asking(lead.params)
            found = Download(asking, self.store, lead.query, title, lead.query.plan, self._ask_anew)
            self._downloads[known] = found
            found.begin()
        return found

    def trail_events(self) -> Download:
        """The events of the key and its user from the trail's Logstore; begun when nobody has yet."""
        query = catalogue()[keyevents.TRAIL_QUERY]
        known = (keyevents.trail_plan, self._ninety)
        found = self._downloads.get(known)
        if found is None:
            asking = self.at(self._ninety).asking({})
            title = "Events of the key and its user"
            found = Download(asking, self.store, query, title, keyevents.trail_plan, self._ask_anew)
            self._downloads[known] = found
        return found

    def lookups(self) -> Collection:
        """The events of the key and its user by LookupEvents; nothing is asked yet."""
        if self._collection is None:
            self._collection = Collection(self.at(self._ninety).asking({}), self.store)
        return self._collection

    @property
    def _ninety(self) -> Window:
        """As far back as LookupEvents goes."""
        end = self.inquiry.window.end
        return Window(end - EVENTS_KEPT, end)

    def _ask_anew(self) -> None:
        """What was found out about the logs may be the reason for what is missing."""
        for kind in ({}, {"kind": "oss"}, {"kind": "sls"}, {"kind": "trail"}):
            self.inquiry.forget("log-sources", **kind)
            self.inquiry.forget("log-sources", **kind, detail="no")

    # Edited texts

    async def texts(self) -> Mapping[tuple[str, str], str]:
        """The remembered texts, by question and parameter."""
        if self._texts is None:
            try:
                self._texts = await asyncio.to_thread(newest, self.directory)
            except CaseError as error:
                self._texts, self.fault = {}, f"{error.message} {error.hint}".strip()
        return self._texts

    def edited(self, query: Query, text: LogText) -> str:
        """The text a person wrote for it, or empty."""
        return (self._texts or {}).get((query.id, text.param), "")

    def built(self, query: Query, text: LogText, params: Mapping[str, str], inquiry: Inquiry) -> str:
        """The text as the parameters make it. Raises UsageError for a bad value."""
        asking = inquiry.asking({name: value for name, value in params.items() if name != text.param})
        return text.build(asking)

    async def remember(self, query: Query, text: LogText, statement: str) -> None:
        """Keep an edited text in the case; an empty one brings the built one back. Raises CaseError."""
        async with self._writing:
            texts = dict(await self.texts())
            texts.pop((query.id, text.param), None)
            self._texts = texts
            if edited := statement.strip():
                texts[query.id, text.param] = edited
                await asyncio.to_thread(remember, self.directory, query.id, edited, text.param)
            else:
                await asyncio.to_thread(forget, self.directory, query.id, text.param)

    def params(self, query: Query, chosen: Mapping[str, str]) -> dict[str, str]:
        """The parameters of a question, edited texts among them."""
        told = {name: value for name, value in chosen.items() if value}
        for text in query.texts:
            edited = self.edited(query, text)
            if edited:
                told[text.param] = edited
        return told

    async def aclose(self) -> None:
        """Stop what is under way; what has come stays in the case."""
        if self._collection is not None:
            await self._collection.aclose()
        await asyncio.gather(*(download.aclose() for download in self._downloads.values()))
        await asyncio.gather(*(inquiry.aclose() for inquiry in self._closer.values()))
