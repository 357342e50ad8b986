"""What goes over the wire is what was signed, and why a request did not get out is told."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aktui.cloud.gate import is_read
from aktui.cloud.transport import SignedRequest, Transport
from aktui.errors import CallRef, NoAnswer, NotSent
from tests.cloud.rig import QUICK

CALL = CallRef("ims", "GetUser", host="ims.aliyuncs.com")
REQUEST = SignedRequest("POST", CALL.host, "/?A=1", {"host": CALL.host})

Names = st.from_regex(r"[A-Za-z][A-Za-z0-9.]{0,20}", fullmatch=True)
Values = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(Names, Values, max_size=4))
def test_the_http_library_leaves_the_signed_query_as_it_is(query: dict[str, str]) -> None:
    from alibabacloud_tea_openapi.utils import get_canonical_query_string

    target = f"/?{get_canonical_query_string(query)}"
    assert httpx.URL(f"https://ims.aliyuncs.com{target}").raw_path.decode() == target


@pytest.mark.parametrize(
    ("failure", "says"),
    [
        (httpx.ConnectError("[Errno -2] Name or service not known"), "is not known"),
        (httpx.ConnectError("[Errno -3] Temporary failure in name resolution"), "is not known"),
        (httpx.ConnectError("[Errno 8] nodename nor servname provided, or not known"), "is not known"),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"), "certificate"),
        (httpx.ConnectError("All connection attempts failed"), "could be made"),
        (httpx.ConnectTimeout(""), "within 5 s"),
        (httpx.PoolTimeout(""), "within 5 s"),
        (httpx.ProxyError("407"), "proxy"),
    ],
)
async def test_why_a_request_did_not_get_out_is_told(failure: Exception, says: str) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise failure

    async with httpx.AsyncClient(transport=httpx.MockTransport(fail)) as client:
        with pytest.raises(NotSent, match=says) as caught:
            await Transport(client, "", QUICK).send(CALL, REQUEST, lambda: None)
    assert "A=1" not in str(caught.value)


@pytest.mark.parametrize("kind", [httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError])
async def test_a_cut_after_the_request_began_to_go_out_may_have_been_applied(
    kind: type[httpx.HTTPError],
) -> None:
    async def begin_and_fail(request: httpx.Request) -> httpx.Response:
        sending = {"request": type("Sending", (), {"method": b"POST"})}
        await request.extensions["trace"]("http11.send_request_headers.started", sending)
        raise kind("cut")

    began: list[bool] = []
    async with httpx.AsyncClient(transport=httpx.MockTransport(begin_and_fail)) as client:
        with pytest.raises(NoAnswer):
            await Transport(client, "", QUICK).send(CALL, REQUEST, lambda: began.append(True))
    assert began == [True]


@pytest.mark.parametrize(
    ("product", "action"),
    [
        ("ims", "GetUser"),
        ("ims", "ListUsers"),
        ("actiontrail", "LookupEvents"),
        ("ecs", "DescribeInstances"),
        ("bssopenapi", "QueryAccountBalance"),
        ("resourcecenter", "SearchResources"),
        ("ims", "GenerateCredentialReport"),
        ("resourcecenter", "ExecuteSQLQuery"),
        ("ram", "DecodeDiagnosticMessage"),
    ],
)
def test_reads_pass_the_gate(product: str, action: str) -> None:
    assert is_read(product, action)
