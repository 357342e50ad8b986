"""Incidents in which what is new is the business, or hides among what the business brings along."""

from collections.abc import Callable, Mapping

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


def new_way_out(one: Incident) -> Who:
    """The runners of a pipeline move behind another way out, three addresses that share the work."""
    who, net = one.user(500), one.address().rpartition(".")[0]
    one.work(who, DEPLOYS, one.address(), TERRAFORM, (175, 6))
    for last in (11, 12, 13):
        more = (*DEPLOYS, "Vpc:DescribeNatGateways", "Ecs:DescribeTags")
        one.work(who, more, f"{net}.{last}", TERRAFORM, (6, 0), a_day=3)
    return who


def clearance(one: Incident) -> Who:
    """The company moves, and its pipeline deletes what is left at the old place."""
    who, old, new = one.user(500), one.address(), one.address()
    for person in one.colleagues(3, old, (170, 0)):
        one.work(person, ("Ecs:DescribeInstances", "Ecs:DescribeDisks"), new, CONSOLE, (6, 0), a_day=3)
    one.work(who, DEPLOYS, old, TERRAFORM, (175, 6))
    names = (*DEPLOYS, "Ecs:DeleteInstance", "Ecs:DeleteDisk", "Slb:DeleteLoadBalancer")
    one.work(who, names, new, TERRAFORM, (4, 0), a_day=40)
    return who


def thin_history(one: Incident) -> Who:
    """Three calls of the business in half a year, and an intruder with the very same tool."""
    who, home = one.user(200), one.address()
    for day in (150, 90, 40):
        one.call(who, "Oss:ListBuckets", one.ago(day), home, PYTHON)
    one.raid(who, LOOKS, 1, one.address(), PYTHON)
    return who


def late_start(one: Incident) -> Who:
    """A key is made, and weeks later the service that it is for goes to work."""
    who = one.user(30)
    one.work(who, DEPLOYS, one.address(), TERRAFORM, (12, 0), a_day=20)
    return who


def fleet_and_intruder(one: Incident) -> Who:
    """Machines that live for a day, each with an address of its own, and one that is none of them."""
    who = one.user(500)
    for day in range(170, 0, -1):
        for _ in range(2):
            one.work(who, READS, one.address(), JAVA, (day, day - 1), a_day=4, hours=(0, 24))
    one.raid(who, (*LOOKS, *DOORS), 1, one.address(), CLI)
    return who


def chain_of_roles(one: Incident) -> Who:
    """An intruder takes a role, with that another one, and goes on from another address."""
    who, lair, further = one.user(500), one.address(), one.address()
    one.work(who, READS, one.address(), PYTHON, (175, 0))
    one.raid(who, ("Sts:GetCallerIdentity", "Ram:ListRoles"), 2, lair, CLI)
    first = one.assume(who, "first", one.ago(1.99), lair, CLI, hostile=True)
    one.call(first, "Ecs:DescribeInstances", one.ago(1.988), lair, CLI, hostile=True)
    second = one.assume(first, "second", one.ago(1.986), lair, CLI, hostile=True)
    for number, name in enumerate(("Ram:CreateUser", "Oss:PutBucketAcl", "Ram:AttachPolicyToRole")):
        at = one.ago(1.98 - number / 1000)
        one.call(second, name, at, further, "python-requests/2.31.0", hostile=True)
    return who


def day_shift(one: Incident) -> Who:
    """The business works at night, with disks; the intruder by day, with its tool and its kind of calls."""
    who, names = one.user(500), ("Ecs:DescribeSnapshots", "Ecs:CreateSnapshot", "Ecs:DescribeDisks")
    one.work(who, names, one.address(), PYTHON, (175, 0), hours=(17, 21))
    share = ("Ecs:ModifySnapshotAttribute",) * 2
    one.raid(who, (*LOOKS, "Ecs:DescribeSnapshots", *share), 1.2, one.address(), PYTHON)
    return who


STORIES: Mapping[str, tuple[Callable[[Incident], Who], str]] = {
    "new-way-out": (new_way_out, "business"),
    "clearance": (clearance, "business"),
    "thin-history": (thin_history, "business-and-intruder"),
    "late-start": (late_start, "business"),
    "fleet-and-intruder": (fleet_and_intruder, "business-and-intruder"),
    "chain-of-roles": (chain_of_roles, "business-and-intruder"),
    "day-shift": (day_shift, "business-and-intruder"),
}
