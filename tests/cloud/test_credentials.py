"""Where the calling key comes from, and what is said when it comes from nowhere."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from aktui.cloud.credentials import RECHECK, CredentialSource
from aktui.config import Settings, StaticCredentials
from aktui.errors import BadKey, CredentialsError
from aktui.models import Secret
from tests.cloud.rig import answer, wire
from tests.cloud.test_config import write_cli_profiles

KEY = "LTAI5tTESTTESTTESTTEST01"
SECRET = "verysecretverysecretverysecret"
TOKEN = "CAIS+token/with=odd+characters"
PRACTICE = "http://127.0.0.1:1"

AK_PROFILE = {"name": "prod", "mode": "AK", "access_key_id": KEY, "access_key_secret": SECRET}


def source(home: Path, env: Mapping[str, str] | None = None, **settings: object) -> CredentialSource:
    return CredentialSource(Settings(**settings), {"HOME": str(home), **(env or {})})  # type: ignore[arg-type]


def write_ini(home: Path, text: str) -> None:
    path = home / ".alibabacloud" / "credentials.ini"
    path.parent.mkdir()
    path.write_text(text)


async def test_credentials_given_by_hand_come_first(tmp_path: Path) -> None:
    write_cli_profiles(tmp_path, AK_PROFILE)
    given = StaticCredentials("LTAIgiven", Secret(SECRET))
    keys = source(tmp_path, {"ALIBABA_CLOUD_ACCESS_KEY_ID": KEY}, credentials=given, profile="prod")
    assert (await keys.get()).key_id == "LTAIgiven"
    assert keys.describe() == "given"


async def test_the_environment_is_read_when_asked(tmp_path: Path) -> None:
    write_cli_profiles(tmp_path, AK_PROFILE | {"access_key_id": "LTAIprofile"})
    env = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": KEY,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SECRET,
        "ALIBABA_CLOUD_SECURITY_TOKEN": TOKEN,
    }
    keys = source(tmp_path, env)
    assert keys.describe() == ""
    found = await keys.get()
    assert (found.key_id, found.secret.reveal(), found.token.reveal()) == (KEY, SECRET, TOKEN)
    assert keys.describe() == "environment"


async def test_the_current_profile_of_the_cli_is_found(tmp_path: Path) -> None:
    write_cli_profiles(tmp_path, AK_PROFILE)
    keys = source(tmp_path)
    found = await keys.get()
    assert (found.key_id, found.secret.reveal(), bool(found.token)) == (KEY, SECRET, False)
    assert keys.describe() == "profile prod in ~/.aliyun/config.json"


async def test_a_named_profile_goes_before_the_environment(tmp_path: Path) -> None:
    session = {"name": "dev", "mode": "StsToken", "access_key_id": "STS.dev", "access_key_secret": SECRET}
    write_cli_profiles(tmp_path, AK_PROFILE, session | {"sts_token": TOKEN})
    env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": KEY, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SECRET}
    found = await source(tmp_path, env, profile="dev").get()
    assert (found.key_id, found.token.reveal()) == ("STS.dev", TOKEN)


async def test_a_named_profile_may_be_in_the_ini_file(tmp_path: Path) -> None:
    write_ini(
        tmp_path,
        f"[default]\ntype = access_key\naccess_key_id = LTAIdefault\naccess_key_secret = {SECRET}\n"
        f"[ops]\ntype = access_key\naccess_key_id = {KEY}\naccess_key_secret = {SECRET}\n",
    )
    keys = source(tmp_path, profile="ops")
    assert (await keys.get()).key_id == KEY
    assert keys.describe() == "profile ops in ~/.alibabacloud/credentials.ini"
    assert (await source(tmp_path).get()).key_id == "LTAIdefault"


async def test_the_ini_file_may_be_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.ini"
    path.write_text(f"[default]\ntype = access_key\naccess_key_id = {KEY}\naccess_key_secret = {SECRET}\n")
    found = await source(tmp_path / "home", {"ALIBABA_CLOUD_CREDENTIALS_FILE": str(path)}).get()
    assert found.key_id == KEY


async def test_a_profile_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    write_cli_profiles(tmp_path, AK_PROFILE, {"name": "dev", "mode": "AK"})
    with pytest.raises(CredentialsError, match="no profile 'nope'") as caught:
        await source(tmp_path, profile="nope").get()
    assert "prod" in caught.value.hint
    assert "dev" in caught.value.hint


async def test_no_credentials_anywhere_names_every_place_looked_at(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CredentialsError) as caught:
        await source(tmp_path).get()
    for place in ("environment", "~/.aliyun/config.json", "~/.alibabacloud/credentials.ini"):
        assert place in caught.value.message
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID" in caught.value.hint
    assert capfd.readouterr() == ("", "")


async def test_half_a_pair_in_the_environment_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        CredentialsError, match="ALIBABA_CLOUD_ACCESS_KEY_ID but no ALIBABA_CLOUD_ACCESS_KEY_SECRET"
    ):
        await source(tmp_path, {"ALIBABA_CLOUD_ACCESS_KEY_ID": KEY}).get()


async def test_a_broken_profile_file_does_not_hide_the_next_source(tmp_path: Path) -> None:
    write_cli_profiles(tmp_path).write_text("{")
    write_ini(tmp_path, f"[default]\ntype=access_key\naccess_key_id={KEY}\naccess_key_secret={SECRET}\n")
    assert (await source(tmp_path).get()).key_id == KEY


@pytest.mark.parametrize(
    ("key_id", "secret", "says"),
    [
        ("", SECRET, "no ALIBABA_CLOUD_ACCESS_KEY_ID"),
        ("  ", SECRET, "empty"),
        ("LTAI with blanks", SECRET, "key ID"),
        ("LTAI\u3042", SECRET, "key ID"),
        (KEY, "blank in secret", "secret"),
        (KEY, "secret\u200bwith zero width", "secret"),
        (KEY, "line\nbreak: injected", "secret"),
    ],
)
async def test_what_can_not_be_a_key_is_refused_without_being_shown(
    tmp_path: Path, key_id: str, secret: str, says: str
) -> None:
    env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": key_id, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret}
    with pytest.raises(CredentialsError, match=says) as caught:
        await source(tmp_path, env).get()
    assert secret not in str(caught.value)


async def test_blanks_around_a_pasted_key_do_no_harm(tmp_path: Path) -> None:
    env = {"ALIBABA_CLOUD_ACCESS_KEY_ID": f" {KEY}\n", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": f"{SECRET}\r\n"}
    found = await source(tmp_path, env).get()
    assert (found.key_id, found.secret.reveal()) == (KEY, SECRET)


async def test_practice_never_asks_anybody_for_credentials(tmp_path: Path) -> None:
    role = AK_PROFILE | {"mode": "RamRoleArn", "ram_role_arn": "acs:ram::1:role/x", "ram_session_name": "s"}
    write_cli_profiles(tmp_path, role)
    env = {
        "ALIBABA_CLOUD_CREDENTIALS_URI": "http://example.com/credentials",
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "/nowhere",
        "ALIBABA_CLOUD_ROLE_ARN": "acs:ram::1:role/x",
        "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "acs:ram::1:oidc-provider/x",
    }
    keys = source(tmp_path, env, endpoint=PRACTICE, ecs_metadata=True)
    with pytest.raises(CredentialsError, match="practice never does"):
        await keys.get()
    with pytest.raises(CredentialsError, match="practice never does"):
        await source(tmp_path, endpoint=PRACTICE, profile="prod").get()


async def test_an_error_of_the_sdk_becomes_a_sentence_without_the_secret(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    script = f"import sys; sys.stderr.write('no access with {SECRET}'); sys.exit(3)"
    command = f'{sys.executable} -c "{script}"'
    entry = {"name": "prod", "mode": "External", "process_command": command, "access_key_secret": SECRET}
    write_cli_profiles(tmp_path, entry)
    with pytest.raises(CredentialsError) as caught:
        await source(tmp_path, profile="prod").get()
    assert caught.value.message.startswith("profile prod in ~/.aliyun/config.json: ")
    assert SECRET not in str(caught.value)
    assert "\n" not in caught.value.message
    assert capfd.readouterr() == ("", "")


async def test_a_program_may_hand_out_credentials(tmp_path: Path) -> None:
    printed = json.dumps({"mode": "AK", "access_key_id": KEY, "access_key_secret": SECRET})
    program = tmp_path / "hand-out"
    program.write_text(f"#!/bin/sh\necho '{printed}'\n")
    program.chmod(0o700)
    write_cli_profiles(tmp_path, {"name": "prod", "mode": "External", "process_command": str(program)})
    assert (await source(tmp_path, profile="prod").get()).key_id == KEY


async def test_instance_metadata_is_only_asked_when_allowed(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError) as caught:
        await source(tmp_path).get()
    assert "metadata" not in caught.value.message


async def test_plain_keys_are_kept_and_those_of_a_session_are_asked_for_again(tmp_path: Path) -> None:
    clock = [0.0]
    session = AK_PROFILE | {"mode": "StsToken", "sts_token": TOKEN}
    path = write_cli_profiles(tmp_path, session)
    keys = CredentialSource(Settings(), {"HOME": str(tmp_path)}, clock=lambda: clock[0])
    first = await keys.get()
    assert await keys.get() is first
    clock[0] = RECHECK + 1
    assert await keys.get() is not first
    path.write_text(json.dumps({"current": "prod", "profiles": [session | {"access_key_id": "STS.renewed"}]}))
    keys.forget()
    assert (await keys.get()).key_id == "STS.renewed"


async def test_keys_the_cloud_does_not_take_are_looked_up_anew(
    a_home_of_its_own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expired = answer({"Code": "InvalidSecurityToken.Expired", "Message": "expired"}, status=400)
    session = AK_PROFILE | {"mode": "StsToken", "sts_token": TOKEN}
    write_cli_profiles(a_home_of_its_own, session)
    async with wire(expired, answer({"RequestId": "R"})) as server:
        from aktui.cloud.session import Cloud

        async with Cloud(Settings(endpoint=server.endpoint)) as cloud:
            with pytest.raises(BadKey):
                await cloud.call("sts", "GetCallerIdentity")
            write_cli_profiles(a_home_of_its_own, session | {"access_key_id": "STS.renewed"})
            await cloud.call("sts", "GetCallerIdentity")
        assert "Credential=STS.renewed," in server.requests[1]
        assert os.environ["HOME"] == str(a_home_of_its_own)
