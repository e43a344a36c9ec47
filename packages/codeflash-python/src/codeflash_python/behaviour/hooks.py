"""New uses of what could fool a measurement or a check, and new imports."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator

WATCHED_MODULES = frozenset({
    "_thread", "_xxsubinterpreters", "atexit", "builtins", "cProfile", "cffi", "concurrent", "ctypes", "dis",
    "faulthandler", "gc", "importlib", "inspect", "mmap", "multiprocessing", "profile", "pytest", "runpy",
    "signal", "site", "socket", "subprocess", "sysconfig", "threading", "time", "timeit", "trace",
    "traceback", "tracemalloc", "unittest", "urllib", "http", "codeflash_worker",
})  # fmt: skip
"""Modules that a faster function has no business with: timing, introspection, processes, network."""

WATCHED_ATTRIBUTES = frozenset({
    "_getframe", "settrace", "setprofile", "monitoring", "setrecursionlimit", "setswitchinterval",
    "getprofile", "gettrace", "_current_frames", "modules", "environ", "getenv", "putenv", "environb", "fork",
    "_exit", "kill", "system", "popen", "__code__", "__globals__", "__builtins__", "__subclasses__",
    "f_back", "f_locals", "f_globals", "gi_frame", "cr_frame", "tb_frame", "__closure__", "__defaults__",
    "unlink", "rmdir", "rmtree", "removedirs", "truncate", "touch", "mkdir", "makedirs", "write_text",
    "write_bytes", "symlink_to", "hardlink_to", "chmod", "chdir",
})  # fmt: skip
"""Ways to the interpreter's insides, and to files: what is left on disk is not compared."""

WATCHED_NAMES = frozenset({
    "exec", "eval", "compile", "globals", "locals", "__import__", "__builtins__", "breakpoint", "open", "__file__",
    "setattr", "delattr", "exit", "quit",
})  # fmt: skip


def _uses(tree: ast.AST) -> Iterator[str]:
    modules = _module_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] in WATCHED_MODULES:
                    yield f"the module {alias.name}"
        elif isinstance(node, ast.ImportFrom):
            if not node.level and (node.module or "").partition(".")[0] in WATCHED_MODULES:
                yield f"the module {node.module}"
            for alias in node.names:
                if alias.name in WATCHED_ATTRIBUTES or alias.name == "*":
                    yield f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Attribute):
            stored = not isinstance(node.ctx, ast.Load)
            if node.attr in WATCHED_ATTRIBUTES:
                yield f".{node.attr}"
            elif stored and isinstance(node.value, ast.Name) and node.value.id in modules:
                yield f"an assignment to {node.value.id}.{node.attr}"
            elif stored and node.attr == "__class__":
                yield "an assignment to __class__"
        elif isinstance(node, ast.Name) and node.id in WATCHED_NAMES:
            yield node.id
        elif isinstance(node, ast.Call) and (hidden := _hidden_attribute(node, modules)):
            yield hidden


def _hidden_attribute(call: ast.Call, modules: set[str]) -> str:
    """A watched attribute that is fetched by a string, or one of a module by a string made at run time."""
    if not isinstance(call.func, ast.Name) or call.func.id != "getattr" or len(call.args) < 2:
        return ""
    holder, name = call.args[:2]
    if isinstance(name, ast.Constant):
        return f".{name.value}" if name.value in WATCHED_ATTRIBUTES else ""
    of_module = isinstance(holder, ast.Name) and holder.id in modules
    return "an attribute of a module by a computed name" if of_module else ""


def _module_names(tree: ast.AST) -> set[str]:
    """Names that imports bind: assigning to their attributes changes somebody else's module."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                found.add(alias.asname or alias.name.partition(".")[0])
    return found


def new_hooks(old: ast.Module, new: ast.Module) -> list[str]:
    """Watched things that the new version uses more often than the old one."""
    return sorted(Counter(_uses(new)) - Counter(_uses(old)))


def _imports(tree: ast.AST) -> dict[str, bool]:
    """Imported modules, and whether they come from neither the standard library nor this package."""
    found: dict[str, bool] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.name] = alias.name.partition(".")[0] not in sys.stdlib_module_names
        elif isinstance(node, ast.ImportFrom):
            name = "." * node.level + (node.module or "")
            top = name.partition(".")[0]
            found[name] = not node.level and top not in sys.stdlib_module_names
    return found


def new_imports(old: ast.Module, new: ast.Module) -> list[tuple[str, bool]]:
    """Modules imported by the new version only, and whether each is a third party's."""
    before = _imports(old)
    tops = {name.partition(".")[0] for name in before}
    return [
        (name, third_party and name.partition(".")[0] not in tops)
        for name, third_party in _imports(new).items()
        if name not in before
    ]
