"""Where to call, as whom, and where cases live: from options and the environment, checked once.

Who reads what, first found wins:

| option      | environment                           | else                            |
|-------------|---------------------------------------|---------------------------------|
| `endpoint=` | AKTUI_ENDPOINT                        | the real cloud                  |
| `region=`   | AKTUI_REGION, ALIBABA_CLOUD_REGION_ID | the profile's, then cn-hangzhou |
| `site=`     | AKTUI_SITE                            | china                           |
| `profile=`  | AKTUI_PROFILE, ALIBABA_CLOUD_PROFILE  | none: the default chain         |
| `home=`     | AKTUI_HOME, XDG_DATA_HOME             | ~/.local/share/aktui            |

ALIBABA_CLOUD_PROFILE only picks a profile when ALIBABA_CLOUD_ACCESS_KEY_ID is not set: in the vendor's
own order of sources the environment comes before the profiles.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aktui.errors import ConfigError, UsageError
from aktui.models import Secret

DEFAULT_REGION = "cn-hangzhou"
SITES = ("china", "international")
LOOPBACK = ("127.0.0.1", "localhost", "::1")

_REGION = re.compile(r"[a-z]{2,12}(-[a-z0-9]{1,12}){1,5}")


@dataclass(frozen=True)
class StaticCredentials:
    """A key pair given by hand, perhaps with the token of a session."""

    access_key_id: str
    access_key_secret: Secret
    security_token: Secret = field(default_factory=lambda: Secret(""))


@dataclass(frozen=True)
class Settings:
    """Checked settings; a bad value raises ConfigError."""

    endpoint: str = ""
    """Empty for the real cloud, else the loopback URL of a practice cloud, without a trailing slash."""
    region: str = DEFAULT_REGION
    """The home region."""
    site: str = "china"
    """china or international."""
    profile: str = ""
    """A profile of the vendor's CLI, or of its INI file; empty for the default chain."""
    credentials: StaticCredentials | None = None
    ecs_metadata: bool = False
    """Whether the instance metadata service may be asked for credentials."""
    armed: bool = False
    """Whether containment may write to the cloud; only `--allow-containment` says so, no variable does."""
    home: Path = field(default_factory=lambda: _data_home(os.environ))
    """Where cases live."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "endpoint", _check_endpoint(self.endpoint, "endpoint"))
        _check_region(self.region, "region")
        _check_site(self.site, "site")

    @property
    def practice(self) -> bool:
        """Whether a practice cloud is called instead of the real one."""
        return bool(self.endpoint)


def load_settings(
    env: Mapping[str, str] | None = None,
    *,
    endpoint: str = "",
    region: str = "",
    site: str = "",
    profile: str = "",
    home: Path | None = None,
    credentials: StaticCredentials | None = None,
    ecs_metadata: bool = False,
    armed: bool = False,
) -> Settings:
    """Settings from options, then the environment (`os.environ` unless given), then the CLI's profile.

    Raises ConfigError naming the option or variable that is wrong.
    """
    env = os.environ if env is None else env
    url, url_from = _first(env, endpoint, "--endpoint", "AKTUI_ENDPOINT")
    place, place_from = _first(env, region, "--region", "AKTUI_REGION", "ALIBABA_CLOUD_REGION_ID")
    side, side_from = _first(env, site, "--site", "AKTUI_SITE")
    name = _profile(env, profile)
    if not place:
        entry = cli_profile(env, name)
        place = str(entry.get("region_id") or "") if entry else ""
        place_from = f"region_id of the profile in {cli_config_file(env)}"
    return Settings(
        endpoint=_check_endpoint(url, url_from),
        region=_check_region(place or DEFAULT_REGION, place_from),
        site=_check_site(side or "china", side_from),
        profile=name,
        credentials=credentials,
        ecs_metadata=ecs_metadata,
        armed=armed,
        home=home or _data_home(env),
    )


def cli_config_file(env: Mapping[str, str]) -> Path:
    """The vendor CLI's configuration file."""
    return _user_home(env) / ".aliyun" / "config.json"


def cli_profile(env: Mapping[str, str], name: str = "") -> Mapping[str, Any] | None:
    """An entry of the vendor CLI's configuration: the named one, else the current one, or None.

    Raises ConfigError when the file is there and is not what the CLI writes.
    """
    config = _cli_config(env)
    return cli_profiles(env).get(name or str(config.get("current")))


def cli_profiles(env: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    """The entries of the vendor CLI's configuration by name; empty without one. Raises ConfigError."""
    return {str(entry.get("name")): entry for entry in reversed(_cli_config(env).get("profiles", []))}


def _cli_config(env: Mapping[str, str]) -> dict[str, Any]:
    path = cli_config_file(env)
    if env.get("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "").lower() == "true":
        return {}
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not JSON"
        raise ConfigError(f"{path} cannot be used: {reason}.", hint="Repair it, or move it away.") from None
    profiles = config.get("profiles") if isinstance(config, dict) else None
    if not isinstance(profiles, list) or not all(isinstance(entry, dict) for entry in profiles):
        message = f"{path} cannot be used: it holds no list of profiles."
        raise ConfigError(message, hint="Repair it with: aliyun configure")
    return dict(config)


def check_region(region: str) -> str:
    """The region itself; UsageError when it does not look like one (it becomes part of a host name)."""
    if not _REGION.fullmatch(region):
        raise UsageError(f"'{region[:40]}' is not a region ID (one looks like cn-hangzhou).")
    return region


def _first(env: Mapping[str, str], given: str, option: str, *names: str) -> tuple[str, str]:
    """The option, else the first variable that is set, and where the value came from."""
    if given:
        return given, option
    return next(((env[name].strip(), name) for name in names if env.get(name, "").strip()), ("", option))


def _profile(env: Mapping[str, str], given: str) -> str:
    name = given or env.get("AKTUI_PROFILE", "").strip()
    if not name and not env.get("ALIBABA_CLOUD_ACCESS_KEY_ID"):
        name = env.get("ALIBABA_CLOUD_PROFILE", "").strip()
    return name


def _user_home(env: Mapping[str, str]) -> Path:
    return Path(env["HOME"]) if env.get("HOME") else Path.home()


def _data_home(env: Mapping[str, str]) -> Path:
    if env.get("AKTUI_HOME"):
        home = Path(env["AKTUI_HOME"]).expanduser()
        if not home.is_absolute():
            raise ConfigError(f"AKTUI_HOME is '{home}', which is not an absolute path.")
        return home
    if env.get("XDG_DATA_HOME"):
        return Path(env["XDG_DATA_HOME"]) / "aktui"
    return _user_home(env) / ".local" / "share" / "aktui"


def _check_endpoint(value: str, source: str) -> str:
    """A loopback http URL without its trailing slash. Elsewhere a foreign host would see signed requests."""
    if not value:
        return ""
    hint = "Only a practice cloud on this machine may be named, as in http://127.0.0.1:8080."
    try:
        url = urlsplit(value)
        port = url.port
    except ValueError:
        raise ConfigError(f"{source} is not a URL with a proper host and port.", hint=hint) from None
    if url.scheme != "http" or url.hostname not in LOOPBACK:
        raise ConfigError(f"{source} does not point to this machine over http.", hint=hint)
    if url.path not in ("", "/") or url.query or url.fragment or url.username is not None:
        raise ConfigError(f"{source} has more than a host and a port.", hint=hint)
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    return f"http://{host}:{port}" if port is not None else f"http://{host}"


def _check_region(value: str, source: str) -> str:
    try:
        return check_region(value)
    except UsageError as error:
        raise ConfigError(f"{source}: {error.message}") from None


def _check_site(value: str, source: str) -> str:
    if value not in SITES:
        raise ConfigError(f"{source} is '{value[:40]}'; it is one of: {', '.join(SITES)}.")
    return value
