"""What speaks for an intruder and what against, in points, each with its sentence."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from aktui.case import networks
from queries.attribution.units import Past, Unit, net_of
from queries.evidence.catalogues import Danger, danger_of, family, tool_of
from queries.evidence.values import moment_of

DAY = 86_400
IDLE = 30 * DAY
"""So long without a call, and the next one is a first use after idleness."""
DOORS = ("identity", "trust", "logon", "evasion", "public", "share")
"""Kinds of danger that leave a door open, or hide one."""
_ALIKE = 0.85
_HANDOVER = 3 * DAY
_MOSTLY, _FEW = 0.4, 2
"""At most this share of calls may be new for work to be mostly the same, and fewer may look around."""
_RARE, _ODD = 0.02, 0.25
"""Operations that are less than this of the business's calls are rare; a source of which more than this share
of the calls is rare, over several operations, does not do the business's work."""
_TOOLS = {"attack": 3.0, "scan": 1.0, "copy": 0.5, "bare": 0.5}
_DANGER = {3: 3.0, 2: 1.5, 1: 0.0}


@dataclass(frozen=True)
class Signal:
    """One thing seen; `points` above 0 speak for an intruder."""

    id: str
    points: float
    sentence: str


def novel(unit: Unit, past: Past) -> Counter[str]:
    """The operations that the business was not known to call."""
    return Counter({name: count for name, count in unit.operations.items() if name not in past.operations})


def rare(unit: Unit, past: Past) -> Counter[str]:
    """The operations that the business hardly calls, where they are much of what a unit does; else none."""
    all_calls, own = past.managed.total(), unit.managed.total()
    found = Counter({n: count for n, count in unit.managed.items() if past.managed[n] < all_calls * _RARE})
    odd = all_calls >= 100 and len(found) >= 3 and found.total() >= _ODD * own
    return found if odd else Counter()


def dangers(unit: Unit, past: Past) -> dict[str, Danger]:
    """The dangerous operations among those that are new."""
    found = {}
    for name in novel(unit, past):
        service, _, operation = name.partition(":")
        if danger := danger_of(service, operation):
            found[name] = danger
    return found


def signals(
    unit: Unit,
    past: Past,
    *,
    since: int,
    active: list[int],
    vouchers: tuple[str, ...],
    console: tuple[str, ...],
    mates: Counter[str],
) -> list[Signal]:
    """All that is seen. `active`: times of the key's other calls, sorted; `since`: from when it is known.

    `vouchers`: others of the account who vouch for the source; `console`: those that do in the console;
    `mates`: the operations of all new sources in the network of this one.
    """
    found = [
        *_where(unit, past),
        *_with_what(unit, past),
        *_does(unit, past),
        *_when(unit, past, since, active),
    ]
    return [*found, *_for_business(unit, past, vouchers, console, mates)]


def plain(unit: Unit) -> list[Signal]:
    """What speaks for an intruder by itself, with no past to hold it against."""
    nothing = Past()
    does = (one for one in _does(unit, nothing) if one.id == "looks-around")
    found = [*_tools(unit, nothing), *does]
    doors = sorted(name for name, danger in dangers(unit, nothing).items() if danger.kind in DOORS)
    if doors:
        found.append(Signal("dangerous", _DANGER[3], f"opens doors: {', '.join(doors[:4])}"))
    return found


def _where(unit: Unit, past: Past) -> list[Signal]:
    if not past.known:
        return []
    found = []
    if unit.source not in past.sources:
        said = (
            f"first seen {moment_of(unit.first):%Y-%m-%d %H:%M} UTC; the key was used from elsewhere before"
        )
        found.append(Signal("new-source", 1.0 * past.settled, said))
        if net_of(unit.source) not in past.nets:
            found.append(Signal("new-network", 0.5 * past.settled, "its network is new to the key, too"))
    fresh = unit.regions - past.regions
    if fresh:
        named = ", ".join(sorted(fresh)[:5])
        found.append(
            Signal("new-regions", 1.0 if len(fresh) >= 3 else 0.5, f"regions new to the key: {named}")
        )
    return found


def _with_what(unit: Unit, past: Past) -> list[Signal]:
    found = []
    if past.known and not unit.families & past.families:
        named = sorted(unit.agents)[0] if unit.agents else "none"
        found.append(Signal("new-agent", 1.0, f"a user agent new to the key: {named}"))
    elif past.known and not unit.agents & past.agents:
        found.append(Signal("new-version", 0.25, "a known kind of user agent in a version new to the key"))
    return [*found, *_tools(unit, past)]


def _tools(unit: Unit, past: Past) -> list[Signal]:
    for agent in sorted(unit.agents):
        tool = tool_of(agent)
        if tool and (points := _TOOLS.get(tool.kind)) and family(agent) not in past.families:
            return [Signal("tool", points, f"a tool that strangers bring: {tool.name}")]
    return []


def _does(unit: Unit, past: Past) -> list[Signal]:
    fresh = novel(unit, past)
    grave = dangers(unit, past)
    found = []
    if past.known and fresh:
        share = min(1.0, sum(fresh.values()) / unit.count + len(fresh) / (len(unit.operations) + 1))
        named = ", ".join(name for name, _ in fresh.most_common(4))
        said = f"{len(fresh)} operations that the key never called before: {named}"
        found.append(Signal("new-operations", (0.5 + 1.5 * share) * past.well_known, said))
    odd = rare(unit, past)
    if odd and len(fresh) < len(odd) / 2:
        share = round(100 * odd.total() / unit.managed.total())
        named = ", ".join(name for name, _ in odd.most_common(4))
        said = f"{share} % of its calls are ones that the business hardly ever makes: {named}"
        found.append(Signal("odd-mix", 2.0, said))
    looked = sorted(name for name, danger in grave.items() if danger.kind == "recon")
    if len(looked) >= 2:
        points = 1.5 if len(looked) >= 4 else 1.0
        found.append(Signal("looks-around", points, f"looks around: {', '.join(looked[:5])}"))
    worst = max((danger.grave for danger in grave.values()), default=0)
    if points := _DANGER.get(worst, 0.0):
        named = ", ".join(sorted(name for name, danger in grave.items() if danger.grave == worst)[:4])
        found.append(Signal("dangerous", points, f"dangerous and new to the key: {named}"))
    if unit.refused >= 1 and unit.refused / unit.count > 3 * past.refused / (past.count or 1):
        found.append(Signal("refused", 0.5, f"{unit.refused} of {unit.count} calls were refused or failed"))
    return found


def _when(unit: Unit, past: Past, since: int, active: list[int]) -> list[Signal]:
    found = []
    before = max((at for at in active if at < unit.first), default=since)
    if unit.first - before >= IDLE:
        days = (unit.first - before) // DAY
        found.append(Signal("after-idleness", 2.0, f"the first use after {days} days without any"))
    if past.count >= 100:
        least = past.day_hours.total() * 0.003
        seldom = sum(n for hour, n in unit.day_hours.items() if past.day_hours[hour] < least)
        if seldom > unit.day_hours.total() / 2:
            found.append(Signal("off-hours", 0.5, "mostly at hours at which the business hardly calls"))
        if most := _burst(unit, past):
            said = f"{most} calls in one hour; the business's busiest had {past.busiest}"
            found.append(Signal("burst", 1.0, said))
    return found


def _burst(unit: Unit, past: Past) -> int:
    """Calls in the busiest hour where that is far more than the business ever makes in one, else 0."""
    most = max(unit.hours.values(), default=0)
    return most if most >= 30 and most > 3 * past.busiest else 0


def _for_business(
    unit: Unit, past: Past, vouchers: tuple[str, ...], console: tuple[str, ...], mates: Counter[str]
) -> list[Signal]:
    found = []
    fresh, grave = novel(unit, past), dangers(unit, past)
    known_agent = bool(unit.families & past.families)
    if vouchers:
        harmless = ("command", "deletion") if known_agent else ("command",)
        grim = [name for name, danger in grave.items() if danger.grave == 3 and danger.kind not in harmless]
        points = -2.0 if grim else -6.0
        named = ", ".join(vouchers[:3])
        said = f"{len(vouchers)} others of the account, long known, do their usual work from there: {named}"
        found.append(Signal("vouched", points, said))
    elif console:
        points = -0.5 if any(danger.kind in DOORS for danger in grave.values()) else -2.0
        said = f"a colleague, long known, is logged on to the console from there: {console[0]}"
        found.append(Signal("colleague", points, said))
    if past.known and not fresh and known_agent and not rare(unit, past):
        found.append(Signal("same-work", -2.0, "does only what the key has always done, with the same tool"))
    elif past.known and known_agent and not rare(unit, past) and _mostly_known(unit, fresh, grave):
        found.append(
            Signal("mostly-same-work", -1.0, "does mostly what the key has always done, with its tool")
        )
    same_pace = not _tools(unit, past) and not _burst(unit, past)
    if past.known and same_pace and (before := _predecessor(unit, past, mates)):
        found.append(Signal("takes-over", -2.0, f"goes on with what {before.source} did until it stopped"))
    if unit.console:
        found.append(Signal("console", -2.0, "a logon with a password, which a key does not give"))
    elif networks.is_private(unit.source):
        found.append(Signal("inside", -0.5, "a private address, so from inside a VPC"))
    return found


def _mostly_known(unit: Unit, fresh: Counter[str], grave: Mapping[str, Danger]) -> bool:
    """Whether most calls are of operations known before, and what is new is harmless."""
    harmful = any(danger.grave > 1 for danger in grave.values()) or len(grave) >= _FEW
    return not harmful and fresh.total() <= _MOSTLY * unit.count


def _predecessor(unit: Unit, past: Past, mates: Counter[str]) -> Unit | None:
    """A source of the business that stopped when this one began and did the same as it, or its whole net."""
    for other in past.units:
        if abs(unit.first - other.last) > _HANDOVER or unit.last - other.last < DAY:
            continue
        done = other.managed or other.operations
        if any(_goes_on(mine, done) for mine in (unit.managed or unit.operations, mates)):
            return other
    return None


def _goes_on(mine: Counter[str], done: Counter[str]) -> bool:
    """Whether work is like other work; some of it may be new, which counts elsewhere."""
    same = Counter({name: count for name, count in mine.items() if name in done})
    return same.total() >= (1 - _MOSTLY) * mine.total() and _cosine(same, done) >= _ALIKE


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    dot = sum(count * other[name] for name, count in one.items())
    lengths = sqrt(sum(n * n for n in one.values())) * sqrt(sum(n * n for n in other.values()))
    return dot / lengths if lengths else 0.0
