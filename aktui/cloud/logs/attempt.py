"""One attempt of a call to the log service: built and signed by the vendor's code, sent and read by ours."""

import asyncio
from collections.abc import Mapping

from aktui.cloud.clients import Invoke, Sending
from aktui.cloud.logs.answers import decompressed, read, rows_of
from aktui.cloud.logs.vendor import Build, VendorClient
from aktui.cloud.redact import scrub
from aktui.cloud.replies import Answer
from aktui.errors import BadReply

LARGE = 1024 * 1024
"""Bytes from which an answer is read in a thread, so that the screen goes on."""


def attempt(vendor: VendorClient, build: Build, longest: float) -> Invoke:
    """Something that sends this call, once for each time it is awaited on."""

    async def invoke(sending: Sending) -> None:
        request = vendor.signed(build, sending.credentials, sending.signed_at)
        answer = await sending.transport.send(sending.call, request, sending.on_sent, longest=longest)
        sending.answer = Answer(answer.status, answer.headers, scrub(answer.body, sending.secrets))
        if max(len(answer.body), _announced(answer.headers)) < LARGE:
            _read(sending, answer)
        else:
            await asyncio.to_thread(_read, sending, answer)

    return invoke


def _announced(headers: Mapping[str, str]) -> int:
    size = headers.get("x-log-bodyrawsize", "")
    return int(size) if size.isdecimal() and len(size) < 20 else 0


def _read(sending: Sending, answer: Answer) -> None:
    """Fill in the answer as it was written, and its JSON; a list goes under `list`, with its progress."""
    plain = decompressed(sending.call, answer)
    sending.answer = Answer(plain.status, plain.headers, scrub(plain.body, sending.secrets))
    value = read(sending.call, sending.answer, sending.presumed)
    if sending.call.action == "GetLogsV2":
        value = rows_of(sending.call, sending.answer, value)
    elif isinstance(value, list):
        value = {"list": value, "progress": plain.headers.get("x-log-progress", "")}
    elif not isinstance(value, dict):
        message = "The answer is JSON, but neither an object nor a list."
        raise BadReply(sending.call, message, status=plain.status)
    sending.body = value
