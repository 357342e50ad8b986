"""The sources that tell of all keys at once: users, credential report, leak reports, a trail."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from aktui.errors import BadReply, CallRef
from queries.asking.reading import count, flag, ident, listed, moment, text
from queries.base import Asking, Gap, Status
from queries.owners.report import ROOT_USER, keys_of, report_pages
from queries.provider.naming import local_moment
from queries.sweep.known import LEAKS, REPORT, TRAIL, USERS, Known, Leak, Person, Reported, Seen, Slot, Source
from queries.sweep.oddity import Calls, oddities

_USERS_A_PAGE = 1000
_LEAKS_A_PAGE = 100
_MOST_PAGES = 100
_FRESH = 15 * 60
"""Seconds; a credential report older than this is worth a word."""
MOST_SOURCES = "100000"


async def users(asking: Asking, known: Known) -> None:
    """All users; those that are gone since the last run are dropped. Raises AktuiError."""
    marker, found = "", dict[str, Person]()
    source = known.source(USERS)
    for _ in range(_MOST_PAGES):
        params: dict[str, Any] = {"MaxItems": _USERS_A_PAGE} | ({"Marker": marker} if marker else {})
        source.asked += 1
        reply = await asking.cloud.call("ims", "ListUsers", **params)
        for user in listed(reply, "ims:ListUsers", "Users", "User"):
            principal = ident(user.get("UserPrincipalName"))
            if principal:  # without it the cloud would list the responder's own keys
                person = known.people.get(principal) or Person(principal, name_of(principal))
                person.user_id = ident(user.get("UserId"))
                found[principal] = person
            else:
                source.failed += 1
        marker = text(reply.body.get("Marker"))
        if flag(reply.body.get("IsTruncated")) is not True or not marker:
            break
    else:
        source.failed += 1
    known.people = found
    _came(source, asking)
    if source.failed:
        detail = f"{len(found)} users were listed; there are more, or some without a name."
        source.failed_with(Gap(Status.PARTIAL, "users", detail, "ims:ListUsers"))


async def report(asking: Asking, known: Known) -> None:
    """Console logon, MFA, ages and last uses of everybody, root's keys among them. Raises AktuiError."""
    found: dict[str, Reported] = {}
    source = known.source(REPORT)
    made = None
    async for lines, reply in report_pages(asking):
        source.asked += 1
        made = moment(reply.body.get("GeneratedTime")) or made
        found |= {line.get("user", ""): _reported(line) for line in lines}
    root = found.pop(ROOT_USER, None)
    if root is None:
        message = "The credential report has no row for the root account."
        raise BadReply(CallRef("ims", "GetCredentialReport"), message)
    known.reported, known.root = found, root
    _came(source, asking)
    source.at = made or source.at
    if made and (late := (asking.cloud.now() - made).total_seconds()) > _FRESH:
        source.detail = f"The report is {late / 3600:.1f} hours old; the cloud makes no newer one yet."


def _reported(line: Mapping[str, str]) -> Reported:
    slots = tuple(Slot(key.slot, key.active, key.rotated, key.last_used) for key in keys_of(line))
    console = flag(line.get("password_active"))
    if console is None and flag(line.get("password_exist")) is False:
        console = False
    return Reported(console, flag(line.get("mfa_active")), slots)


async def leaks(asking: Asking, known: Known) -> None:
    """All leak reports of the account, in one list. Raises AktuiError."""
    found: dict[str, Leak] = {}
    source = known.source(LEAKS)
    read = 0
    for number in range(1, _MOST_PAGES + 1):
        source.asked += 1
        reply = await asking.cloud.call(
            "sas", "DescribeAccesskeyLeakList", CurrentPage=number, PageSize=_LEAKS_A_PAGE
        )
        entries = listed(reply, "sas:DescribeAccesskeyLeakList", "AccessKeyLeakList")
        found |= {ident(entry.get("Id")) or f"{read + at}": _leak(entry) for at, entry in enumerate(entries)}
        read += len(entries)
        if not entries or read >= (count(reply.body.get("TotalCount")) or 0):
            known.leaks = tuple(found.values())
            return _came(source, asking)
    known.leaks = tuple(found.values())
    _came(source, asking)
    source.failed_with(Gap(Status.PARTIAL, "leak reports", f"{read} reports were read; there are more."))


def _leak(entry: Mapping[str, Any]) -> Leak:
    deal, status = ident(entry.get("DealType")), ident(entry.get("Status"))
    waiting = status == "pending" or (not status and deal in ("", "pending"))
    return Leak(
        ident(entry.get("AccesskeyId")),
        waiting,
        "" if waiting else deal,
        local_moment(entry.get("GmtModified")),
        text(entry.get("AliUserName")),
        ident(entry.get("UserType")) == "master",
    )


async def trail(asking: Asking, known: Known) -> None:
    """Every key's sources, counted by the log service in one statement. Raises AktuiError."""
    source = known.source(TRAIL)
    source.asked += 1
    answer = await asking.ask("calls-by-operation", who="everyone", by="source", limit=MOST_SOURCES)
    calls: dict[str, list[Calls]] = defaultdict(list)
    roots: set[str] = set()
    for row in answer.rows:
        key_id, values = ident(row.values.get("access_id")), row.values
        first, last = values.get("first_at"), values.get("last_at")
        if not key_id or first is None or last is None:
            continue
        where = text(values.get("source_ip")), text(values.get("vpc"))
        calls[key_id].append(Calls(*where, values["calls"], values["errors"], first, last))
        if text(values.get("user_type")) == "root-account":
            roots.add(key_id)
    now = asking.cloud.now()
    known.seen = {key: _seen(found, oddities(found, now), key in roots) for key, found in calls.items()}
    _came(source, asking)
    note, _, _ = answer.note.partition(" Rows are kept")
    source.detail = note
    grave = [gap for gap in answer.gaps if gap.status is not Status.NOT_COVERED] or list(answer.gaps)
    if answer.status not in (Status.COMPLETE, Status.NOT_COVERED) or (grave and not answer.rows):
        source.failed_with(grave[0], status=answer.status)
        source.detail = f"{grave[0].what[:1].upper()}{grave[0].what[1:]}: {grave[0].detail}"
    elif grave:
        source.detail = f"{note} {grave[0].what}: {grave[0].detail}".strip()


def _seen(found: list[Calls], odd: tuple[str, ...], root: bool) -> Seen:
    return Seen(sum(one.calls for one in found), len(found), max(one.last for one in found), odd, root)


def _came(source: Source, asking: Asking) -> None:
    source.status, source.at = Status.COMPLETE.value, asking.cloud.now()
    source.detail = source.call = source.code = source.missing = source.request_id = ""


def name_of(principal: str) -> str:
    """`ada@1234.onaliyun.com` is ada."""
    return principal.rpartition("@")[0] or principal
