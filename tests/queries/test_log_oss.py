"""OSS requests of the key: rows and groups, against a plain pass over the rows of the account."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from aktui.simcloud.account import Account
from queries.base import Result, Status
from tests.conftest import PracticeCloudFactory
from tests.queries.logbooks import (
    OTHER_KEY,
    SHANGHAI,
    access,
    account,
    batch_deleted,
    keep_oss,
)
from tests.queries.rig import desk
from tests.simcloud.accounts import DEPLOYER_KEY, REGION

KeyOf = Callable[[Mapping[str, str]], Any]
BOTH = f"{REGION},{SHANGHAI}"
HANGZHOU_ROWS = [
    access(9000, "GetBucket", content_length_out="5000"),
    access(8000, name="db/2026/orders 订单.sql", content_length_out="100000"),
    access(7000, name="db/2026/users%.sql", content_length_out="200000", client_ip="203.0.113.10"),
    access(6000, name="readme.txt", content_length_out="-", response_body_length="7"),
    access(5000, name="db/2025/old.sql", http_status="403", error_code="AccessDenied", ec="0003-1"),
    access(4000, name="web/a+b.html", bucket="acme-web", sign_type="UriSign", client_ip="198.51.100.1"),
    access(
        3000, name="web/a b.html", bucket="acme-web", access_id="-", sign_type="NotSign", requester_id="-"
    ),
    access(2000, name="db/2026/other.sql", access_id=OTHER_KEY, content_length_out="999999"),
    access(1000, "PutObject", "web/index.html", bucket="acme-web", content_length_out="-"),
]
SHANGHAI_ROWS = [
    access(8500, name="db/2026/copy.sql", bucket="acme-copies", content_length_out="40000"),
    access(500, "HeadObject", "db/2026/copy.sql", bucket="acme-copies", http_status="404"),
]
OF_THE_KEY = [row for row in (*HANGZHOU_ROWS, *SHANGHAI_ROWS) if row["access_id"] == DEPLOYER_KEY]


def two_regions() -> Account:
    kept = account()
    keep_oss(kept, HANGZHOU_ROWS)
    keep_oss(kept, SHANGHAI_ROWS, SHANGHAI)
    return kept


async def asked(practice_cloud: PracticeCloudFactory, kept: Account, query_id: str, **params: str) -> Result:
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        return await found.ask(query_id, **{"regions": BOTH, **params})


def summed(rows: Iterable[Mapping[str, str]], key: KeyOf) -> dict[Any, tuple[int, ...]]:
    """Requests, bytes, failures and presigned requests, counted one row at a time."""
    groups: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in rows:
        sent = row["content_length_out"]
        group = groups[key(row)]
        group[0] += 1
        group[1] += int(row["response_body_length"] if sent == "-" else sent)
        group[2] += int(row["http_status"]) >= 400
        group[3] += row["sign_type"] == "UriSign"
    return {name: tuple(group) for name, group in groups.items()}


def told(result: Result, *keys: str) -> dict[Any, tuple[int, ...]]:
    measures = ("requests", "bytes_out", "errors", "presigned")
    return {
        (row.values[keys[0]] if len(keys) == 1 else tuple(row.values[key] for key in keys)): tuple(
            row.values[name] for name in measures
        )
        for row in result.rows
    }


def hour_of(row: Mapping[str, str]) -> datetime:
    return datetime.fromtimestamp(int(row["__time__"]) // 3600 * 3600, UTC)


@pytest.mark.parametrize(
    ("query_id", "column", "key"),
    [
        ("oss-by-ip", "ip", lambda row: row["client_ip"]),
        ("oss-by-operation", "operation", lambda row: row["operation"]),
        ("oss-by-bucket", "bucket", lambda row: row["bucket"]),
        ("oss-by-hour", "hour", hour_of),
    ],
)
async def test_groups_of_all_regions_are_what_a_plain_pass_counts(
    practice_cloud: PracticeCloudFactory, query_id: str, column: str, key: KeyOf
) -> None:
    result = await asked(practice_cloud, two_regions(), query_id)
    assert result.status is Status.COMPLETE
    assert not result.gaps
    assert told(result, column) == summed(OF_THE_KEY, key)


async def test_a_group_says_when_it_began_and_ended_and_in_which_regions_it_was_seen(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, two_regions(), "oss-by-ip")
    first = result.rows[0].values
    assert first["ip"] == "192.0.2.66"
    assert first["regions"] == BOTH.replace(",", ", ")
    times = [int(row["__time__"]) for row in OF_THE_KEY if row["client_ip"] == "192.0.2.66"]
    assert first["first_at"] == datetime.fromtimestamp(min(times), UTC)
    assert first["last_at"] == datetime.fromtimestamp(max(times), UTC)


async def test_hours_come_in_order_of_time_and_other_groups_by_size(
    practice_cloud: PracticeCloudFactory,
) -> None:
    hours = [row.values["hour"] for row in (await asked(practice_cloud, two_regions(), "oss-by-hour")).rows]
    assert hours == sorted(hours)
    sizes = [row.values["requests"] for row in (await asked(practice_cloud, two_regions(), "oss-by-ip")).rows]
    assert sizes == sorted(sizes, reverse=True)


async def test_folders_are_shown_as_people_named_them(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    rows = [
        access(60, name="客户 资料/2026/名单.xlsx"),
        access(70, name="客户 资料/2025/名单.xlsx"),
        access(80, name="readme.txt"),
        access(90, "GetBucket"),
        access(95, name="a%2Fb/c.txt"),
    ]
    keep_oss(kept, rows)
    flat = await asked(practice_cloud, kept, "oss-by-prefix", regions=REGION)
    deep = await asked(practice_cloud, kept, "oss-by-prefix", regions=REGION, depth="2")
    assert {row.values["prefix"]: row.values["requests"] for row in flat.rows} == {
        "客户 资料/": 2,
        "": 2,
        "a%2Fb/": 1,
    }
    assert {row.values["prefix"] for row in deep.rows} == {"客户 资料/2026/", "客户 资料/2025/", "", "a%2Fb/"}


async def test_every_request_of_the_key_comes_once_as_it_was_logged(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, two_regions(), "oss-access")
    assert result.status is Status.COMPLETE
    assert {row.values["region"] for row in result.rows} == {REGION, SHANGHAI}
    assert by_time(dict(row.raw) for row in result.rows) == by_time(OF_THE_KEY)


def by_time(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: row["__time__"])


async def test_a_request_is_shown_decoded_and_kept_as_it_came(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    keep_oss(
        kept,
        [access(60, name="合同/a+b 100%.pdf", http_status="403", error_code="AccessDenied", ec="0003-1")],
    )
    (row,) = (await asked(practice_cloud, kept, "oss-access", regions=REGION)).rows
    assert row.values["object"] == "合同/a+b 100%.pdf"
    assert row.values["object_raw"] == row.raw["object"] == "%E5%90%88%E5%90%8C%2Fa%2Bb%20100%25.pdf"
    assert row.values["error"] == "AccessDenied 0003-1"
    assert (row.values["vpc"], row.raw["vpc_id"]) == ("", "-")


async def test_how_a_request_was_signed_is_told_apart(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    token = "STS.NTokenTokenToken"
    keep_oss(
        kept,
        [
            access(60),
            access(50, sign_type="NORMAL_SIGN4"),
            access(40, sign_type="UriSign"),
            access(30, sign_type="URI_SIGN4"),
            access(20, access_id=token, extend_information="1000,ops-role,intruder,1000"),
            access(10, access_id="-", sign_type="NotSign"),
            access(5, access_id="-", sign_type="AdminSign"),
        ],
    )
    everyone = await asked(practice_cloud, kept, "oss-access", regions=REGION, who="everyone")
    assert [(row.values["signed"], row.values["role"]) for row in everyone.rows] == [
        ("key", ""),
        ("key", ""),
        ("presigned URL", ""),
        ("presigned URL", ""),
        ("role session", "ops-role/intruder"),
        ("anonymous", ""),
        ("the provider", ""),
    ]
    anonymous = await asked(practice_cloud, kept, "oss-access", regions=REGION, who="anonymous")
    assert [row.values["signed"] for row in anonymous.rows] == ["anonymous"]
    session = await asked(practice_cloud, kept, "oss-access", regions=REGION, who=token)
    assert [row.values["access_id"] for row in session.rows] == [token]


async def test_objects_of_a_batch_deletion_are_found_by_its_request(
    practice_cloud: PracticeCloudFactory,
) -> None:
    mine = [access(600 + number, "DeleteObjects", request_id=f"MINE{number:04}") for number in range(60)]
    other = access(500, "DeleteObjects", access_id=OTHER_KEY, request_id="OTHER")
    named = [row for request in mine for row in batch_deleted(request, f"db/{request['request_id']}", "a 中")]
    kept = account()
    keep_oss(kept, [*mine, other, *named, *batch_deleted(other, "not/mine")])
    result = await asked(practice_cloud, kept, "oss-access", regions=REGION)
    deleted = [row for row in result.rows if row.values["topic"] == "oss_batch_delete_log"]
    assert len(result.rows) == 60 + 120
    assert sorted(row.values["object"] for row in deleted) == sorted(
        [*(f"db/{request['request_id']}" for request in mine), *["a 中"] * 60]
    )
    assert {row.values["operation"] for row in deleted} == {"DeleteObjects"}
    assert {(row.values["ip"], row.values["access_id"]) for row in deleted} == {("192.0.2.66", DEPLOYER_KEY)}
    assert not any("client_ip" in row.raw for row in deleted)
    few = await asked(practice_cloud, kept, "oss-access", regions=REGION, prefix="db/MINE000")
    assert len(few.rows) == 10


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"bucket": "acme-web"}, 2),
        ({"ip": "203.0.113.10"}, 1),
        ({"operation": "GetObject", "bucket": "acme-backups"}, 4),
        ({"status": "403"}, 1),
        ({"prefix": "db/2026/"}, 4),
        ({"prefix": "db/2026/orders 订"}, 1),
        ({"prefix": "db/2026/users%"}, 1),
        ({"prefix": "web/a+"}, 1),
        ({"who": OTHER_KEY}, 1),
        ({"who": "everyone", "prefix": "web/a b"}, 1),
        ({"ip": "203.0.113.1"}, 0),
        ({"bucket": "acme"}, 0),
        ({"bucket": '" or *'}, 0),
        ({"prefix": "' or '1'='1"}, 0),
    ],
)
async def test_rows_and_groups_are_narrowed_alike(
    practice_cloud: PracticeCloudFactory, params: dict[str, str], expected: int
) -> None:
    async with practice_cloud(two_regions()) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        rows = await found.ask("oss-access", regions=BOTH, **params)
        groups = await found.ask("oss-by-bucket", regions=BOTH, **params)
    assert (rows.status, groups.status) == (Status.COMPLETE, Status.COMPLETE)
    assert len(rows.rows) == expected
    assert sum(row.values["requests"] for row in groups.rows) == expected


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"who": "a b"}, "who is not the id"),
        ({"status": "4xx"}, "HTTP status"),
        ({"bucket": "a\nb"}, "control characters"),
        ({"regions": "nowhere/else"}, "not a region id"),
    ],
)
async def test_a_parameter_that_makes_no_sense_is_refused(
    practice_cloud: PracticeCloudFactory, params: dict[str, str], said: str
) -> None:
    assert said in (await asked(practice_cloud, two_regions(), "oss-access", **params)).detail


async def test_more_groups_than_asked_for_is_said(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    keep_oss(kept, [access(60 + number, client_ip=f"192.0.2.{number}") for number in range(20)])
    result = await asked(practice_cloud, kept, "oss-by-ip", regions=REGION, limit="10")
    assert len(result.rows) == 10
    assert result.status is Status.PARTIAL
    assert "more than 10 groups" in result.detail
    enough = await asked(practice_cloud, kept, "oss-by-ip", regions=REGION, limit="20")
    assert (len(enough.rows), enough.status) == (20, Status.COMPLETE)
