"""The interpreter's own parser, one thread at a time.

Everything that parses or compiles Python text goes through here or through ``codeflash_syntax.parse``, which takes the
same lock; ``tools/check_layout.py`` sees to it.
"""

from __future__ import annotations

import ast
import threading
import warnings
from types import CodeType

from attrs import frozen

# Python 3.11 counts the depth of the tree that it builds once for all threads, and the garbage collector may let another
# one go on in the middle: both then fail with SystemError. The same goes for the filters of warnings.
ONE_AT_A_TIME = threading.RLock()


@frozen
class Objection:
    """Why a text does not compile.

    Attributes:
        message: In the parser's words.
        line: From 1, or None where it is the text as a whole.
        column: In characters from 1, or None.
    """

    message: str
    line: int | None = None
    column: int | None = None


def objection_to(source: str) -> Objection | None:
    """Why the text does not compile to a module, or None (``ast.parse`` alone accepts ``return`` outside a function)."""
    try:
        with ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in the user's text are not our affair
            compile(source, "<text>", "exec", dont_inherit=True)
    except SyntaxError as problem:
        return Objection(problem.msg or "invalid syntax", problem.lineno or None, problem.offset or None)
    except (ValueError, RecursionError, MemoryError) as problem:  # null bytes, nesting beyond the parser
        return Objection(str(problem) or type(problem).__name__)
    return None


def compiles(source: str) -> bool:
    """Tells whether the text compiles to a module."""
    return objection_to(source) is None


def compiled(source: str) -> CodeType | None:
    """The code of the text as a module, or None where it does not compile."""
    try:
        with ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return compile(source, "<text>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def parsed(source: str) -> ast.Module | None:
    """The tree of the text as a module, or None where it does not parse."""
    try:
        with ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def same_program(one: str, other: str) -> bool:
    """Tells whether two texts differ in layout, comments and docstrings only; False where one does not parse."""
    try:
        with ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            first, second = (ast.dump(_without_docstrings(ast.parse(text))) for text in (one, other))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return first == second


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                del node.body[0]
    return tree
