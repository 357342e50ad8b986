"""What goes on while a drill runs, as an account file has it: fields named as in events."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from aktui.simcloud.life.habit import LABELS, Habit
from aktui.simcloud.portable.check import (
    Needed,
    Problems,
    flag,
    many,
    named,
    number,
    record,
    shown,
    table,
    text,
    whole,
)
from aktui.simcloud.portable.people import Reader

Shape = Mapping[str, Any]

_WORD = text(pattern=r"[A-Za-z0-9-]{1,64}", like="a name of letters and digits")


def _address(value: object, path: str, problems: Problems) -> None:
    try:
        ip_address(value if isinstance(value, str) else "")
    except ValueError:
        told = shown(value) if isinstance(value, str) else named(value)
        problems.add(path, f"{told} is no IP address")


def _names(value: object, path: str, problems: Problems) -> None:
    many(text())(value, path, problems)
    if value == []:
        problems.add(path, "must have at least one name")


HABIT = record(
    {
        "label": Needed(text(*LABELS)),
        "serviceName": Needed(_WORD),
        "eventName": Needed(_WORD),
        "every": Needed(number),
        "jitter": number,
        "accessKeyId": text(),
        "roleName": text(),
        "roleSessionName": text(),
        "userId": text(),
        "sourceIpAddress": Needed(_address),
        "vpcId": text(),
        "userAgent": text(),
        "acsRegion": text(),
        "requestParameters": table(text()),
        "referencedResources": table(_names),
        "eventCategory": text("Management", "Data"),
        "size": whole,
        "signedLink": flag,
    }
)


def read_life(reader: Reader, shapes: list[Shape]) -> None:
    """The habits; keys, roles and users must be in place already."""
    for at, shape in enumerate(shapes):
        for field, what in _flaws(reader, shape):
            reader.problems.add(f"life[{at}].{field}", what)
        reader.account.life.append(_habit(shape, reader.account.region))


def _flaws(reader: Reader, shape: Shape) -> list[tuple[str, str]]:
    """(field, what is wrong)."""
    account, key, user = reader.account, shape.get("accessKeyId", ""), shape.get("userId", "")
    found = []
    if not 1 <= shape["every"] <= 10**9:
        found.append(("every", "must be a number of seconds, at least 1"))
    elif not 0 <= shape.get("jitter", 0) <= shape["every"] / 2:
        found.append(("jitter", "must be from 0 to half of every"))
    if bool(key) is bool(user):
        found.append(("accessKeyId", "either it or userId must be there, not both"))
    for field, value, known in (
        ("accessKeyId", key, account.keys),
        ("userId", user, account.users),
        ("roleName", shape.get("roleName", ""), account.roles),
    ):
        if value and value not in known:
            found.append((field, f"{shown(value)} is not in this file"))
    if user and shape.get("roleName"):
        found.append(("roleName", "goes with accessKeyId only"))
    return found


def _habit(shape: Shape, home: str) -> Habit:
    resources = shape.get("referencedResources", {})
    return Habit(
        shape["label"],
        shape["serviceName"],
        shape["eventName"],
        shape.get("acsRegion") or home,
        shape["every"],
        shape.get("jitter", 0.0),
        shape.get("accessKeyId", ""),
        shape.get("roleName", ""),
        shape.get("roleSessionName", ""),
        shape.get("userId", ""),
        shape["sourceIpAddress"],
        shape.get("vpcId", ""),
        shape.get("userAgent", ""),
        dict(shape.get("requestParameters", {})),
        {kind: tuple(names) for kind, names in resources.items()},
        shape.get("eventCategory") == "Data",
        shape.get("size", 0),
        shape.get("signedLink", False),
    )


def habit_shape(habit: Habit) -> dict[str, Any]:
    """A habit as it stands in an account file."""
    return {
        "label": habit.label,
        "serviceName": habit.service,
        "eventName": habit.operation,
        "acsRegion": habit.region,
        "every": habit.every,
        "jitter": habit.jitter,
        "accessKeyId": habit.key,
        "roleName": habit.role,
        "roleSessionName": habit.session,
        "userId": habit.user,
        "sourceIpAddress": habit.ip,
        "vpcId": habit.vpc,
        "userAgent": habit.agent,
        "requestParameters": dict(habit.params),
        "referencedResources": {kind: list(names) for kind, names in habit.resources.items()},
        "eventCategory": "Data" if habit.data else "Management",
        "size": habit.size,
        "signedLink": habit.link,
    }
