"""Files that decide how the project is run, tested and measured, and edits of them that are cheats."""

from __future__ import annotations

import ast
import configparser
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_syntax.parse import SyntaxProblem, parse_module

CONFIG = (
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "tox.ini",
    "noxfile.py",
    "pytest.ini",
    "conftest.py",
    "sitecustomize.py",
    "usercustomize.py",
    "requirements.txt",
    "Pipfile",
    "uv.lock",
    "poetry.lock",
)
"""Files that decide how the project is run and tested."""
STEERING = ("pytest.ini", "conftest.py", "sitecustomize.py", "usercustomize.py", "tox.ini", "noxfile.py")
"""Those of them that do nothing else."""
BENCHMARKS = ("benchmarks", "benchmark", "bench", "asv_bench")
STEERING_TOOLS = ("pytest", "codeflash", "coverage")


def is_protected(path: str, tests: Sequence[str]) -> bool:
    """Whether a file decides how the project is run and tested."""
    pure = PurePosixPath(path)
    name = pure.name
    if name in CONFIG or name.endswith(".pth") or name.startswith(("test_", "requirements")):
        return True
    if name.endswith("_test.py") or ".github" in pure.parts:
        return True
    folders = [PurePosixPath(test) for test in tests if test not in (".", "")]
    return any(pure == folder or folder in pure.parents for folder in folders)


def is_benchmark(path: str) -> bool:
    """Whether a file is there to be measured with."""
    pure = PurePosixPath(path)
    named = pure.name.startswith(("bench_", "benchmark_")) or pure.stem.endswith(("_bench", "_benchmark"))
    return named or pure.parts[0] in BENCHMARKS


def edit_of(path: str, before: str | None, after: str | None) -> Cheat | None:
    """The cheat that an edit of a protected file or a benchmark is; None where it may be honest, if misplaced.

    A new test accuses nobody, nor does a new dependency; a test that is another one afterwards does.

    Args:
        path: The file.
        before: Its text, or None where it is new.
        after: Its new text, or None where it is deleted.
    """
    pure = PurePosixPath(path)
    verb = "adds" if before is None else "deletes" if after is None else "changes"
    if pure.name in STEERING or pure.suffix == ".pth":
        return Cheat(CheatKind.BENCHMARK_EDIT, f"{verb} {path}")
    if pure.name in ("pyproject.toml", "setup.cfg"):
        read = _toml if pure.suffix == ".toml" else _ini
        steers = read(before or "") != read(after or "")
        return Cheat(CheatKind.BENCHMARK_EDIT, f"changes how tests run in {path}") if steers else None
    if pure.name in CONFIG or pure.name.startswith("requirements") or ".github" in pure.parts:
        return None
    if is_benchmark(path):
        return Cheat(CheatKind.BENCHMARK_EDIT, f"{verb} {path}") if before is not None else None
    if before is None or (after is not None and _only_adds_tests(before, after)):
        return None
    return Cheat(CheatKind.TEST_EDIT, f"{verb} {path}")


def _only_adds_tests(before: str, after: str) -> bool:
    try:
        old, new = parse_module(before), parse_module(after)
    except SyntaxProblem:
        return False
    left = [ast.dump(node) for node in old.body]
    for node in new.body:
        if left and ast.dump(node) == left[0]:
            del left[0]
        elif not isinstance(node, ast.Import | ast.ImportFrom) and not _is_test(node):
            return False
    return not left


def _is_test(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test")


def _toml(text: str) -> Mapping[str, Any] | None:
    """What a project's file says of test tools; None where it can't be read."""
    try:
        tools = tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError:
        return None
    return {name: tools[name] for name in STEERING_TOOLS if name in tools} if isinstance(tools, dict) else {}


def _ini(text: str) -> Mapping[str, Any] | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    steering = [name for name in parser.sections() if name.removeprefix("tool:").startswith(STEERING_TOOLS)]
    return {name: dict(parser[name]) for name in steering}
