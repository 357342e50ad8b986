"""What an intruder made or took over: users, keys, logons, roles, tokens. Their calls are the intruder's."""

from collections.abc import Iterable
from dataclasses import dataclass

from queries.asking.reading import ident, moment, nested, record
from queries.evidence.reading import asked_of, handed_out
from queries.evidence.values import Act

_USER_OPERATIONS = {"CreateUser": "made", "RestoreUserFromRecycleBin": "restored"}
_LOGON_OPERATIONS = {"CreateLoginProfile", "UpdateLoginProfile", "ChangePassword"}


@dataclass(frozen=True)
class Made:
    """Something that an intruder may call as."""

    kind: str
    """user, key, logon, role, token."""
    name: str
    """The name or id to ask by."""
    about: str
    """For people: what it is."""
    at: int
    act_id: str
    by: str
    """As whom it was made."""
    fresh: bool = True
    """Made from nothing, so that all its calls are the intruder's."""
    until: int | None = None
    """When a token ends by itself, seconds."""


def made_by(acts: Iterable[Act]) -> list[Made]:
    """What these acts made; the refused ones made nothing."""
    found: list[Made] = []
    for act in sorted(acts, key=lambda one: one.at):
        if act.ok and act.is_event:
            found += _made(act)
    return list({(one.kind, one.name): one for one in reversed(found)}.values())[::-1]


def _made(act: Act) -> Iterable[Made]:
    asked, given = asked_of(act), nested(act.event.get("responseElements"))
    user = _user(asked, given, act)
    said = act.who.label

    def made(kind: str, name: str, about: str, *, fresh: bool = True, until: int | None = None) -> Made:
        return Made(kind, name, about, act.at, act.id, said, fresh, until)

    if act.operation in _USER_OPERATIONS and user:
        yield made("user", user, f"user {user}, {_USER_OPERATIONS[act.operation]}")
    elif act.operation in ("CreateAccessKey", "RestoreAccessKeyFromRecycleBin"):
        key = ident(record(given.get("AccessKey")).get("AccessKeyId")) or _named(act, "AccessKey")
        key = key or ident(asked.get("UserAccessKeyId"))
        if key:
            yield made("key", key, f"key {key} of user {user or 'unknown'}")
    elif act.operation in _LOGON_OPERATIONS and user:
        yield made("logon", user, f"logon to the console of user {user}", fresh=False)
    elif act.operation == "CreateRole":
        role = ident(asked.get("RoleName")) or ident(record(given.get("Role")).get("RoleName"))
        if role := role or _named(act, "Role"):
            yield made("role", role, f"role {role}")
    elif act.operation.startswith("AssumeRole") and (token := handed_out(act)):
        expires = _seconds(record(given.get("Credentials")).get("Expiration"))
        role = ident(asked.get("RoleArn")).rpartition("/")[2]
        yield made("token", token, f"session of role {role or 'unknown'}", until=expires)


def _user(asked: object, given: object, act: Act) -> str:
    told = record(asked)
    name = ident(told.get("UserName")) or ident(record(record(given).get("User")).get("UserName"))
    principal = ident(told.get("UserPrincipalName"))
    return name or principal.partition("@")[0] or _named(act, "User")


def _named(act: Act, kind: str) -> str:
    """The one thing of a kind among the resources of an event."""
    named = record(act.event.get("referencedResources"))
    for what, names in named.items():
        if what.rpartition("::")[2] == kind and isinstance(names, list) and len(names) == 1:
            return ident(names[0])
    return ""


def _seconds(value: object) -> int | None:
    at = moment(value)
    return int(at.timestamp()) if at else None
