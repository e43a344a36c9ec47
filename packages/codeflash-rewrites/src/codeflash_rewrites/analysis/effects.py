"""Which expressions only compute: a table of the builtins and common methods, and the module's own functions."""

# ruff: noqa: SIM905 - tables of words are easier to read and to compare as text

from __future__ import annotations

import ast

from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.top_level import functions_by_name, imported_modules
from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import walked
from codeflash_syntax.parse import FunctionNode

PURE_BUILTINS = frozenset(
    "abs all any ascii bin bool bytes callable chr complex dict divmod enumerate float format frozenset"
    " getattr hasattr hash hex id int isinstance issubclass len list max min oct ord pow range repr reversed"
    " round set slice sorted str sum tuple type zip map filter memoryview bytearray".split()
)
"""Builtins that change nothing themselves (they may run methods of their arguments)."""

ITERATING_BUILTINS = frozenset(
    "all any dict enumerate frozenset list max min set sorted sum tuple zip map filter bytes bytearray".split()
)
"""Builtins that use up an iterator handed to them."""

MUTATING_METHODS = frozenset(
    "append add extend insert pop popitem popleft appendleft extendleft rotate remove discard clear update"
    " setdefault sort reverse write writelines send throw close __setitem__ __delitem__ difference_update"
    " intersection_update symmetric_difference_update move_to_end subtract put get_nowait read readline"
    " readlines seek truncate acquire release next __next__ __iadd__".split()
)
"""Methods of the builtin and common types that change the object, or use it up."""

MUTATING_PREFIXES = (
    "add_",
    "remove_",
    "set_",
    "pop_",
    "insert_",
    "update_",
    "push",
    "clear_",
    "append_",
    "del_",
)
"""How the methods of other types that change the object tend to begin."""

PURE_METHODS = frozenset(
    "count index copy keys values items get union intersection difference symmetric_difference issubset"
    " issuperset isdisjoint most_common elements encode decode lower upper casefold title capitalize swapcase"
    " strip lstrip rstrip split rsplit splitlines partition rpartition join replace translate find rfind"
    " rindex startswith endswith isalpha isdigit isalnum isspace isupper islower isdecimal isnumeric"
    " isidentifier isprintable isascii istitle zfill center ljust rjust expandtabs format format_map"
    " removeprefix removesuffix bit_length bit_count conjugate hex is_integer as_integer_ratio to_bytes"
    " isoformat date time timetuple total_seconds group groups groupdict start end span".split()
)
"""Methods of the builtin and common types that only read."""

PURE_MODULES = frozenset("math cmath operator unicodedata string posixpath ntpath".split())
"""Modules all of whose functions only compute."""


def is_pure(subject: Subject, expression: ast.AST, depth: int = 3) -> bool:
    """Whether evaluating an expression changes nothing, as far as the text tells.

    Operators, attributes and subscripts count as pure (their types are the verifier's affair); a call is pure
    when it is in the tables or when it calls a function of this module whose body is pure.

    Args:
        subject: The function in its module.
        expression: The expression to judge.
        depth: How many calls deep the module's own functions are looked into.
    """
    for node in walked(expression):
        if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            return False
        if isinstance(node, ast.Call) and not is_pure_call(subject, node, depth):
            return False
    return True


def is_pure_call(subject: Subject, call: ast.Call, depth: int = 3) -> bool:
    """Whether the function that a call calls is known to change nothing."""
    target = call.func
    if isinstance(target, ast.Name):
        if target.id in PURE_BUILTINS and is_builtin(subject, target.id):
            return True
        if target.id == "next" and call.args and isinstance(call.args[0], ast.GeneratorExp):
            return is_builtin(subject, "next")  # the generator is seen by nobody else
        return depth > 0 and _is_pure_function(subject, target.id, depth)
    if isinstance(target, ast.Attribute):
        if isinstance(target.value, ast.Name) and target.value.id in PURE_MODULES:
            return True
        if isinstance(target.value, ast.Name) and target.value.id in imported_modules(subject.module):
            return False  # a function that happens to share its name with a method: ``itertools.count``
        return target.attr in PURE_METHODS
    return False


def _is_pure_function(subject: Subject, name: str, depth: int) -> bool:
    known: dict[tuple[str, int], bool] = subject.memo.setdefault("pure functions", {})
    if (name, depth) not in known:
        known[name, depth] = _reads_as_pure(subject, name, depth)
    return known[name, depth]


def _reads_as_pure(subject: Subject, name: str, depth: int) -> bool:
    named = functions_by_name(subject.module).get(name, ())
    found = [node for node in named if isinstance(node, ast.FunctionDef)]
    if len(found) != 1 or found[0].decorator_list or found[0] is subject.function:
        return False
    function = found[0]
    for node in walked(function):
        if isinstance(node, ast.Global | ast.Nonlocal | ast.Import | ast.ImportFrom | ast.With | ast.Delete):
            return False
        if isinstance(node, FunctionNode | ast.ClassDef) and node is not function:
            return False
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            return False
        if isinstance(node, ast.Yield | ast.YieldFrom | ast.Await):
            return False
        if isinstance(node, ast.Call) and not is_pure_call(subject, node, depth - 1):
            return False
    return True
