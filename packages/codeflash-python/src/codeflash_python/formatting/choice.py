"""Which formatter a project uses, read from its configuration; nothing is run."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any, Literal

from attrs import frozen

Name = Literal["ruff", "black"]
HOOKS: dict[str, Name] = {"ruff-format": "ruff", "psf/black": "black", "id: black": "black"}


@frozen
class Formatter:
    """A formatter that a project uses.

    Attributes:
        name: Which one.
        program: Its executable.
        certain: Whether the configuration says that it formats, rather than only that it is used.
    """

    name: Name
    program: Path
    certain: bool

    def command(self, path: str) -> tuple[str, ...]:
        """The command that formats standard input.

        Args:
            path: The file's path relative to the root; picks the settings that apply to it.
        """
        if self.name == "ruff":
            return (str(self.program), "format", "--no-cache", "--quiet", "--stdin-filename", path, "-")
        return (str(self.program), "--quiet", "--stdin-filename", path, "-")


def choose_formatter(root: Path, interpreter: Path) -> Formatter | None:
    """The project's formatter, or None where it has none or its program is missing.

    Args:
        root: The project's root.
        interpreter: The program that runs the project's code; formatters stand beside it.
    """
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


def _program(name: Name, interpreter: Path) -> Path | None:
    beside = interpreter.parent / name
    if beside.is_file():
        return beside
    found = shutil.which(name)
    return Path(found) if found else None
