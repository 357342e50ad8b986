"""What a query could not get, said to a person and to a script."""

from queries.base import Gap


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
