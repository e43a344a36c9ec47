from __future__ import annotations

import pytest

from codeflash_api.testgen.parameter_names import guessed, is_wait


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("is_open", "bool"),
        ("max_price", "int"),
        ("user_id", "int"),
        ("_path", "str"),
        ("start_time_ratio", "float"),
        ("customers", "list"),
        ("callback", "callable"),
    ],
)
def test_a_name_suggests_a_kind(name: str, kind: str) -> None:
    assert guessed(name, 0) == kind


def test_a_name_that_suggests_nothing_is_tried_in_several_kinds() -> None:
    assert [guessed("blob", order) for order in range(4)] == ["list", "int", "str", "dict"]


@pytest.mark.parametrize(("name", "wait"), [("retry_delay", True), ("TIMEOUT", True), ("delayed", False)])
def test_waits_are_told_by_their_last_word(name: str, wait: bool) -> None:
    assert is_wait(name) is wait
