"""Calls to services that are not simulated themselves: judged by permission, recorded, logged."""

from datetime import datetime

from aktui.simcloud.account import Account, Identity, Instance
from aktui.simcloud.events import identity_of
from aktui.simcloud.fault import ApiError
from aktui.simcloud.life import rows
from aktui.simcloud.life.desk import Desk
from aktui.simcloud.life.habit import Habit
from aktui.simcloud.logs import refusals
from aktui.simcloud.logs.delivery import happened
from aktui.simcloud.permissions import check
from aktui.simcloud.stories.ids import Ids, log_request
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.trail import Event

_PREFIXES = {
    "Sls": "log",
    "BssOpenApi": "bssapi",
    "Sas": "yundun-sas",
    "R-kvstore": "kvstore",
    "Dysmsapi": "dysms",
}
"""What RAM calls a service, where it is not the name in lower case."""

_ACTIONS = {"log:PutLogs": "log:PostLogStoreLogs"}
_MOST_STARTED = 15
"""Instances of one type in a region."""

_FORBIDDEN = ("Ecs", "Rds", "Vpc", "Slb")
"""Services that say Forbidden.RAM."""


def authorise(account: Account, habit: Habit, caller: Identity, now: datetime) -> None:
    """Raises what the service says when the caller may not."""
    action = f"{_PREFIXES.get(habit.service, habit.service.lower())}:{habit.operation}"
    action, resource = _ACTIONS.get(action, action), _resource(account, habit)
    if check(account, caller, action, resource, source_ip=habit.ip, now=now).allowed:
        _require_quota(account, habit)
        return
    if habit.service == "Sls":
        raise refusals.denied(action, resource)
    if habit.service == "Oss":
        message = "You have no right to access this object because of bucket acl."
        raise ApiError(403, "AccessDenied", message)
    if habit.service in _FORBIDDEN:
        raise ApiError(403, "Forbidden.RAM", "User not authorized to operate on the specified resource.")
    message = "You are not authorized to do this action. You should be authorized by RAM."
    raise ApiError(403, "NoPermission", f"{message} Action: {action}.")


def _require_quota(account: Account, habit: Habit) -> None:
    """RunInstances finds an end, however long a drill runs."""
    kind = habit.params.get("InstanceType", "")
    if habit.name == "Ecs:RunInstances":
        there = (one for one in account.instances.values() if one.region == habit.region)
        if sum(one.type == kind for one in there) >= _MOST_STARTED:
            message = "The quota of vCPUs for this instance type is exceeded."
            raise ApiError(403, "QuotaExceed.ElasticQuota", message)


def translated(habit: Habit, error: ApiError) -> ApiError:
    """A refusal of the common authentication in the words of the service."""
    if habit.service == "Sls":
        return refusals.translated(error, habit.key)
    if habit.service == "Oss":
        return _IN_OSS.get(error.code, error)
    return error


_IN_OSS = {
    "InvalidAccessKeyId.NotFound": ApiError(
        403, "InvalidAccessKeyId", "The OSS Access Key Id you provided does not exist in our records."
    ),
    "InvalidAccessKeyId.Inactive": ApiError(
        403, "InvalidAccessKeyId", "The OSS Access Key Id you provided is disabled."
    ),
    # What OSS says when a network policy speaks against the key is documented nowhere.
    "InvalidAccessKeyId.AccessPolicyDenied": ApiError(
        403, "AccessDenied", "Specified access key denied due to access policy."
    ),
    "InvalidSecurityToken.Expired": ApiError(
        403, "SecurityTokenExpired", "The security token you provided has expired."
    ),
}


def record(desk: Desk, habit: Habit, caller: Identity, when: datetime, refusal: ApiError | None) -> None:
    """The event, and the row of the service's own log; what was started is there from now on."""
    account, moment = desk.account, when.timestamp()
    started = [] if refusal else _started(account, habit, desk.ids, when)
    console = desk.consoles.told(habit) if habit.user else {}
    identity = console.get("userIdentity") or identity_of(caller)
    resources = {**habit.resources, "ACS::ECS::Instance": started} if started else habit.resources
    event = desk.book.call(
        Actor(identity, habit.ip, habit.agent, console=bool(habit.user), vpc=habit.vpc),
        habit.name,
        moment,
        habit.region,
        request=habit.params or None,
        resources=resources,
        response={"InstanceIdSets": {"InstanceIdSet": started}} if started else None,
        error=(refusal.code, refusal.message) if refusal else None,
        data=habit.data,
    )
    desk.book.events.clear()
    if habit.service in ("Oss", "Sls"):
        event["requestId"] = log_request(desk.rng, int(moment))
        _log(desk, habit, event, refusal)
    happened(account, event)


def _log(desk: Desk, habit: Habit, event: Event, refusal: ApiError | None) -> None:
    """A row in the access log of OSS or the operation log; calls without a key are left out there."""
    if "accessKeyId" not in event["userIdentity"]:
        return
    write = rows.access if habit.service == "Oss" else rows.operation
    write(desk.account, habit, event, refusal, desk.rng)


def _started(account: Account, habit: Habit, ids: Ids, when: datetime) -> list[str]:
    """RunInstances is the one call here that has an effect: a machine that costs money."""
    if habit.name != "Ecs:RunInstances":
        return []
    one, kind = ids.thing("i-"), habit.params.get("InstanceType", "")
    region = habit.region
    made = when.replace(second=0, microsecond=0)
    account.instances[one] = Instance(one, region, f"{region}-a", kind, one, "Running", made)
    return [one]


def _resource(account: Account, habit: Habit) -> str:
    """What the permission is asked for on."""
    params, scope = habit.params, f"{habit.region}:{account.id}"
    if habit.service == "Oss":
        bucket = rows.bucket_of(habit)
        name = params.get("objectName", "")
        return f"acs:oss:{scope}:{bucket}{'/' if name else ''}{name}" if bucket else f"acs:oss:{scope}:*"
    if habit.service == "Sls":
        project, logstore = params.get("ProjectName", "*"), params.get("LogStoreName", "")
        return f"acs:log:{scope}:project/{project}" + (f"/logstore/{logstore}" if logstore else "")
    for kind, names in habit.resources.items():
        prefix = _PREFIXES.get(habit.service, habit.service.lower())
        return f"acs:{prefix}:{scope}:{kind.rpartition('::')[2].lower()}/{names[0]}"
    return "*"
