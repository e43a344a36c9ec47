"""A copy of a coroutine function inside its tests: what it returned is compared with what the candidate returns."""

from __future__ import annotations

import ast
import copy

from codeflash_api.testgen.subject import Subject
from codeflash_api.testgen.target import Target

_UNSTABLE = frozenset(
    [
        "random",
        "time",
        "uuid",
        "datetime",
        "secrets",
        "os",
        "perf_counter",
        "monotonic",
        "now",
        "today",
        "urandom",
        "token_hex",
    ]
)

_OUTCOME = """\
async def outcome(awaitable):
    \"\"\"What came of it: a value or an exception.\"\"\"
    try:
        return "returned", await awaitable
    except Exception as error:
        return "raised", error


def agree(first, second):
    \"\"\"Whether two outcomes are the same.\"\"\"
    if first[0] != second[0] or type(first[1]) is not type(second[1]):
        return False
    shown = repr(first[1])
    # What shows its address does not say what it is worth.
    return " at 0x" in shown or shown == repr(second[1]) or bool(first[1] == second[1])
"""

_COPY = """
# The function as it was when these tests were made.
ORIGINAL = @SOURCE@
space = dict(vars(@MODULE@))
exec(ORIGINAL, space)
original = space["@NAME@"]
"""


def reference(subject: Subject, target: Target) -> str:
    """The helpers of async tests.

    Args:
        subject: The function under test.
        target: Its names.

    Returns:
        Definitions of ``outcome`` and ``agree``, and of ``original`` where a copy behaves like the function itself.
    """
    if not can_copy(subject):
        return _OUTCOME
    node = subject.node
    copied = copy.deepcopy(node)
    copied.decorator_list = []
    copied.returns = None
    for each in ast.walk(copied.args):
        if isinstance(each, ast.arg):
            each.annotation = None
    source = ast.unparse(copied) + "\n"
    quoted = f"'''\\\n{source}'''" if "\\" not in source and "'''" not in source else repr(source)
    text = _COPY.replace("@SOURCE@", quoted).replace("@MODULE@", target.module)
    return _OUTCOME + "\n" + text.replace("@NAME@", node.name)


def can_copy(subject: Subject) -> bool:
    """Whether a copy of the function, run beside it with equal arguments, does the same."""
    names = {ast.unparse(each).rpartition(".")[2] for each in subject.node.decorator_list}
    if names - {"staticmethod", "classmethod"}:
        return False
    for each in ast.walk(subject.node):
        name = each.id if isinstance(each, ast.Name) else each.attr if isinstance(each, ast.Attribute) else ""
        if name in _UNSTABLE or name == "super" or (name.startswith("__") and not name.endswith("__")):
            return False
        if isinstance(each, ast.Global | ast.Nonlocal | ast.Yield | ast.YieldFrom):
            return False
    return True
