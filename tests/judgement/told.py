"""Evidence straight from an account's events, without a cloud between: fast enough for many seeds."""

import json
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
    """The same story with other user names, addresses, regions, and weeks earlier or later."""
    draw = random.Random(seed)
    text = json.dumps(case.events)
    names = sorted({event["userIdentity"].get("userName", "") for event in case.events} - {"", "root"})
    plain = [name for name in names if ":" not in name]
    renamed = {name: f"u{draw.getrandbits(48):x}" for name in plain}
    addresses = {
        address: ".".join(str(draw.randrange(1, 250)) for _ in range(4))
        for address in {event["sourceIpAddress"] for event in case.events}
        if address.count(".") == 3 and not address.startswith("10.")
    }
    home = [event["acsRegion"] for event in case.events]
    regions = {name: f"xx-{draw.getrandbits(24):x}" for name in sorted(set(home))}
    # The longest first: one name may begin like another.
    for old, new in sorted({**renamed, **addresses, **regions}.items(), key=lambda one: -len(one[0])):
        text = text.replace(f'"{old}"', f'"{new}"')
    events = json.loads(text)
    shift = timedelta(weeks=draw.randrange(-80, 80))
    moved = tuple({**event, "eventTime": _moved(event["eventTime"], shift)} for event in events)
    return replace(
        case,
        owner=renamed.get(case.owner, case.owner),
        events=moved,
        created=case.created + shift,
        now=case.now + shift,
    )


def _moved(told: str, shift: timedelta) -> str:
    return f"{datetime.fromisoformat(told) + shift:%Y-%m-%dT%H:%M:%SZ}"


def all_cases(seeds: Iterable[int]) -> list[Case]:
    return [case for scenario in catalogue() for seed in seeds for case in cases(scenario, seed)]
