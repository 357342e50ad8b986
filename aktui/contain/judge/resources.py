"""Does a statement speak of the things that calls were about? None when the log does not tell enough.

Logs name buckets, and events the role that is to be assumed; of other things they name the newest only, and
not as policies do. So only patterns that mean everything, buckets and roles can be decided.
"""

import re
from collections.abc import Sequence

from aktui.contain.judge.conditions import wildcard
from aktui.contain.judge.verdict import all_of, any_of
from queries.usage.ramactions import on_bucket
from queries.usage.values import MOST_RESOURCES, Usage

ASSUME_ROLE = "sts:AssumeRole"
_ROLE = re.compile(r"acs:ram::[0-9]{1,32}:role/[A-Za-z0-9._-]{1,128}")


def covered(patterns: Sequence[str], usage: Usage) -> bool | None:
    """Whether one of the patterns covers what the calls were about, all of it."""
    service = usage.action.partition(":")[0]
    parts = [_split(pattern) for pattern in patterns]
    if any(_everything(pattern, "*" if usage.guessed else service) for pattern in parts):
        return True
    if usage.action == ASSUME_ROLE and roles_of(usage):
        return all_of(any_of(_arn(pattern, role) for pattern in parts) for role in roles_of(usage))
    if service != "oss":
        return None
    mine = [pattern for pattern in parts if _could_be(pattern, service)]
    if not mine:
        return False
    if usage.origin != "oss" or not usage.resources:
        return None
    return all_of(
        any_of(_bucket(pattern, bucket, usage.action) for pattern in mine) for bucket in usage.resources
    )


def roles_of(usage: Usage) -> tuple[str, ...]:
    """The ARNs of all roles that were asked for; none when not all are told."""
    told = usage.resources if usage.action == ASSUME_ROLE else ()
    every = len(told) < MOST_RESOURCES and all(_ROLE.fullmatch(one) for one in told)
    return told if every else ()


def _arn(parts: list[str], arn: str) -> bool | None:
    """Whether a pattern covers an ARN."""
    asked = arn.split(":", 4)
    if len(parts) != 5 or len(asked) != 5:
        return None
    place = zip(parts[:4], asked[:4], strict=True)
    anywhere = all(want in ("", "*") or wildcard(want).fullmatch(got) is not None for want, got in place)
    return anywhere and wildcard(parts[4]).fullmatch(asked[4]) is not None


def _split(pattern: str) -> list[str]:
    """`acs:service:region:account:name`; a lone `*` is all of them."""
    return ["acs", "*", "*", "*", "*"] if pattern == "*" else pattern.split(":", 4)


def _everything(parts: list[str], service: str) -> bool:
    if len(parts) != 5:
        return False
    anywhere = all(part in ("*", "") for part in parts[2:4])
    return parts[0] in ("acs", "*") and parts[1] in ("*", service) and anywhere and parts[4] == "*"


def _could_be(parts: list[str], service: str) -> bool:
    """Whether a pattern may speak of a service at all."""
    return len(parts) != 5 or wildcard(parts[1], ignore_case=True).fullmatch(service) is not None


def _bucket(parts: list[str], bucket: str, action: str) -> bool | None:
    """Whether a pattern covers what an action does to a bucket: the bucket, or any object in it."""
    if len(parts) != 5:
        return None
    whole = on_bucket(action)
    if whole is None:
        return None
    if whole:
        within: bool | None = wildcard(parts[4]).fullmatch(bucket) is not None
    else:
        within = _objects(parts[4], bucket)
    anywhere = all(part in ("*", "") for part in parts[2:4])
    return within if anywhere or within is False else None


def _objects(pattern: str, bucket: str) -> bool | None:
    """Whether a pattern covers every object of a bucket; None when only some."""
    if pattern.endswith("*") and wildcard(pattern).fullmatch(f"{bucket}/"):
        return True
    start, fixed = f"{bucket}/", pattern.split("*", 1)[0].split("?", 1)[0]
    if fixed == pattern:
        return None if pattern.startswith(start) else False
    return None if start.startswith(fixed[: len(start)]) else False
