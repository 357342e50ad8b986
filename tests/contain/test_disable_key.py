"""Disabling the key: what it stops, what it does not, and what it would have cost."""

from pathlib import Path

from aktui.case.marks import Marks, mark, write_marks
from aktui.contain.history import Ended
from aktui.errors import BadKey
from tests.cloud.rig import cloud_of, keys
from tests.contain.stage import NOW, stage

OFFICE = "203.0.113.10"


async def test_the_preview_counts_what_the_business_would_lose(tmp_path: Path) -> None:
    trusted = Marks().with_mark(mark("source", OFFICE, "trusted", NOW))
    write_marks(tmp_path, trusted)
    async with stage(tmp_path) as at:
        plan = await at.plan("disable-key")
        assert plan.impact is not None
        assert plan.impact.of_trusted.denied > 0
        assert {line.source for line in plan.impact.trusted} == {OFFICE}
        assert plan.impact.of_other.denied > 0
        assert at.writes() == []


async def test_who_signs_with_the_key_is_refused_and_works_again_after_undo(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        suspect = at.account.keys[at.key_id]
        async with cloud_of(at.sim, keys(suspect.id, suspect.secret), region=at.account.region) as holder:
            await holder.call("sts", "GetCallerIdentity")
            done = await at.do("disable-key")
            assert await refused(holder)
            back = await at.undo(done)
            assert back.run.ended is Ended.VERIFIED
            assert not await refused(holder)


async def refused(holder: object) -> bool:
    """Whether the key's holder is turned away as one with a disabled key."""
    try:
        await holder.call("sts", "GetCallerIdentity")  # type: ignore[attr-defined]
    except BadKey as error:
        return error.code == "InvalidAccessKeyId.Inactive"
    return False


async def test_a_role_session_goes_on_and_the_preview_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        plan = await at.plan("disable-key")
        assert any("STS tokens" in warning for warning in plan.warnings)
        assert plan.impact is not None
        assert any(line.kind == "session" for line in plan.impact.kept)
