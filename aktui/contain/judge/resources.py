"""Does a statement speak of the things that calls were about? None when the log does not tell enough.

Logs name buckets; of other things they name the newest only, and not as policies do. So only patterns that
mean everything, and buckets, can be decided.
"""

from collections.abc import Sequence

from aktui.contain.judge.conditions import wildcard
from aktui.contain.judge.verdict import all_of, any_of
from aktui.contain.usage.ramactions import on_bucket
from aktui.contain.usage.values import Usage


def covered(patterns: Sequence[str], usage: Usage) -> bool | None:
    """Whether one of the patterns covers what the calls were about, all of it."""
    service = usage.action.partition(":")[0]
    parts = [_split(pattern) for pattern in patterns]
    if any(_everything(pattern, "*" if usage.guessed else service) for pattern in parts):
        return True
    mine = [pattern for pattern in parts if _could_be(pattern, service)]
    if not mine:
        return False if not usage.guessed else None
    if service != "oss" or usage.origin != "oss" or not usage.resources:
        return None
    return all_of(
        any_of(_bucket(pattern, bucket, usage.action) for pattern in mine) for bucket in usage.resources
    )


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
