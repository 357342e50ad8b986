"""Reads an answer of the log service: decompressed, and either what was asked for or the fitting error.

A refusal is `{"errorCode": …, "errorMessage": …}`. One code, Unauthorized, means a missing permission, a
key that does not exist and a disabled one; only the message tells which.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from aktui.cloud.replies import (
    BY_STATUS,
    HINTS,
    LEAK_RISK,
    Answer,
    bad,
    message_of,
    no_redirect,
    request_id_of,
    value_of,
)
from aktui.cloud.transport import LARGEST
from aktui.errors import (
    BadKey,
    BadSignature,
    CallRef,
    CloudError,
    Forbidden,
    Invalid,
    NoAnswer,
    NotFound,
    Restricted,
    Throttled,
)

NO_INDEX = (
    "A Logstore without an index can not be searched. Switch the index on in the log service's console "
    "(Index Attributes); it then holds for new rows, and for older ones after rebuilding it."
)


def decompressed(call: CallRef, answer: Answer) -> Answer:
    """The answer as the log service wrote it. Raises BadReply, also for what would be too large."""
    kind = answer.headers.get("x-log-compresstype", "").lower()
    if not kind or not answer.body:
        return answer
    if kind != "lz4":
        raise bad(call, answer, f"The answer is compressed with {kind[:20]}, which was not asked for.")
    try:
        size = int(answer.headers.get("x-log-bodyrawsize", ""))
    except ValueError:
        size = -1
    if not 0 <= size <= LARGEST:
        raise bad(call, answer, f"The answer does not say a size of at most {LARGEST} bytes.")
    from lz4.block import LZ4BlockError, decompress

    try:
        body = decompress(answer.body, uncompressed_size=size)
    except LZ4BlockError:
        raise bad(call, answer, "The answer can not be decompressed.") from None
    return Answer(answer.status, answer.headers, body)


def read(call: CallRef, answer: Answer, presumed: str) -> Any:
    """The JSON value of a successful answer. Raises the fitting CloudError for any other.

    `presumed` is the RAM action to name when a denial does not say which one is missing.
    """
    no_redirect(call, answer)
    value = value_of(call, answer)
    if answer.status >= 400:
        raise _refusal(call, answer, value if isinstance(value, dict) else {}, presumed)
    return value


def rows_of(call: CallRef, answer: Answer, value: Any) -> dict[str, Any]:
    """The answer of a search or of SQL, `{"meta": {…}, "data": [{…}, …]}`; BadReply for anything else.

    All values of rows are text. One that is not is made text, as JSON.
    """
    if isinstance(value, dict) and isinstance(value.get("meta"), dict):
        rows = value.get("data")
        if isinstance(rows, list) and all(type(row) is dict for row in rows):
            for row in rows:
                if not _ONLY_TEXT.issuperset(map(type, row.values())):
                    row.update((name, _as_text(found)) for name, found in [*row.items()])
            return value
    raise bad(call, answer, "The answer has no list of rows, or does not say how complete it is.")


_ONLY_TEXT = frozenset((str,))


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


_BY_MESSAGE: tuple[tuple[type[CloudError], re.Pattern[str]], ...] = (
    (Restricted, re.compile(LEAK_RISK)),
    (Throttled, re.compile("queued queries")),
    (BadKey, re.compile("accesskeyid (not found|is disabled|is inactive)|denied due to access policy")),
    (Forbidden, re.compile("denied by sts or ram")),
    (NotFound, re.compile("without index config")),
)
"""What the message of a refusal, in lower case, means whatever its code."""

_BY_CODE: tuple[tuple[type[CloudError], re.Pattern[str]], ...] = (
    (Throttled, re.compile("QuotaExceed|^ServerBusy|^TooManyRequests|Throttling")),
    (BadKey, re.compile("^InvalidAccessKeyId|SecurityToken")),
    (BadSignature, re.compile("^Signature|^RequestTime(TooSkewed|Expired)")),
    (NotFound, re.compile("NotExist")),
    (Forbidden, re.compile("^Unauthorized|^Forbidden|^AccessDenied")),
    (NoAnswer, re.compile("^Internal|^RequestTimeout|^ServiceUnavailable")),
    (Invalid, re.compile("Invalid|^Unsupported|^MissingParameter")),
)
"""What a code means; the first that fits counts."""

_MISSING = re.compile(r"action:\s*(log:\w+)(?:,\s*resource:\s*([^\s,]+))?")
_IN_SQL = re.compile(r"\bline (\d+):(\d+)")
_IN_SEARCH = re.compile(r"\bcolumn:(\d+)")


def _refusal(call: CallRef, answer: Answer, body: Mapping[str, Any], presumed: str) -> CloudError:
    code = str(body.get("errorCode") or body.get("Code") or "")
    told = str(body.get("errorMessage") or body.get("Message") or "")
    message, request_id = message_of(told, answer.status), request_id_of(answer)
    kind = _kind(code, told, answer.status)
    if kind is Forbidden:
        missing, hint = _permission(told, presumed)
        return Forbidden(
            call, message, missing=missing, code=code, status=answer.status, request_id=request_id, hint=hint
        )
    hint = _hint(code, told) if kind is NotFound else HINTS.get(kind, "")
    error = kind(call, message, code=code, status=answer.status, request_id=request_id, hint=hint)
    if isinstance(error, Invalid):
        _locate(error, told)
    return error


def _kind(code: str, message: str, status: int) -> type[CloudError]:
    for kind, pattern in _BY_MESSAGE:
        if pattern.search(message.lower()):
            return kind
    for kind, pattern in _BY_CODE:
        if pattern.search(code):
            return kind
    return NoAnswer if status >= 500 else BY_STATUS.get(status, Invalid)


def _permission(message: str, presumed: str) -> tuple[str, str]:
    found = _MISSING.search(message)
    if found is None:
        return (
            presumed,
            f"The log service does not say which permission is missing; presumably it is {presumed}.",
        )
    where = f" on {found[2]}" if found[2] else ""
    return found[1], f"Grant {found[1]}{where} to the calling identity."


def _hint(code: str, message: str) -> str:
    if "index" in f"{code} {message}".lower():
        return NO_INDEX
    if code.startswith("Project"):
        return "The project was deleted, or it is in another region."
    return "The Logstore was deleted, or logging into it was never switched on."


def _locate(error: Invalid, message: str) -> None:
    """Where in the query text, when the message says so."""
    if found := _IN_SQL.search(message):
        error.line, error.column, error.in_sql = int(found[1]), int(found[2]), True
    elif found := _IN_SEARCH.search(message):
        error.line, error.column = 1, int(found[1])
