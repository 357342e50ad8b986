"""Settings from options, the environment and the vendor CLI's profile."""

import json
from pathlib import Path

import pytest

from aktui.config import Settings, StaticCredentials, load_settings
from aktui.errors import ConfigError
from aktui.models import Secret


def write_cli_profiles(home: Path, *profiles: dict[str, str], current: str = "prod") -> Path:
    path = home / ".aliyun" / "config.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"current": current, "profiles": list(profiles)}))
    return path


def test_without_anything_the_real_cloud_is_called_from_hangzhou(tmp_path: Path) -> None:
    settings = load_settings({"HOME": str(tmp_path)})
    assert (settings.endpoint, settings.practice) == ("", False)
    assert (settings.region, settings.site, settings.profile) == ("cn-hangzhou", "china", "")
    assert settings.home == tmp_path / ".local" / "share" / "aktui"


def test_the_environment_is_read(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "HOME": str(tmp_path),
            "AKTUI_ENDPOINT": "http://127.0.0.1:8080/",
            "AKTUI_REGION": " eu-central-1 ",
            "AKTUI_SITE": "international",
            "AKTUI_PROFILE": "prod",
            "AKTUI_HOME": str(tmp_path / "cases"),
        }
    )
    assert settings.endpoint == "http://127.0.0.1:8080"
    assert settings.practice
    assert (settings.region, settings.site, settings.profile) == ("eu-central-1", "international", "prod")
    assert settings.home == tmp_path / "cases"


def test_an_option_goes_before_the_environment(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "AKTUI_REGION": "eu-central-1", "AKTUI_SITE": "nowhere"}
    settings = load_settings(env, region="us-west-1", site="china", home=tmp_path)
    assert (settings.region, settings.site, settings.home) == ("us-west-1", "china", tmp_path)


def test_the_vendor_s_region_variable_serves_too(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "ALIBABA_CLOUD_REGION_ID": "cn-beijing"}
    assert load_settings(env).region == "cn-beijing"
    assert load_settings(env | {"AKTUI_REGION": "cn-shanghai"}).region == "cn-shanghai"


def test_the_profile_s_region_serves_when_none_is_given(tmp_path: Path) -> None:
    write_cli_profiles(
        tmp_path,
        {"name": "dev", "mode": "AK", "region_id": "cn-beijing"},
        {"name": "prod", "mode": "AK", "region_id": "cn-shanghai"},
        {"name": "bare", "mode": "AK"},
    )
    env = {"HOME": str(tmp_path)}
    assert load_settings(env).region == "cn-shanghai", "the current profile's"
    assert load_settings(env, profile="dev").region == "cn-beijing"
    assert load_settings(env, profile="bare").region == "cn-hangzhou"
    assert load_settings(env, profile="absent").region == "cn-hangzhou"
    assert load_settings(env, profile="dev", region="us-west-1").region == "us-west-1"


def test_the_vendor_s_profile_variable_steps_back_behind_keys_in_the_environment(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "ALIBABA_CLOUD_PROFILE": "dev"}
    assert load_settings(env).profile == "dev"
    assert load_settings(env | {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI"}).profile == ""
    assert load_settings(env | {"AKTUI_PROFILE": "prod"}).profile == "prod"


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"AKTUI_ENDPOINT": "http://10.0.0.1:80"}, "AKTUI_ENDPOINT"),
        ({"AKTUI_REGION": "somewhere else"}, "AKTUI_REGION"),
        ({"ALIBABA_CLOUD_REGION_ID": "??"}, "ALIBABA_CLOUD_REGION_ID"),
        ({"AKTUI_SITE": "moon"}, "AKTUI_SITE"),
        ({"AKTUI_HOME": "relative/path"}, "AKTUI_HOME"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(
    tmp_path: Path, env: dict[str, str], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        load_settings({"HOME": str(tmp_path)} | env)


@pytest.mark.parametrize(
    "content", ["{", "[]", "7", '{"profiles": {}}', '{"profiles": [1]}', "\ufeff{}", "\xff"]
)
def test_a_broken_profile_file_is_named(tmp_path: Path, content: str) -> None:
    write_cli_profiles(tmp_path).write_text(content, encoding="latin-1" if content == "\xff" else "utf-8")
    with pytest.raises(ConfigError, match=r"config\.json"):
        load_settings({"HOME": str(tmp_path)})


def test_a_region_in_the_profile_that_is_none_is_refused(tmp_path: Path) -> None:
    write_cli_profiles(tmp_path, {"name": "prod", "mode": "AK", "region_id": "a/b"})
    with pytest.raises(ConfigError, match=r"region_id of the profile in .*config\.json"):
        load_settings({"HOME": str(tmp_path)})


def test_a_switched_off_profile_file_is_not_read(tmp_path: Path) -> None:
    write_cli_profiles(tmp_path).write_text("{")
    env = {"HOME": str(tmp_path), "ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true"}
    assert load_settings(env).region == "cn-hangzhou"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080",
        "http://localhost:1",
        "http://[::1]:9",
        "http://127.0.0.1",
        "http://localhost/",
    ],
)
def test_this_machine_may_stand_in_for_the_cloud(url: str) -> None:
    assert Settings(endpoint=url).endpoint == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:8080",
        "http://10.1.2.3",
        "http://example.com",
        "http://127.0.0.1.example.com",
        "http://127.0.0.1@example.com",
        "http://user:pass@127.0.0.1",
        "http://example.com#127.0.0.1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:port",
        "http://127.0.0.1/path",
        "http://127.0.0.1?x=1",
        "http://[::1",
        "http://0.0.0.0",
        "127.0.0.1:8080",
        "file:///etc/passwd",
        "http://",
    ],
)
def test_nothing_else_may(url: str) -> None:
    with pytest.raises(ConfigError, match="endpoint"):
        Settings(endpoint=url)


def test_settings_do_not_show_secrets() -> None:
    settings = Settings(
        credentials=StaticCredentials("LTAI5t", Secret("hunter2hunter2"), Secret("tok-tok-tok"))
    )
    assert "hunter2" not in f"{settings!r} {settings}"
    assert "tok-tok" not in f"{settings!r} {settings}"
