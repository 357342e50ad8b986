"""Accounts that are in no scenario: each an incident, its suspect key, and what there is to be said."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from tests.judgement import newcomers
from tests.judgement.incidents import (
    CLI,
    CONSOLE,
    DEPLOYS,
    JAVA,
    LOOKS,
    PYTHON,
    READS,
    TERRAFORM,
    Incident,
    Who,
)

DOORS = ("Ram:CreateUser", "Ram:CreateAccessKey", "Ram:AttachPolicyToUser")
Story = Callable[[Incident], Who]


def intruder_only(one: Incident) -> Who:
    """A key that nobody used for months, then somebody does."""
    who = one.user(400)
    one.raid(who, (*LOOKS, *DOORS), 2, one.address(), CLI)
    one.work(who, LOOKS, one.events[-1]["sourceIpAddress"], CLI, (2, 0), a_day=2, hostile=True)
    return who


def intruder_on_a_new_key(one: Incident) -> Who:
    """A key made six days ago, and used by nobody but a stranger since three."""
    who = one.user(6)
    one.raid(who, (*LOOKS, "Ecs:RunInstances", "Ecs:RunInstances"), 3, one.address(), "curl/8.4.0")
    return who


def leaked_at_birth(one: Incident) -> Who:
    """The first call of the key is the intruder's, an hour after it was made."""
    who = one.user(4)
    one.raid(who, (*LOOKS, *DOORS), 3.95, one.address(), "python-requests/2.31.0")
    return who


def new_office(one: Incident) -> Who:
    """The company moved: colleagues work there, then the key does more than it used to."""
    old, new, who = one.address(), one.address(), one.user(300)
    people = one.colleagues(4, old, (170, 8))
    one.work(who, DEPLOYS, old, PYTHON, (170, 7))
    for person in people:
        one.work(person, ("Ecs:DescribeInstances", "Ecs:DescribeDisks"), new, CONSOLE, (8, 0), a_day=3)
    one.work(who, (*DEPLOYS, "Vpc:CreateVpc", "Ecs:RunInstances"), new, TERRAFORM, (6, 0))
    return who


def moved_server(one: Incident) -> Who:
    """The job moves to a new server and a new language, from one day to the next."""
    who = one.user(500)
    one.work(who, READS, one.address(), PYTHON, (175, 12), a_day=24, hours=(0, 24))
    one.work(who, READS, one.address(), JAVA, (12, 0), a_day=24, hours=(0, 24))
    return who


def on_call_night(one: Incident) -> Who:
    """An engineer mends something at night from home, in the console and with the key."""
    office, home, who = one.address(), one.address(), one.user(500)
    one.work(who, DEPLOYS, office, PYTHON, (175, 0))
    (engineer,) = one.colleagues(1, office, (170, 0))
    night = one.now - timedelta(days=3, hours=9)
    for minute in range(0, 60, 6):
        at = night + timedelta(minutes=minute)
        one.call(engineer, "Ecs:DescribeInstances", at, home, CONSOLE)
    for minute, name in enumerate((*READS, "Ecs:RebootInstance", "Ecs:DescribeInstances", *READS)):
        one.call(who, name, night + timedelta(minutes=9 + 2 * minute), home, CLI)
    return who


def traveller(one: Incident) -> Who:
    """Somebody's own key, always with the same tool, now from a hotel."""
    who = one.user(500)
    names = (*READS, "Ecs:DescribeDisks", "Oss:ListBuckets", "Ecs:DescribeImages")
    one.work(who, names, one.address(), CLI, (175, 0))
    one.work(who, (*names, "Ecs:DescribeVpcs"), one.address(), CLI, (5, 1), a_day=5, hours=(10, 16))
    return who


def runners(one: Incident) -> Who:
    """Each run of a pipeline comes from another address."""
    who = one.user(300)
    for day in range(170, 0, -2):
        one.work(who, DEPLOYS, one.address(), TERRAFORM, (day, day - 1), a_day=8)
    return who


def runners_and_intruder(one: Incident) -> Who:
    who = runners(one)
    one.raid(who, (*LOOKS, *DOORS), 1, one.address(), "curl/8.4.0")
    return who


def deleter(one: Incident) -> Who:
    """A clean-up job deletes and stops things each night, as it always did."""
    who = one.user(500)
    names = ("Ecs:DescribeInstances", "Ecs:DeleteInstance", "Ecs:DeleteSnapshot", "Ecs:StopInstance")
    one.work(who, names, one.address(), PYTHON, (175, 0), hours=(18, 20))
    return who


def grown_job(one: Incident) -> Who:
    """A pipeline learns to start machines, from where it always ran."""
    who, home = one.user(500), one.address()
    one.work(who, DEPLOYS, home, TERRAFORM, (175, 0))
    one.work(who, ("Ecs:RunInstances", "Ecs:DescribeInstances"), home, TERRAFORM, (20, 0), a_day=2)
    return who


def idle(one: Incident) -> Who:
    """Nobody uses it; others work."""
    one.colleagues(3, one.address(), (170, 0))
    return one.user(600)


def few_calls(one: Incident) -> Who:
    """Four calls in all, from one place."""
    who, home = one.user(600), one.address()
    for day in (170, 110, 60, 10):
        one.call(who, "Oss:ListBuckets", one.now - timedelta(days=day), home, PYTHON)
    return who


def few_calls_and_intruder(one: Incident) -> Who:
    who = few_calls(one)
    one.raid(who, (*LOOKS, *DOORS), 1, one.address(), CLI)
    return who


def short_history(one: Incident) -> Who:
    """Key and company are three days old; a stranger came on the third."""
    who = one.user(3)
    one.work(who, DEPLOYS, one.address(), TERRAFORM, (3, 0), a_day=60)
    one.raid(who, (*LOOKS, *DOORS), 0.3, one.address(), CLI)
    return who


def known_source(one: Incident) -> Who:
    """Somebody on the build server uses its key, with a tool of their own."""
    who, home = one.user(500), one.address()
    one.work(who, DEPLOYS, home, PYTHON, (175, 0))
    one.raid(who, (*LOOKS, *DOORS), 2, home, "curl/8.4.0")
    return who


def known_source_and_agent(one: Incident) -> Who:
    """Somebody on the build server uses its key and its very program."""
    who, home = one.user(500), one.address()
    one.work(who, DEPLOYS, home, PYTHON, (175, 0))
    one.raid(who, (*LOOKS, *DOORS), 2, home, PYTHON)
    return who


def sessions_only(one: Incident) -> Who:
    """The key only takes a role; all work is done in sessions, the intruder's too."""
    who, home, lair = one.user(500), one.address(), one.address()
    for day in range(170, 0, -1):
        _session(one, who, home, PYTHON, one.now - timedelta(days=day, hours=3), READS)
    _session(
        one, who, lair, "Go-http-client/1.1", one.now - timedelta(days=1), (*LOOKS, *DOORS), hostile=True
    )
    return who


def _session(
    one: Incident,
    who: Who,
    source: str,
    agent: str,
    at: datetime,
    names: tuple[str, ...],
    *,
    hostile: bool = False,
) -> None:
    inside = one.assume(who, "worker", at, source, agent, hostile=hostile)
    for number, name in enumerate(names, start=1):
        one.call(inside, name, at + timedelta(seconds=20 * number), source, agent, hostile=hostile)


def root_business(one: Incident) -> Who:
    """An old script calls with a key of the account itself, as ever."""
    who = one.root(800)
    one.work(who, READS, one.address(), PYTHON, (175, 0))
    return who


def root_and_intruder(one: Incident) -> Who:
    who = root_business(one)
    one.raid(who, (*LOOKS, *DOORS), 1, one.address(), CLI)
    return who


def taken_up(one: Incident) -> Who:
    """A forgotten key is used each day for nine weeks, from one place, by nobody knows whom."""
    who = one.user(700)
    one.colleagues(3, one.address(), (170, 0))
    one.work(
        who,
        ("Oss:ListBuckets", "Ecs:DescribeInstances", "Rds:DescribeDBInstances"),
        one.address(),
        PYTHON,
        (64, 0),
        a_day=3,
        hours=(0, 24),
        hostile=True,
    )
    return who


def quarterly(one: Incident) -> Who:
    """A report that runs every three months from the same machine."""
    who, home = one.user(700), one.address()
    for day in (175, 88, 2):
        one.work(who, READS, home, PYTHON, (day, day - 1), a_day=12)
    return who


STORIES: Mapping[str, tuple[Story, str]] = {
    "intruder-only": (intruder_only, "intruder"),
    "intruder-on-a-new-key": (intruder_on_a_new_key, "intruder"),
    "leaked-at-birth": (leaked_at_birth, "intruder"),
    "new-office": (new_office, "business"),
    "moved-server": (moved_server, "business"),
    "on-call-night": (on_call_night, "business"),
    "traveller": (traveller, "business"),
    "runners": (runners, "business"),
    "runners-and-intruder": (runners_and_intruder, "business-and-intruder"),
    "deleter": (deleter, "business"),
    "grown-job": (grown_job, "business"),
    "idle": (idle, "idle"),
    "few-calls": (few_calls, "business"),
    "few-calls-and-intruder": (few_calls_and_intruder, "business-and-intruder"),
    "short-history": (short_history, "business-and-intruder"),
    "known-source": (known_source, "business-and-intruder"),
    "known-source-and-agent": (known_source_and_agent, "business-and-intruder"),
    "sessions-only": (sessions_only, "business-and-intruder"),
    "root-business": (root_business, "business"),
    "root-and-intruder": (root_and_intruder, "business-and-intruder"),
    "taken-up": (taken_up, "intruder"),
    "quarterly": (quarterly, "business"),
    **newcomers.STORIES,
}
