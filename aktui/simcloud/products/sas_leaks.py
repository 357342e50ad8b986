"""Security Center: AccessKey pairs found in public places.

The catalogue says that `Query` takes the exact id of a key; the vendor's own tools send `ak:` before it,
which is taken too. Marking a finding as dealt with, `disable` included, touches no key. Times in text are
those of China. An unknown id is refused by the name of its parameter.
"""

from datetime import datetime
from typing import Any

from aktui.simcloud.account import ROOT, Account
from aktui.simcloud.billing.charge import ZONE
from aktui.simcloud.fault import ApiError, invalid, missing
from aktui.simcloud.op import Answer, Call, Integer, Text, Texts, op
from aktui.simcloud.security.findings import DEALS, PENDING, Leak

_DIRECTORY = Integer("ResourceDirectoryAccountId")


@op(
    "Sas",
    "DescribeAccesskeyLeakList",
    Integer("CurrentPage", required=True, low=1),
    Integer("PageSize", required=True, low=1, high=100),
    Text("Query"),
    Integer("StartTs"),
    Text("Status"),
    _DIRECTORY,
    permission="yundun-aegis:DescribeAccesskeyLeakList",
)
def describe_accesskey_leak_list(call: Call) -> Answer:
    """The findings, newest first."""
    require_member(call)
    account, known = call.account, _known(call)
    key = (call.get("Query") or "").removeprefix("ak:")
    since, status = call.get("StartTs", 0), call.get("Status") or ""
    found = [
        leak
        for leak in known
        if key in ("", leak.key) and status in ("", _status(leak)) and millis(leak.found) >= since
    ]
    number, size = call["CurrentPage"], call["PageSize"]
    return {
        "AccessKeyLeakList": [_listed(account, leak) for leak in found[(number - 1) * size : number * size]],
        "AkLeakCount": sum(leak.deal == PENDING for leak in known),
        "TotalCount": len(found),
        "CurrentPage": number,
        "PageSize": size,
        "GmtLast": millis(known[0].found) if known else 0,
    }


@op(
    "Sas",
    "DescribeAccessKeyLeakDetail",
    Integer("Id", required=True),
    _DIRECTORY,
    permission="yundun-aegis:DescribeAccessKeyLeakDetail",
)
def describe_access_key_leak_detail(call: Call) -> Answer:
    """Where one was found, with the lines around the key."""
    require_member(call)
    leak = _named(call, call["Id"])
    key = call.account.keys.get(leak.key)
    works = key is not None and key.status == "Active" and not key.recycled
    spared = leak.deal == "add-whitelist"
    return {
        "AccesskeyId": leak.key,
        "Type": "AccessKey",
        "Asset": "云平台",
        "Source": leak.source,
        "Code": leak.code,
        "TokenValid": 1 if works else 2,
        "GithubUser": leak.user,
        "GithubUserPicUrl": "",
        "GithubRepoName": leak.repository,
        "GithubRepoUrl": leak.repository_url,
        "GithubFileName": leak.file.rpartition("/")[2],
        "GithubFileType": leak.kind,
        "GithubFileUrl": leak.url,
        "GithubFileUpdateTime": leak.updated.strftime("%Y-%m-%dT%H:%M:%S"),
        "GmtCreate": local(leak.found),
        "GmtModified": local(leak.found),
        "DealType": leak.deal,
        "DealTime": local(leak.dealt),
        "Remark": leak.remark,
        "WhitelistStatus": "yes" if spared else "no",
        **({"WhitelistTime": millis(leak.dealt)} if spared and leak.dealt else {}),
    }


@op(
    "Sas",
    "ModifyAccessKeyLeakDeal",
    Integer("Id"),
    Texts("IdList"),
    Text("Type", required=True, choices=DEALS),
    Text("Remark"),
    permission="yundun-aegis:ModifyAccessKeyLeakDeal",
)
def modify_access_key_leak_deal(call: Call) -> Answer:
    """Marks findings as dealt with: all of them or, when one is unknown, none."""
    wanted = [str(call["Id"])] if "Id" in call.params else list(call.get("IdList", []))
    if not wanted:
        raise missing("Id")
    for leak in [_named(call, one) for one in wanted]:
        leak.deal, leak.dealt, leak.remark = call["Type"], call.now, call.get("Remark", "")
    return {}


def require_member(call: Call) -> None:
    """There is no resource directory here: only the account itself can be asked about."""
    member = call.get("ResourceDirectoryAccountId")
    if member is not None and str(member) != call.account.id:
        message = "Resource directory account verification has no permission."
        raise ApiError(400, "RdCheckNoPermission", message)


def local(moment: datetime | None) -> str:
    """`2021-07-06 17:49:39`, in China; empty for None."""
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def millis(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


def _known(call: Call) -> list[Leak]:
    found = [leak for leak in call.account.leaks if leak.found <= call.now]
    return sorted(found, key=lambda leak: (leak.found, leak.id), reverse=True)


def _named(call: Call, number: int | str) -> Leak:
    for leak in _known(call):
        if str(leak.id) == str(number):
            return leak
    raise invalid("Id", "is that of no finding")


def _status(leak: Leak) -> str:
    return PENDING if leak.deal == PENDING else "dealed"


def _listed(account: Account, leak: Leak) -> dict[str, Any]:
    key = account.keys.get(leak.key)
    owner = account.users.get(key.owner) if key else None
    return {
        "Id": leak.id,
        "AccesskeyId": leak.key,
        "AliUserName": owner.name if owner else account.alias,
        "UserType": "master" if key and key.owner == ROOT else "ram",
        "Type": "AccessKey",
        "Asset": "云平台",
        "Status": _status(leak),
        "DealType": leak.deal,
        "DealTime": local(leak.dealt),
        "GmtModified": millis(leak.found),
        "Url": leak.url,
    }
