"""Keys of the existing client's ``[tool.codeflash]``: what they mean here, or why they are not needed."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from attrs import frozen


@frozen
class ClientKey:
    """One key of the existing client.

    Attributes:
        key: Its name, with hyphens; underscores are taken for them.
        own: The setting that means the same, or an empty string.
        why: Why it is passed over: always where no setting means the same, else where the value has no meaning here.
        translate: Makes the setting's raw value of the client's; None where that has no meaning here.
    """

    key: str
    own: str = ""
    why: str = ""
    translate: Callable[[Any], Any] = lambda value: value


def _formatter(value: Any) -> Any:
    """The formatter behind commands that format a file in place, such as ``black $file``."""
    commands = [value] if isinstance(value, str) else value
    if not isinstance(commands, list) or not all(isinstance(each, str) for each in commands):
        return None
    found = None
    for command in commands:
        try:
            words = shlex.split(command)
        except ValueError:
            return None
        name = PurePath(words[0]).name if words else ""
        if name == "disabled":
            return "none"
        if name == "black" or (name == "ruff" and "format" in words):
            found = name
    return found


CLIENT_KEYS = (
    ClientKey("module-root", "modules"),
    ClientKey("tests-root", "tests"),
    ClientKey("ignore-paths", "ignore"),
    ClientKey(
        "formatter-cmds",
        "formatter",
        "only ruff format and black are known; set formatter to a command that formats standard input",
        _formatter,
    ),
    ClientKey("test-framework", why="pytest runs the tests, those of unittest too"),
    ClientKey("pytest-cmd", why="pytest is run as a module of the project's interpreter"),
    ClientKey("benchmarks-root", why="a benchmark is a workload: --workload FILE"),
    ClientKey("disable-telemetry", why="there is none"),
    ClientKey("disable-imports-sorting", why="imports are never sorted"),
    ClientKey("git-remote", why="nothing is pushed"),
    ClientKey("override-fixtures", why="fixtures run as they are"),
)
"""In the order of the reference."""
