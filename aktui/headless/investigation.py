"""One key, asked about from the command line: its case open, the cloud at hand, the window in cloud time."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aktui.case.directory import case_directory
from aktui.case.ledger import Ledger
from aktui.case.marks import read_marks
from aktui.cloud.session import Cloud
from aktui.config import Settings
from aktui.errors import BadKey, BadSignature, CloudError
from aktui.headless.times import check, window
from aktui.models import Window
from queries.inquiry import Inquiry

WINDOW = timedelta(days=90)
"""How far back is looked unless told: as far as ActionTrail keeps events."""

_INTRODUCTION = 5.0
"""Seconds to wait for the cloud to tell its time before taking this machine's."""


@dataclass(frozen=True)
class Investigation:
    """What a command works with."""

    cloud: Cloud
    inquiry: Inquiry
    ledger: Ledger


@asynccontextmanager
async def investigation(
    settings: Settings, key_id: str, since: str = "", until: str = ""
) -> AsyncIterator[Investigation]:
    """Open the case and the cloud; every answer is in the ledger before a query sees it.

    Raises UsageError for the window, CaseError for the case, CredentialsError without credentials, and
    BadKey or BadSignature when the cloud takes none of the responder's calls.
    """
    check(since, until)
    directory = case_directory(settings.home, key_id, practice=settings.practice)
    ledger = await Ledger.open(directory, key_id=key_id, practice=settings.practice)
    try:
        async with Cloud(settings, record=ledger.record) as cloud:
            await cloud.credentials.get()
            inquiry = Inquiry(cloud, key_id, Window(cloud.now() - WINDOW, cloud.now()))
            try:
                await _introduce(inquiry)
                inquiry.window = window(since, until, cloud.now(), WINDOW)
                inquiry.marks = await asyncio.to_thread(read_marks, directory)
                yield Investigation(cloud, inquiry, ledger)
            finally:
                await inquiry.aclose()
    finally:
        await ledger.aclose()


async def _introduce(inquiry: Inquiry) -> None:
    """Ask who asks, which also tells the cloud's time. What is wrong with this call alone is told later."""
    who: Coroutine[Any, Any, Any] = inquiry.asking({}).once.call("sts", "GetCallerIdentity")
    task = asyncio.create_task(who, name="introduction")
    await asyncio.wait([task], timeout=_INTRODUCTION)
    if not task.done():
        task.add_done_callback(_heard)
        return
    error = task.exception()
    if isinstance(error, BadKey | BadSignature) or (error is not None and not isinstance(error, CloudError)):
        raise error


def _heard(task: "asyncio.Task[Any]") -> None:
    """A late answer: whoever asks the same question gets it, and its failure, from the inquiry."""
    if not task.cancelled():
        task.exception()
