"""What the logs hold of a key, or of an address: counted from what was told, never by a query."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from aktui.simcloud.clock import iso
from aktui.simcloud.stories import access, operation
from aktui.simcloud.stories.logkeeping import Kept

Truth = dict[str, Any]


def of_key(kept: Kept, key_id: str) -> Truth:
    """Everything signed with a key, links that were signed with it included."""
    return {
        "oss": accesses(kept, lambda row: row.key == key_id),
        "sls": operations(kept, lambda row: row.key == key_id),
    }


def of_addresses(kept: Kept, addresses: Iterable[str]) -> Truth:
    """Everything that came from these addresses, with whatever key or none."""
    known = frozenset(addresses)
    return {
        "oss": accesses(kept, lambda row: row.ip in known),
        "sls": operations(kept, lambda row: row.ip in known),
    }


def accesses(kept: Kept, wanted: Callable[[access.Row], bool]) -> Truth:
    """Rows of the topic oss_access_log.

    `bytes_out` is the sum of content_length_out. `request_ids_sha256` is over the sorted request ids, one a
    line; `rows_sha256` over the sorted lines of `__time__`, request_id, bucket, client_ip, operation, object,
    http_status and bytes, with tabs between.
    """
    found = [(project, row) for project, rows in kept.accesses.items() for row in rows if wanted(row)]
    rows = [row for _, row in found]
    return {
        **_span(row.time for row in rows),
        "bytes_out": sum(row.sent for row in rows),
        "refused": sum(row.status >= 400 for row in rows),
        "deleted_objects": sum(row.names.count("\n") + 1 for row in rows if row.names),
        "by_project": dict(sorted(Counter(project for project, _ in found).items())),
        "by_bucket": _weighed((row.bucket, row.sent) for row in rows),
        "by_ip": _weighed((row.ip, row.sent) for row in rows),
        "by_operation": _weighed((row.operation, row.sent) for row in rows),
        "by_sign_type": _weighed((row.sign, row.sent) for row in rows),
        "request_ids_sha256": digest(row.request_id for row in rows),
        "rows_sha256": digest(
            f"{row.time}\t{row.request_id}\t{row.bucket}\t{row.ip}\t{row.operation}\t{row.object}\t{row.status}\t{row.sent}"
            for row in rows
        ),
    }


def operations(kept: Kept, wanted: Callable[[operation.Row], bool]) -> Truth:
    """Rows of internal-operation_log.

    `bytes_out` is the sum of NetOutFlow. `rows_sha256` is over the sorted lines of `__time__`, RequestId,
    Project, LogStore, SourceIP, Method, Status and NetOutFlow, with tabs between.
    """
    rows = [row for rows in kept.operations.values() for row in rows if wanted(row)]
    return {
        **_span(row.time for row in rows),
        "bytes_out": sum(row.sent for row in rows),
        "by_project": _weighed((row.project, row.sent) for row in rows),
        "by_ip": _weighed((row.ip, row.sent) for row in rows),
        "by_method": _weighed((row.method, row.sent) for row in rows),
        "request_ids_sha256": digest(row.request_id for row in rows),
        "rows_sha256": digest(
            f"{row.time}\t{row.request_id}\t{row.project}\t{row.logstore}\t{row.ip}\t{row.method}\t{row.status}\t{row.sent}"
            for row in rows
        ),
    }


def digest(lines: Iterable[str]) -> str:
    """SHA-256 of the sorted lines, each with its line feed."""
    return sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest()


def _span(times: Iterable[int]) -> Truth:
    told = sorted(times)
    first, last = (iso(datetime.fromtimestamp(one, UTC)) for one in (told[0], told[-1])) if told else ("", "")
    return {"rows": len(told), "first": first, "last": last}


def _weighed(pairs: Iterable[tuple[str, int]]) -> dict[str, Mapping[str, int]]:
    """Rows and bytes by name."""
    found: dict[str, dict[str, int]] = {}
    for name, sent in pairs:
        entry = found.setdefault(name, {"rows": 0, "bytes_out": 0})
        entry["rows"] += 1
        entry["bytes_out"] += sent
    return dict(sorted(found.items()))
