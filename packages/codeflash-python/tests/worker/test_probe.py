"""Inputs tried on the original."""

from __future__ import annotations

import threading
from typing import Any

from codeflash_worker import payload
from codeflash_worker.probe import try_all


def waits(x: Any) -> Any:
    if x == "long":
        threading.Event().wait(60)
    return x


def blobs(*values: Any) -> list[bytes]:
    return [payload.dump((value,), {}) for value in values]


def outcomes(found: Any) -> list[Any]:
    return [each and each.outcome for each in found]


def test_one_that_asks_for_more_than_is_left_does_not_take_the_others_with_it():
    found = try_all(waits, waits, blobs(1, "long", 2), call_wall=60.0, budget=0.5)
    assert outcomes(found) == ["ok", "costly", "ok"]


def test_nothing_is_tried_on_a_spent_budget():
    assert outcomes(try_all(waits, waits, blobs(1, 2), budget=0.0)) == ["costly", "costly"]


def test_after_some_without_an_end_the_rest_is_left():
    found = try_all(waits, waits, blobs("long", 1, "long", 2), call_wall=0.5, hangs_allowed=2)
    assert outcomes(found) == ["hangs", "ok", "hangs", None]
