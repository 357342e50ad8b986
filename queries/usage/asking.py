"""Questions about a window of their own: usage and watching look at other times than the inquiry does."""

from dataclasses import replace
from datetime import datetime

from aktui.models import Window
from queries import catalogue
from queries.asking.reading import Record, ident, moment, nested, record
from queries.base import Result, Row, Status, answer
from queries.inquiry import Inquiry


class Ask:
    """Asks queries about one window, which need not be the inquiry's."""

    def __init__(self, inquiry: Inquiry, window: Window) -> None:
        self.inquiry, self.window, self.key_id = inquiry, window, inquiry.key_id

    async def told(self, query_id: str, window: Window | None = None, /, **params: str) -> Result:
        """The finished answer. What the cloud refuses is a gap of it, never an exception."""
        asking = replace(self.inquiry.asking(params), window=window or self.window)
        query = catalogue()[query_id]
        latest = Result(query, params, Status.RUNNING)
        async for snapshot in answer(query, asking):
            latest = snapshot
        return latest


def event_of(row: Row) -> Record:
    """The event in a row of the trail or of a lookup."""
    return nested(row.raw.get("event")) or row.raw


def token_of(row: Row) -> str:
    """The id of the token that an AssumeRole event handed out; empty when it tells none."""
    return ident(_handed_out(row).get("AccessKeyId"))


def expiry_of(row: Row) -> datetime | None:
    """Until when that token is good."""
    return moment(_handed_out(row).get("Expiration"))


def _handed_out(row: Row) -> Record:
    return record(nested(event_of(row).get("responseElements")).get("Credentials"))
