import pytest

from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.verdict import Different

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


async def test_a_wrong_candidate_is_refused(court, wrong):
    attempt = await court.judge(wrong)
    assert attempt.decision.word is not DecisionWord.ACCEPTED


async def test_a_right_candidate_is_not_called_different(court, right):
    attempt = await court.judge(right)
    assert not isinstance(attempt.verdict, Different), attempt.decision.reasons
    assert attempt.verdict is not None, attempt.decision.reasons


async def test_nothing_in_the_project_has_changed(court, pristine):
    root = court.session.engine.project.root
    assert {path: (root / path).read_bytes() for path in pristine} == pristine
