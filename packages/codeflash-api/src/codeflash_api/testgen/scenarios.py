"""The circumstances in which generated tests call a function, and what must not be tried with some functions."""

from __future__ import annotations

import ast

from attrs import evolve

from codeflash_api.testgen.subject import Subject
from codeflash_api.testgen.values import Scenario

# Calls that reach outside of the process: made-up arguments are no good for them.
_REACHING = frozenset(
    [
        "rmtree",
        "unlink",
        "remove_file",
        "rmdir",
        "removedirs",
        "system",
        "popen",
        "Popen",
        "kill",
        "killpg",
        "truncate",
        "rename",
        "renames",
        "replace_file",
        "check_call",
        "check_output",
        "urlopen",
        "write_text",
        "write_bytes",
        "mkdir",
        "makedirs",
        "chmod",
        "chown",
        "symlink_to",
        "execv",
        "execve",
        "fork",
        "exit",
        "_exit",
        "copytree",
        "copyfile",
        "copy2",
        "move",
        "send_signal",
        "sendmail",
        "connect",
    ]
)
_COMBINING = frozenset(
    ["permutations", "combinations", "product", "combinations_with_replacement", "powerset"]
)
_REACHING_MODULES = frozenset(
    ["subprocess", "requests", "httpx", "urllib", "socket", "smtplib", "ftplib", "shutil"]
)


def scenarios(subject: Subject, index: int) -> tuple[Scenario, ...]:
    """The scenarios of one of the two files.

    Args:
        subject: The function under test.
        index: The file; even ones have small and odd inputs, odd ones many and large.
    """
    limit = largest(subject)
    return tuple(
        evolve(each, size=min(each.size, limit), number=min(each.number, limit))
        for each in _planned(index, limit, 1 if is_careful(subject) else -3)
    )


def _planned(index: int, limit: int, least: int) -> tuple[Scenario, ...]:
    several = max(2, min(limit, 12))
    if index % 2 == 0:
        return (
            Scenario("typical", 3, 5),
            Scenario("several", 6, several, start=1, order=1),
            Scenario("single", 1, 1, start=2, order=2),
            Scenario("empty", 0, max(0, least), order=3),
            Scenario("equal", 4, 2, pattern="equal", order=4),
            Scenario("ascending", 5, 3, pattern="ascending", order=5),
            Scenario("descending", 5, 4, pattern="descending", order=6),
            Scenario("negative", 5, least, pattern="negative", order=7),
            Scenario("shifted", 7, several - 1, start=3, order=8),
            Scenario("pair", 2, 2, start=5, order=9),
        )
    return (
        Scenario("few", 4, 6, start=4),
        Scenario("dozen", 12, several, start=1, order=1),
        Scenario("dozens", 48, 20, start=2, order=2),
        Scenario("many", 200, 64, start=3, order=3),
        Scenario("many_equal", 200, 50, pattern="equal", order=4),
        Scenario("many_ascending", 200, 75, pattern="ascending", order=5),
        Scenario("many_descending", 200, 90, pattern="descending", order=6),
        Scenario("large", limit, limit, start=5, order=7),
    )


def largest(subject: Subject) -> int:
    """How large inputs may get, by how deep the code's loops stand in each other."""
    node = subject.node
    recursive = any(_calls(each, frozenset([node.name])) for each in ast.walk(node))
    if any(_calls(each, _COMBINING) for each in ast.walk(node)):
        return 7
    if recursive or any(_is_power(each) for each in ast.walk(node)):
        return 12
    size = (1000, 1000, 200, 40)[min(_depth(node), 3)]
    return min(size, 60) if isinstance(node, ast.AsyncFunctionDef) else size


def _calls(node: ast.AST, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in names


def _is_power(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Pow | ast.LShift)
        and not isinstance(node.right, ast.Constant)
    )


def is_careful(subject: Subject) -> bool:
    """Whether a negative number could keep the function from ending."""
    return largest(subject) <= 12 or any(isinstance(each, ast.While) for each in ast.walk(subject.node))


def reaches_out(subject: Subject) -> bool:
    """Whether the function touches files, processes or the network, so that made-up arguments could do harm."""
    modules = {
        alias.asname or alias.name.partition(".")[0]
        for each in ast.walk(subject.tree)
        if isinstance(each, ast.Import)
        for alias in each.names
        if alias.name.partition(".")[0] in _REACHING_MODULES
    }
    for each in ast.walk(subject.node):
        if isinstance(each, ast.Name) and each.id in modules:
            return True
        if not isinstance(each, ast.Call):
            continue
        name = getattr(each.func, "attr", getattr(each.func, "id", ""))
        if name in _REACHING or ast.unparse(each.func) in ("os.remove", "os.replace", "exec", "eval"):
            return True
        if name == "open" and any(_is_writing(argument) for argument in _mode(each)):
            return True
    return False


def _mode(call: ast.Call) -> list[ast.expr]:
    return [*call.args[1:2], *(each.value for each in call.keywords if each.arg == "mode")]


def _is_writing(argument: ast.expr) -> bool:
    mode = argument.value if isinstance(argument, ast.Constant) else "w"
    return isinstance(mode, str) and bool(set(mode) & set("wax+"))


def _depth(node: ast.AST) -> int:
    inner = max((_depth(child) for child in ast.iter_child_nodes(node)), default=0)
    loops = isinstance(node, ast.For | ast.While | ast.comprehension)
    return inner + loops
