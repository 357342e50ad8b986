"""How the practice cloud says no: one exception, the vendor's codes and statuses."""

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """A refusal, as it goes over the wire."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.detail = dict(detail or {})
        """Extra top-level fields of the body, e.g. `AccessDeniedDetail`."""


def missing(name: str) -> ApiError:
    """A required parameter was not given."""
    return ApiError(400, "MissingParameter", f"Parameter {name} is required.")


def invalid(name: str, why: str = "is invalid") -> ApiError:
    """A parameter has a value that the service does not take."""
    return ApiError(400, f"InvalidParameter.{name}", f"The parameter {name} {why}.")


def absent(kind: str, what: str) -> ApiError:
    """`absent("User", "user alice")`: 404 EntityNotExist.User."""
    return ApiError(404, f"EntityNotExist.{kind}", f"The {what} does not exist.")


def exists(kind: str, what: str) -> ApiError:
    return ApiError(409, f"EntityAlreadyExists.{kind}", f"The {what} already exists.")


def in_use(kind: str, message: str) -> ApiError:
    """`in_use("User.Policy", …)`: 409 DeleteConflict.User.Policy."""
    return ApiError(409, f"DeleteConflict.{kind}", message)


def over_limit(kind: str, message: str) -> ApiError:
    return ApiError(409, f"LimitExceeded.{kind}", message)
