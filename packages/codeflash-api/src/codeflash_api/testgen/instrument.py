"""Turns readable tests into the two files that a client runs: one records behaviour, one records time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from attrs import frozen

from codeflash_api.testgen.names import Match, Scope, inner_scope, module_scope
from codeflash_api.testgen.preamble import WATCH, preamble
from codeflash_api.testgen.target import Target
from codeflash_syntax.parse import FunctionNode, blocks_of, parse_expression, parse_module

LINE_VARIABLE = "CODEFLASH_CURRENT_LINE_ID"
# The client places timings beside statements of these blocks, and of no others.
_NUMBERED_BLOCKS = (ast.With, ast.For, ast.While, ast.If)
# Callables that call what they are given.
_PASSED_ON = frozenset(
    [
        "apply",
        "filter",
        "map",
        "partial",
        "raises",
        "reduce",
        "starmap",
        "submit",
        "to_thread",
        "run_in_executor",
    ]
)
_LEFT_ALONE = frozenset(["send", "throw", "close", "gi_frame", "gi_running", "isgenerator", "GeneratorType"])


@frozen
class Instrumented:
    """The two forms of a test file.

    Attributes:
        behavior: Records arguments and results.
        performance: Records durations.
        calls: Places at which the target is called, or may be.
    """

    behavior: str
    performance: str
    calls: int


def instrument(source: str, target: Target, test_module_path: str) -> Instrumented:
    """Instrument a test file.

    Args:
        source: The readable tests.
        target: The function under test.
        test_module_path: Name of the test module, as it stands in the client's request.

    Raises:
        SyntaxProblem: The tests do not parse.
    """
    tree = parse_module(source)
    try:
        return _instrumented(copy.deepcopy(tree), target, test_module_path, format_strings=True)
    except ValueError:
        # Before Python 3.12 an f-string cannot hold every expression: the calls inside stay as they are.
        return _instrumented(tree, target, test_module_path, format_strings=False)


def is_test(node: ast.stmt) -> bool:
    """Whether pytest collects a function by its name."""
    return isinstance(node, FunctionNode) and node.name.startswith("test")


def is_test_class(node: ast.stmt) -> bool:
    """Whether pytest collects a class: by its name, or because it is a ``TestCase``."""
    return isinstance(node, ast.ClassDef) and (
        node.name.startswith("Test") or any(ast.unparse(each).endswith("TestCase") for each in node.bases)
    )


def tests_of(body: list[ast.stmt], classes: tuple[str, ...] = ()) -> Iterator[tuple[str, FunctionNode]]:
    """The test functions of a module with their dotted names."""
    for node in body:
        if isinstance(node, FunctionNode) and is_test(node):
            yield ".".join((*classes, node.name)), node
        elif isinstance(node, ast.ClassDef) and is_test_class(node):
            yield from tests_of(node.body, (*classes, node.name))


def _instrumented(
    tree: ast.Module, target: Target, test_module_path: str, *, format_strings: bool
) -> Instrumented:
    scope = module_scope(tree, target)
    drained = not any(isinstance(node, ast.Attribute) and node.attr in _LEFT_ALONE for node in ast.walk(tree))
    calls = 0
    for name, test in [*tests_of(tree.body)]:
        calls += _Test(name, target, format_strings).watch(test, scope)
        if isinstance(test, ast.AsyncFunctionDef) and not _is_marked(test):
            test.decorator_list.insert(0, _expression("pytest.mark.asyncio"))
            _import(tree, "pytest")
    if target.is_async:
        _import(tree, "os")
        text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        return Instrumented(text, text, calls)
    start = _first_ordinary(tree)
    head, rest = ast.Module(tree.body[:start], []), ast.Module(tree.body[start:], [])
    first = f"{ast.unparse(head)}\n\n" if head.body else ""
    last = f"\n{ast.unparse(ast.fix_missing_locations(rest))}\n"
    behavior, performance = (
        first + preamble(target, test_module_path, behavior=each, drained=drained) + last
        for each in (True, False)
    )
    return Instrumented(behavior, performance, calls)


def _first_ordinary(tree: ast.Module) -> int:
    """Index of the first statement that need not come first (docstring and future imports must)."""
    for index, node in enumerate(tree.body):
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and index == 0
        if not text and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            return index
    return len(tree.body)


def _import(tree: ast.Module, module: str) -> None:
    for node in tree.body:
        if isinstance(node, ast.Import) and any(a.name == module and not a.asname for a in node.names):
            return
    tree.body.insert(_first_ordinary(tree), ast.Import([ast.alias(module)]))


def _expression(text: str) -> ast.expr:
    return parse_expression(text)


def _is_marked(test: FunctionNode) -> bool:
    return any("asyncio" in ast.unparse(each) or "anyio" in ast.unparse(each) for each in test.decorator_list)


class _Test:
    """Instruments one test function."""

    def __init__(self, name: str, target: Target, format_strings: bool) -> None:
        self._name = name
        self._target = target
        self._format_strings = format_strings
        self._calls = 0

    def watch(self, test: FunctionNode, outer: Scope) -> int:
        """Instrument the body in place; return how many calls were found."""
        scope = inner_scope(test, outer, self._target)
        body: list[ast.stmt] = []
        for index, statement in enumerate(test.body):
            line = str(index)
            if isinstance(statement, _NUMBERED_BLOCKS):
                own: list[ast.stmt] = []
                for number, each in enumerate(statement.body):
                    own += self._statement(each, f"{line}_{number}", scope)
                statement.body = []
                outside = self._statement(statement, line, scope)
                statement.body = own
                body += outside
            else:
                body += self._statement(statement, line, scope)
        test.body = body
        return self._calls

    def _statement(self, statement: ast.stmt, line: str, scope: Scope) -> list[ast.stmt]:
        """One statement as it stands in the instrumented test: itself, after what goes before it."""
        inside = inner_scope(statement, scope, self._target) if isinstance(statement, FunctionNode) else scope
        blocks = [(block, [*block]) for block in blocks_of(statement)]
        for block, _ in blocks:
            block.clear()
        # What is left are the statement's own expressions: a header, or all of a simple statement.
        visitor = _Calls(self._target, self._name, line, scope, self._format_strings)
        visitor.generic_visit(statement)
        own = visitor.calls
        for block, statements in blocks:
            for each in statements:
                block += self._statement(each, line, inside)
        self._calls += own
        if self._target.is_async and own:
            return [parse_module(f"os.environ[{LINE_VARIABLE!r}] = {line!r}").body[0], statement]
        return [statement]


class _Calls(ast.NodeTransformer):
    """Puts the watch around calls of the target in one statement's own expressions."""

    def __init__(self, target: Target, test: str, line: str, scope: Scope, format_strings: bool) -> None:
        self._target = target
        self._where = [ast.Constant(test), ast.Constant(line)]
        self._scope = scope
        self._format_strings = format_strings
        self.calls = 0

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match = self._scope.match(node.func, self._target)
        passed = [] if match else [each for each in node.args if self._is_passed(node, each)]
        self.generic_visit(node)
        if match:
            node.func = self._watched(node.func, match)
        node.args = [self._watched(each, "certain") if each in passed else each for each in node.args]
        for keyword in node.keywords:
            if keyword.arg == "key" and self._scope.match(keyword.value, self._target) == "certain":
                keyword.value = self._watched(keyword.value, "certain")
        return node

    def _is_passed(self, call: ast.Call, argument: ast.expr) -> bool:
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        return name in _PASSED_ON and self._scope.match(argument, self._target) == "certain"

    def _watched(self, function: ast.expr, match: Match) -> ast.expr:
        self.calls += 1
        if self._target.is_async:
            return function
        doubt = [] if match == "certain" else [ast.Constant(False)]
        return ast.Call(ast.Name(WATCH, ast.Load()), [*self._where, function, *doubt], [])

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return self.generic_visit(node) if self._format_strings else node

    def _inside(self, node: ast.AST) -> ast.AST:
        outer = self._scope
        self._scope = inner_scope(node, outer, self._target)
        try:
            return self.generic_visit(node)
        finally:
            self._scope = outer

    visit_Lambda = visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _inside  # noqa: N815
