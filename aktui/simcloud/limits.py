"""How often an account may call an API. The same refusal as the real flow control."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from aktui.simcloud.fault import ApiError
from aktui.simcloud.op import Operation

SLACK = 0.25
"""A bucket holds this much more than one second's worth, so that jitter on the way is not punished."""


@dataclass(frozen=True)
class Quota:
    """So many calls a second, counted apart for each region or for all of them together."""

    per_second: float
    by_region: bool = False


def quota(operation: Operation) -> Quota:
    """The quota of an operation."""
    if operation.product == "Actiontrail":
        if operation.action == "LookupEvents":
            return Quota(2)
        return Quota(50, by_region=True)
    if operation.product == "BssOpenApi":
        return Quota(10)
    return Quota(20 if operation.write else 50)


@dataclass
class _Bucket:
    tokens: float
    at: float


class Limiter:
    """Token buckets of one account. `clock` counts seconds and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str, str], _Bucket] = {}

    def take(self, operation: Operation, region: str) -> None:
        """Count one call. Raises 400 Throttling.User when it is one too many; that one is not counted."""
        allowed = quota(operation)
        room = allowed.per_second * (1 + SLACK)
        key = (operation.version, operation.action, region if allowed.by_region else "")
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(room, now))
        bucket.tokens = min(room, bucket.tokens + (now - bucket.at) * allowed.per_second)
        bucket.at = now
        if bucket.tokens < 1:
            raise throttled()
        bucket.tokens -= 1


def throttled(status: int = 400, *, retry_after_ms: int | None = None) -> ApiError:
    headers = {} if retry_after_ms is None else {"x-acs-retry-after": str(retry_after_ms)}
    message = "Request was denied due to user flow control."
    return ApiError(status, "Throttling.User", message, headers=headers)
