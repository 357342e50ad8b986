"""Asking the practice cloud without a wire: validation, permission, operation."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import aktui.simcloud.products  # noqa: F401  (declares the operations)
from aktui.simcloud.account import Account
from aktui.simcloud.authenticate import identify
from aktui.simcloud.authorise import authorise
from aktui.simcloud.fault import ApiError
from aktui.simcloud.op import OPERATIONS, VERSIONS, Answer, Call
from aktui.simcloud.validate import typed
from tests.simcloud.accounts import RESPONDER_KEY

OFFICE = "203.0.113.7"


def ask(
    account: Account,
    product: str,
    action: str,
    *,
    by: str = RESPONDER_KEY,
    source_ip: str = OFFICE,
    region: str = "",
    **params: Any,
) -> Answer:
    """The answer to one call made with the key `by`; refusals come as ApiError."""
    operation = OPERATIONS[VERSIONS[product], action]
    call = Call(
        account,
        identify(account, by),
        operation,
        typed(operation, _wire(params)),
        account.clock.now(),
        region or account.region,
        source_ip,
        "00000000-0000-4000-8000-000000000000",
    )
    authorise(call)
    return operation.run(call)


@contextmanager
def refused(code: str, status: int) -> Iterator[pytest.ExceptionInfo[ApiError]]:
    """The body must be refused with exactly this code and HTTP status."""
    with pytest.raises(ApiError) as refusal:
        yield refusal
    assert (refusal.value.code, refusal.value.status) == (code, status), refusal.value


def _wire(params: dict[str, Any]) -> dict[str, str]:
    sent: dict[str, str] = {}
    for name, value in params.items():
        if isinstance(value, list):
            for at, item in enumerate(value, start=1):
                if isinstance(item, dict):
                    sent |= {f"{name}.{at}.{field}": text for field, text in _wire(item).items()}
                else:
                    sent[f"{name}.{at}"] = str(item)
        else:
            sent[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return sent
