"""Exchanges as the transport hands them over."""

from datetime import UTC, datetime
from typing import Any

from aktui.models import Exchange

KEY = "LTAI5tPracticeSuspect001"


def exchange(number: int = 1, body: bytes = b'{"RequestId":"R"}', **changes: Any) -> Exchange:
    values: dict[str, Any] = {
        "number": number,
        "product": "ims",
        "action": "GetUser",
        "region": "",
        "host": "ims.aliyuncs.com",
        "params": {"UserAccessKeyId": KEY},
        "attempt": 1,
        "started": datetime(2026, 11, 22, 3, 10, tzinfo=UTC),
        "elapsed": 0.081,
        "status": 200,
        "request_id": "R",
        "body": body,
    }
    return Exchange(**(values | changes))
