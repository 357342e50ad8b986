"""Where the calling key comes from: given by hand, a named profile, or the vendor's chain of sources.

The chain is the SDK's: environment, OIDC, CLI profile, INI profile, instance metadata, credentials URI,
each link the SDK's own provider. Two things are ours. The environment is read when asked rather than
when the SDK is imported. And instance metadata is only asked when the settings allow it, because
elsewhere that address belongs to somebody else. Against a practice cloud nothing but files and the
environment is looked at, so nothing outside this machine is contacted.
"""

import asyncio
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aktui.cloud.sources import Missing, Source, chain, named
from aktui.config import Settings
from aktui.errors import CredentialsError
from aktui.models import Secret

RECHECK = 30.0
"""Seconds for which a session's credentials are used before their source is asked again; the source
renews them in time."""

_KEY_ID = re.compile(r"[A-Za-z0-9.]{1,128}")
_PRINTABLE = re.compile(r"[\x21-\x7e]*")


@dataclass(frozen=True)
class Credentials:
    """A key pair ready for signing."""

    key_id: str
    secret: Secret
    token: Secret
    provider: str
    """How the SDK calls the source; travels with each request."""
    origin: str
    """Where they came from, for people."""


class CredentialSource:
    """Finds credentials once, keeps them, and asks their source again when they may have changed."""

    def __init__(
        self,
        settings: Settings,
        env: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._env = os.environ if env is None else env
        self._clock = clock
        self._source: Source | None = None
        self._held: Credentials | None = None
        self._fresh_until = 0.0
        self._line = asyncio.Lock()

    async def get(self) -> Credentials:
        """The credentials to sign with. Raises CredentialsError saying what was tried."""
        if self._held is None and self._settings.credentials is not None:
            given = self._settings.credentials
            token = given.security_token
            self._keep(_checked(given.access_key_id, given.access_key_secret, token, "static_ak", "given"))
        if self._held is not None and self._clock() < self._fresh_until:
            return self._held
        async with self._line:
            held = self._held
            if held is None or self._clock() >= self._fresh_until:
                held = await asyncio.to_thread(self._find)
                self._keep(held)
        return held

    def forget(self) -> None:
        """Ask the source anew next time: the cloud did not take these."""
        if self._settings.credentials is None:
            self._held = self._source = None

    def describe(self) -> str:
        """Where the credentials came from: `environment`, `profile prod in ~/.aliyun/config.json`.

        Empty until they were found.
        """
        return self._held.origin if self._held else ""

    def _keep(self, found: Credentials) -> None:
        self._held = found
        self._fresh_until = self._clock() + RECHECK if found.token else float("inf")

    def _find(self) -> Credentials:
        """In a thread: providers import the SDK, read files, and may call the cloud."""
        if self._source is not None:
            return _taken(self._source)
        if self._settings.profile:
            source = named(self._settings, self._env)
            found = _taken(source)
            self._source = source
            return found
        return self._walk()

    def _walk(self) -> Credentials:
        tried: list[str] = []
        for source in chain(self._settings, self._env):
            try:
                found = _taken(source)
            except CredentialsError as error:
                tried.append(error.message)
                continue
            self._source = source
            return found
        raise CredentialsError(
            "No credentials were found. " + " ".join(tried),
            hint="Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or name a profile.",
        )


def _taken(source: Source) -> Credentials:
    """What a source gives, checked. Any failure becomes a CredentialsError of one sentence."""
    try:
        got: Any = source.get()
    except Missing as error:
        raise CredentialsError(f"{error}") from None
    except CredentialsError:
        raise
    except Exception as error:
        # The SDK's providers let through whatever the libraries below them raise.
        raise CredentialsError(f"{source.origin}: {_one_line(error, source.secrets)}") from None
    return _checked(
        got.get_access_key_id() or "",
        Secret(got.get_access_key_secret() or ""),
        Secret(got.get_security_token() or ""),
        got.get_provider_name() or "",
        source.origin,
    )


def _checked(key_id: str, secret: Secret, token: Secret, provider: str, origin: str) -> Credentials:
    """Without the blanks that copying leaves; CredentialsError for what can not be a key."""
    key_id = key_id.strip()
    secret, token = Secret(secret.reveal().strip()), Secret(token.reveal().strip())
    if not key_id or not secret:
        raise CredentialsError(f"{origin}: the AccessKey ID or its secret is empty.")
    if not _KEY_ID.fullmatch(key_id):
        raise CredentialsError(f"{origin}: the AccessKey ID has characters that no key ID has.")
    for value, what in ((secret, "AccessKey secret"), (token, "security token")):
        if not _PRINTABLE.fullmatch(value.reveal()):
            raise CredentialsError(f"{origin}: the {what} has blanks or characters that it can not have.")
    return Credentials(key_id, secret, token, provider, origin)


def _one_line(error: Exception, secrets: tuple[str, ...]) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    for secret in secrets:
        text = text.replace(secret, "**********")
    return text[:300].rstrip(".") + "."
