"""Keys that no user holds: root's, whose ids only root itself can list, and keys of another account."""

from datetime import datetime, timedelta

from aktui.errors import AktuiError
from aktui.models import Reply
from queries.asking.reading import Record, count, flag, listed, member, record, text
from queries.asking.together import both, settled
from queries.base import Asking
from queries.owners.ownership import Draft
from queries.owners.report import REPORT_CALLS, REPORT_NEEDS, RootKey, RootRow, root_row

ROOTKEY_CALLS = (
    *REPORT_CALLS,
    "ims:ListAccessKeys",
    "ims:GetAccountSecurityPracticeReport",
    "actiontrail:DescribeTrails",
)
ROOTKEY_NEEDS = (
    *REPORT_NEEDS,
    "ram:ListAccessKeys",
    "ram:GetAccountSecurityPracticeReport",
    "actiontrail:DescribeTrails",
)

ABSENT_HERE = "Not in this account"
_ROOT_ONLY = (
    "The key belongs to the account itself (root), which may do everything. Only root can list or disable "
    "it: log on as root."
)
_STATES: dict[bool | None, str] = {True: "Active", False: "Inactive"}
_SAME_USE = timedelta(hours=3)
"""The report runs about two hours behind the audit trail's one: closer than this it is the same use."""
_REPORT = "root keys in the credential report"
_PRACTICE = "root keys in the security report"


async def of_root(draft: Draft, *, own: bool) -> None:
    """A root key: its state from root's own list when root asks, else from what the report tells."""
    draft.note = _ROOT_ONLY
    if own:
        draft.values["found_by"] = "root's own list of keys"
        draft.hear_state(
            await settled(draft.asking.once.call("ims", "ListAccessKeys")), "keys of the root account"
        )
        return
    draft.values["found_by"] = "the audit trail (last use)"
    report, practice = await both(settled(root_row(draft.asking)), settled(practice_report(draft.asking)))
    draft.hear("GetAccountSecurityPracticeReport", practice, _PRACTICE)
    if not isinstance(report, RootRow):
        draft.hear("GetCredentialReport", report, _REPORT)
        draft.values["status"] = "unknown"
        return
    draft.raw["GetCredentialReport"] = report.raw
    draft.values["last_login"] = report.last_logon
    _by_report(draft, report)


def _by_report(draft: Draft, report: RootRow) -> None:
    """The report tells states without ids: what all keys that could be this one have in common."""
    used = draft.values["last_used"]
    could_be = _candidates(report.keys, used)
    states = {key.active for key in could_be}
    total = f"{len(report.keys)} root key{'' if len(report.keys) == 1 else 's'}"
    if not could_be:
        draft.values["status"] = "Deleted"
        draft.note += f" The credential report shows {total}, none of them old enough to be this one."
        return
    draft.values["status"] = _STATES.get(states.pop(), "unknown") if len(states) == 1 else "unknown"
    if len(could_be) == 1:
        draft.born(could_be[0].rotated)
    draft.note += f" The credential report shows {total} without ids; state and age are taken from there."


def _candidates(keys: tuple[RootKey, ...], used: datetime | None) -> list[RootKey]:
    """The keys that could be the suspect one: not made after its last use, and used last when it was."""
    if used is None:
        return list(keys)
    older = [key for key in keys if key.rotated is None or key.rotated <= used]
    same = [key for key in older if key.last_used and abs(key.last_used - used) <= _SAME_USE]
    return same or older


async def of_outsider(draft: Draft, *, certain: bool) -> None:
    """No user holds the key and no record names it: another account's key, or an unused root key."""
    asking = draft.asking
    report, practice, trails = await both(
        settled(root_row(asking)), settled(practice_report(asking)), settled(organization_trails(asking))
    )
    told = draft.hear("GetAccountSecurityPracticeReport", practice, _PRACTICE)
    if isinstance(report, RootRow):
        draft.raw["GetCredentialReport"] = report.raw
    else:
        draft.hear("GetCredentialReport", report, _REPORT)
    hint = _hint(draft, trails)
    counted = count(_practice(told).get("RootWithAccessKey"))
    root_keys = len(report.keys) if isinstance(report, RootRow) else None
    if not certain or root_keys is None or counted is None:
        draft.values["status"] = "unknown"
        draft.note = (
            "Whether the key is in this account is unknown: not all calls that would tell were answered. "
            f"{hint}"
        )
    elif root_keys or counted:
        draft.values["status"] = "unknown"
        draft.note = (
            "No RAM user of this account holds the key, alive or deleted, and no use of it is recorded. Root "
            f"has {max(root_keys, counted)} key(s), whose ids only root can list: it is one of these, or was "
            f"purged, or is not in this account. {hint}"
        )
    else:
        draft.values |= {"status": ABSENT_HERE, "owner_type": "none", "found_by": "nothing here knows it"}
        draft.note = (
            "Not in this account: no user holds it, alive or deleted, root has no keys, and no use of it is "
            f"recorded (a key purged for good and unused for 400 days would look the same). {hint}"
        )


async def practice_report(asking: Asking) -> Reply:
    """The security report, which counts root's keys."""
    reply = await asking.once.call("ims", "GetAccountSecurityPracticeReport")
    member(reply, "ims:GetAccountSecurityPracticeReport", "AccountSecurityPracticeInfo")
    return reply


def _practice(body: Record) -> Record:
    info = record(body.get("AccountSecurityPracticeInfo"))
    return record(info.get("AccountSecurityPracticeUserInfo"))


async def organization_trails(asking: Asking) -> Reply:
    """The trails, those of a Resource Directory among them."""
    reply = await asking.once.call(
        "actiontrail", "DescribeTrails", IncludeOrganizationTrail=True, IncludeShadowTrails=True
    )
    listed(reply, "actiontrail:DescribeTrails", "TrailList")
    return reply


def _hint(draft: Draft, trails: Reply | AktuiError) -> str:
    """Where to look next: the other accounts of the same Resource Directory."""
    body = draft.hear("DescribeTrails", trails, "trails of the Resource Directory")
    shared = next((trail for trail in _list(body) if flag(trail.get("IsOrganizationTrail"))), None)
    if shared is None:
        return (
            "If the account is a member of a Resource Directory, ask in its management account: a "
            "multi-account trail there records the keys of all members."
        )
    directory = text(shared.get("OrganizationId")) or "a Resource Directory"
    return (
        f"The account is part of {directory}; its multi-account trail {text(shared.get('Name'))} records the "
        "keys of all members: search there for the key's id, and ask in the account it names."
    )


def _list(body: Record) -> list[Record]:
    trails = body.get("TrailList")
    return [trail for trail in trails if isinstance(trail, dict)] if isinstance(trails, list) else []
