"""Findings handed on: what other tools read is what their standards say, and nothing else than was found."""

import asyncio
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import jsonschema
import pytest
import stix2
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from aktui.models import Window
from aktui.simcloud.accountfile import load_document
from queries.export.forms import FORMS, text_of
from queries.export.ocsf import as_ocsf
from queries.export.stix import as_stix
from queries.export.told import Told, whole
from queries.judgement.looking import rows, seen
from queries.judgement.verdict import conclude
from queries.verdict import row_of
from tests.judgement.files import STORIES
from tests.judgement.incidents import ACCOUNT, Incident
from tests.judgement.test_findings import HOSTILE, KEY, act, judged
from tests.judgement.told import case_of
from tests.judgement.whole import answer

AT = datetime(2026, 11, 26, 6, 31, 2, 345_000, UTC)
BROKEN = f"half \ud83d \x00 \x7f '] OR [x {HOSTILE}"
"""Half a character, as a log that was cut off holds it, and what would end a string of a pattern."""


@cache
def told(name: str) -> Told:
    """What is known of an incident."""
    story, verdict = STORIES[name]
    one = Incident(3)
    who = story(one)
    case = case_of(load_document(one.document(who, verdict)), who.key_id, one.now)
    found = asyncio.run(answer(case))
    window = Window(one.now, one.now)
    return Told(who.key_id, case.owner, ACCOUNT, AT, window, found.findings, row_of(found.verdict))


def hostile() -> Told:
    """An incident in whose records nearly everything is what an intruder wrote."""
    names = {"type": "ram-user", "userName": BROKEN, "accessKeyId": BROKEN}
    theirs = (
        act("Ram", "CreateUser", 1, userAgent=BROKEN, errorCode=BROKEN, userIdentity=names),
        act(
            "Ecs", "RunInstances", 2, source=BROKEN, acsRegion=BROKEN, referencedResources={BROKEN: [BROKEN]}
        ),
        act("Oss", "PutBucketAcl", 3, source="fe80::1%eth0'] OR [x"),
    )
    found = judged(*theirs)
    concluded = conclude(found, seen(found), keys_of_owner=1, rotatable=None)
    window = found.evidence.window
    return Told(KEY, BROKEN, ACCOUNT, AT, window, rows(found), row_of(concluded))


@cache
def ocsf() -> Any:
    """The schema of a Detection Finding, as its keepers publish it."""
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.8.0"))
    return jsonschema.Draft202012Validator(
        schema.get_class_schema(class_name="detection_finding", profiles=["cloud"])
    )


def objects(bundle: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in bundle["objects"] if one["type"] == kind]


@pytest.mark.parametrize("name", ["known-source", "traveller", "idle", "sessions-only", "hostile"])
def test_every_event_is_a_detection_finding_as_the_schema_has_it(name: str) -> None:
    about = hostile() if name == "hostile" else told(name)
    events = as_ocsf(about)
    assert len(events) == len(about.findings)
    for event in events:
        assert [error.message for error in ocsf().iter_errors(json.loads(json.dumps(event)))] == []
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]


def test_the_schema_of_the_tests_refuses_what_it_does_not_know() -> None:
    event = as_ocsf(told("known-source"))[0]
    assert list(ocsf().iter_errors({**event, "severity_id": "high"}))
    assert list(ocsf().iter_errors({**event, "hint": "x"}))


def test_an_intruders_finding_is_an_alert_and_what_the_business_explains_is_suppressed() -> None:
    about = told("known-source")
    by_side = {row.values["side"]: event for row, event in zip(about.findings, as_ocsf(about), strict=True)}
    assert (by_side["intruder"]["is_alert"], by_side["intruder"]["status"]) == (True, "New")
    assert by_side["intruder"]["confidence_score"] == about.confidence
    assert (by_side["business"]["is_alert"], by_side["business"]["status"]) == (False, "Suppressed")
    assert "confidence_id" not in by_side["business"]


def test_an_event_says_who_called_what_from_where_and_which_technique_it_is() -> None:
    about = told("known-source")
    (event,) = [one for one in as_ocsf(about) if one["finding_info"]["types"] == ["identities-changed"]]
    assert event["finding_info"]["attacks"] == [
        {
            "technique": {"uid": "T1136", "name": "Create Account"},
            "sub_technique": {"uid": "T1136.003", "name": "Cloud Account"},
        }
    ]
    call = event["evidences"][0]
    assert call["actor"]["user"]["programmatic_credentials"] == [{"uid": about.key_id, "type": "AccessKey"}]
    assert call["api"]["operation"] == "CreateUser"
    ipaddress.ip_address(call["src_endpoint"]["ip"])
    assert event["cloud"]["account"]["uid"] == ACCOUNT
    assert event["time"] == 1_795_674_662_345
    assert event["start_time"] <= event["end_time"] < event["time"]
    assert {"type_id": 2, "value": call["src_endpoint"]["ip"]}.items() <= event["observables"][0].items()


@pytest.mark.parametrize("name", ["known-source", "traveller", "idle", "sessions-only", "hostile"])
def test_a_bundle_is_taken_by_the_reference_library_and_holds_all_it_speaks_of(name: str) -> None:
    bundle = as_stix(hostile() if name == "hostile" else told(name))
    parsed = stix2.parse(json.dumps(bundle), version="2.1", allow_custom=False)
    ids = [one.id for one in parsed.objects]
    assert len(set(ids)) == len(ids)
    for one in bundle["objects"]:
        for ref in [*one.get("object_refs", ()), *(v for k, v in one.items() if k.endswith("_ref"))]:
            assert ref in ids
    for one in objects(bundle, "indicator"):
        made = {name: value for name, value in one.items() if name != "type"}
        stix2.v21.Indicator(**made)  # parses the pattern


def test_observables_have_the_ids_that_every_producer_gives_them() -> None:
    bundle = as_stix(told("known-source"))
    for one in objects(bundle, "ipv4-addr"):
        assert one["id"] == stix2.v21.IPv4Address(value=one["value"]).id
    accounts = objects(bundle, "user-account")
    assert accounts
    for one in accounts:
        given = {name: one[name] for name in ("user_id", "account_login") if name in one}
        assert one["id"] == stix2.v21.UserAccount(**given).id


def test_addresses_of_an_intruder_are_indicators_and_those_of_the_business_are_not() -> None:
    about = told("runners-and-intruder")
    patterns = {one["pattern"] for one in objects(as_stix(about), "indicator")}
    theirs = {
        source
        for row in about.findings
        if row.values["side"] == "intruder"
        for source in row.values["sources"]
    }
    assert patterns == {
        f"[user-account:user_id = '{about.key_id}']",
        *(f"[ipv4-addr:value = '{source}']" for source in theirs),
    }


@pytest.mark.parametrize("name", ["deleter", "root-business", "idle"])
def test_nothing_of_the_business_is_indicated_or_sighted(name: str) -> None:
    bundle = as_stix(told(name))
    assert not objects(bundle, "indicator") + objects(bundle, "sighting")
    (report,) = objects(bundle, "report")
    assert STORIES[name][1] in report["name"]


def test_calls_of_which_it_is_not_clear_whose_they_are_make_no_indicator() -> None:
    about = told("known-source")
    unclear = tuple(
        replace(row, values={**row.values, "side": "unclear"})
        for row in about.findings
        if row.values["side"] == "intruder"
    )
    bundle = as_stix(replace(about, findings=unclear))
    assert not objects(bundle, "indicator")
    assert {one["confidence"] for one in objects(bundle, "sighting")} == {15}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_findings_are_written_alike_and_a_later_export_names_them_alike(form: str) -> None:
    about = told("known-source")
    assert text_of(about, form) == text_of(about, form)
    later = replace(about, asked_at=AT.replace(hour=9))
    if form == "ocsf":
        uids = [event["finding_info"]["uid"] for event in as_ocsf(about)]
        assert len(set(uids)) == len(uids)
        assert [event["finding_info"]["uid"] for event in as_ocsf(later)] == uids
        assert not {e["metadata"]["uid"] for e in as_ocsf(about)} & {
            e["metadata"]["uid"] for e in as_ocsf(later)
        }
    if form == "stix":
        mine = {one["id"]: one for one in as_stix(about)["objects"]}
        theirs = {one["id"]: one for one in as_stix(later)["objects"]}
        assert {mine[one]["type"] for one in mine.keys() & theirs.keys()} == {
            "identity",
            "attack-pattern",
            "user-account",
            "ipv4-addr",
        }
        assert all(mine[one] == theirs[one] for one in mine.keys() & theirs.keys())


@pytest.mark.parametrize("form", FORMS)
def test_what_an_intruder_wrote_stays_whole_and_reaches_no_terminal(form: str) -> None:
    text = text_of(hostile(), form)
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    decoded = [json.loads(line) for line in text.splitlines()] if form == "ocsf" else json.loads(text)
    assert whole(BROKEN) in _strings(decoded)


def test_without_account_and_verdict_an_export_is_still_valid() -> None:
    bare = replace(told("known-source"), account="", owner="", verdict=None)
    assert all(not list(ocsf().iter_errors(event)) for event in as_ocsf(bare))
    stix2.parse(json.dumps(as_stix(bare)), version="2.1")
    assert json.loads(text_of(bare, "json"))["verdict"] is None


def _strings(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(_strings, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(_strings, value)) if value else set()
    return {value} if isinstance(value, str) else set()
