import pytest

from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.verdict import Same

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.parametrize(
    "name", ["words counted once", "sums carried on", "leaves in one list", "lines in a comprehension"]
)
async def test_a_right_candidate_is_accepted_or_undecided_on_speed(court, named, name):
    attempt = await court.evaluate(named("right", name))
    assert isinstance(attempt.verdict, Same), attempt.decision.reasons
    assert attempt.screening is not None
    assert "behaviour differs" not in " ".join(attempt.decision.reasons)


@pytest.mark.parametrize("name", ["whole zero for no values", "message changed", "clock patched"])
async def test_a_wrong_candidate_is_refused_before_it_is_timed(court, named, name):
    attempt = await court.evaluate(named("wrong", name))
    assert attempt.decision.word is DecisionWord.REJECTED
    assert attempt.screening is None
    assert attempt.comparison is None
