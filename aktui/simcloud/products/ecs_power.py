"""ECS: stopping and releasing instances.

An instance is looked for in the region of the call. Of several, all are stopped or none, unless
`BatchOptimization` is SuccessFirst. Instances are pay-as-you-go: there is no subscription to end.
"""

from typing import Any

from aktui.simcloud.account import Instance
from aktui.simcloud.directory import machines, power
from aktui.simcloud.fault import ApiError
from aktui.simcloud.op import Answer, Boolean, Call, Text, Texts, op

_MOST = 100


def _one(call: Call) -> str:
    return f"acs:ecs:{call.region}:{call.account.id}:instance/{call['InstanceId']}"


def _some(call: Call) -> str:
    return f"acs:ecs:{call.region}:{call.account.id}:instance/*"


@op(
    "Ecs",
    "StopInstance",
    Text("InstanceId", required=True),
    Boolean("ForceStop"),
    Boolean("ConfirmStop"),
    Boolean("Hibernate"),
    Text("StoppedMode", choices=("KeepCharging", "StopCharging")),
    Boolean("DryRun"),
    resource=_one,
)
def stop_instance(call: Call) -> Answer:
    one = _find(call)
    _raise(power.why_not_stop(one))
    if call.get("DryRun"):
        raise power.passed_dry_run()
    power.stop(one, call.now, force=call.get("ForceStop", False))
    return {}


@op(
    "Ecs",
    "StopInstances",
    Text("RegionId", required=True),
    Texts("InstanceId", required=True),
    Boolean("ForceStop"),
    Text("StoppedMode", choices=("KeepCharging", "StopCharging")),
    Text("BatchOptimization", choices=("AllTogether", "SuccessFirst")),
    Boolean("DryRun"),
    resource=_some,
)
def stop_instances(call: Call) -> Answer:
    """What became of each; a dry run that would succeed is answered with the code DRYRUN.SUCCESS."""
    region = machines.region_of(call)
    ids = list(dict.fromkeys(call["InstanceId"]))
    if len(ids) > _MOST:
        message = "Instance ids cannot be more than 100."
        raise ApiError(403, "InvalidParameter.TooManyInstanceIds", message)
    together = call.get("BatchOptimization") != "SuccessFirst"
    there = {one.id: one for one in machines.of_region(call.account, region)}
    flaws = {name: _flaw(there.get(name)) for name in ids}
    if together:
        for flaw in flaws.values():
            _raise(flaw)
    if call.get("DryRun"):
        message = "This request is a dryrun request with successful result."
        raise ApiError(400, "DRYRUN.SUCCESS", message)
    rows = [_stopped(call, name, there.get(name), flaws[name]) for name in ids]
    return {"InstanceResponses": {"InstanceResponse": rows}}


@op(
    "Ecs",
    "DeleteInstance",
    Text("InstanceId", required=True),
    Boolean("Force"),
    Boolean("ForceStop"),
    Boolean("TerminateSubscription"),
    Boolean("DryRun"),
    resource=_one,
)
def delete_instance(call: Call) -> Answer:
    """Releases an instance for good."""
    one = _find(call)
    _raise(power.why_not_release(one, force=call.get("Force", False)))
    if call.get("DryRun"):
        raise power.passed_dry_run()
    power.release(call.account, one)
    return {}


def _find(call: Call) -> Instance:
    power.settle(call.account, call.now)
    one = call.account.instances.get(call["InstanceId"])
    if one is None or one.region != call.region:
        raise machines.not_found()
    return one


def _flaw(one: Instance | None) -> ApiError | None:
    return power.why_not_stop(one) if one else machines.not_found()


def _raise(flaw: ApiError | None) -> None:
    if flaw:
        raise flaw


def _stopped(call: Call, name: str, one: Instance | None, flaw: ApiError | None) -> dict[str, Any]:
    before = one.status if one else ""
    if one and not flaw:
        power.stop(one, call.now, force=call.get("ForceStop", False))
    return {
        "InstanceId": name,
        "Code": flaw.code if flaw else "200",
        "Message": flaw.message if flaw else "success",
        "PreviousStatus": before,
        "CurrentStatus": one.status if one else "",
    }
