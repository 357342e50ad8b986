"""Leak reports of Security Center about one key. Its lines may hold the secret: they go no further."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from aktui.errors import AktuiError, CloudError, Forbidden
from aktui.models import Reply
from aktui.redact import STARS
from queries.asking.reading import Record, count, ident, listed
from queries.asking.together import settled
from queries.base import Asking, Gap, Status
from queries.provider.naming import names_key

LEAK_CALLS = ("sas:DescribeAccesskeyLeakList", "sas:DescribeAccessKeyLeakDetail")
LEAK_NEEDS = ("yundun-aegis:DescribeAccesskeyLeakList", "yundun-aegis:DescribeAccessKeyLeakDetail")
_PAGE = 100
_MOST_PAGES = 20


@dataclass(frozen=True)
class Leaks:
    """The reports about the key, and what could not be asked."""

    found: tuple[Record, ...]
    gaps: tuple[Gap, ...]
    request_id: str = ""


async def leaks_of(asking: Asking) -> Leaks:
    """Reports by the id in both spellings that are in use; where neither finds one, all are read."""
    found: dict[str, Record] = {}
    gaps: list[Gap] = []
    request_id = ""
    for query in (f"ak:{asking.key_id}", asking.key_id, ""):
        if not query and found:
            break
        try:
            async for reply in _pages(asking, query):
                request_id = reply.request_id
                for one in listed(reply, LEAK_CALLS[0], "AccessKeyLeakList"):
                    if names_key(ident(one.get("AccesskeyId")), asking.key_id):
                        found.setdefault(ident(one.get("Id")) or f"{len(found)}", one)
        except CloudError as error:
            gaps.append(Gap.of(error, "leak reports"))
            if isinstance(error, Forbidden):
                break
        except _TooMany:
            detail = f"The first {_MOST_PAGES * _PAGE} reports were read; there are more."
            gaps.append(Gap(Status.PARTIAL, "leak reports", detail, LEAK_CALLS[0]))
    return Leaks(tuple(found.values()), tuple(dict.fromkeys(gaps)), request_id)


class _TooMany(Exception):
    """The list goes on."""


async def _pages(asking: Asking, query: str) -> AsyncIterator[Reply]:
    read = 0
    for number in range(1, _MOST_PAGES + 1):
        reply = await asking.once.call(
            "sas", "DescribeAccesskeyLeakList", CurrentPage=number, PageSize=_PAGE, Query=query or None
        )
        yield reply
        found = len(listed(reply, LEAK_CALLS[0], "AccessKeyLeakList"))
        read += found
        if not found or read >= (count(reply.body.get("TotalCount")) or 0):
            return
    raise _TooMany


async def detail_of(asking: Asking, leak: Record) -> Record | Gap:
    """The details of a report, its lines replaced by stars; an id that is no number is not asked about."""
    number = count(leak.get("Id"))
    what = f"details of leak report {ident(leak.get('Id'))[:40]}"
    if number is None:
        return Gap(Status.FAILED, what, "The report has no number to ask by.", LEAK_CALLS[0])
    reply = await settled(asking.cloud.call("sas", "DescribeAccessKeyLeakDetail", Id=number))
    if isinstance(reply, AktuiError):
        return Gap.of(reply, what)
    return without_lines(reply.body)


def without_lines(told: Record) -> dict[str, Any]:
    """A report whose published lines are replaced: they may hold the secret."""
    return {name: STARS if name == "Code" and value else value for name, value in told.items()}


def about_lines(told: Record) -> str:
    """What may be said of the lines."""
    return "published lines are kept back: they may hold the secret" if told.get("Code") else ""
