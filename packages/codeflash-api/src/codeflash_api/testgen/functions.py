"""Takes test functions out of a file and puts others in, leaving the rest of the text as it is."""

from __future__ import annotations

import ast
from collections.abc import Collection

from codeflash_api.testgen.instrument import tests_of
from codeflash_syntax.edits import Edit, SourceText, apply, is_docstring, reindent
from codeflash_syntax.parse import FunctionNode, parse_module


def names_of_tests(source: str) -> tuple[str, ...]:
    """Dotted names of the tests in a file.

    Raises:
        SyntaxProblem: It does not parse.
    """
    return tuple(name for name, _ in tests_of(parse_module(source).body))


def without(source: str, names: Collection[str]) -> str:
    """A file without some of its tests; classes that hold nothing else go too.

    Args:
        source: The file.
        names: Names of tests, with their classes or without.

    Raises:
        SyntaxProblem: It does not parse.
    """
    text = SourceText(source)
    edits = [text.remove_lines(node) for node in _removed(parse_module(source).body, (), names, text)]
    return apply(source, edits)


def put_in(source: str, fresh: str, names: Collection[str]) -> tuple[str, frozenset[str]]:
    """A file with the tests of another in the place of its own.

    Args:
        source: The file.
        fresh: A file that defines tests of the same names, with the imports and helpers that they need.
        names: Which to take over.

    Returns:
        The file, and the names that ``fresh`` had a version of.

    Raises:
        SyntaxProblem: One of the two does not parse.
    """
    new, text = SourceText(fresh), SourceText(source)
    offered = {node.name: node for _, node in tests_of(parse_module(fresh).body)}
    edits: list[Edit] = []
    found: set[str] = set()
    for dotted, node in tests_of(parse_module(source).body):
        name = dotted.rpartition(".")[2]
        if not (name in names or dotted in names) or name not in offered or not text.owns_lines(node):
            continue
        other = offered[name]
        whole = f"{new.indent_of(other)}{new.text(other)}"
        edits.append(text.replace(node, reindent(whole, new.indent_of(other), text.indent_of(node)).lstrip()))
        found.add(name)
    return _with_needs(apply(source, edits), fresh), frozenset(found)


def added(source: str, fresh: str, most: int) -> str:
    """A file with tests of another at its end, those whose names are free.

    Args:
        source: The file.
        fresh: The file to take from.
        most: Most tests to add.

    Raises:
        SyntaxProblem: One of the two does not parse.
    """
    new = SourceText(fresh)
    taken = {name.rpartition(".")[2] for name in names_of_tests(source)}
    tests = [
        node for name, node in tests_of(parse_module(fresh).body) if name not in taken and "." not in name
    ]
    if not tests[:most]:
        return source
    text = _with_needs(source, fresh).rstrip("\r\n")
    return "\n\n\n".join([text, *(new.text(node) for node in tests[:most])]) + "\n"


def _with_needs(source: str, fresh: str) -> str:
    """The file with the imports, helpers and constants of another that it has not got."""
    tree, new = parse_module(source), SourceText(fresh)
    here = {ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)}
    bound = {name for node in tree.body for name in _names(node)}
    imports: list[str] = []
    others: list[str] = []
    for node in parse_module(fresh).body:
        names = _names(node)
        if isinstance(node, ast.Import | ast.ImportFrom):
            if ast.unparse(node) not in here and not (
                isinstance(node, ast.ImportFrom) and node.module == "__future__"
            ):
                imports.append(ast.unparse(node))
        elif names and not any(name.startswith(("test", "Test")) or name in bound for name in names):
            others.append(new.text(node))
    if not imports and not others:
        return source
    lines = [
        *imports,
        *([""] if others else []),
        *(line for each in others for line in [*each.splitlines(), ""]),
    ]
    text = SourceText(source)
    return apply(source, [text.insert_after_imports(*lines)])


def _names(node: ast.stmt) -> tuple[str, ...]:
    if isinstance(node, FunctionNode | ast.ClassDef):
        return (node.name,)
    if isinstance(node, ast.Assign):
        return tuple(each.id for each in node.targets if isinstance(each, ast.Name))
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return (node.target.id,)
    return ()


def _removed(
    body: list[ast.stmt], classes: tuple[str, ...], names: Collection[str], text: SourceText
) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for node in body:
        if isinstance(node, FunctionNode):
            if (node.name in names or ".".join((*classes, node.name)) in names) and text.owns_lines(node):
                found.append(node)
        elif isinstance(node, ast.ClassDef):
            inner = _removed(node.body, (*classes, node.name), names, text)
            left = [each for each in node.body if each not in inner and not is_docstring(each)]
            found += inner if left or not inner or not text.owns_lines(node) else [node]
    return found
