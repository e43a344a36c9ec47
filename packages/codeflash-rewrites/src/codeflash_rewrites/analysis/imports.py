"""How a function can call something of the standard library."""

from __future__ import annotations

import ast

from attrs import frozen

from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.rule import Subject
from codeflash_syntax.edits import Edit, is_docstring


@frozen
class Imported:
    """A name of a module, and what it takes to have it."""

    called: str
    """The expression that means it."""
    edits: tuple[Edit, ...]
    """The import to insert, if there is none yet."""
    adds: tuple[str, ...]
    """The name that the import adds to the module."""


def imported(subject: Subject, module: str, name: str) -> Imported:
    """Finds or plans the import of a name.

    Args:
        subject: The function in its module.
        module: Such as ``"collections"``.
        name: Such as ``"deque"``.
    """
    scope = scope_of(subject)
    for statement in subject.module.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == module and not statement.level:
            for alias in statement.names:
                if alias.name == name and (alias.asname or name) not in scope.locals:
                    return Imported(alias.asname or name, (), ())
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.name == module and (alias.asname or module) not in scope.locals:
                    return Imported(f"{alias.asname or module}.{name}", (), ())
    free = scope.fresh(name, f"_{name}")
    line = f"from {module} import {name}" + (f" as {free}" if free != name else "")
    return Imported(free, (subject.text.insert_after_imports(*_spaced(subject, line)),), (free,))


def _spaced(subject: Subject, line: str) -> list[str]:
    """The import with the blank lines it needs where it is the module's first."""
    body = subject.module.body
    documented = is_docstring(body[0])
    following = body[1:2] if documented else body[:1]
    if any(isinstance(one, ast.Import | ast.ImportFrom) for one in following):
        return [line]
    return ["", line] if documented else [line, "", ""]
