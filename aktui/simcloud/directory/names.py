"""Names and short texts: which characters, how long, and the codes that say otherwise."""

import re

from aktui.simcloud.fault import ApiError

USER = re.compile(r"[A-Za-z0-9._-]+")
GROUP = re.compile(r"[A-Za-z0-9._-]+")
POLICY = re.compile(r"[A-Za-z0-9-]+")
ROLE = re.compile(r"[A-Za-z0-9.-]+")
DEVICE = re.compile(r"[A-Za-z0-9-]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MOBILE = re.compile(r"\d{1,4}-\d{4,15}")


def checked(param: str, value: str, pattern: re.Pattern[str] | None, longest: int) -> str:
    """The value, if it is 1 to `longest` characters of the pattern."""
    if not 0 < len(value) <= longest:
        raise ApiError(
            400,
            f"InvalidParameter.{param}.Length",
            f'The parameter "{param}" must have 1 to {longest} characters.',
        )
    if pattern and not pattern.fullmatch(value):
        raise ApiError(
            400,
            f"InvalidParameter.{param}.InvalidChars",
            f'The parameter "{param}" contains invalid characters.',
        )
    return value


def short(param: str, value: str, longest: int) -> str:
    """A free text that may be empty."""
    return checked(param, value, None, longest) if value else ""


def email(param: str, value: str) -> str:
    return _formatted(param, value, _EMAIL)


def mobile(param: str, value: str) -> str:
    """Country code, hyphen, number."""
    return _formatted(param, value, _MOBILE)


def malformed(param: str) -> ApiError:
    return ApiError(
        400, f"InvalidParameter.{param}.Format", f'The format of the parameter "{param}" is incorrect.'
    )


def _formatted(param: str, value: str, pattern: re.Pattern[str]) -> str:
    if value and not pattern.fullmatch(value):
        raise malformed(param)
    return value
