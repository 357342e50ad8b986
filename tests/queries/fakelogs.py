"""A log service in memory, for answers that no practice cloud would give; each call can be made to fail."""

from collections.abc import Mapping
from typing import Any

from aktui.errors import CloudError
from aktui.models import Bucket, Histogram, LogPage, LogstoreRef, Window
from queries.base import Logs
from tests.queries.fakes import FakeCloud

ACCOUNT = "1234567890123456"
REGION = "cn-hangzhou"
PROJECTS = (f"oss-log-{ACCOUNT}-{REGION}", f"log-service-{ACCOUNT}-{REGION}", "acme-audit")
STORES = {
    PROJECTS[0]: ["oss-log-store"],
    PROJECTS[1]: ["internal-operation_log"],
    PROJECTS[2]: ["actiontrail_all"],
}


class FakeLogs:
    """One Logstore of each kind; every search finds the given rows, all SQL gives the given groups."""

    def __init__(
        self,
        rows: tuple[Mapping[str, Any], ...] = (),
        groups: tuple[Mapping[str, Any], ...] = (),
        errors: Mapping[str, CloudError] | None = None,
    ) -> None:
        self.rows = rows
        self.groups = groups
        self.errors = errors or {}
        self.names: list[str] = []
        self.queries: list[str] = []

    def _called(self, action: str) -> None:
        self.names.append(f"sls:{action}")
        if error := self.errors.get(f"sls:{action}"):
            raise error

    async def projects(self, region: str, *, prefix: str = "") -> list[Mapping[str, Any]]:
        self._called("ListProject")
        return [{"projectName": name} for name in PROJECTS]

    async def logstores(self, project: str, region: str) -> list[str]:
        self._called("ListLogStores")
        return STORES[project]

    async def logstore(self, project: str, logstore: str, region: str) -> Mapping[str, Any]:
        self._called("GetLogStore")
        return {"ttl": 180, "createTime": 1}

    async def index(self, project: str, logstore: str, region: str) -> Mapping[str, Any] | None:
        self._called("GetIndex")
        return {"keys": {}}

    async def histogram(self, where: LogstoreRef, query: str, window: Window) -> Histogram:
        self._called("GetHistograms")
        found = 0 if "batch_delete" in query else len(self.rows)
        return Histogram((Bucket(window.start, window.end, found, True),), True, "r")

    async def page(
        self,
        where: LogstoreRef,
        query: str,
        window: Window,
        *,
        offset: int = 0,
        lines: int = 100,
        reverse: bool = False,
    ) -> LogPage:
        self._called("GetLogsV2")
        self.queries.append(query)
        rows = () if "batch_delete" in query else self.rows[offset : offset + lines]
        return LogPage(rows, True, len(rows), len(rows), "r", 1)

    async def select(self, where: LogstoreRef, query: str, window: Window) -> LogPage:
        self._called("GetLogsV2")
        self.queries.append(query)
        return LogPage(self.groups, True, len(self.groups), len(self.groups), "r", 1)


class CloudWithLogs(FakeCloud):
    """A cloud in memory with a log service in memory."""

    def __init__(self, answers: Mapping[str, Any], logs: FakeLogs) -> None:
        super().__init__(answers)
        self._logs = logs

    @property
    def logs(self) -> Logs:
        return self._logs
