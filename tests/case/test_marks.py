"""What a responder marks as trusted or hostile."""

import json
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from aktui.case.marks import FILE, SCHEMA, Kind, Marks, Stance, mark, read_marks, write_marks
from aktui.errors import CaseError, UsageError

AT = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
VPC = "vpc-bp1exampleexample"


def marks(**said: str) -> Marks:
    """`office=…` style is hard to read with addresses: pairs of `value` to stance, by kind."""
    found = Marks()
    for kind, pairs in said.items():
        for pair in pairs.split(";"):
            value, _, stance = pair.strip().rpartition(" ")
            found = found.with_mark(mark(kind, value, stance, AT))
    return found


def test_the_most_specific_network_counts() -> None:
    said = marks(source="203.0.113.0/24 trusted; 203.0.113.128/25 hostile; 203.0.113.200 trusted")
    assert said.stance_of_source("203.0.113.10") is Stance.TRUSTED
    assert said.stance_of_source("203.0.113.129") is Stance.HOSTILE
    assert said.stance_of_source("203.0.113.200") is Stance.TRUSTED
    assert said.stance_of_source("198.51.100.1") is None


def test_a_vpc_speaks_for_its_calls_unless_a_network_says_otherwise() -> None:
    said = marks(source=f"{VPC} trusted; 10.20.3.99 hostile; 10.20.4.0/24 hostile")
    assert said.stance_of_source("10.20.3.23", VPC) is Stance.TRUSTED
    assert said.stance_of_source("10.20.3.99", VPC) is Stance.HOSTILE
    assert said.stance_of_source("10.20.4.1", VPC) is Stance.HOSTILE
    assert said.stance_of_source("10.20.3.23", "vpc-other") is None
    assert said.stance_of_source("10.20.3.23") is None


def test_hostile_beats_trusted_whatever_they_are_put_on() -> None:
    said = marks(
        source="203.0.113.10 trusted",
        operation="ram:Create* hostile",
        identity="deploy:* trusted; evil hostile",
    )
    assert said.stance_of(source="203.0.113.10", operation="Ram:CreateUser") is Stance.HOSTILE
    assert said.stance_of(source="203.0.113.10", operation="ecs:RunCommand") is Stance.TRUSTED
    assert said.stance_of(source="203.0.113.10", identities=("evil",)) is Stance.HOSTILE
    assert said.stance_of(source="192.0.2.1", identities=("deploy:release",)) is Stance.TRUSTED
    assert said.stance_of(source="192.0.2.1", operation="", identities=("", "x")) is None


def test_ipv4_in_ipv6_is_the_same_address() -> None:
    said = marks(source="203.0.113.10 trusted; 2001:db8::/32 hostile")
    assert said.stance_of_source("::ffff:203.0.113.10") is Stance.TRUSTED
    assert said.stance_of_source("2001:db8::7") is Stance.HOSTILE


@pytest.mark.parametrize(
    "source", ["Internal", "ecs.aliyuncs.com", "", "-", "fe80::1%eth0", "1" * 999, "[/x]"]
)
def test_a_source_that_is_no_address_is_never_trusted_by_a_network(source: str) -> None:
    said = marks(source="0.0.0.0/0 hostile; 203.0.113.0/24 trusted")
    assert said.stance_of_source(source) is None


def test_a_new_mark_takes_the_place_of_the_old_one_and_can_be_taken_away() -> None:
    said = marks(source="203.0.113.10 trusted").with_mark(mark("source", "203.0.113.10/32", "hostile", AT))
    assert [one.stance for one in said.all] == [Stance.HOSTILE]
    assert said.without("source", "203.0.113.10").all == ()
    assert said.without("identity", "203.0.113.10") == said


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("source", "office"),
        ("source", "203.0.113.10/24"),
        ("source", "203.0.113.0/33"),
        ("source", "vpc-"),
        ("source", "vpc-X"),
        ("source", "fe80::1%eth0"),
        ("source", ""),
        ("operation", "RunInstances"),
        ("operation", "ecs:Run Instances"),
        ("operation", "ecs:Run\x1b[2J"),
        ("identity", ""),
        ("identity", "a\nb"),
        ("colour", "red"),
    ],
)
def test_what_is_no_address_operation_or_name_can_not_be_marked(kind: str, value: str) -> None:
    with pytest.raises(UsageError):
        mark(kind, value, "hostile", AT)


def test_host_bits_are_pointed_out_not_dropped() -> None:
    with pytest.raises(UsageError) as refused:
        mark("source", "203.0.113.10/24", "trusted", AT)
    assert "203.0.113.0/24" in refused.value.hint
    assert "203.0.113.10" in refused.value.hint


@pytest.mark.parametrize("everybody", ["0.0.0.0/0", "::/0"])
def test_nobody_trusts_everybody_by_mistake(everybody: str) -> None:
    with pytest.raises(UsageError, match="everybody"):
        mark("source", everybody, "trusted", AT)
    assert mark("source", everybody, "hostile", AT).value == everybody


def test_marks_are_kept_in_the_case_and_come_back(tmp_path: Path) -> None:
    case = tmp_path / "cases" / "LTAI"
    assert read_marks(case) == Marks()
    said = marks(source=f"203.0.113.0/24 trusted; {VPC} trusted; 2001:db8::1 hostile").with_mark(
        mark("identity", "[@click=app.quit]x", "hostile", AT, "名字 \x1b[31m")
    )
    write_marks(case, said)
    assert read_marks(case) == said
    assert (case / FILE).stat().st_mode & 0o077 == 0
    assert [path.name for path in case.iterdir()] == [FILE]


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[]",
        '{"schema": "aktui.marks/2", "marks": []}',
        '{"schema": "aktui.marks/1", "marks": {}}',
        '{"schema": "aktui.marks/1", "marks": [1]}',
        '{"schema": "aktui.marks/1", "marks": [{"kind": "source", "value": "x", "stance": "trusted", '
        '"at": "2026-11-22T03:12:00+00:00", "note": ""}]}',
        '{"schema": "aktui.marks/1", "marks": [{"kind": "source", "value": "10.0.0.1", "stance": "trusted", '
        '"at": "soon", "note": ""}]}',
        "[" * 9999,
    ],
)
def test_a_file_that_can_not_be_used_is_said(tmp_path: Path, damage: str) -> None:
    (tmp_path / FILE).write_text(damage)
    with pytest.raises(CaseError, match=FILE):
        read_marks(tmp_path)
    assert (tmp_path / FILE).read_text() == damage


def test_a_time_without_a_zone_is_taken_for_utc(tmp_path: Path) -> None:
    entry = {
        "kind": "source",
        "value": "10.0.0.1",
        "stance": "hostile",
        "at": "2026-11-22T03:12:00",
        "note": "",
    }
    (tmp_path / FILE).write_text(json.dumps({"schema": SCHEMA, "marks": [entry]}))
    assert read_marks(tmp_path).of(Kind.SOURCE)[0].at == AT


prefixes = some.tuples(some.integers(0, 2**32 - 1), some.integers(0, 32), some.sampled_from(list(Stance)))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(prefixes, max_size=12), some.integers(0, 2**32 - 1))
def test_no_wider_network_outvotes_a_narrower_one(drawn: list[tuple[int, int, Stance]], number: int) -> None:
    said, address = Marks(), ip_address(number)
    narrowest, expected = -1, None
    for base, width, stance in drawn:
        network = ip_network((base, width), strict=False)
        if width == 0 and stance is Stance.TRUSTED:
            continue
        said = said.with_mark(mark("source", str(network), stance, AT))
    for one in said.all:
        network = ip_network(one.value)
        if address in network and network.prefixlen > narrowest:
            narrowest, expected = network.prefixlen, one.stance
    assert said.stance_of_source(str(address)) is expected
