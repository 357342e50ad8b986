"""A cloud in memory for shapes that no practice cloud would give: a table of answers, and who asked what."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aktui.errors import CallRef, CloudError, NotFound
from aktui.models import Reply, Window
from queries.base import Logs
from queries.inquiry import Inquiry

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)
KEY = "LTAI5tQxQxQxQxQxQxQx9fG2"

Answer = Mapping[str, Any] | CloudError | Callable[[Mapping[str, Any]], Any]


class FakeCloud:
    """Answers `product:action` from a table; whatever is not in it does not exist."""

    region = "cn-hangzhou"

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = dict(answers)
        self.asked: list[tuple[str, str, dict[str, object]]] = []

    def now(self) -> datetime:
        return NOW

    @property
    def logs(self) -> Logs:
        raise AssertionError("this cloud has no log service")

    async def call(self, product: str, action: str, *, region: str = "", **params: object) -> Reply:
        name = f"{product}:{action}"
        self.asked.append((name, region, params))
        answer = self.answers.get(name)
        if callable(answer):
            answer = answer({**params, "region": region})
        if answer is None:
            raise missing(product, action)
        if isinstance(answer, CloudError):
            raise answer
        return Reply(
            {"RequestId": f"request-{len(self.asked)}", **answer},
            f"request-{len(self.asked)}",
            len(self.asked),
        )

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.asked]


def missing(product: str, action: str, kind: str = "User.AccessKey") -> NotFound:
    return NotFound(CallRef(product, action), "It does not exist.", code=f"EntityNotExist.{kind}", status=404)


def inquiry(cloud: Any, key_id: str = KEY, days: float = 90) -> Inquiry:
    return Inquiry(cloud, key_id, Window(cloud.now() - timedelta(days=days), cloud.now()))
