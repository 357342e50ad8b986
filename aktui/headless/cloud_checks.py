"""What the doctor asks the cloud: as whom it is called, what that identity may read, clock and ways there."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from aktui.cloud.session import Cloud
from aktui.config import Settings
from aktui.errors import (
    AktuiError,
    BadKey,
    BadSignature,
    CloudError,
    CredentialsError,
    Forbidden,
    NotFound,
)
from aktui.headless.checks import Check, Health
from aktui.headless.policy import needed_actions
from aktui.headless.probes import LIST_PROJECTS, UNTRIED, probe_of
from aktui.models import Exchange

_SKEW = timedelta(seconds=60)


async def cloud_checks(settings: Settings) -> list[Check]:
    """All checks that need the cloud; those that can not be made any more say so."""
    async with Cloud(settings) as cloud:
        found = [_where(settings)]
        try:
            await cloud.credentials.get()
        except CredentialsError as error:
            return [*found, Check("credentials", Health.FAIL, f"{error.message} {error.hint}".strip())]
        found.append(Check("credentials", Health.OK, f"Found: {cloud.credentials.describe()}."))
        caller, account_id = await _caller(cloud)
        found.append(caller)
        permissions = [] if caller.health is Health.FAIL else await _permissions(cloud, account_id)
        return [*found, _clock(cloud, settings), *_endpoints(cloud.exchanges), *permissions]


def _where(settings: Settings) -> Check:
    if settings.practice:
        return Check(
            "cloud", Health.OK, f"A practice cloud at {settings.endpoint} is called, not the real one."
        )
    return Check("cloud", Health.OK, f"The {settings.site} site is called, home region {settings.region}.")


async def _caller(cloud: Cloud) -> tuple[Check, str]:
    try:
        reply = await cloud.call("sts", "GetCallerIdentity")
    except AktuiError as error:
        refused = isinstance(error, BadKey | BadSignature)
        health = Health.FAIL if refused or not isinstance(error, Forbidden) else Health.WARN
        return Check("caller", health, f"{error} {error.hint}".strip(), leaves_doubt=True), ""
    who = f"{reply.body.get('Arn') or reply.body.get('PrincipalId') or 'an unnamed identity'}"
    return Check(
        "caller", Health.OK, f"The cloud takes the calls as those of {who}."
    ), f"{reply.body.get('AccountId', '')}"


def _clock(cloud: Cloud, settings: Settings) -> Check:
    if not any(exchange.status for exchange in cloud.exchanges):
        return Check("clock", Health.UNKNOWN, "No answer came, so the clocks could not be compared.")
    apart = abs(cloud.offset)
    if settings.practice and apart:
        return Check(
            "clock", Health.OK, f"The practice cloud keeps scenario time: {cloud.now():%Y-%m-%d %H:%M} UTC."
        )
    if apart > _SKEW:
        side = "behind" if cloud.offset > timedelta(0) else "ahead of"
        sentence = (
            f"This machine's clock is {apart.total_seconds():.0f} seconds {side} the cloud's. Set it right."
        )
        return Check("clock", Health.WARN, sentence)
    return Check("clock", Health.OK, "This machine's clock agrees with the cloud's.")


def _endpoints(exchanges: Iterable[Exchange]) -> list[Check]:
    """One check a host: reachable when it ever answered, whatever the answer."""
    hosts: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        hosts.setdefault(exchange.host, []).append(exchange)
    return [_endpoint(host, seen) for host, seen in sorted(hosts.items())]


def _endpoint(host: str, seen: list[Exchange]) -> Check:
    answered = [exchange.elapsed for exchange in seen if exchange.status is not None]
    if answered:
        return Check(f"endpoint {host}", Health.OK, f"Answers, at best in {min(answered) * 1000:.0f} ms.")
    return Check(f"endpoint {host}", Health.FAIL, f"Did not answer: {seen[-1].error}", leaves_doubt=True)


async def _permissions(cloud: Cloud, account_id: str) -> list[Check]:
    permissions = [name for name in needed_actions() if name != "sts:GetCallerIdentity"]
    return list(await asyncio.gather(*(_permission(cloud, name, account_id) for name in permissions)))


async def _permission(cloud: Cloud, permission: str, account_id: str) -> Check:
    name = f"permission {permission}"
    probe = probe_of(permission, account_id, cloud.now())
    if permission in UNTRIED or probe is None:
        why = UNTRIED.get(permission, "no harmless read is known that needs it")
        return Check(name, Health.UNKNOWN, f"Not tried: {why}.")
    product, action, params = probe
    try:
        if permission == LIST_PROJECTS:
            await cloud.logs.projects(cloud.region, **params)
        else:
            await cloud.call(product, action, **params)
    except NotFound:
        return Check(name, Health.OK, f"Allowed ({product}:{action}).")
    except Forbidden as error:
        missing = error.missing or permission
        return Check(name, Health.WARN, f"Missing: {error}", missing=missing, leaves_doubt=True)
    except CloudError as error:
        return Check(name, Health.UNKNOWN, f"Could not be told: {error}", leaves_doubt=True)
    return Check(name, Health.OK, f"Allowed ({product}:{action}).")
