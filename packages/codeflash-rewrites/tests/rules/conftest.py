"""What a text and its rewritten form do with the same arguments."""

import copy
from collections.abc import Callable, Iterable
from typing import Any

import pytest


def function_of(source: str) -> Callable[..., Any]:
    space: dict[str, Any] = {}
    exec(compile(source, "example.py", "exec"), space)
    return space["f"]  # type: ignore[no-any-return]


def outcome(function: Callable[..., Any], arguments: Iterable[Any]) -> str:
    """Result or exception with its message, and the arguments as they are left; types show in what is written."""
    given = copy.deepcopy(arguments)
    try:
        result: tuple[str, ...] = ("returned", repr(function(*given)))
    except Exception as error:
        result = ("raised", type(error).__name__, str(error))
    return repr((result, given))


@pytest.fixture
def do_the_same() -> Callable[[str, str, Iterable[tuple[Any, ...]]], None]:
    """``do_the_same(before, after, cases)`` calls ``f`` of both texts with each case's arguments and compares what is seen."""

    def check(before: str, after: str, cases: Iterable[tuple[Any, ...]]) -> None:
        old, new = function_of(before), function_of(after)
        for arguments in cases:
            assert outcome(new, arguments) == outcome(old, arguments), (arguments, after)

    return check
