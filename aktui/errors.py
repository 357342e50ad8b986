"""Everything that can go wrong, split by what the caller can do about it.

AktuiError
├── UsageError            the person asked for something that cannot be; say what instead
├── ConfigError           a setting, profile or file is unusable
├── CredentialsError      no usable credentials, or the provider failed
├── CaseError             the case directory, its ledger or its journal cannot be used
├── ContainError          containment says no; nothing was changed by what raised it
│   ├── NotPossible       the action cannot be planned here and now
│   ├── NotApproved       what would run is not what was confirmed, or was not confirmed at all
│   └── Drifted           what is there now is not what the preview showed
└── CloudError            one API call did not succeed (carries which)
    ├── Refused           the cloud answered no
    │   ├── Forbidden     a permission is missing (carries the RAM action)
    │   ├── Restricted    the key is under the provider's restrictive protection
    │   ├── Throttled     too many requests
    │   ├── NotFound      the thing asked about does not exist
    │   ├── Conflict      the thing exists already, or a quota is used up
    │   ├── BadSignature  wrong secret, skewed clock, or a replayed request
    │   ├── BadKey        the calling key is disabled, deleted, expired or blocked by network policy
    │   └── Invalid       the request itself is wrong
    ├── NotSent           certainly not applied: the request never left
    │   └── ReadOnly      the read-only gate stopped a write
    ├── NoAnswer          may have been applied: cut connection, time-out, 5xx
    └── BadReply          an answer came that is not one (not JSON, wrong shape, too large)
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class CallRef:
    """Which API call an error belongs to."""

    product: str
    action: str
    region: str = ""
    host: str = ""

    def __str__(self) -> str:
        where = f" in {self.region}" if self.region else ""
        return f"{self.product}:{self.action}{where}"


class AktuiError(Exception):
    """Base of all errors that are shown to a person. The message is a full sentence without secrets."""

    hint: str = ""
    """What to do about it, or empty."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        if hint:
            self.hint = hint


class UsageError(AktuiError):
    """The person asked for something that cannot be."""


class ConfigError(AktuiError):
    """A setting, profile or file is unusable."""


class CredentialsError(AktuiError):
    """No usable credentials, or the provider failed."""


class CaseError(AktuiError):
    """The case directory or its ledger cannot be used."""


class ContainError(AktuiError):
    """Containment says no; nothing was changed by what raised it."""


class NotPossible(ContainError):
    """The action cannot be planned here and now."""


class NotApproved(ContainError):
    """What would run is not what was confirmed, or was not confirmed at all."""


class Drifted(ContainError):
    """What is there now is not what the preview showed; somebody else changed it, perhaps."""


class CloudError(AktuiError):
    """One API call did not succeed."""

    def __init__(
        self,
        call: CallRef,
        message: str,
        *,
        code: str = "",
        status: int | None = None,
        request_id: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.call = call
        self.code = code
        self.status = status
        self.request_id = request_id

    def __str__(self) -> str:
        parts = [f"{self.call}: {self.message}"]
        if self.code:
            parts.append(f"({self.code})")
        if self.request_id:
            parts.append(f"request {self.request_id}")
        return " ".join(parts)


class Refused(CloudError):
    """The cloud answered no."""


class Forbidden(Refused):
    """A permission is missing."""

    def __init__(
        self,
        call: CallRef,
        message: str,
        *,
        missing: str,
        code: str = "",
        status: int | None = None,
        request_id: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(call, message, code=code, status=status, request_id=request_id, hint=hint)
        self.missing = missing
        """The RAM action that is missing, `ram:ListAccessKeys`, as the cloud says (`AuthAction`)."""


class Restricted(Refused):
    """The calling key is under the provider's restrictive protection."""


class Throttled(Refused):
    """Too many requests; reads have already been retried when this is raised."""


class NotFound(Refused):
    """The thing asked about does not exist."""


class Conflict(Refused):
    """The thing exists already, is still in use, or a quota is used up."""


class BadSignature(Refused):
    """Wrong secret, skewed clock, or a replayed request."""


class BadKey(Refused):
    """The calling key is disabled, deleted, expired, or blocked by its network policy."""


class Invalid(Refused):
    """The request itself is wrong."""

    line: int | None = None
    column: int | None = None
    """Where in a query text the log service says that it is wrong, from 1; None when it does not say."""
    in_sql: bool = False
    """Whether they count from the start of the SQL part, rather than of the search part."""


class NotSent(CloudError):
    """Certainly not applied: the request never left this machine."""


class ReadOnly(NotSent):
    """The read-only gate stopped a write."""


class NoAnswer(CloudError):
    """May have been applied: cut connection, time-out, or a server error."""


class BadReply(CloudError):
    """An answer came that is not one: not JSON, the wrong shape, cut off, or too large."""
