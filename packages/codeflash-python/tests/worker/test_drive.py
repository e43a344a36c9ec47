"""A call is seen through to its end."""

from __future__ import annotations

from codeflash_worker.drive import Limit, drive
from codeflash_worker.payload import Opened


async def answer(value):
    if value is None:
        raise KeyError("nothing")
    return value


def test_a_coroutine_is_awaited():
    done = drive(answer, Opened((3,), {}, []), Limit(), 5.0)
    assert (done.kind, done.value, done.error) == ("coroutine", 3, None)


def test_a_coroutine_that_raises_is_not_its_own_result():
    done = drive(answer, Opened((None,), {}, []), Limit(), 5.0)
    assert done.kind == "coroutine"
    assert done.value is None
    assert isinstance(done.error, KeyError)
