"""What can be set, where each value comes from, and what is unknown.

Defaults, then ``[tool.codeflash]`` of ``pyproject.toml``, then ``CODEFLASH_*`` variables, then flags.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tomlkit
import tomlkit.exceptions
from attrs import field, frozen

from codeflash_core.errors import UsageError
from codeflash_core.units import parse_ratio, parse_seconds


@frozen
class Setting:
    """One thing that can be set.

    Attributes:
        key: Its name in ``pyproject.toml``.
        default: Its value when nobody sets it.
        read: Makes a value of what was written; raises :class:`UsageError`.
        meaning: One sentence for the reference.
    """

    key: str
    default: Any
    read: Callable[[Any], Any]
    meaning: str

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "CODEFLASH_" + self.key.upper().replace("-", "_")


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(str(item) for item in value)
    raise UsageError("a list of texts is wanted")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise UsageError("a text is wanted")
    return str(value)


def _mode(value: Any) -> str:
    if value not in ("auto", "require", "off"):
        raise UsageError("one of auto, require, off is wanted")
    return str(value)


def _seconds(value: Any) -> float:
    return parse_seconds(str(value))


def _ratio(value: Any) -> float:
    return parse_ratio(str(value))


def _number(value: Any) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise UsageError("a whole number is wanted") from None


SETTINGS = (
    Setting("tests", (), _texts, "Test files and folders; by default they are found."),
    Setting("ignore", (), _texts, "Files and folders that hold no targets."),
    Setting("budget", 60.0, _seconds, "Time for one target."),
    Setting("sandbox", "auto", _mode, "auto, require or off."),
    Setting("float-tolerance", 0.0, _ratio, "Relative tolerance for floats; 0 is exact."),
    Setting("sources", ("rewrites",), _texts, "Who proposes candidates."),
    Setting("env", (), _texts, "Variables that foreign code may see."),
    Setting("python", "", _text, "The target's interpreter; by default it is found."),
    Setting("seed", 0, _number, "Seed of all random choices."),
)
"""Everything that can be set, in the order of the reference."""

FOREIGN_KEYS = {"tests-root": "tests", "ignore-paths": "ignore"}
"""Keys of the existing client that mean the same."""
UNUSED_FOREIGN_KEYS = frozenset(
    {
        "formatter-cmds",
        "module-root",
        "test-framework",
        "pytest-cmd",
        "benchmarks-root",
        "disable-telemetry",
        "disable-imports-sorting",
        "git-remote",
        "override-fixtures",
    }
)
"""Keys of the existing client that mean nothing here; they are passed over in silence."""
RESERVED_VARIABLES = frozenset({"CODEFLASH_STATE_DIR", "CODEFLASH_API_KEY", "CODEFLASH_API_URL"})


@frozen
class Value:
    """A value and where it came from."""

    value: Any
    origin: str


@frozen
class Settings:
    """All values.

    Attributes:
        values: By key.
        warnings: What was not understood, with the nearest known key.
    """

    values: Mapping[str, Value]
    warnings: tuple[str, ...] = field(factory=tuple)

    def __getitem__(self, key: str) -> Any:
        return self.values[key].value


def load_settings(
    root: Path, flags: Mapping[str, Any], environment: Mapping[str, str] | None = None
) -> Settings:
    """Put all layers together.

    Args:
        root: Folder that may hold ``pyproject.toml``.
        flags: Values from the command line by key; None is not set.
        environment: The process's variables by default.

    Raises:
        UsageError: A value is malformed, or ``pyproject.toml`` does not parse.
    """
    environment = os.environ if environment is None else environment
    known = {setting.key: setting for setting in SETTINGS}
    values = {setting.key: Value(setting.default, "default") for setting in SETTINGS}
    warnings: list[str] = []
    for key, raw in _table(root / "pyproject.toml").items():
        own = FOREIGN_KEYS.get(key, key)
        if own in known:
            values[own] = Value(_read(known[own], raw, "pyproject.toml"), "pyproject.toml")
        elif key not in UNUSED_FOREIGN_KEYS:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            warnings.append(f"unknown key in [tool.codeflash]: {key}{hint}")
    for setting in SETTINGS:
        raw = environment.get(setting.variable)
        if raw:
            values[setting.key] = Value(_read(setting, raw, setting.variable), setting.variable)
        flag = flags.get(setting.key)
        if flag is not None:
            values[setting.key] = Value(_read(setting, flag, f"--{setting.key}"), f"--{setting.key}")
    return Settings(values, tuple(warnings))


def _read(setting: Setting, raw: Any, origin: str) -> Any:
    try:
        return setting.read(raw.unwrap() if hasattr(raw, "unwrap") else raw)
    except UsageError as problem:
        raise UsageError(f"{origin}, {setting.key}: {problem.message}", problem.hint) from None


def _table(path: Path) -> Mapping[str, Any]:
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8")).unwrap()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomlkit.exceptions.TOMLKitError, UnicodeDecodeError, OSError) as problem:
        raise UsageError(f"can't read {path.name}: {problem}") from problem
    tool = document.get("tool", {})
    table = tool.get("codeflash", {}) if isinstance(tool, dict) else {}
    return table if isinstance(table, dict) else {}
