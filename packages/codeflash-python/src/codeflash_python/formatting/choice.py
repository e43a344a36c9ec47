"""Which formatter a project uses, read from its configuration; nothing is run."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from attrs import frozen

Name = Literal["ruff", "black", "custom"]
HOOKS: dict[str, Name] = {"ruff-format": "ruff", "psf/black": "black", "id: black": "black"}


@frozen
class Formatter:
    """A formatter that a project uses.

    Attributes:
        name: Which one.
        program: Its executable; of a custom command as it was given.
        certain: Whether the configuration says that it formats, rather than only that it is used.
        arguments: Of a custom command: its further words, in which ``{path}`` stands for the file's path.
    """

    name: Name
    program: Path
    certain: bool
    arguments: tuple[str, ...] = ()

    def command(self, path: str) -> tuple[str, ...]:
        """The command that formats standard input.

        Args:
            path: The file's path relative to the root; picks the settings that apply to it.
        """
        if self.name == "custom":
            return (str(self.program), *(word.replace("{path}", path) for word in self.arguments))
        if self.name == "ruff":
            return (str(self.program), "format", "--no-cache", "--quiet", "--stdin-filename", path, "-")
        return (str(self.program), "--quiet", "--stdin-filename", path, "-")


def choose_formatter(root: Path, interpreter: Path, wanted: Sequence[str] = ()) -> Formatter | None:
    """The project's formatter, or None where it has none or its program is missing.

    Args:
        root: The project's root.
        interpreter: The program that runs the project's code; formatters stand beside it.
        wanted: What was set: nothing to find it, ``none``, ``ruff``, ``black``, or the words of a command that
            formats standard input.
    """
    match tuple(wanted):
        case ():
            return _found(root, interpreter)
        case ("none",):
            return None
        case ("ruff" | "black" as name,):
            program = _program(name, interpreter)
            return Formatter(name, program, certain=True) if program is not None else None
        case (first, *rest):
            program = _program(first, interpreter) or Path(first)
            return Formatter("custom", program, certain=True, arguments=tuple(rest))
    return None


def _found(root: Path, interpreter: Path) -> Formatter | None:
    wanted = _configured(root)
    if wanted is None:
        return None
    name, certain = wanted
    program = _program(name, interpreter)
    return Formatter(name, program, certain) if program is not None else None


def _configured(root: Path) -> tuple[Name, bool] | None:
    tools = _tools(root / "pyproject.toml")
    ruff = tools.get("ruff")
    if isinstance(ruff, dict) and "format" in ruff:
        return "ruff", True
    if "black" in tools:
        return "black", True
    hooks = _text(root / ".pre-commit-config.yaml")
    for mark, name in HOOKS.items():
        if mark in hooks:
            return name, True
    settings = [text for name in ("ruff.toml", ".ruff.toml") if (text := _text(root / name))]
    if any("[format]" in text for text in settings):
        return "ruff", True
    return ("ruff", False) if settings or ruff is not None else None


def _tools(path: Path) -> dict[str, Any]:
    try:
        tools = tomllib.loads(_text(path)).get("tool", {})
    except tomllib.TOMLDecodeError:
        return {}
    return tools if isinstance(tools, dict) else {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _program(name: str, interpreter: Path) -> Path | None:
    beside = interpreter.parent / name
    if beside.is_file():
        return beside
    found = shutil.which(name)
    return Path(found) if found else None
