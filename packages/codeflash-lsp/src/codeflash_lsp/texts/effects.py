"""What a function may change besides what it returns, told from its text: names of its module, attributes, arguments.

Where the text does not tell, it may. Elements of a new container are not followed, nor who calls a function that writes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from attrs import define, field, frozen

from codeflash_rewrites.analysis.effects import (
    MUTATING_METHODS,
    MUTATING_PREFIXES,
    PURE_BUILTINS,
    PURE_METHODS,
)
from codeflash_rewrites.analysis.scope import bound_names, own_nodes
from codeflash_syntax.parse import FunctionNode

ARGUMENT = ""
"""Stands for whatever a function is handed."""
_BY_NAME = frozenset({"setattr", "delattr", "globals", "vars", "exec", "eval", "__dict__", "__setattr__"})
"""Words by which any attribute or name may be meant."""
_READING_MODULES = frozenset({"itertools", "json", "logging", "math", "operator", "os", "re", "statistics"})
_READING = PURE_BUILTINS | {"iter", "print", "input", "super"}
_CALLING = frozenset({"map", "filter", "reduce", "sorted", "min", "max"})
"""Builtins that hand on what they are given to a function that they are given, too."""
_SCALAR = frozenset(
    {"abs", "all", "any", "bool", "chr", "float", "format", "hash", "id", "int", "len", "ord", "repr", "str"}
)
"""Builtins whose answer shares nothing with what they are given."""
_SHARING = frozenset(
    {
        "copy",
        "difference",
        "elements",
        "get",
        "intersection",
        "items",
        "keys",
        "most_common",
        "union",
        "values",
    }
)
"""Methods that only read, and whose answer holds parts of what they read."""
_NESTED = FunctionNode | ast.Lambda | ast.ClassDef


@frozen
class Effects:
    """What a function may change.

    Attributes:
        writes: Names of the module and attributes that it may bind, change or delete, or whose value it may change.
        alters: Whether it may change what it is handed.
        hands: What it hands to functions of its own module: a name, an attribute or :data:`ARGUMENT`, and to whom.
    """

    writes: frozenset[str]
    alters: bool
    hands: frozenset[tuple[str, str]]


@frozen
class Surroundings:
    """What a text says of the names around a function.

    Attributes:
        own: The functions, methods and classes of the module, by the last part of their names.
        imported: Names that imports bind.
    """

    own: frozenset[str]
    imported: frozenset[str]


def effects_of(function: FunctionNode, around: Surroundings, *, is_method: bool) -> Effects:
    """What a function may change.

    Args:
        function: Its definition.
        around: The names around it.
        is_method: Whether its first parameter is the receiver, whose attributes are told by their names.
    """
    parameters = [each.arg for each in _parameters(function.args)]
    receiver = parameters[:1] if is_method else []
    found = _Found(around)
    roots = [*function.decorator_list, *_defaults(function.args), *function.body]
    known = {name: set() if name in receiver else {ARGUMENT} for name in parameters}
    _look(roots, known, found)
    if found.spoken & _BY_NAME:
        found.writes |= found.spoken
    alters = ARGUMENT in found.writes
    return Effects(frozenset(found.writes - {ARGUMENT}), alters, frozenset(found.hands))


def handed_outside(statements: Iterable[ast.stmt], around: Surroundings) -> frozenset[tuple[str, str]]:
    """What statements of a module hand to its functions when it is imported, as :attr:`Effects.hands`."""
    found = _Found(around)
    for statement in _outside(statements):
        _look([statement], {}, found, module=True)
    return frozenset(found.hands)


@define
class _Found:
    """What was seen so far."""

    around: Surroundings
    writes: set[str] = field(factory=set)
    hands: set[tuple[str, str]] = field(factory=set)
    spoken: set[str] = field(factory=set)


def _outside(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in statements:
        if isinstance(statement, ast.ClassDef):
            yield from _outside(statement.body)
        elif not isinstance(statement, FunctionNode):
            yield statement


def _look(roots: list[ast.AST], known: Mapping[str, set[str]], found: _Found, module: bool = False) -> None:
    """Look at one scope, and at those inside it.

    Args:
        roots: What stands in it.
        known: What the values of local names may share with what is outside, by name.
        found: Takes what is seen.
        module: Whether it is the module's own, whose names are no local ones.
    """
    nodes = list(own_nodes(*roots))
    elsewhere = {name for node in nodes if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names}
    bound = set() if module else bound_names(*roots) - elsewhere
    values = {**known, **{name: set(known.get(name, ())) for name in bound}}
    shares = _Shares(values)
    for node in nodes:
        found.spoken |= _words(node)
    pairs = [pair for node in nodes for pair in _bindings(node)]
    growing = True
    while growing:
        growing = False
        for target, value in pairs:
            names = bound_names(target) & values.keys()
            told = shares.of(value)
            for name in names:
                growing |= not told <= values[name]
                values[name] |= told
    for node in nodes:
        _see(node, shares, found)
    for node in nodes:
        if isinstance(node, _NESTED):
            _look_inside(node, values, found)


def _look_inside(node: ast.AST, values: Mapping[str, set[str]], found: _Found) -> None:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            inside: list[ast.AST] = [*node.decorator_list, *_defaults(node.args), *node.body]
        case ast.Lambda():
            inside = [*_defaults(node.args), node.body]
        case ast.ClassDef():
            return _look([*node.decorator_list, *node.bases, *node.body], values, found)
        case _:
            return None
    own: dict[str, set[str]] = {each.arg: set() for each in _parameters(node.args)}
    return _look(inside, {**values, **own}, found)


@frozen
class _Shares:
    """What the value of an expression may share with what is outside the function.

    Attributes:
        values: The same of the local names.
    """

    values: Mapping[str, set[str]]

    def of(self, node: ast.AST | None) -> set[str]:
        """Names and attributes whose value it may be, or be a part of."""
        match node:
            case None | ast.Constant() | ast.Compare() | ast.UnaryOp() | ast.BinOp() | ast.JoinedStr():
                return set()  # a new value
            case ast.Name(id=name):
                return set(self.values[name]) if name in self.values else {name}
            case ast.Attribute(value=value, attr=name):
                return {name} | self.of(value)
            case ast.Subscript(value=value) | ast.Starred(value=value):
                return self.of(value)
            case ast.Call(func=ast.Name(id=name)) if name in _SCALAR and name not in self.values:
                return set()
            case ast.Call(func=ast.Name(id=name), args=args) if name in _READING and name not in self.values:
                return set().union(*(self.of(each) for each in args)) if args else set()
            case ast.Call(func=ast.Attribute(attr=name)) if name in PURE_METHODS - _SHARING:
                return set()
            case ast.Call(func=ast.Attribute(value=value)):
                return self.of(value) | self._of_all([*node.args, *(one.value for one in node.keywords)])
            case ast.Lambda():
                return set()  # it is looked at as a scope of its own
        return self._of_all(ast.iter_child_nodes(node))

    def _of_all(self, nodes: Iterable[ast.AST]) -> set[str]:
        return {name for each in nodes for name in self.of(each)}


def _bindings(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
        ):
            yield target, value
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            yield node.target, node.iter
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
            yield target, value
        case ast.Match(subject=value, cases=cases):
            yield from ((case.pattern, value) for case in cases)


def _see(node: ast.AST, shares: _Shares, found: _Found) -> None:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if name not in shares.values:
            found.writes.add(name)
        case ast.Attribute(ctx=ast.Store() | ast.Del()):
            found.writes |= shares.of(node)
        case ast.Subscript(ctx=ast.Store() | ast.Del(), value=value):
            found.writes |= shares.of(value)
        case ast.AugAssign(target=ast.Name(id=name)):
            found.writes |= shares.values.get(name, {name})
        case ast.Call():
            _see_call(node, shares, found)


def _see_call(call: ast.Call, shares: _Shares, found: _Found) -> None:
    root = _root(call.func)
    foreign = root in found.around.imported and root not in shares.values
    given = [*call.args, *(one.value for one in call.keywords)]
    told = {name for each in given for name in shares.of(each)}
    match call.func:
        case ast.Name(id=name):
            if name in shares.values:
                found.writes |= told
                return
            if name in _READING or name in _CALLING:
                if name in _CALLING:
                    _hand(told, [each.id for each in given if isinstance(each, ast.Name)], found)
                return
        case ast.Attribute(value=value, attr=name):
            if name in PURE_METHODS and not foreign:
                return
            changes = name in MUTATING_METHODS or name.startswith(MUTATING_PREFIXES)
            if changes or not (foreign or name in found.around.own):
                found.writes |= shares.of(value)
            if changes or (foreign and root in _READING_MODULES):
                return
        case _:
            found.writes |= told
            return
    if name in found.around.own and not foreign:
        _hand(told, [name], found)
    else:
        found.writes |= told


def _hand(told: set[str], names: Iterable[str], found: _Found) -> None:
    found.hands |= {(what, name) for what in told for name in names if name in found.around.own}


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _words(node: ast.AST) -> set[str]:
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word):
            return {word}
        case ast.Constant(value=str(word)):
            return {word}
    return set()


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    packed = [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *packed]


def _defaults(arguments: ast.arguments) -> list[ast.AST]:
    return [each for each in (*arguments.defaults, *arguments.kw_defaults) if each is not None]
