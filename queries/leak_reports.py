"""Where Security Center found the key in public, and whether that was dealt with."""

from collections.abc import AsyncIterator
from typing import Any

from queries.asking.reading import Record, count, ident, text
from queries.base import Asking, Column, Gap, Page, Query, Row
from queries.provider.leaks import LEAK_CALLS, LEAK_NEEDS, about_lines, detail_of, leaks_of
from queries.provider.naming import local_moment

_VALID = {0: "not tested", 1: "yes", 2: "no"}
_MOST_DETAILS = 50


async def run(asking: Asking) -> AsyncIterator[Page]:
    leaks = await leaks_of(asking)
    yield Page(request_id=leaks.request_id, gaps=leaks.gaps, expected=len(leaks.found) + 1)
    for leak in leaks.found[:_MOST_DETAILS]:
        told = await detail_of(asking, leak)
        if isinstance(told, Gap):
            yield Page((_row(leak, {}),), gaps=(told,))
        else:
            yield Page((_row(leak, told),))
    rest = tuple(_row(leak, {}) for leak in leaks.found[_MOST_DETAILS:])
    yield Page(rows=rest, note=_note(leaks.found, leaks.gaps))


def _row(leak: Record, told: Record) -> Row:
    number = count(told.get("TokenValid"))
    values: dict[str, Any] = {
        "found": local_moment(told.get("GmtCreate")) or local_moment(leak.get("GmtModified")),
        "status": ident(leak.get("Status")),
        "deal": ident(told.get("DealType")) or ident(leak.get("DealType")),
        "dealt": local_moment(told.get("DealTime")) or local_moment(leak.get("DealTime")),
        "valid": _VALID.get(number, "") if number is not None else "",
        "url": ident(told.get("GithubFileUrl")) or ident(leak.get("Url")),
        "repository": text(told.get("GithubRepoName")),
        "file": text(told.get("GithubFileName")),
        "published_by": text(told.get("GithubUser")),
        "changed": local_moment(told.get("GithubFileUpdateTime")),
        "source": text(told.get("Source")),
        "owner": text(leak.get("AliUserName")),
        "lines": about_lines(told),
        "remark": text(told.get("Remark")),
        "leak_id": ident(leak.get("Id")),
    }
    return Row(values, {"DescribeAccesskeyLeakList": leak, "DescribeAccessKeyLeakDetail": told or None})


def _note(found: tuple[Record, ...], gaps: tuple[Gap, ...]) -> str:
    waiting = sum(ident(leak.get("Status")) == "pending" for leak in found)
    if found:
        many = "One report" if len(found) == 1 else f"{len(found)} reports"
        return f"{many} of this key in public, {waiting} not dealt with."
    if gaps:
        return ""
    return "Security Center has no report of this key in public, which does not prove that it did not leak."


QUERY = Query(
    id="leak-reports",
    title="Leak reports",
    question="Where was the key found in public, and was that dealt with?",
    columns=(
        Column("found", "Found", "time"),
        Column("status", "Status"),
        Column("deal", "Dealt with by"),
        Column("valid", "Key works"),
        Column("url", "URL"),
        Column("repository", "Repository"),
        Column("file", "File"),
        Column("published_by", "Published by"),
        Column("changed", "File changed", "time"),
        Column("source", "Source"),
        Column("owner", "Owner"),
        Column("dealt", "Dealt with", "time"),
        Column("lines", "Lines"),
        Column("remark", "Remark"),
        Column("leak_id", "Report", "id"),
    ),
    calls=LEAK_CALLS,
    needs=LEAK_NEEDS,
    run=run,
    source="Security Center",
    limits=(
        "What the provider found on public sites it looks at. The lines around the key are never shown or "
        "kept: they may hold the secret. Marking a report as dealt with does nothing to the key."
    ),
)
