"""Nothing may be asked at all: no row is invented, no list is called empty, each says what is missing."""

import pytest

from aktui.errors import CallRef, Forbidden
from queries import catalogue
from queries.base import Status
from tests.queries.fakes import FakeCloud, inquiry

ASKED = (
    *("charges-by-day", "charges-by-instance", "account-bill", "transactions", "abnormal-charges"),
    *("running-cost", "leak-reports", "security-alerts", "insights", "governance-checks", "alert-rules"),
    *("restrictive-protection", "which-instance"),
)


@pytest.mark.parametrize("query_id", ASKED)
async def test_a_question_whose_every_call_is_denied_says_so_and_names_the_permission(query_id: str) -> None:
    query = catalogue()[query_id]
    denied = {}
    for name in query.calls:
        product, _, action = name.partition(":")
        denied[name] = Forbidden(CallRef(product, action), "You may not.", missing=f"{product}:{action}")
    result = await inquiry(FakeCloud(denied)).ask(query_id)
    assert result.status is Status.DENIED
    assert not result.rows
    assert {gap.missing for gap in result.gaps if gap.missing} <= set(denied)
    assert any(gap.missing for gap in result.gaps)
