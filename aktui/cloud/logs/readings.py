"""What the answers of the log service say, as values."""

from datetime import UTC, datetime

from aktui.errors import BadReply, CallRef
from aktui.models import Bucket, Histogram, LogPage, Reply


def page_of(reply: Reply) -> LogPage:
    """The page that the answer of GetLogsV2 is."""
    meta = reply.body["meta"]
    keys = meta.get("keys")
    return LogPage(
        rows=tuple(reply.body["data"]),
        complete=_is_complete(meta.get("progress")),
        count=_whole(meta.get("count")),
        processed=_whole(meta.get("processedRows")),
        request_id=reply.request_id,
        exchange=reply.exchange,
        columns=tuple(str(key) for key in keys) if isinstance(keys, list) else (),
        limited=_whole(meta.get("limited")) or 0,
    )


def histogram_of(call: CallRef, reply: Reply) -> Histogram:
    """The histogram that the answer of GetHistograms is, sorted by time. Raises BadReply."""
    try:
        found = [
            Bucket(_moment(one["from"]), _moment(one["to"]), int(one["count"]), _is_complete(one["progress"]))
            for one in reply.body["list"]
        ]
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        raise BadReply(call, "The answer is not a histogram.", request_id=reply.request_id) from None
    buckets = tuple(sorted(found, key=lambda bucket: bucket.start))
    progress = reply.body["progress"]
    complete = all(bucket.complete for bucket in buckets) and (not progress or _is_complete(progress))
    return Histogram(buckets, complete, reply.request_id)


def _is_complete(progress: object) -> bool:
    return isinstance(progress, str) and progress.lower() == "complete"


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _moment(seconds: object) -> datetime:
    return datetime.fromtimestamp(int(str(seconds)), UTC)
