"""Secrets stay out of everything that is kept, shown or logged."""

import json
import logging
import subprocess
import sys
import traceback

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aktui.cloud.redact import scrub, secrets_in
from aktui.errors import CloudError
from aktui.models import Exchange
from aktui.redact import STARS, is_secret, redacted
from tests.cloud.rig import answer, cloud_of, keys, wire
from tests.conftest import PracticeCloudFactory
from tests.simcloud.accounts import DEPLOYER_ID, RESPONDER_KEY, SECRETS, small_account

SecretText = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=12, max_size=40)


@pytest.mark.parametrize(
    "name",
    [
        "Password",
        "NewPassword",
        "AccessKeySecret",
        "SecurityToken",
        "AuthenticationCode1",
        "AuthenticationCode",
        "Credentials.1.SecretValue",
        "Base32StringSeed",
        "access_key_secret",
        "sts_token",
        "TokenCode",
    ],
)
def test_a_parameter_of_this_name_is_a_secret(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    ["NextToken", "PageToken", "UserAccessKeyId", "AccessKey", "UserName", "ClientToken", "Marker", "Tokens"],
)
def test_a_parameter_of_this_name_is_none(name: str) -> None:
    assert not is_secret(name)


Params = st.recursive(
    st.dictionaries(st.sampled_from(["Password", "UserName", "Secret", "Value"]), SecretText),
    lambda inner: st.dictionaries(
        st.sampled_from(["A", "B"]), inner | st.lists(inner, max_size=3), max_size=3
    ),
    max_leaves=8,
)


@given(Params)
def test_redacting_hides_every_secret_value_at_any_depth(params: dict[str, object]) -> None:
    hidden = set(secrets_in(params))
    shown = redacted(params)
    assert not hidden & set(_texts(shown) - _open_texts(params))
    assert secrets_in(shown) == [STARS] * len(secrets_in(params))


def _texts(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(_texts(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(_texts(item) for item in value))
    return {str(value)}


def _open_texts(value: object) -> set[str]:
    """Texts under names that are no secrets; a secret may happen to equal one of them."""
    if isinstance(value, dict):
        return set().union(*(_open_texts(item) for name, item in value.items() if not is_secret(name)))
    if isinstance(value, list):
        return set().union(*(_open_texts(item) for item in value))
    return {str(value)}


@given(SecretText, st.binary(), st.binary())
def test_a_body_is_scrubbed_of_a_secret_however_it_is_written(
    secret: str, before: bytes, after: bytes
) -> None:
    from urllib.parse import quote

    once = quote(secret, safe="~")
    for form in (secret, once, quote(once, safe="~"), secret.replace("/", "\\/")):
        assert form.encode() not in scrub(before + form.encode() + after, [secret]).replace(
            STARS.encode(), b"\0"
        )


def test_short_values_are_not_looked_for() -> None:
    assert scrub(b'{"Code":"1"}', ["", "1"]) == b'{"Code":"1"}'


def everything_about(exchanges: tuple[Exchange, ...], error: BaseException | None, log: str) -> str:
    shown = [f"{exchange!r} {exchange.params} {exchange.body!r} {exchange.error}" for exchange in exchanges]
    if error is not None:
        shown += traceback.format_exception(error)
        shown.append(f"{error!r} {getattr(error, 'hint', '')}")
    return "\n".join([*shown, log])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SecretText, SecretText, st.sampled_from([200, 400, 403, 500, 302]))
async def test_an_answer_that_echoes_the_request_gives_nothing_away(
    secret: str, token: str, status: int
) -> None:
    echo = {
        "Code": "SignatureDoesNotMatch",
        "Message": f"you sent {token} signed with {secret}",
        "RequestId": "R",
    }
    if json.dumps(secret)[1:-1] != secret or json.dumps(token)[1:-1] != token:
        return
    error: CloudError | None = None
    async with (
        wire(answer(echo, status=status)) as server,
        server.cloud(credentials=keys(RESPONDER_KEY, secret, token)) as cloud,
    ):
        try:
            await cloud.call("sts", "GetCallerIdentity")
        except CloudError as caught:
            error = caught
        everything = everything_about(cloud.exchanges, error, repr(cloud.settings))
    for hidden in (secret, token):
        assert hidden not in everything.replace(STARS, "\0")


async def test_no_log_shows_a_url_with_its_parameters(
    practice_cloud: PracticeCloudFactory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with practice_cloud(small_account()) as sim, cloud_of(sim) as cloud:
        await cloud.call("ims", "GetUser", UserId=DEPLOYER_ID)
    assert DEPLOYER_ID not in caplog.text
    assert "?" not in caplog.text
    assert SECRETS[RESPONDER_KEY] not in caplog.text


def test_the_sdks_write_nothing_on_the_terminal() -> None:
    code = (
        "import logging\n"
        "from aktui.cloud.sources import import_sdk\n"
        "for name in ('alibabacloud_ims20190815.client', 'alibabacloud_credentials.provider'):\n"
        "    import_sdk(name)\n"
        "for name in ('darabonba-core', 'credentials', 'alibabacloud-tea'):\n"
        "    logging.getLogger(name).error('to be seen by nobody')\n"
        "logging.basicConfig(level=0)\n"
        "logging.getLogger('credentials').error('to be seen by nobody')\n"
        "logging.getLogger('httpx').info('HTTP Request: POST http://x/?Password=x')\n"
        "logging.getLogger('httpcore.http11').debug('request')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
