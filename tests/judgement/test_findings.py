"""Each finding: seen when an intruder does it, silent when the business does, harmless with hostile text."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aktui.models import Window
from queries.attribution.units import Unit
from queries.attribution.values import Side, Weighed
from queries.attribution.weighing import Signal
from queries.evidence.reading import act_of, cells_of
from queries.evidence.values import Act, Evidence, Key
from queries.findings import catalogue
from queries.judgement.judging import Judged, Other
from queries.judgement.looking import protected_since, rows

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
KEY = "LTAI5tQxQxQxQxQxQxQx9fG2"
LAIR, OFFICE = "203.0.113.9", "198.51.100.4"
HOSTILE = "x'; DROP TABLE a;-- [@click=app.quit] \u202e\u001b[2J"

CALLS: Mapping[str, tuple[str, str]] = {
    "identities-changed": ("Ram", "CreateUser"),
    "roles-opened": ("Ram", "UpdateRole"),
    "logons-given": ("Ram", "CreateLoginProfile"),
    "commands-run": ("Ecs", "RunCommand"),
    "defences-hindered": ("ActionTrail", "StopLogging"),
    "things-deleted": ("Oss", "DeleteBucket"),
    "data-opened": ("Oss", "PutBucketAcl"),
    "copies-made": ("Ecs", "ModifySnapshotAttribute"),
    "secrets-read": ("Kms", "GetSecretValue"),
    "looked-around": ("Ram", "ListUsers"),
    "resources-started": ("Ecs", "RunInstances"),
    "messages-sent": ("Dysmsapi", "SendBatchSms"),
    "data-read": ("Oss", "GetObject"),
    "roles-taken": ("Sts", "AssumeRole"),
}
"""Findings that one call is enough for."""


def act(service: str, name: str, number: int = 0, *, source: str = LAIR, **more: Any) -> Act:
    event = {
        "eventId": f"E-{number}-{name}-{source}",
        "eventName": name,
        "serviceName": service,
        "eventTime": f"{NOW + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}",
        "sourceIpAddress": source,
        "userAgent": "curl/8.1" if source == LAIR else "Python/3.11",
        "acsRegion": "cn-hangzhou",
        "userIdentity": {"type": "ram-user", "userName": "ci", "accessKeyId": KEY},
        **more,
    }
    found = act_of(event)
    assert found is not None
    return found


def judged(*hostile: Act, ours: tuple[Act, ...] = (), root: bool = False, idle: bool = False) -> Judged:
    """A judgement in which these acts are an intruder's and those the business's."""
    usual = ours or tuple(act("Ecs", "DescribeInstances", -86400 * day, source=OFFICE) for day in range(40))
    units = [Weighed(Unit(OFFICE, console=False, cells=cells_of(usual)), Side.BUSINESS, 0.0, (), True)]
    if hostile:
        signals = (Signal("after-idleness", 2.0, "the first use after 90 days without any"),) if idle else ()
        cells = cells_of(hostile)
        units.append(Weighed(Unit(LAIR, console=False, cells=cells), Side.INTRUDER, 9.0, signals))
    window = Window(NOW - timedelta(days=90), NOW + timedelta(days=1))
    evidence = Evidence(Key(KEY, "ci", root), window, 0, cells_of((*usual, *hostile)))
    others = (
        (Other("key", "LTAI5tOther", "key LTAI5tOther of user x: by ci", hostile[:1]),) if hostile else ()
    )
    return Judged(evidence, tuple(units), hostile, (), (), others, ())


def seen(found: Judged) -> set[str]:
    return {row.values["id"] for row in rows(found) if row.values["side"] == "intruder"}


@pytest.mark.parametrize(("finding", "call"), CALLS.items(), ids=list(CALLS))
def test_an_operation_is_found_when_an_intruder_calls_it_and_not_when_the_business_does(
    finding: str, call: tuple[str, str]
) -> None:
    theirs = act(*call)
    (row,) = [one for one in rows(judged(theirs)) if one.values["id"] == finding]
    assert row.values["event_ids"] == [theirs.id]
    assert (row.values["count"], row.values["succeeded"], row.values["refused"]) == (1, 1, 0)
    assert row.values["sources"] == [LAIR]
    ours = act(*call, source=OFFICE)
    assert finding not in seen(judged(ours=(ours,)))


@pytest.mark.parametrize(("finding", "call"), CALLS.items(), ids=list(CALLS))
def test_a_refused_call_is_counted_apart(finding: str, call: tuple[str, str]) -> None:
    refused = act(*call, errorCode="NoPermission")
    (row,) = [one for one in rows(judged(refused)) if one.values["id"] == finding]
    assert (row.values["succeeded"], row.values["refused"]) == (0, 1)
    assert "refusals" in seen(judged(refused))


def test_regions_bursts_and_odd_hours_are_held_against_the_business() -> None:
    many = [act("Ecs", "DescribeDisks", n, acsRegion=f"xx-{n % 5}") for n in range(200)]
    found = seen(judged(*many))
    assert {"many-regions", "bursts", "unfamiliar-agents", "unfamiliar-sources"} <= found
    usual = tuple(act("Ecs", "X", -86400 * (n // 2) + 43200 * (n % 2), source=OFFICE) for n in range(200))
    assert "off-hours" not in seen(judged(many[0], ours=usual))
    night = act("Ecs", "DescribeDisks", 6 * 3600)
    assert "off-hours" in seen(judged(night, ours=usual))


def test_root_keys_idle_keys_and_heirs() -> None:
    call = act("Ecs", "DescribeDisks")
    assert {"root-key-used", "heirs-used"} <= seen(judged(call, root=True))
    assert "root-key-used" not in seen(judged(call))
    assert "after-idleness" in seen(judged(call, idle=True))
    assert not seen(judged())


def test_mining_is_graver_than_a_machine() -> None:
    def severity(kind: str) -> str:
        started = act("Ecs", "RunInstances", requestParameters={"InstanceType": kind})
        (row,) = [one for one in rows(judged(started)) if one.values["id"] == "resources-started"]
        return str(row.values["severity"])

    assert severity("ecs.g7.large") == "high"
    assert severity("ecs.gn7i-c32g1.8xlarge") == severity("ecs.c7.16xlarge") == "critical"


def test_once_the_provider_protects_the_key_findings_say_what_it_blocks() -> None:
    sign = {"errorCode": "Forbidden", "errorMessage": "There is a risk of leakage of this AccessKey."}
    before, first = act("Ram", "CreateUser", 1), act("Ram", "CreateUser", 5, **sign)
    later = act("Oss", "PutBucketAcl", 9)
    found = judged(before, first, later)
    assert protected_since(found) == first.at
    told = {row.values["id"]: row.values["provider_blocks"] for row in rows(found)}
    assert told["identities-changed"] == "blocked by the provider"
    assert told["data-opened"] == "stays open"


def test_text_of_an_intruder_travels_as_data() -> None:
    call = act("Ram", "CreateUser", userAgent=HOSTILE, resourceName=HOSTILE, acsRegion=HOSTILE)
    found = rows(judged(call))
    assert any(HOSTILE in row.values["sentence"] for row in found)


def test_every_finding_says_what_it_is_and_when_it_is_harmless() -> None:
    for finding in catalogue().values():
        assert finding.title
        assert finding.benign.endswith(".")
        assert finding.technique.id.startswith("T")
