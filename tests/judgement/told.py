"""Evidence straight from an account's events, without a cloud between: fast enough for many seeds."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from aktui.case.marks import Marks
from aktui.models import Window
from aktui.simcloud.account import Account
from aktui.simcloud.scenarios import catalogue
from queries.attribution.judging import weigh
from queries.attribution.values import Side, Weighed
from queries.evidence.reading import act_of, cells_of, handed_out
from queries.evidence.values import Act, Evidence, Key
from queries.usage.values import By

NOW = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
KEPT = timedelta(days=180)


@dataclass(frozen=True)
class Case:
    """One suspect key: the events of its account, and which of them are an intruder's."""

    key_id: str
    owner: str
    root: bool
    created: datetime
    events: tuple[Mapping[str, Any], ...]
    intruder: frozenset[str]
    now: datetime = NOW


@cache
def cases(scenario: str, seed: int) -> tuple[Case, ...]:
    account = catalogue()[scenario].build(seed, NOW)
    return tuple(case_of(account, key_id) for key_id in account.suspects)


def case_of(account: Account, key_id: str, now: datetime = NOW) -> Case:
    """What the account tells of a key."""
    key = account.keys[key_id]
    user = account.users.get(key.owner)
    ids = frozenset((account.truth.get("intruder") or {}).get("event_ids", ()))
    events = tuple(
        event
        for event in account.trail
        if event.get("eventCategory") != "Data" and event["eventTime"] > f"{now - KEPT:%Y-%m-%dT%H:%M:%SZ}"
    )
    return Case(key_id, user.name if user else "root", user is None, key.created, events, ids, now)


def evidence(case: Case) -> Evidence:
    acts = [act for event in case.events if (act := act_of(event))]
    tokens = {handed_out(act) for act in acts if act.who.key_id == case.key_id} - {""}

    def own(act: Act) -> bool:
        console = act.who.kind is By.CONSOLE and act.who.name == case.owner
        return act.who.key_id == case.key_id or console or act.who.key_id in tokens

    mine = [act for act in acts if own(act)]
    sources = {act.source for act in mine}
    there = [act for act in acts if act.source in sources and not own(act)]
    names = {act.who.name for act in there}
    since = int((case.now - KEPT).timestamp())
    return Evidence(
        Key(case.key_id, case.owner, case.root, int(case.created.timestamp())),
        Window(case.now - timedelta(days=90), case.now),
        since,
        cells_of(mine),
        cells_of(there),
        cells_of(act for act in acts if act.who.name in names),
    )


def sides(case: Case, marks: Marks | None = None) -> list[tuple[Weighed, bool]]:
    """Each source, and whether it is an intruder's in truth."""
    found = evidence(case)
    hostile = {
        (act.source, act.who.kind is By.CONSOLE)
        for event in case.events
        if event["eventId"] in case.intruder and (act := act_of(event)) and _of(case, act)
    }
    weighed = weigh(found, marks or Marks())
    return [(one, (one.unit.source, one.unit.console) in hostile) for one in weighed]


def _of(case: Case, act: Act) -> bool:
    return act.who.key_id == case.key_id or act.who.name == case.owner or act.who.kind is By.SESSION


def wrong(case: Case) -> list[str]:
    """Sources on the wrong side, for the message of a test."""
    return [
        f"{one.unit.source} is {one.side} with {one.points}: {one.why}"
        for one, hostile in sides(case)
        if (one.side is Side.INTRUDER) != hostile
    ]


def disguised(case: Case, seed: int) -> Case:
    """The same story with other names of users, keys, networks and regions, and weeks earlier or later."""
    draw = random.Random(seed)
    who = [event["userIdentity"] for event in case.events]
    names = sorted({one.get("userName", "") for one in who} | {case.owner})
    renamed = {
        name: f"u{draw.getrandbits(48):x}" for name in names if name not in ("", "root") and ":" not in name
    }
    keys = sorted({one.get("accessKeyId", "") for one in who} | {case.key_id})
    # Tokens stay: they are ids of sessions, handed out in answers that hold them, too.
    renamed |= {name: f"LTAI5t{draw.getrandbits(70):018X}" for name in keys if name.startswith("LTAI")}
    renamed |= _networks({event["sourceIpAddress"] for event in case.events}, draw)
    renamed |= {
        name: f"xx-{draw.getrandbits(24):x}" for name in sorted({e["acsRegion"] for e in case.events})
    }
    shift = timedelta(weeks=draw.randrange(-80, 80))
    return replace(
        case,
        key_id=renamed.get(case.key_id, case.key_id),
        owner=renamed.get(case.owner, case.owner),
        events=tuple(
            {**_other(event, renamed, shift), "eventTime": _moved(event["eventTime"], shift)}
            for event in case.events
        ),
        created=case.created + shift,
        now=case.now + shift,
    )


def _other(value: Any, names: Mapping[str, str], shift: timedelta) -> Any:
    """Texts that are names as a whole get the other name; sessions end at the other time."""
    if isinstance(value, Mapping):
        found = {names.get(name, name): _other(inner, names, shift) for name, inner in value.items()}
        return found | ({"Expiration": _moved(value["Expiration"], shift)} if value.get("Expiration") else {})
    if isinstance(value, list):
        return [_other(inner, names, shift) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def _networks(sources: Iterable[str], draw: random.Random) -> dict[str, str]:
    """Other networks for public addresses; who was in one network still is."""
    public = sorted(one for one in sources if one.count(".") == 3 and not one.startswith("10."))
    nets: dict[str, str] = {}
    for net in dict.fromkeys(one.rpartition(".")[0] for one in public):
        other = net
        while other == net or other in nets.values() or other.startswith("10."):
            other = ".".join(str(draw.randrange(11, 223)) for _ in range(3))
        nets[net] = other
    return {one: f"{nets[one.rpartition('.')[0]]}.{one.rpartition('.')[2]}" for one in public}


def _moved(told: str, shift: timedelta) -> str:
    return f"{datetime.fromisoformat(told) + shift:%Y-%m-%dT%H:%M:%SZ}"


def all_cases(seeds: Iterable[int]) -> list[Case]:
    return [case for scenario in catalogue() for seed in seeds for case in cases(scenario, seed)]
