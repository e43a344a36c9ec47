"""R12: a recursion that meets the same arguments again keeps its answers for the time of one outer call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from codeflash_rewrites.analysis.names import (
    faithful,
    fresh_name,
    is_builtin,
    local_names,
    member_alias,
    module_alias,
    module_bindings,
    own_nodes,
    own_nodes_of,
    scope_names,
)
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit, is_docstring, reindent
from codeflash_syntax.parse import FunctionNode
from codeflash_syntax.signature import is_generator, parameter_names

SLUG = "overlapping-recursion"
_PURE = frozenset(
    {
        "abs",
        "min",
        "max",
        "len",
        "int",
        "float",
        "str",
        "bool",
        "sum",
        "range",
        "ord",
        "chr",
        "divmod",
        "pow",
        "round",
    }
    | {"tuple", "isinstance", "any", "all", "enumerate", "zip", "reversed", "hash"}
)


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a cached inner function that lives for one outer call."""
    function = subject.function
    calls = [part for part in own_nodes_of(function, ast.Call) if _is_self_call(part, subject)]
    if len(calls) < 2 or not _plain_recursion(subject):
        return
    fixed = _fixed_parameters(function, calls)
    changing = [one for one in parameter_names(function) if one not in fixed]
    if not changing or not _meets_again(calls, changing, parameter_names(function)):
        return
    if all(_exclusive(subject, one, other) for one in calls for other in calls if one is not other):
        return
    body = function.body[1:] if is_docstring(function.body[0]) else function.body
    text = subject.text
    if not body or not text.owns_lines(body[0]) or not text.starts_line(body[0]):
        return
    inner = fresh_name(subject, "solve", "recurse", f"{function.name}_inner")
    cache, imports = _cache_name(subject)
    unit, indent = text.indent_unit, text.indent_of(body[0])
    positions = [parameter_names(function).index(one) for one in changing]
    start, end = text.line_start(text.start(body[0])), text.line_end(text.end(body[-1]))
    inside = [edit for call in calls for edit in _inner_call(subject, call, inner, positions)]
    moved = _edited(text.source, start, end, inside)
    if not moved.endswith(("\n", "\r")):
        moved += text.newline
    lines = [f"@{cache}(maxsize=None, typed=True)", f"def {inner}({', '.join(changing)}):"]
    whole = text.block(lines, indent) + reindent(moved, indent, indent + unit) + text.newline
    whole += text.block([f"return {inner}({', '.join(changing)})"], indent)
    why = f"{function.name} meets the same {' and '.join(changing)} again; {inner} keeps each answer during one call."
    yield subject.rewrite(SLUG, [*imports, Edit(start, end, whole)], why, adds=())


def _plain_recursion(subject: Subject) -> bool:
    function = subject.function
    arguments = function.args
    if isinstance(function, ast.AsyncFunctionDef) or function.decorator_list or is_generator(function):
        return False
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or subject.owner_class is not None:
        return False
    if len(module_bindings(subject.module).get(function.name, [])) > 1 or function.name in local_names(
        function
    ):
        return False
    parameters = set(parameter_names(function))
    for part in own_nodes(function):
        if isinstance(
            part, ast.Global | ast.Nonlocal | FunctionNode | ast.ClassDef | ast.Lambda | ast.Delete
        ):
            return False
        if isinstance(part, ast.Attribute | ast.Subscript) and not isinstance(part.ctx, ast.Load):
            return False
        if isinstance(part, ast.Await | ast.With | ast.Try | ast.Import | ast.ImportFrom | ast.NamedExpr):
            return False
        if (
            isinstance(part, ast.Call)
            and not _is_self_call(part, subject)
            and not _is_pure_call(subject, part)
        ):
            return False
        if isinstance(part, ast.Return) and _is_mutable(part.value):
            return False
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id in parameters:
            return False
        if _is_mutable(part) and isinstance(subject.parents[part], ast.Assign | ast.BinOp):
            return False  # an answer that may be changed by whoever gets it
    return all(
        faithful(subject, one) for one in own_nodes_of(function, ast.Call) if _is_self_call(one, subject)
    )


def _is_mutable(value: ast.AST | None) -> bool:
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)


def _is_self_call(node: ast.AST, subject: Subject) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == subject.function.name
        and not node.keywords
        and not any(isinstance(one, ast.Starred) for one in node.args)
        and len(node.args) == len(parameter_names(subject.function))
    )


def _is_pure_call(subject: Subject, node: ast.Call) -> bool:
    if isinstance(node.func, ast.Name):
        return node.func.id in _PURE and is_builtin(subject, node.func.id)
    return False


def _fixed_parameters(function: FunctionNode, calls: list[ast.Call]) -> set[str]:
    """The parameters that every inner call hands on unchanged."""
    fixed = set()
    for number, name in enumerate(parameter_names(function)):
        given = [call.args[number] for call in calls]
        if all(isinstance(one, ast.Name) and one.id == name for one in given):
            fixed.add(name)
    return fixed


def _meets_again(calls: list[ast.Call], changing: list[str], names: tuple[str, ...]) -> bool:
    """Whether the changing arguments are steps along numbers or texts, not parts of a tree."""
    for call in calls:
        for name, argument in zip(names, call.args, strict=True):
            if name in changing and not _is_step(argument):
                return False
    return True


def _is_step(node: ast.AST) -> bool:
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice) and isinstance(node.value, ast.Name)
    if isinstance(node, ast.BinOp):
        return _is_step(node.left) and (_is_step(node.right) or isinstance(node.right, ast.Subscript))
    return isinstance(node, ast.Name | ast.Constant)


def _exclusive(subject: Subject, one: ast.AST, other: ast.AST) -> bool:
    """Whether two calls stand in different branches, so that one run of the body makes only one of them."""
    path: dict[ast.AST, ast.AST] = {}
    node = one
    while node is not subject.function:
        path[subject.parents[node]] = node
        node = subject.parents[node]
    node = other
    while subject.parents[node] not in path:
        node = subject.parents[node]
    meeting = subject.parents[node]
    if isinstance(meeting, ast.IfExp):
        return {path[meeting], node} == {meeting.body, meeting.orelse}
    if isinstance(meeting, ast.If):
        first, second = path[meeting], node
        return (first in meeting.body) != (second in meeting.body) and meeting.test not in (first, second)
    return _ends_before(path[meeting], node) or _ends_before(node, path[meeting])


def _ends_before(one: ast.AST, other: ast.AST) -> bool:
    """Whether a statement holds its call in a branch that returns, before the other statement."""
    if not isinstance(one, ast.stmt) or not isinstance(other, ast.stmt) or one.lineno >= other.lineno:
        return False
    return isinstance(one, ast.If) and isinstance(one.body[-1], ast.Return | ast.Raise)


def _inner_call(subject: Subject, call: ast.Call, inner: str, positions: list[int]) -> list[Edit]:
    """Edits that rename a call and leave out the arguments that never change."""
    text = subject.text
    edits = [text.replace(call.func, inner)]
    kept = [call.args[number] for number in positions]
    for number, argument in enumerate(call.args):
        if argument in kept:
            continue
        last = number == len(call.args) - 1
        if not last:
            edits.append(Edit(text.start(argument), text.start(call.args[number + 1]), ""))
        else:
            edits.append(Edit(text.end(call.args[number - 1]), text.end(argument), ""))
    return edits


def _edited(source: str, start: int, end: int, edits: list[Edit]) -> str:
    """Part of the source with edits applied, nested calls included."""
    pieces, position = [], start
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if edit.start < position:
            continue
        pieces += [source[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, source[position:end]])


def _cache_name(subject: Subject) -> tuple[str, list[Edit]]:
    name = member_alias(subject, "functools", "lru_cache")
    if name:
        return name, []
    module = module_alias(subject, "functools")
    if module:
        return f"{module}.lru_cache", []
    if "functools" in scope_names(subject) or "functools" in module_bindings(subject.module):
        alias = fresh_name(subject, "_lru_cache")
        return alias, [subject.text.insert_after_imports(f"from functools import lru_cache as {alias}")]
    return "functools.lru_cache", [subject.text.insert_after_imports("import functools")]


SLOW = '''\
import functools

def f(n):
    """Fibonacci."""
    if n < 2:
        return n
    return f(n - 1) + f(n - 2)
'''
FAST = '''\
import functools

def f(n):
    """Fibonacci."""
    @functools.lru_cache(maxsize=None, typed=True)
    def solve(n):
        if n < 2:
            return n
        return solve(n - 1) + solve(n - 2)

    return solve(n)
'''
SLOW_FIXED = """\
from functools import lru_cache

def f(a, b, i=0, j=0):
    if i == len(a) or j == len(b):
        return 0
    if a[i] == b[j]:
        return 1 + f(a, b, i + 1, j + 1)
    return max(f(a, b, i + 1, j), f(a, b, i, j + 1))
"""
FAST_FIXED = """\
from functools import lru_cache

def f(a, b, i=0, j=0):
    @lru_cache(maxsize=None, typed=True)
    def solve(i, j):
        if i == len(a) or j == len(b):
            return 0
        if a[i] == b[j]:
            return 1 + solve(i + 1, j + 1)
        return max(solve(i + 1, j), solve(i, j + 1))

    return solve(i, j)
"""
LEAVE_TREE = """\
def f(node):
    if node is None:
        return 0
    return 1 + max(f(node.left), f(node.right))
"""
LEAVE_ONE_CALL = """\
def f(n):
    if n % 2:
        return f(n - 1) * 2
    elif n:
        return f(n - 2)
    return 1
"""
LEAVE_EFFECT = """\
def f(n):
    print(n)
    return f(n - 1) + f(n - 2) if n > 1 else n
"""
LEAVE_LIST_ANSWER = """\
def f(n):
    if n == 0:
        return []
    return f(n - 1) + [f(n - 1)]
"""

RULE = Rule(
    id="R12",
    slug=SLUG,
    title="Recursion with overlapping subproblems",
    looks_for="a pure function that calls itself twice or more on smaller numbers or texts",
    why_slow="The same smaller problem is solved again and again, exponentially often.",
    traps=(
        "arguments that cannot be hashed",
        "an answer that is changed by one of its receivers",
        "0.0 and -0.0 are one key",
        "another depth of recursion",
    ),
    safety="E",
    complexity="exponential -> polynomial",
    gain="26x on a common subsequence of length 10, over 1,700x on Fibonacci of 20 (CPython 3.11)",
    expected=26.0,
    examples=(
        Example(SLOW, FAST, inputs=((12,), (0,), (-3,), (2.5,), ("a",), (True,))),
        Example(
            SLOW_FIXED,
            FAST_FIXED,
            inputs=(("abc", "axc"), ("", "a"), ([1, 2], [2, 1]), ([[1]], [[1]]), (1, 2)),
        ),
        Example(LEAVE_TREE),
        Example(LEAVE_ONE_CALL),
        Example(LEAVE_EFFECT),
        Example(LEAVE_LIST_ANSWER),
    ),
    propose=propose,
)
