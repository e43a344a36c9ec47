"""Recorded inputs that can't judge are never left out in silence."""

from codeflash_core.model.corpus import Call, Grade
from codeflash_python.stages.steadying import _left_out

SLOW = Call("slow", b"", Grade.TEST, count=1, seconds=3.0)
QUICK = Call("quick", b"", Grade.TEST, count=2, seconds=1.0)
GROWN = Call("grown", b"", Grade.GUESSED)


def test_a_recorded_input_that_is_left_out_is_noted_with_its_share_of_the_time() -> None:
    (note,) = _left_out((SLOW, QUICK, GROWN), (QUICK, GROWN))
    assert note.startswith("1 recorded input is left out, 75% of the recorded time")


def test_grown_inputs_are_left_out_without_a_word() -> None:
    assert _left_out((SLOW, QUICK, GROWN), (SLOW, QUICK)) == ()
