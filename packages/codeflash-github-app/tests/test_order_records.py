from __future__ import annotations

from typing import Any, get_args

import pytest

from codeflash_github_app.order_records import dumped, kind_of, loaded
from codeflash_github_app.orders import Ignored, Installed, OptimizePull, Order, Repository

PULL = OptimizePull(Repository(7, 11, "acme/shop", "main"), 3, "a" * 40)


def test_every_kind_of_order_has_a_name_of_its_own() -> None:
    assert kind_of(PULL) == "optimize-pull"
    assert len({kind_of(each.__new__(each)) for each in get_args(Order)}) == len(get_args(Order))


@pytest.mark.parametrize(
    "order", [PULL, Installed(7, "acme", ((11, "acme/shop"),), (12,), True), Ignored("x")], ids=kind_of
)
def test_an_order_comes_back_as_it_was(order: Order) -> None:
    import json

    assert loaded(json.loads(json.dumps(dumped(order)))) == order


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"kind": "fly"},
        {"kind": None},
        {"kind": "ignored"},
        {"kind": "ignored", "why": "x", "more": 1},
        {**dumped(PULL), "number": "three"},
        {**dumped(PULL), "repository": 5},
    ],
)
def test_what_is_no_order_is_told(record: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="order"):
        loaded(record)
