"""Every answer goes through the response model of the installed SDK and back, no key lost or changed."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from aktui.simcloud.op import OPERATIONS
from tests.simcloud.everything import Everything, everything

SDKS = {
    "Ram": "alibabacloud_ram20150501",
    "Ims": "alibabacloud_ims20190815",
    "Sts": "alibabacloud_sts20150401",
}
DECLARED = sorted(
    (operation.product, operation.action) for operation in OPERATIONS.values() if operation.product in SDKS
)


@pytest.fixture(scope="module")
def life() -> Everything:
    return everything()


def model(product: str, name: str) -> Callable[[], Any]:
    found: Callable[[], Any] = getattr(import_module(f"{SDKS[product]}.models"), name)
    return found


def there_and_back(product: str, action: str, answer: dict[str, Any]) -> Any:
    body = model(product, f"{action}ResponseBody")()
    return body.from_map({**answer, "RequestId": "1"}).to_map()


@pytest.mark.parametrize(("product", "action"), DECLARED)
def test_every_answer_survives_the_sdks_model(life: Everything, product: str, action: str) -> None:
    answers = [answer for asked, name, answer in life.answers if (asked, name) == (product, action)]
    assert answers, f"{product} {action} was never called"
    for answer in answers:
        assert there_and_back(product, action, answer) == {**answer, "RequestId": "1"}


@pytest.mark.parametrize(("product", "action"), DECLARED)
def test_the_sdk_can_send_every_parameter_an_operation_takes(product: str, action: str) -> None:
    operation = next(one for one in OPERATIONS.values() if (one.product, one.action) == (product, action))
    if not operation.params:
        return
    request = model(product, f"{action}Request")()
    known = _wire_names(request)
    assert {param.name for param in operation.params} <= known


def _wire_names(request: Any) -> set[str]:
    """What the request model reads from a map, found by asking it for everything."""

    class Asked(dict[str, Any]):
        def __init__(self) -> None:
            super().__init__()
            self.names: set[str] = set()

        def __bool__(self) -> bool:
            return True

        def get(self, name: str, default: Any = None) -> Any:
            self.names.add(name)
            return default

    asked = Asked()
    request.from_map(asked)
    return asked.names


def test_the_oracle_notices_a_key_the_model_does_not_have() -> None:
    answer = {"User": {"UserId": "1", "Colour": "blue"}}
    assert there_and_back("Ims", "GetUser", answer) != {**answer, "RequestId": "1"}
