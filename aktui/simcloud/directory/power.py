"""Stopping and releasing instances. A stop takes a while, `Stopping` until then."""

from datetime import datetime, timedelta

from aktui.simcloud import addresses
from aktui.simcloud.account import Account, Instance
from aktui.simcloud.fault import ApiError

TAKES = timedelta(seconds=8)
FORCED = timedelta(seconds=3)


def settle(account: Account, now: datetime) -> None:
    """Lets what was under way come to its end."""
    for one in account.instances.values():
        if one.settles and now >= one.settles:
            one.status, one.settles = "Stopped", None


def why_not_stop(one: Instance) -> ApiError | None:
    """Only what runs can be stopped."""
    return None if one.status == "Running" else _status()


def stop(one: Instance, now: datetime, *, force: bool) -> None:
    one.status, one.settles = "Stopping", now + (FORCED if force else TAKES)


def why_not_release(one: Instance, *, force: bool) -> ApiError | None:
    """What runs is released by force only, what is protected not at all."""
    if one.protected:
        message = "The operation is not allowed due to the instance deletion protection."
        return ApiError(403, "InvalidOperation.DeletionProtection", message)
    return None if force or one.status == "Stopped" else _status()


def release(account: Account, one: Instance) -> None:
    addresses.release(account, one.id)
    del account.instances[one.id]


def passed_dry_run() -> ApiError:
    """How ECS says that a request would have been carried out."""
    return ApiError(400, "DryRunOperation", "Request validation has been passed with DryRun flag set.")


def _status() -> ApiError:
    message = "The current status of the resource does not support this operation."
    return ApiError(403, "IncorrectInstanceStatus", message)
