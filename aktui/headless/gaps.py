"""What a query could not get, said to a person and to a script."""

from collections.abc import Iterable

from queries.base import Gap, Status

INCOMPLETE = (Status.PARTIAL, Status.DENIED, Status.FAILED)
"""What ends a command with exit code 3; that a source does not record something is no failure."""


def exit_code(gaps: Iterable[Gap]) -> int:
    """3 when something could not be got, else 0."""
    return 3 if any(gap.status in INCOMPLETE for gap in gaps) else 0


def sentence(gap: Gap) -> str:
    """What is missing, which call, why, and the permission it takes."""
    call = f" ({gap.call})" if gap.call and gap.call not in gap.detail else ""
    missing = f" Missing permission: {gap.missing}." if gap.missing and gap.missing not in gap.detail else ""
    return f"{gap.what}{call}: {gap.detail}{missing}"


def as_document(gap: Gap) -> dict[str, str]:
    return {
        "status": gap.status.value,
        "what": gap.what,
        "detail": gap.detail,
        "call": gap.call,
        "code": gap.code,
        "request_id": gap.request_id,
        "missing": gap.missing,
    }
