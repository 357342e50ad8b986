"""Who is calling: the key behind a request, and whether the request may be believed."""

from datetime import UTC, datetime, timedelta

from aktui.simcloud.account import ROOT, AccessKey, Account, Identity, Session
from aktui.simcloud.clock import parse_iso
from aktui.simcloud.directory.keys import bound_status
from aktui.simcloud.fault import ApiError
from aktui.simcloud.network import admits
from aktui.simcloud.request import Request, Scheme
from aktui.simcloud.signatures import acs3, rpc1
from aktui.simcloud.signatures.claim import Claim, incomplete, no_key

SKEW = timedelta(minutes=15)
"""How far the clock of a client may be from ours."""


class Nonces:
    """Which nonces were used lately. One key can use one only once while its time stamp would be taken."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], datetime] = {}

    def spend(self, claim: Claim, wall: datetime) -> None:
        """Raises 400 SignatureNonceUsed for the second request with the same nonce."""
        self._forget(wall)
        key = (claim.key_id, claim.nonce)
        if key in self._seen:
            raise ApiError(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
        self._seen[key] = wall

    def _forget(self, wall: datetime) -> None:
        while self._seen:
            oldest = next(iter(self._seen))
            if wall - self._seen[oldest] <= 2 * SKEW:
                return
            del self._seen[oldest]


def read_claim(request: Request) -> Claim:
    """What the request claims; raises the refusal when it claims nothing readable."""
    if request.scheme is Scheme.ACS3:
        return acs3.read_claim(request)
    if request.scheme is Scheme.RPC1:
        return rpc1.read_claim(request)
    if request.headers.get("authorization"):
        raise incomplete("The Authorization header is of no known kind.")
    raise no_key()


def identify(account: Account, key_id: str) -> Identity:
    """Whose key it is, recycled ones included. Raises 404 InvalidAccessKeyId.NotFound for any other."""
    session = account.sessions.get(key_id)
    if session is not None:
        role = None if session.dead else account.roles.get(session.role)
        return Identity("role", key_id, account.id, session=session, role=role)
    key = account.keys.get(key_id)
    if key is None:
        raise _unknown()
    if key.owner == ROOT:
        return Identity("root", key_id, account.id)
    user = account.users.get(key.owner)
    if user is None:
        raise _unknown()
    return Identity("user", key_id, account.id, user=user)


def verify(account: Account, caller: Identity, claim: Claim, nonces: Nonces | None, source_ip: str) -> None:
    """Whether the caller is who it claims to be, and may call now and from there.

    `nonces` is None for a generation of signatures that has no nonce.

    Raises, in this order, for: a key that is no longer there, a disabled one, a wrong security token,
    a wrong clock, a wrong signature, a replay, a network policy.
    """
    wall, now = account.clock.wall(), account.clock.now()
    session = caller.session
    secret = (
        _secret_of_session(caller, session, claim, now) if session else _secret(account, caller, claim, now)
    )
    _check_time(claim, wall)
    claim.check(secret)
    if nonces is not None:
        if not claim.nonce:
            raise incomplete("The signature nonce is missing.")
        nonces.spend(claim, wall)
    require_admitted(account, caller, source_ip, now=now)


def require_usable(account: Account, caller: Identity, now: datetime) -> None:
    """Raises for a key that is gone or disabled at that moment, and for a session that is over or dead."""
    if caller.session is not None:
        _require_role(caller)
        _require_time_left(caller.session, now)
        return
    key = account.keys[caller.key_id]
    if _gone(account, key, now) or (caller.user is not None and caller.user.recycled):
        raise _unknown()
    if bound_status(key, now) != "Active":
        raise ApiError(400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled or inactive.")


def require_admitted(
    account: Account, caller: Identity, source_ip: str, *, vpc: str = "", now: datetime
) -> None:
    """Raises where a network policy speaks against it; none of them binds role sessions."""
    if caller.session is not None or admits(
        account, account.keys[caller.key_id], source_ip, vpc=vpc, now=now
    ):
        return
    message = "Specified access key denied due to access policy."
    raise ApiError(400, "InvalidAccessKeyId.AccessPolicyDenied", message)


def _secret(account: Account, caller: Identity, claim: Claim, now: datetime) -> str:
    """The secret of a long-lived key that may be used now."""
    require_usable(account, caller, now)
    if claim.token:
        raise _token_mismatch()
    return account.keys[caller.key_id].secret


def _secret_of_session(caller: Identity, session: Session, claim: Claim, now: datetime) -> str:
    """The secret of a role session that is still good, and whose token came with the request."""
    _require_role(caller)
    if not claim.token:
        raise ApiError(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.")
    if claim.token != session.token:
        raise _token_mismatch()
    _require_time_left(session, now)
    return session.secret


def _require_role(caller: Identity) -> None:
    """What a deleted role once handed out is worth nothing any more."""
    if caller.role is None:
        raise _unknown()


def _require_time_left(session: Session, now: datetime) -> None:
    if now >= session.expires:
        raise ApiError(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")


def _gone(account: Account, key: AccessKey, now: datetime) -> bool:
    lag = timedelta(seconds=account.settings.status_lag)
    return key.recycled is not None and now >= key.recycled + lag


def _check_time(claim: Claim, wall: datetime) -> None:
    try:
        moment = parse_iso(claim.stamp)
    except ValueError:
        message = "Specified time stamp or date value is not well formatted."
        raise ApiError(400, "IllegalTimestamp", message) from None
    if abs(wall.astimezone(UTC) - moment) > SKEW:
        message = "Specified time stamp or date value is expired."
        raise ApiError(400, "InvalidTimeStamp.Expired", message)


def _unknown() -> ApiError:
    return ApiError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")


def _token_mismatch() -> ApiError:
    message = "Specified SecurityToken does not match the AccessKeyId."
    return ApiError(400, "InvalidSecurityToken.MismatchWithAccessKey", message)
