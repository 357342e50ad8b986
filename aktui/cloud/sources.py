"""The places credentials may come from, in the vendor's order, each asked through the SDK's own provider."""

from collections.abc import Callable, Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as IniError
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from aktui.cloud.quiet import hush
from aktui.config import Settings, cli_config_file, cli_profile, cli_profiles
from aktui.errors import ConfigError, CredentialsError
from aktui.redact import is_secret

_KEY_ID, _SECRET = "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
_TOKEN = "ALIBABA_CLOUD_SECURITY_TOKEN"  # noqa: S105 - a name
_OIDC = ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN")

_OFFLINE_MODES = {"AK", "StsToken", "access_key"}
"""Kinds of profile that hold a key pair themselves; for the others somebody has to be called."""


class Missing(Exception):
    """A source holds nothing; the message says so in a sentence."""


@dataclass(frozen=True)
class Source:
    """One place. `get` blocks; it returns the SDK's credentials object or raises."""

    origin: str
    get: Callable[[], Any]
    secrets: tuple[str, ...] = ()
    """Values that must not show in an error of this source."""


def chain(settings: Settings, env: Mapping[str, str]) -> Iterator[Source]:
    """The default sources, in order. Those that would contact anybody are left out for a practice cloud."""
    yield Source("environment", lambda: _from_environment(env))
    if all(env.get(name) for name in _OIDC) and not settings.practice:
        yield _asking("OIDC token", "OIDCRoleArnCredentialsProvider")
    preferred = env.get("ALIBABA_CLOUD_PROFILE", "")
    yield _cli_source(settings, env, preferred)
    yield _ini_source(settings, env, preferred or "default")
    if settings.ecs_metadata and not settings.practice:
        yield _asking("instance metadata", "EcsRamRoleCredentialsProvider")
    uri = env.get("ALIBABA_CLOUD_CREDENTIALS_URI", "")
    if uri and not settings.practice:
        yield _asking("credentials URI", "URLCredentialsProvider", (uri,), uri=uri)


def named(settings: Settings, env: Mapping[str, str]) -> Source:
    """The profile of `settings.profile`: from the CLI's file, else from the INI file.

    Raises CredentialsError, with the names there are, when neither has it.
    """
    name = settings.profile
    if _cli_entry(env, name) is not None:
        return _cli_source(settings, env, name)
    path, sections = _ini_file(env), _ini_sections(env)
    if name in sections:
        return _ini_source(settings, env, name)
    names = [*cli_profiles(env), *sections]
    raise CredentialsError(
        f"There is no profile '{name}' in {_short(cli_config_file(env), env)} nor in {_short(path, env)}.",
        hint=f"There is: {', '.join(names)}." if names else "Neither file holds any profile.",
    )


def _from_environment(env: Mapping[str, str]) -> Any:
    key_id, secret = env.get(_KEY_ID, ""), env.get(_SECRET, "")
    if not key_id and not secret:
        raise Missing(f"The environment has no {_KEY_ID}.")
    if not key_id or not secret:
        given, absent = (_KEY_ID, _SECRET) if key_id else (_SECRET, _KEY_ID)
        raise Missing(f"The environment has {given} but no {absent}.")
    refreshable = import_sdk("alibabacloud_credentials.provider.refreshable")
    return refreshable.Credentials(
        access_key_id=key_id,
        access_key_secret=secret,
        security_token=env.get(_TOKEN, ""),
        provider_name="default/env",
    )


def _cli_source(settings: Settings, env: Mapping[str, str], name: str) -> Source:
    path = cli_config_file(env)
    shown = _short(path, env)
    try:
        entry = _cli_entry(env, name)
    except CredentialsError as error:
        return Source(shown, _missing(error.message))
    if entry is None:
        wanted = f"profile '{name}'" if name else "current profile"
        return Source(shown, _missing(_absent(path, shown, wanted)))
    name = str(entry.get("name"))
    return _profile_source(
        settings,
        f"profile {name} in {shown}",
        "CLIProfileCredentialsProvider",
        entry,
        str(entry.get("mode")),
        {"profile_name": name, "profile_file": str(path)},
    )


def _ini_source(settings: Settings, env: Mapping[str, str], name: str) -> Source:
    path = _ini_file(env)
    shown = _short(path, env)
    try:
        section = _ini_sections(env).get(name)
    except CredentialsError as error:
        return Source(shown, _missing(error.message))
    if section is None:
        return Source(shown, _missing(_absent(path, shown, f"section '{name}'")))
    return _profile_source(
        settings,
        f"profile {name} in {shown}",
        "ProfileCredentialsProvider",
        section,
        section.get("type", ""),
        {"profile_name": name, "profile_file": str(path)},
    )


def _profile_source(
    settings: Settings,
    origin: str,
    provider: str,
    entry: Mapping[str, Any],
    mode: str,
    options: Mapping[str, str],
) -> Source:
    if settings.practice and mode not in _OFFLINE_MODES:
        sentence = f"The {origin} has to call the real cloud, which practice never does."
        return Source(origin, _missing(sentence))
    secrets = tuple(str(value) for name, value in entry.items() if value and is_secret(name))
    return _asking(origin, provider, secrets, **options)


def _absent(path: Path, shown: str, what: str) -> str:
    return f"{shown} has no {what}." if path.exists() else f"There is no {shown}."


def _cli_entry(env: Mapping[str, str], name: str) -> Mapping[str, Any] | None:
    try:
        return cli_profile(env, name)
    except ConfigError as error:
        raise CredentialsError(error.message, hint=error.hint) from None


def _ini_file(env: Mapping[str, str]) -> Path:
    given = env.get("ALIBABA_CLOUD_CREDENTIALS_FILE", "")
    return Path(given) if given else cli_config_file(env).parents[1] / ".alibabacloud" / "credentials.ini"


def _ini_sections(env: Mapping[str, str]) -> dict[str, dict[str, str]]:
    path = _ini_file(env)
    parser = ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8")
    except (IniError, UnicodeDecodeError, OSError):
        raise CredentialsError(f"{_short(path, env)} can not be read as an INI file.") from None
    return {section: dict(parser.items(section)) for section in parser.sections()}


def _short(path: Path, env: Mapping[str, str]) -> str:
    """The path as people write it, with `~`."""
    home = cli_config_file(env).parents[1]
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _missing(sentence: str) -> Callable[[], Any]:
    def get() -> Any:
        raise Missing(sentence)

    return get


def _asking(origin: str, provider: str, secrets: tuple[str, ...] = (), **options: str) -> Source:
    """A source that is one of the SDK's providers; made once, it renews what it has fetched by itself."""
    made: list[Any] = []

    def get() -> Any:
        if not made:
            providers = import_sdk("alibabacloud_credentials.provider")
            made.append(getattr(providers, provider)(**options))
        return made[0].get_credentials()

    return Source(origin, get, secrets)


def import_sdk(module: str) -> Any:
    """Import a module of the SDKs, and silence what the import has attached to the terminal."""
    try:
        return import_module(module)
    finally:
        hush()
