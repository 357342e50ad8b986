"""Whether the key's owner can also log on to the console, and what guards that logon."""

from collections.abc import AsyncIterator
from typing import Any

from aktui.errors import AktuiError, BadReply, CallRef
from aktui.models import Reply
from queries.asking.reading import absent_kind, flag, ident, member, moment, record, text
from queries.asking.together import both, settled
from queries.base import Asking, Column, Gap, Page, Query, Row
from queries.owners.holder import HOLDER_CALLS, HOLDER_NEEDS, ROOT, Holder, find_holder, nobody
from queries.owners.report import REPORT_CALLS, REPORT_NEEDS, root_row

NO_LOGON = "none"


async def run(asking: Asking) -> AsyncIterator[Page]:
    holder = await find_holder(asking)
    if holder.gaps:
        yield Page(gaps=holder.gaps)
    if holder.kind == ROOT:
        yield await _of_root(asking)
    elif holder.alive and holder.principal:
        yield await _of_user(asking, holder)
    elif not holder.gaps:
        yield nobody(holder, "console logon")


async def _of_user(asking: Asking, holder: Holder) -> Page:
    profile, mfa = await both(settled(_profile(asking, holder)), settled(_mfa(asking, holder)))
    known = moment(holder.user.get("LastLoginDate"))
    told = {"console": "unknown", "mfa": None, **_NOTHING, "last_login": known}
    values = {**told, **_logon_values(profile), **_mfa_values(mfa)}
    gaps: list[Gap] = []
    if isinstance(profile, AktuiError) and not absent_kind(profile, "User.LoginProfile"):
        gaps.append(Gap.of(profile, f"console logon of {holder.name}"))
    if isinstance(mfa, AktuiError) and not absent_kind(mfa, "User.MFADevice"):
        gaps.append(Gap.of(mfa, f"multi-factor authentication of {holder.name}"))
    answers = {"GetLoginProfile": profile, "GetUserMFAInfo": mfa}
    raw = {name: answer.body for name, answer in answers.items() if isinstance(answer, Reply)}
    rows = (Row(values, raw),) if len(gaps) < 2 else ()
    request_id = profile.request_id if isinstance(profile, Reply) else ""
    return Page(rows, request_id, tuple(gaps), note=_note(values) if rows else "")


def _logon_values(profile: Reply | AktuiError) -> dict[str, Any]:
    if not isinstance(profile, Reply):
        return {"console": NO_LOGON} if absent_kind(profile, "User.LoginProfile") else {}
    told = record(profile.body.get("LoginProfile"))
    last = moment(told.get("LastLoginTime"))
    return {
        "console": text(told.get("Status")) or "unknown",
        "mfa_required": flag(told.get("MFABindRequired")),
        "reset_required": flag(told.get("PasswordResetRequired")),
        "changed": moment(told.get("UpdateDate")),
        **({"last_login": last} if last else {}),
    }


def _mfa_values(mfa: Reply | AktuiError) -> dict[str, Any]:
    if not isinstance(mfa, Reply):
        return {"mfa": False} if absent_kind(mfa, "User.MFADevice") else {}
    device = record(mfa.body.get("MFADevice"))
    return {
        "mfa": flag(mfa.body.get("IsMFAEnable")),
        "mfa_type": text(device.get("Type")),
        "mfa_serial": ident(device.get("SerialNumber")),
    }


async def _profile(asking: Asking, holder: Holder) -> Reply:
    reply = await asking.once.call("ims", "GetLoginProfile", UserPrincipalName=holder.principal)
    member(reply, "ims:GetLoginProfile", "LoginProfile")
    return reply


async def _mfa(asking: Asking, holder: Holder) -> Reply:
    reply = await asking.once.call("ims", "GetUserMFAInfo", UserPrincipalName=holder.principal)
    if flag(reply.body.get("IsMFAEnable")) is None:
        raise BadReply(
            CallRef("ims", "GetUserMFAInfo"),
            "The answer does not tell whether multi-factor authentication is on.",
            request_id=reply.request_id,
        )
    return reply


async def _of_root(asking: Asking) -> Page:
    """Root always has a console logon; the credential report tells what guards it."""
    report = await settled(root_row(asking))
    if isinstance(report, AktuiError):
        return Page(gaps=(Gap.of(report, "console logon of the root account"),))
    values = {**_NOTHING, "console": "Active", "mfa": report.mfa, "last_login": report.last_logon}
    return Page((Row(values, report.raw),), report.request_id, note=_note(values))


_NOTHING = {
    "mfa_type": "",
    "mfa_serial": "",
    "mfa_required": None,
    "reset_required": None,
    "last_login": None,
    "changed": None,
}


def _note(values: dict[str, Any]) -> str:
    if values["console"] == NO_LOGON:
        return "No console logon: the user works by key only."
    if values["console"] == "Active" and values["mfa"] is False:
        return "The user can log on to the console with a password alone."
    return ""


QUERY = Query(
    id="logon",
    title="Console logon",
    question="Can the owner log on to the console, and with which second factor?",
    columns=(
        Column("console", "Console logon"),
        Column("mfa", "MFA", "flag"),
        Column("mfa_type", "MFA type"),
        Column("mfa_required", "MFA required", "flag"),
        Column("last_login", "Last logon", "time"),
        Column("changed", "Changed", "time"),
        Column("reset_required", "Password reset required", "flag"),
        Column("mfa_serial", "MFA device", "id"),
    ),
    calls=(*HOLDER_CALLS, *REPORT_CALLS, "ims:GetLoginProfile", "ims:GetUserMFAInfo"),
    needs=(*HOLDER_NEEDS, *REPORT_NEEDS, "ram:GetLoginProfile", "ram:GetUserMFAInfo"),
    run=run,
    source="IMS",
    limits="Logon through an identity provider (SSO) needs no login profile and does not show here.",
)
