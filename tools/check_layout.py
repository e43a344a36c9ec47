"""Check what no other linter does: sizes, file names, registry addresses, machine paths, the worker's imports.

    python tools/check_layout.py     print one line per finding; exit 1 when there is one

Every check is a function from a file's path (relative, POSIX) and text to findings, so that tests can feed it.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULE_LINES = 600
FUNCTION_LINES = 60
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc"}

# Written in pieces so that this file does not hold what it looks for.
_REGISTRIES = re.compile(
    "|".join(
        re.escape(host)
        for host in (
            "pypi" + ".org",
            "python" + "hosted.org",
            "registry.npm" + "js",
            "registry." + "yarnpkg",
            "deb." + "debian.org",
            "proxy." + "golang.org",
        )
    )
)
_MACHINE_PATHS = re.compile(
    r"(?:^|[^a-zA-Z0-9_.])/(?:" + "|".join(("work", "farm", "root", r"home/[a-z]+")) + ")/"
)
_WORKER = "packages/codeflash-python/src/codeflash_worker/"
_LOADED_BY_PYTEST = (_WORKER + "pytest_plugin.py", _WORKER + "benchmark_plugin.py")
_PARSERS = (
    "packages/codeflash-core/src/codeflash_core/compiling.py",
    "packages/codeflash-syntax/src/codeflash_syntax/parse.py",
)
_BARE = {"ast.parse", "ast.literal_eval", "compile", "eval", "exec"}


def registry_addresses(path: str, text: str) -> Iterator[str]:
    """Find package registries named in ``text``: mirrors and private indexes must work without an edit."""
    for number, line in enumerate(text.splitlines(), 1):
        if _REGISTRIES.search(line):
            yield f"{path}:{number}: names a package registry"


def machine_paths(path: str, text: str) -> Iterator[str]:
    """Find absolute paths that exist on one machine only."""
    for number, line in enumerate(text.splitlines(), 1):
        if _MACHINE_PATHS.search(line):
            yield f"{path}:{number}: holds a path of one machine"


def module_sizes(path: str, text: str) -> Iterator[str]:
    """Find modules over ``MODULE_LINES`` lines and functions of the packages over ``FUNCTION_LINES``."""
    count = len(text.splitlines())
    if count > MODULE_LINES:
        yield f"{path}: {count} lines, at most {MODULE_LINES}; split it by what it knows"
    if "/src/" not in path:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            lines = node.end_lineno - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{path}:{node.lineno}: {node.name} has {lines} lines, at most {FUNCTION_LINES}"


def vague_names(path: str, text: str) -> Iterator[str]:
    """Find modules and packages whose name says nothing."""
    del text
    parts = [part.removesuffix(".py") for part in path.split("/")]
    if any(part in VAGUE_NAMES for part in parts) and "/src/" in path:
        yield f"{path}: the name says nothing about what it holds"


def _forgives(node: ast.AST) -> bool:
    """Return whether a failing import inside ``node`` is caught: ``try``, or ``with contextlib.suppress(...)``."""
    if isinstance(node, ast.With):
        return any("suppress(" in ast.unparse(item.context_expr) for item in node.items)
    return isinstance(node, ast.Try)


def worker_imports(path: str, text: str) -> Iterator[str]:
    """Find imports in the worker outside the standard library: it runs in a stranger's interpreter.

    An import whose failure is caught may use what the target happens to have.
    """
    if not path.startswith(_WORKER):
        return
    allowed = {"codeflash_worker", "pytest" if path in _LOADED_BY_PYTEST else ""}
    tree = ast.parse(text)
    tried = {id(inner) for node in ast.walk(tree) if _forgives(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        for name in names:
            top = name.partition(".")[0]
            if top not in sys.stdlib_module_names and top not in allowed and id(node) not in tried:
                yield f"{path}:{node.lineno}: imports {name}; the worker has the standard library only"


def bare_parsing(path: str, text: str) -> Iterator[str]:
    """Find calls of the interpreter's parser without its lock: in threads they crash Python 3.11.

    The worker may: it has one thread, and nothing of ours to import.
    """
    if "/src/" not in path or path.startswith(_WORKER) or path in _PARSERS:
        return
    tree = ast.parse(text)
    whence = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    } | {
        alias.asname: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.asname
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        first, dot, rest = ast.unparse(node.func).partition(".")
        name = whence.get(first, first) + dot + rest
        if name.removeprefix("builtins.") in _BARE or name.startswith("libcst.parse_"):
            yield f"{path}:{node.lineno}: calls {name}; parse with codeflash_syntax.parse, which locks"


TEXT_CHECKS = (registry_addresses, machine_paths)
PYTHON_CHECKS = (module_sizes, vague_names, worker_imports, bare_parsing)


def findings(path: str, text: str) -> Iterator[str]:
    """Run every check that applies to ``path``."""
    for check in TEXT_CHECKS:
        yield from check(path, text)
    if path.endswith(".py"):
        for check in PYTHON_CHECKS:
            yield from check(path, text)


def repository_files(root: Path) -> list[str]:
    """List the files git tracks, and those it would."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return sorted({name for name in listed.split("\0") if name})


def main() -> int:
    """Check the repository and return 1 when something was found."""
    found: list[str] = []
    for name in repository_files(ROOT):
        file = ROOT / name
        if not file.is_file():
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        try:
            found += findings(name, text)
        except SyntaxError as problem:
            found.append(f"{name}: does not parse: {problem.msg}")
    print("\n".join(found) or "layout: clean")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
