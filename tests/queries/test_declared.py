"""What a query says of itself holds: its calls, its permissions, its columns, and what it sends."""

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import aktui.simcloud.products  # noqa: F401  (declares the operations)
from aktui.simcloud.account import Account
from aktui.simcloud.logs.permission import ACTIONS as LOG_ACTIONS
from aktui.simcloud.op import OPERATIONS, VERSIONS
from queries import catalogue
from queries.base import Query, Result
from tests.conftest import PracticeCloudFactory
from tests.queries.rig import Asked, desk, idle_root, leaked, needed
from tests.simcloud.accounts import ROOT_KEY, small_account

QUERIES = list(catalogue().values())
STRANGER = "LTAI5tSTRANGERSTRANGER01"
READS = ("Get", "List", "Describe", "Lookup", "Generate", "Query", "Search")
BROUGHT_UP_TO_DATE_ELSEWHERE = {
    "actiontrail:GetGlobalEventsStorageRegion",
    "bssopenapi:GetPayAsYouGoPrice",
    "ims:GetAccessKeyPolicy",
    "ims:GetAccessKeyPolicyForAccount",
    "ims:GetAccountSecurityPracticeReport",
    "ims:ListServiceCredentials",
}
"""Newer than the catalogue; the installed SDK's models know them."""


def folder(variable: str, name: str) -> Path | None:
    """Optional reference material: where the variable says, or beside the project."""
    given = os.environ.get(variable)
    found = Path(given) if given else Path(__file__).parents[2].parent / "shared" / name
    return found if found.is_dir() else None


CATALOGUE = folder("AKTUI_API_CATALOGUE", "api-meta")


async def ask_everyone(practice_cloud: PracticeCloudFactory, query: Query) -> list[Asked]:
    """The calls of a query about a busy key, a root key, and a key nobody knows; for root also by root."""
    calls: list[Asked] = []
    busy, idle, small = leaked(), idle_root(), small_account()
    cases: list[tuple[Account, str, str]] = [
        (busy, busy.suspects[0], ""),
        (idle, idle.suspects[0], ""),
        (small, STRANGER, ""),
        (small, ROOT_KEY, ROOT_KEY),
    ]
    few = {"limit": "50"} if any(param.name == "limit" for param in query.params) else {}
    params = {**needed(query), **few}
    for account, key_id, by in cases:
        async with practice_cloud(account) as sim, desk(sim, key_id, by=by) as found:
            result = await found.ask(query.id, **params)
            calls += found.asked.calls
            check_rows(query, result)
    return calls


def check_rows(query: Query, result: Result) -> None:
    """Every column has a value in every row, if only the empty one."""
    for row in result.rows:
        assert {column.id for column in query.columns} <= set(row.values), query.id
        assert row.raw


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.id)
async def test_a_query_makes_only_the_calls_it_declares_and_sends_what_the_catalogue_knows(
    practice_cloud: PracticeCloudFactory, query: Query
) -> None:
    calls = await ask_everyone(practice_cloud, query)
    assert {call.name for call in calls} <= set(query.calls)
    for call in calls:
        if call.name.startswith("sls:"):
            continue  # has a wire form of its own: see tests of the log service's client
        known = parameters(call.name)
        assert known is None or set(call.params) <= known, call


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.id)
def test_a_query_needs_exactly_the_permissions_of_its_calls(query: Query) -> None:
    assert set(query.needs) == {guard(name) for name in query.calls}
    assert len(query.calls) == len(set(query.calls))


def guard(name: str) -> str:
    """The RAM action that guards a call, as the practice cloud checks it."""
    product, _, action = name.partition(":")
    if product == "sls":
        return LOG_ACTIONS[action]
    versions = {name.lower(): version for name, version in VERSIONS.items()}
    operation = OPERATIONS[versions[product], action]
    return operation.permission or f"{product}:{action}"


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.id)
def test_a_query_only_reads_and_says_what_it_is(query: Query) -> None:
    assert all(name.partition(":")[2].startswith(READS) for name in query.calls)
    assert query.question.endswith("?")
    assert query.columns
    assert len({column.id for column in query.columns}) == len(query.columns)
    assert {column.kind for column in query.columns} <= {"text", "time", "ip", "id", "count", "flag"}
    assert query.source


def test_the_queries_of_a_triage_take_no_parameter() -> None:
    from queries.triage import TRIAGE

    assert set(TRIAGE) <= set(catalogue())
    assert not any(param.required for query_id in TRIAGE for param in catalogue()[query_id].params)


@pytest.mark.skipif(CATALOGUE is None, reason="the vendor's API catalogue is not beside the project")
@pytest.mark.parametrize("name", sorted({name for query in QUERIES for name in query.calls}))
def test_the_vendors_catalogue_knows_the_call(name: str) -> None:
    if name in BROUGHT_UP_TO_DATE_ELSEWHERE or name.startswith("governance:"):
        pytest.skip("newer than the catalogue, or of a product that it lacks")
    assert parameters(name) is not None


@cache
def parameters(name: str) -> frozenset[str] | None:
    """The parameters the vendor's catalogue has for a call; None where it does not know the call."""
    product, _, action = name.partition(":")
    file = CATALOGUE / product / f"{action}.json" if CATALOGUE else None
    if file is None or not file.exists():
        return None
    described: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
    return frozenset(parameter["name"] for parameter in described["parameters"])
