"""What an editor may set: at the start, when it is asked, and whenever it changes."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve, field, fields, frozen

from codeflash_core.errors import UsageError
from codeflash_core.settings import SETTINGS as OF_THE_ENGINE

SECTION = "codeflash"


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UsageError("true or false is wanted")
    return value


def _milliseconds(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10_000:
        raise UsageError("milliseconds from 0 to 10000 are wanted")
    return value


def _of_the_engine(key: str) -> Callable[[Any], Any]:
    setting = next(each for each in OF_THE_ENGINE if each.key == key)

    def read(value: Any) -> Any:
        setting.read(f"{value}s" if key == "budget" and isinstance(value, int | float) else value)
        return f"{value}s" if key == "budget" and isinstance(value, int | float) else value

    return read


@frozen
class EditorSetting:
    """One thing that an editor can set.

    Attributes:
        key: Its name in the section ``codeflash``.
        read: Looks at what was written; raises :class:`UsageError`.
        meaning: One sentence for the reference.
        engine: The engine's own key, or an empty string.
    """

    key: str
    read: Callable[[Any], Any]
    meaning: str
    engine: str = ""


EDITOR_SETTINGS = (
    EditorSetting("diagnostics", _flag, "Whether findings are shown."),
    EditorSetting("codeLens", _flag, "Whether functions carry lenses."),
    EditorSetting("delay", _milliseconds, "Milliseconds without a key stroke before a text is looked at."),
    EditorSetting(
        "trusted",
        _flag,
        "Whether the workspace's code may run without full confinement; false allows it under a complete sandbox only.",
    ),
    EditorSetting("sandbox", _of_the_engine("sandbox"), "auto, require or off.", "sandbox"),
    EditorSetting("budget", _of_the_engine("budget"), "Time for one function, such as 60s.", "budget"),
    EditorSetting("tests", _of_the_engine("tests"), "Test files and folders.", "tests"),
    EditorSetting("python", _of_the_engine("python"), "The project's interpreter.", "python"),
    EditorSetting("seed", _of_the_engine("seed"), "Seed of all random choices.", "seed"),
    EditorSetting(
        "floatTolerance",
        _of_the_engine("float-tolerance"),
        "Relative tolerance for floats; 0 is exact.",
        "float-tolerance",
    ),
)
"""Everything that an editor can set, in the order of the reference."""


@frozen
class EditorSettings:
    """All values.

    Attributes:
        diagnostics: Whether findings are shown.
        code_lens: Whether functions carry lenses.
        delay: Milliseconds without a key stroke before a text is looked at.
        trusted: Whether the workspace's code may run without full confinement.
        engine: What is set of the engine, by its own keys.
    """

    diagnostics: bool = True
    code_lens: bool = True
    delay: int = 200
    trusted: bool = True
    engine: Mapping[str, Any] = field(factory=dict)

    def for_the_engine(self) -> dict[str, Any]:
        """What a run is asked with. Code of a workspace that is not trusted runs confined or not at all."""
        return {**self.engine, **({} if self.trusted else {"sandbox": "require", "trusted": False})}

    def within(self, around: EditorSettings) -> EditorSettings:
        """The same as far as they may be set inside others: trust can be withdrawn there, and not given.

        Without it no interpreter is named there either: it is started outside the sandbox.
        """
        if self.trusted and around.trusted:
            return self
        engine = {key: value for key, value in self.engine.items() if key != "python"}
        if "python" in around.engine:
            engine["python"] = around.engine["python"]
        return evolve(self, trusted=False, engine=engine)


def read_settings(told: Any, around: EditorSettings | None = None) -> tuple[EditorSettings, tuple[str, ...]]:
    """Settings out of what an editor sends, and what of it was not understood, one sentence each.

    Args:
        told: The section, or an object that holds it.
        around: What holds where nothing is told; what is told may come out of a workspace, which can't make itself trusted.
    """
    found = around or EditorSettings()
    if isinstance(told, Mapping) and SECTION in told:
        told = told[SECTION]
    if told is None:
        return found, ()
    if not isinstance(told, Mapping):
        return found, (f"the section {SECTION} is no object",)
    known = {each.key: each for each in EDITOR_SETTINGS}
    names = {each.name for each in fields(EditorSettings)}
    warnings: list[str] = []
    for key, value in told.items():
        setting = known.get(str(key))
        if setting is None:
            near = difflib.get_close_matches(str(key), known, 1)
            warnings.append(f"{SECTION}.{key} is not known" + (f"; did you mean {near[0]}?" if near else ""))
            continue
        if value is None:
            continue
        try:
            made = setting.read(value)
        except UsageError as problem:
            warnings.append(f"{SECTION}.{key}: {problem.message}")
            if key == "trusted":  # whoever speaks of it has a doubt
                found = evolve(found, trusted=False)
            continue
        if setting.engine:
            found = evolve(found, engine={**found.engine, setting.engine: made})
        else:
            name = "code_lens" if key == "codeLens" else str(key)
            assert name in names
            found = evolve(found, **{name: made})
    return found.within(around) if around else found, tuple(warnings)
