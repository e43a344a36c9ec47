"""Makes what a model wrote a file of tests that the client can run, or nothing."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator

from codeflash_api.testgen.functions import without
from codeflash_api.testgen.instrument import instrument, tests_of
from codeflash_api.testgen.names import module_scope
from codeflash_api.testgen.question import WantedTests
from codeflash_syntax.edits import Edit, SourceText, apply
from codeflash_syntax.parse import FunctionNode, compiles, parse_module

# What swallows the markers that tests print, or comes with plugins that the project may not have.
_FIXTURES_LEFT_OUT = frozenset(
    ["capsys", "capfd", "capsysbinary", "capfdbinary", "mocker", "benchmark", "httpx_mock", "requests_mock"]
)
_MODULES_LEFT_OUT = frozenset(
    ["subprocess", "socket", "ctypes", "multiprocessing", "http", "urllib", "smtplib", "ftplib", "webbrowser"]
)
_COMMON = frozenset(["pytest", "_pytest", "pytest_asyncio"])
_CUTS = 60


def whole(text: str) -> str:
    """The longest beginning of a module that compiles and ends between statements; empty when there is none."""
    if compiles(text):
        return text
    lines = text.splitlines(keepends=True)
    starts = [
        number
        for number, line in enumerate(lines)
        if number and line[:1] not in (" ", "\t", "\n", "\r", "#", ")", "]", "}")
    ]
    for number in starts[::-1][:_CUTS]:
        part = "".join(lines[:number])
        if compiles(part):
            return part
    return ""


def cleaned(source: str, question: WantedTests) -> str:
    """Tests that can be used: they compile, import what there is, and call the function under test.

    Args:
        source: What a model wrote.
        question: What it was asked.

    Returns:
        The tests that are left, or an empty text.
    """
    source = whole(source)
    if not source:
        return ""
    source = _with_target(_without_copies(source, question), question)
    bad = _foreign_names(source, question)
    tree = parse_module(source)
    bad |= {
        name
        for node in tree.body
        for name in _defined(node)
        if not name.startswith(("test", "Test")) and _uses(node, bad)
    }
    useless = {
        name
        for name, test in tests_of(tree.body)
        if _uses(test, bad) or not _calls(source, name, question) or _swallows(test)
    }
    left = _without_imports(without(source, useless) if useless else source, question)
    return left if compiles(left) and any(True for _ in tests_of(parse_module(left).body)) else ""


def _calls(source: str, name: str, question: WantedTests) -> bool:
    """Whether a test calls the target somewhere in its own body."""
    tree = parse_module(source)
    others = {each for each, _ in tests_of(tree.body) if each != name}
    return instrument(without(source, others), question.target, question.test_module).calls > 0


def _without_copies(source: str, question: WantedTests) -> str:
    """Without definitions that stand in the way of the real one: models like to write the function down again."""
    text = SourceText(source)
    copies = [
        node
        for node in parse_module(source).body
        if isinstance(node, FunctionNode | ast.ClassDef)
        and node.name == question.target.imported
        and text.owns_lines(node)
    ]
    return apply(source, [text.remove_lines(node) for node in copies])


def _with_target(source: str, question: WantedTests) -> str:
    """With an import of the target, from its own module and not from an invented one."""
    target, text, tree = question.target, SourceText(source), parse_module(source)
    edits: list[Edit] = []
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or _is_known(node.module or "", question):
            continue
        names = {alias.name for alias in node.names}
        if target.imported in names and text.owns_lines(node):
            fixed = ast.ImportFrom(target.module, node.names, 0)
            edits.append(text.replace(node, ast.unparse(fixed)))
    source = apply(source, edits)
    tree = parse_module(source)
    scope = module_scope(tree, target)
    used = any(isinstance(node, ast.Name) and node.id == target.imported for node in ast.walk(tree))
    if used and scope.path(ast.Name(target.imported)) is None:
        line = f"from {target.module} import {target.imported}"
        source = apply(source, [SourceText(source).insert_after_imports(line)])
    return source


def _imports(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node


def _is_known(module: str, question: WantedTests) -> bool:
    """Whether a test may import a module: the standard library's, the project's own, those that the code uses."""
    top = module.partition(".")[0]
    if top in _MODULES_LEFT_OUT:
        return False
    return top in sys.stdlib_module_names | _COMMON | _modules_of(question)


def _modules_of(question: WantedTests) -> frozenset[str]:
    found = {question.target.module.partition(".")[0]}
    for block in question.files:
        if not compiles(block.text):
            continue
        for node in _imports(parse_module(block.text)):
            names = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
            found.update(name.partition(".")[0] for name in names)
    return frozenset(found - {""})


def _foreign_names(source: str, question: WantedTests) -> set[str]:
    """Names that imports bind which the project may not be able to carry out."""
    found: set[str] = set()
    for node in _imports(parse_module(source)):
        for alias in node.names:
            module = alias.name if isinstance(node, ast.Import) else node.module or "."
            if not _is_known(module, question) or (isinstance(node, ast.ImportFrom) and node.level):
                found.add(alias.asname or alias.name.partition(".")[0])
    return found


def _without_imports(source: str, question: WantedTests) -> str:
    """Without module-level imports that can't be carried out, and without helpers that need them."""
    bad = _foreign_names(source, question)
    if not bad:
        return source
    text = SourceText(source)
    edits = []
    for node in parse_module(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            kept = [
                alias for alias in node.names if (alias.asname or alias.name.partition(".")[0]) not in bad
            ]
            if len(kept) == len(node.names):
                continue
            if kept:
                edits.append(text.replace(node, ast.unparse(_with_names(node, kept))))
                continue
        elif not _uses(node, bad):
            continue
        if text.owns_lines(node):
            edits.append(text.remove_lines(node))
    return apply(source, edits)


def _with_names(node: ast.Import | ast.ImportFrom, names: list[ast.alias]) -> ast.stmt:
    return (
        ast.Import(names) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, names, node.level)
    )


def _uses(node: ast.AST, names: Iterable[str]) -> bool:
    wanted = set(names)
    return any(
        (isinstance(each, ast.Name) and each.id in wanted)
        or (
            isinstance(each, ast.Import | ast.ImportFrom)
            and any((alias.asname or alias.name.partition(".")[0]) in wanted for alias in each.names)
        )
        for each in ast.walk(node)
    )


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, FunctionNode | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (each.id for each in node.targets if isinstance(each, ast.Name))


def _swallows(test: FunctionNode) -> bool:
    return any(each.arg in _FIXTURES_LEFT_OUT for each in (*test.args.args, *test.args.kwonlyargs))
