"""Only changed lines are formatted, only by the project's own formatter, and never wrongly."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from codeflash_python.formatting.choice import choose_formatter
from codeflash_python.formatting.formatting import (
    FormatterFailed,
    format_changed_lines,
    run_formatter,
)

ORIGINAL = "x = {  'a':1 }\n\ndef f(a):\n    return a\n"
CHANGED = "x = {  'a':1 }\n\ndef f(a):\n    b = a+1\n    return b\n"
FORMATTED = 'x = {"a": 1}\n\n\ndef f(a):\n    b = a + 1\n    return b\n'
INTERPRETER = Path(sys.executable)
RUFF = INTERPRETER.parent / "ruff"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that formats with ruff."""
    (tmp_path / "pyproject.toml").write_text("[tool.ruff.format]\n")
    return tmp_path


def listed(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def giving(text: str) -> object:
    async def run(command: Sequence[str], given: str, folder: Path) -> str:
        return text

    return run


async def formatted(
    root: Path, output: str, original: str = ORIGINAL, changed: str = CHANGED
) -> tuple[str, str]:
    result = await format_changed_lines(root, INTERPRETER, "m.py", original, changed, run=giving(output))
    return result.text, result.note


async def test_only_lines_of_the_change_are_formatted(root: Path) -> None:
    text, note = await formatted(root, FORMATTED)
    assert text == CHANGED.replace("a+1", "a + 1")
    assert note == ""


async def test_a_formatter_that_changes_the_program_is_not_believed(root: Path) -> None:
    text, note = await formatted(root, FORMATTED.replace("a + 1", "a + 2"))
    assert text == CHANGED
    assert "beyond the change" in note


async def test_output_that_does_not_parse_is_not_believed(root: Path) -> None:
    text, note = await formatted(root, CHANGED.replace("a+1", "a +"))
    assert text == CHANGED
    assert note


async def test_an_empty_output_is_not_believed(root: Path) -> None:
    assert (await formatted(root, ""))[0] == CHANGED


async def test_a_failing_formatter_leaves_the_text_with_a_note(root: Path) -> None:
    async def fail(command: Sequence[str], text: str, folder: Path) -> str:
        raise FormatterFailed("broken")

    result = await format_changed_lines(root, INTERPRETER, "m.py", ORIGINAL, CHANGED, run=fail)
    assert result.text == CHANGED
    assert result.note == "not formatted with ruff: broken"


async def test_without_a_configured_formatter_nothing_is_run(tmp_path: Path) -> None:
    text, note = await formatted(tmp_path, FORMATTED)
    assert (text, note) == (CHANGED, "")


async def test_a_linters_settings_count_only_where_the_file_is_formatted(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("line-length = 90\n")
    assert (await formatted(tmp_path, FORMATTED))[0] == CHANGED

    async def stable(command: Sequence[str], text: str, folder: Path) -> str:
        return text.replace("a+1", "a + 1")

    result = await format_changed_lines(tmp_path, INTERPRETER, "m.py", ORIGINAL, CHANGED, run=stable)
    assert result.text == CHANGED.replace("a+1", "a + 1")


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"pyproject.toml": "[tool.black]\n"}, "black"),
        ({"pyproject.toml": "[tool.ruff]\n[tool.black]\n"}, "black"),
        ({"pyproject.toml": "[tool.ruff.format]\n[tool.black]\n"}, "ruff"),
        ({".pre-commit-config.yaml": "- id: ruff-format\n"}, "ruff"),
        ({".ruff.toml": "[format]\n"}, "ruff"),
        ({"pyproject.toml": "not toml ["}, None),
        ({}, None),
    ],
)
def test_the_formatter_is_read_from_the_configuration(
    tmp_path: Path, files: dict[str, str], name: str | None
) -> None:
    for program in ("ruff", "black"):
        (tmp_path / program).touch()
    for file, text in files.items():
        (tmp_path / file).write_text(text)
    chosen = choose_formatter(tmp_path, tmp_path / "python")
    assert (chosen.name if chosen else None) == name


@pytest.mark.parametrize(
    ("wanted", "command"),
    [
        (("none",), None),
        (("black",), ("{here}/black", "--quiet", "--stdin-filename", "m.py", "-")),
        (("yapf", "--style", "{path}"), ("{here}/yapf", "--style", "m.py")),
        (("/opt/own", "-"), ("/opt/own", "-")),
    ],
    ids=["none", "known", "command beside the interpreter", "command elsewhere"],
)
def test_a_formatter_that_was_set_goes_before_the_configuration(
    tmp_path: Path, wanted: tuple[str, ...], command: tuple[str, ...] | None
) -> None:
    for program in ("ruff", "black", "yapf"):
        (tmp_path / program).touch()
    (tmp_path / "pyproject.toml").write_text("[tool.ruff.format]\n")
    chosen = choose_formatter(tmp_path, tmp_path / "python", wanted)
    words = tuple(word.replace("{here}", str(tmp_path)) for word in command) if command else None
    assert (chosen.command("m.py") if chosen else None) == words


def test_a_formatter_whose_program_is_missing_is_none(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose_formatter(root, tmp_path / "python") is None


@pytest.mark.skipif(not RUFF.exists(), reason="ruff is not beside the interpreter")
async def test_the_real_formatter_formats_the_change_and_writes_nothing(root: Path) -> None:
    before = listed(root)
    result = await format_changed_lines(root, INTERPRETER, "pkg/m.py", ORIGINAL, CHANGED)
    assert result.text == CHANGED.replace("a+1", "a + 1")
    assert listed(root) == before


async def test_programs_that_are_missing_or_fail_are_told(tmp_path: Path) -> None:
    with pytest.raises(FormatterFailed, match="can't be started"):
        await run_formatter([str(tmp_path / "nothing")], "", tmp_path)
    with pytest.raises(FormatterFailed, match="boom"):
        await run_formatter([sys.executable, "-c", "raise SystemExit('boom')"], "", tmp_path)
