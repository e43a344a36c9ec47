import pytest

from codeflash_core.sandbox import Exit
from codeflash_evals.hidden.failing import Failed, ended_for


def ended(breach):
    return Exit(None, 9, breach, 1.0, 1.0, 1)


def test_a_process_that_ended_by_itself_was_ended_for_nothing():
    assert ended_for(ended(None)) is None


@pytest.mark.parametrize("breach", ["wall", "cpu", "memory", "output"])
def test_what_a_versions_own_code_can_do_tells_of_it(breach):
    assert ended_for(ended(breach)).telling


@pytest.mark.parametrize("breach", ["disk", "processes", "killed"])
def test_limits_of_the_machine_tell_nothing_of_a_version(breach):
    assert ended_for(ended(breach)) == Failed(f"it was ended: {breach}", telling=False)
