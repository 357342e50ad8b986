"""The vendor's SDK clients, sending through our transport.

Every generated method ends in one coroutine, `call_api_async(params, request, runtime)`; `OnTransport`
puts its own in that place and leaves the rest (request models, flattening, endpoint rules, response
models) as it is. What the SDK calls `runtime` and hands through untouched is a `Sending` of ours.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aktui import __version__
from aktui.cloud.credentials import Credentials
from aktui.cloud.products import Product
from aktui.cloud.redact import scrub
from aktui.cloud.replies import Answer, read
from aktui.cloud.sources import import_sdk
from aktui.cloud.transport import SignedRequest, Transport
from aktui.config import Settings
from aktui.errors import BadReply, CallRef

_ALGORITHM = "ACS3-HMAC-SHA256"


@dataclass
class Sending:
    """One attempt on its way through the SDK: what it needs, and what came of it."""

    call: CallRef
    transport: Transport
    credentials: Credentials
    signed_at: datetime
    """The time to sign with."""
    on_sent: Callable[[], None]
    presumed: str
    """The RAM action to name when a denial names none."""
    secrets: list[str]
    """What must not be in an answer that is kept."""
    answer: Answer | None = None
    body: dict[str, Any] = field(default_factory=dict)
    """The JSON object of a success."""


Invoke = Callable[[Sending], Awaitable[None]]
"""Sends one attempt; fills `Sending.answer` and `.body`, or raises a CloudError."""


class OnTransport:
    """Mixed into an SDK client class, before it."""

    _endpoint: str

    async def call_api_async(self, params: Any, request: Any, runtime: Sending) -> dict[str, Any]:
        """Sign, send once, read the answer. Returns what the generated methods build their model from."""
        if params.action != runtime.call.action:
            raise TypeError(f"asked for {runtime.call.action}, but the SDK wants to send {params.action}")
        signed = _sign(params, request, runtime, self._endpoint)
        answer = await runtime.transport.send(runtime.call, signed, runtime.on_sent)
        runtime.answer = Answer(answer.status, answer.headers, scrub(answer.body, runtime.secrets))
        runtime.body = read(runtime.call, runtime.answer, runtime.presumed)
        return {"body": runtime.body, "headers": dict(answer.headers), "statusCode": answer.status}


def _sign(params: Any, request: Any, sending: Sending, host: str) -> SignedRequest:
    """The request as the SDK would send it: same headers, signed by the SDK's own helper."""
    from alibabacloud_tea_openapi.utils import Utils, get_canonical_query_string
    from darabonba.request import DaraRequest

    credentials = sending.credentials
    form = Utils.to_form(request.body).encode() if request.body else b""
    draft = DaraRequest()
    draft.method, draft.pathname = params.method, params.pathname
    draft.query = {name: value for name, value in (request.query or {}).items() if value is not None}
    draft.headers = {
        "host": host,
        "x-acs-version": params.version,
        "x-acs-action": params.action,
        "user-agent": Utils.get_user_agent(f"aktui/{__version__}"),
        "x-acs-date": sending.signed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": Utils.get_nonce(),
        "accept": "application/json",
        **(request.headers or {}),
    }
    if form:
        draft.headers["content-type"] = "application/x-www-form-urlencoded"
    payload = Utils.hash(form, _ALGORITHM).hex()
    draft.headers["x-acs-content-sha256"] = payload
    if credentials.provider:
        draft.headers["x-acs-credentials-provider"] = credentials.provider
    if credentials.token:
        draft.headers["x-acs-accesskey-id"] = credentials.key_id
        draft.headers["x-acs-security-token"] = credentials.token.reveal()
    draft.headers["Authorization"] = Utils.get_authorization(
        draft, _ALGORITHM, payload, credentials.key_id, credentials.secret.reveal()
    )
    query = get_canonical_query_string(draft.query)
    target = f"{params.pathname}?{query}" if query else params.pathname
    return SignedRequest(params.method, host, target, draft.headers, form)


class Client:
    """One product in one region."""

    def __init__(self, product: Product, sdk: Any, models: Any) -> None:
        self._product = product
        self._sdk = sdk
        self._models = models
        self.host = str(sdk._endpoint)

    def prepare(self, action: str, params: Mapping[str, Any]) -> Invoke:
        """Something that sends this call, once for each time it is awaited on.

        Raises TypeError when the operation or a parameter is not known to the SDK.
        """
        return self._generic(action, params) if self._models is None else self._typed(action, params)

    def _generic(self, action: str, params: Mapping[str, Any]) -> Invoke:
        from alibabacloud_tea_openapi.utils import Utils
        from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params

        how = Params(
            action=action,
            version=self._product.version,
            protocol="HTTPS",
            pathname="/",
            method="POST",
            auth_type="AK",
            style="RPC",
            req_body_type="formData",
            body_type="json",
        )
        query = Utils.query(dict(params))

        async def invoke(sending: Sending) -> None:
            await self._sdk.call_api_async(how, OpenApiRequest(query=query), sending)

        return invoke

    def _typed(self, action: str, params: Mapping[str, Any]) -> Invoke:
        method = _method_of(self._sdk, action)
        request = _request_of(self._models, action, params)

        async def invoke(sending: Sending) -> None:
            response = await (method(sending) if request is None else method(request, sending))
            if response._map is not None:
                # The SDK keeps the raw answer there when building its model from it failed.
                message = "The answer does not have the shape that the SDK's model of it has."
                raise BadReply(sending.call, message, status=response._map.get("statusCode"))

        return invoke


class Clients:
    """The clients in use, each made once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: dict[tuple[str, str], Client] = {}
        self._line = asyncio.Lock()

    async def client(self, product: Product, region: str) -> Client:
        """The client of a product; `region` is empty unless one was asked for. Imports happen in a thread."""
        key = (product.name, region)
        async with self._line:
            if key not in self._made:
                self._made[key] = await asyncio.to_thread(self._make, product, region)
        return self._made[key]

    def _make(self, product: Product, region: str) -> Client:
        home = region or self._settings.region
        endpoint = product.endpoint(home if product.regional else region, self._settings.site)
        package = product.package or "alibabacloud_tea_openapi"
        base = import_sdk(f"{package}.client").Client
        models = import_sdk(f"{package}.models") if product.package else None
        config = import_sdk("alibabacloud_tea_openapi.utils_models").Config(
            region_id=home, endpoint=endpoint or None
        )
        return Client(product, type("Client", (OnTransport, base), {})(config), models)


def _method_of(sdk: Any, action: str) -> Callable[..., Awaitable[Any]]:
    """The generated coroutine of an operation; its name breaks up words in ways one can not derive."""
    wanted = f"{action.lower()}withoptionsasync"
    for name in dir(type(sdk)):
        if name.endswith("_with_options_async") and name.replace("_", "") == wanted:
            method: Callable[..., Awaitable[Any]] = getattr(sdk, name)
            return method
    raise TypeError(f"the SDK has no operation {action}")


def _request_of(models: Any, action: str, params: Mapping[str, Any]) -> Any:
    """The SDK's request object, or None for an operation without parameters."""
    from alibabacloud_tea_openapi.utils import Utils

    kind = getattr(models, f"{action}Request", None)
    if kind is None:
        if params:
            raise TypeError(f"{action} takes no parameters, but got: {', '.join(params)}")
        return None
    try:
        request = kind().from_map(dict(params))
    except (AttributeError, ValueError) as error:
        raise TypeError(f"the parameters of {action} have the wrong shape: {error}") from None
    understood, given = Utils.query(request.to_map()), Utils.query(dict(params))
    if unknown := sorted(given.keys() - understood.keys()):
        raise TypeError(f"{action} has no parameter {', '.join(unknown)}")
    return request
