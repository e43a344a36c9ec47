"""What can be set, where each value comes from, and what is unknown.

Defaults, then ``[tool.codeflash]`` of ``pyproject.toml``, then ``CODEFLASH_*`` variables, then flags.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import tomllib
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from codeflash_core.client_keys import CLIENT_KEYS
from codeflash_core.errors import Place, UsageError
from codeflash_core.units import parse_count, parse_money, parse_ratio, parse_seconds


@frozen
class Setting:
    """One thing that can be set.

    Attributes:
        key: Its name in ``pyproject.toml``.
        default: Its value when nobody sets it.
        read: Makes a value of what was written; raises :class:`UsageError`.
        meaning: One sentence for the reference.
        empty: What an empty value stands for.
    """

    key: str
    default: Any
    read: Callable[[Any], Any]
    meaning: str
    empty: str = "none"

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


def _names(value: Any) -> tuple[str, ...]:
    names = _texts(value)
    if not all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) for name in names):
        # Not repeated: it may be a secret.
        raise UsageError("names of variables are wanted, without their values")
    return names


def _pattern(value: Any) -> str:
    if not isinstance(value, str) or not all(part in value for part in ("{org}", "{project}")):
        raise UsageError("a folder with {org} and {project} in it is wanted")
    return value


def _mode(value: Any) -> str:
    if value not in ("auto", "require", "off"):
        raise UsageError("one of auto, require, off is wanted")
    return str(value)


def _seconds(value: Any) -> float:
    return parse_seconds(str(value))


def _ratio(value: Any) -> float:
    return parse_ratio(str(value))


def _money(value: Any) -> float:
    return parse_money(str(value))


def _calls(value: Any) -> int:
    return parse_count(str(value), least=0)


def _number(value: Any) -> int:
    return parse_count(str(value), least=None)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if str(value).lower() not in known:
        raise UsageError("true or false is wanted")
    return known[str(value).lower()]


FORMATTERS = ("auto", "ruff", "black", "none")


def _formatter(value: Any) -> tuple[str, ...]:
    """Nothing for ``auto``, one word for a known formatter or ``none``, else a command's words."""
    try:
        words = shlex.split(value) if isinstance(value, str) else list(_texts(value))
    except ValueError as problem:
        raise UsageError(f"a command is wanted: {problem}") from None
    if not words or (len(words) == 1 and words[0] not in FORMATTERS and isinstance(value, str)):
        raise UsageError("one of auto, ruff, black, none is wanted, or the words of a command")
    return () if words == ["auto"] else tuple(words)


SETTINGS = (
    Setting(
        "modules", (), _texts, "Folders and files that hold targets; by default all that is no test.", "all"
    ),
    Setting("tests", (), _texts, "Test files and folders; by default they are found.", "found"),
    Setting("ignore", (), _texts, "Files and folders that hold no targets."),
    Setting(
        "formatter",
        (),
        _formatter,
        "Formats changed lines: auto (what the project uses), ruff, black, none, or a command that formats "
        "standard input, with {path} for the file's name.",
        "auto",
    ),
    Setting("budget", 60.0, _seconds, "Time for one target."),
    Setting(
        "max-cost",
        0.0,
        _money,
        "US dollars that the requests of a run may cost; 0 is no limit. No request is sent once they are spent, or once one "
        "was answered whose price nobody told.",
    ),
    Setting(
        "max-calls", 0, _calls, "Requests that a run may send to sources that are elsewhere; 0 is no limit."
    ),
    Setting("sandbox", "auto", _mode, "auto, require or off."),
    Setting("float-tolerance", 0.0, _ratio, "Relative tolerance for floats; 0 is exact."),
    Setting(
        "sources",
        ("rewrites",),
        _texts,
        "Who proposes candidates; agent:claude and agent:codex only where a flag or the variable says so.",
    ),
    Setting(
        "api-url",
        "",
        _text,
        "Address of the AI service; one that pyproject.toml names has to be on this machine, since the key is sent there.",
    ),
    Setting("env", (), _names, "Variables that foreign code may see."),
    Setting("python", "", _text, "The target's interpreter; by default it is found.", "found"),
    Setting(
        "checkouts",
        "~/Desktop/work/{org}_org/{project}",
        _pattern,
        "Where the checkouts of target repositories lie, for cases kept in another repository.",
    ),
    Setting("seed", 0, _number, "Seed of all random choices."),
    Setting(
        "trusted",
        True,
        _flag,
        "Whether the project is; one that is not runs in the complete sandbox only, and its pyproject.toml names no program, "
        "source, address or variable. Not set there.",
    ),
)
"""Everything that can be set, in the order of the reference."""
OF_ANYBODY = frozenset({"modules", "tests", "ignore", "budget", "seed"})
"""What a project that is not trusted may set in its ``pyproject.toml``."""

_WHY = {"trusted": "no project vouches for itself"}

RESERVED_VARIABLES = frozenset(
    {
        "CODEFLASH_STATE_DIR",
        "CODEFLASH_API_KEY",
        "CODEFLASH_API_URL",
        "CODEFLASH_SSH_CONFIG",
        "CODEFLASH_CLAUDE",
        "CODEFLASH_CODEX",
    }
)


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
        passed_over: Keys of the existing client that change nothing here, with the reason.
    """

    values: Mapping[str, Value]
    warnings: tuple[str, ...] = field(factory=tuple)
    passed_over: Mapping[str, str] = field(factory=dict)

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
    values = {setting.key: Value(setting.default, "default") for setting in SETTINGS}
    asked = _asked(flags, environment)
    trusted = asked.get("trusted", values["trusted"]).value
    allowed = {each.key for each in SETTINGS} - {"trusted"} if trusted else OF_ANYBODY
    told, warnings, passed_over = _from_file(_table(root / "pyproject.toml"), allowed)
    values |= told | asked
    if not trusted:
        # Whatever was asked for besides: a formatter runs outside the sandbox, in the project's folder.
        values |= {
            "sandbox": Value("require", "not trusted"),
            "formatter": Value(("none",), "not trusted"),
        }
    warnings += _misspelt(environment)
    return Settings(values, tuple(warnings), passed_over)


def _asked(flags: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Value]:
    """What the variables set, and the flags over them."""
    values: dict[str, Value] = {}
    for setting in SETTINGS:
        raw = environment.get(setting.variable)
        if raw:
            values[setting.key] = Value(_read(setting, raw, setting.variable), setting.variable)
        flag = flags.get(setting.key)
        if flag is not None:
            values[setting.key] = Value(_read(setting, flag, f"--{setting.key}"), f"--{setting.key}")
    return values


def _from_file(
    table: Mapping[str, Any], allowed: Container[str]
) -> tuple[dict[str, Value], list[str], dict[str, str]]:
    """What the table sets, what in it is not understood or not heeded, and what changes nothing."""
    known = {setting.key: setting for setting in SETTINGS}
    theirs = {each.key: each for each in CLIENT_KEYS}
    values: dict[str, Value] = {}
    warnings: list[str] = []
    passed_over: dict[str, str] = {}
    for written, raw in table.items():
        key = written.replace("_", "-")
        if key in known and key not in allowed:
            warnings.append(
                f"{written} in [tool.codeflash] is not heeded: {_WHY.get(key, 'the project is not trusted')}"
            )
        elif key in known:
            values[key] = Value(_read(known[key], raw, "pyproject.toml"), "pyproject.toml")
        elif key not in theirs:
            near = difflib.get_close_matches(key, [*known, *theirs], 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            warnings.append(f"unknown key in [tool.codeflash]: {written}{hint}")
    for written, raw in table.items():
        their = theirs.get(written.replace("_", "-"))
        if their is None or their.own in values:
            continue  # the setting's own name wins
        meant = their.translate(raw) if their.own in allowed else None
        if meant is None:
            passed_over[their.key] = their.why
        else:
            origin = f"pyproject.toml, {their.key}"
            values[their.own] = Value(_read(known[their.own], meant, origin), origin)
    return values, warnings, passed_over


def _misspelt(environment: Mapping[str, str]) -> list[str]:
    """Variables that look like one of ours; others of that beginning may be somebody else's."""
    known = [*(setting.variable for setting in SETTINGS), *sorted(RESERVED_VARIABLES)]
    found = []
    for name in sorted(environment):
        if name.startswith("CODEFLASH_") and name not in known:
            # A service on the same machine has settings of its own, which all begin alike.
            likeness = 0.93 if name.startswith("CODEFLASH_API_") else 0.85
            near = difflib.get_close_matches(name, known, 1, likeness)
            found += [f"unknown variable: {name}; did you mean {near[0]}?"] if near else []
    return found


def _read(setting: Setting, raw: Any, origin: str) -> Any:
    try:
        return setting.read(raw)
    except UsageError as problem:
        # A flag and a variable say by themselves which setting it is.
        named = origin if origin.startswith(("--", "CODEFLASH_")) else f"{origin}, {setting.key}"
        raise UsageError(f"{named}: {problem.message}", problem.hint) from None


def _table(path: Path) -> Mapping[str, Any]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
        raise UsageError(f"can't read {path.name}: {problem}", where=Place(path.name)) from problem
    tool = document.get("tool", {})
    table = tool.get("codeflash", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise UsageError(f"{path.name}: tool.codeflash is no table", "Write [tool.codeflash] above the keys.")
    return table
