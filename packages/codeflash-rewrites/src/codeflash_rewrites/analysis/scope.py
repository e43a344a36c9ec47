"""Names of a function: where each is bound, read, and captured."""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Iterator
from functools import cached_property
from typing import TypeVar, get_args

from attrs import frozen

from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import Kinds, children, kept, walked
from codeflash_syntax.parse import FunctionNode
from codeflash_syntax.parsed import Parsed
from codeflash_syntax.signature import parameter_names

N = TypeVar("N", bound=ast.AST)

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_NAMED = FunctionNode | ast.ClassDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar
_NESTED = FunctionNode | ast.Lambda | ast.ClassDef
_NESTED_KINDS = frozenset(get_args(_NESTED))
_BINDING_KINDS = frozenset({ast.Name, *get_args(_NAMED), ast.MatchMapping, ast.alias})


def scope_of(subject: Subject) -> Scope:
    """The names of the subject's function, worked out once."""
    if "scope" not in subject.memo:
        subject.memo["scope"] = Scope(subject.parsed, subject.function)
    scope: Scope = subject.memo["scope"]
    return scope


def own_nodes(*roots: ast.AST) -> Iterator[ast.AST]:
    """Yields the nodes below the roots, and the roots, in the order of the text.

    Nested functions, lambdas and classes are yielded and not entered; comprehensions are entered.
    """
    waiting = list(reversed(roots))
    while waiting:
        node = waiting.pop()
        yield node
        if type(node) not in _NESTED_KINDS:
            waiting += children(node)[::-1]


def bound_names(*roots: ast.AST) -> set[str]:
    """The names bound anywhere below the roots, in comprehensions too but not in nested functions."""
    names: set[str] = set()
    for node in own_nodes(*roots):
        if type(node) not in _BINDING_KINDS:
            continue
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                names.add(node.id)
        elif isinstance(node, _NAMED) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
    return names


@kept
def bound_in_function(function: FunctionNode) -> frozenset[str]:
    """The names that a function's own statements bind, parameters left out."""
    return frozenset(bound_names(*function.body))


# Every function of a module asks.
@kept
def bound_in_module(module: ast.Module) -> frozenset[str]:
    """The names that the module's own statements bind."""
    return frozenset(bound_names(*module.body))


def read_names(*roots: ast.AST) -> set[str]:
    """The names read anywhere below the roots, in nested functions too."""
    return {
        node.id
        for root in roots
        for node in walked(root)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


@frozen(slots=False)
class Scope:
    """The names of one function."""

    parsed: Parsed
    """The module.

    Not the subject: that remembers this value, and both, with all that was parsed, would wait for the garbage collector.
    """
    function: FunctionNode
    """The function."""

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the body, those of nested functions left out."""
        return tuple(own_nodes(*self.function.body))

    def of(self, *kinds: type[N]) -> list[N]:
        """Those of the nodes that are of any of the given kinds, in the order of the text."""
        return self._kinds.of(*kinds)

    @cached_property
    def _kinds(self) -> Kinds:
        return Kinds(self.nodes)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The parameters in the order of the signature."""
        return parameter_names(self.function)

    @cached_property
    def outer(self) -> frozenset[str]:
        """The names declared ``global`` or ``nonlocal``."""
        declared: list[ast.Global | ast.Nonlocal] = [*self.of(ast.Global), *self.of(ast.Nonlocal)]
        return frozenset(name for node in declared for name in node.names)

    @cached_property
    def locals(self) -> frozenset[str]:
        """Parameters and names bound in the function."""
        return (frozenset(self.parameters) | bound_in_function(self.function)) - self.outer

    @cached_property
    def captured(self) -> frozenset[str]:
        """Names that nested functions, lambdas and classes mention."""
        return frozenset(
            part.id for node in self.of(*_NESTED_KINDS) for part in walked(node) if isinstance(part, ast.Name)
        )

    @cached_property
    def _mentions(self) -> dict[str, list[ast.Name]]:
        mentions: dict[str, list[ast.Name]] = {}
        for node in self.of(ast.Name):
            if not self._is_comprehension_variable(node):
                mentions.setdefault(node.id, []).append(node)
        return mentions

    def uses(self, name: str) -> list[ast.Name]:
        """Every mention of a local in the order of the text, but for comprehension variables of that name."""
        return self._mentions.get(name, [])

    def stores(self, name: str) -> list[ast.Name]:
        """Where a local is bound or deleted by a plain name."""
        return [node for node in self.uses(name) if not isinstance(node.ctx, ast.Load)]

    def loads(self, name: str) -> list[ast.Name]:
        """Where a local is read."""
        return [node for node in self.uses(name) if isinstance(node.ctx, ast.Load)]

    def definitions(self, name: str) -> list[ast.expr] | None:
        """The expressions assigned to a local, or None where it is bound in any other way."""
        if name in self.parameters or name in self.outer:
            return None
        values: list[ast.expr] = []
        for node in self.stores(name):
            parent = self.parsed.parents[node]
            whole = not isinstance(parent, ast.Assign) or node in parent.targets
            value = parent.value if isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr) else None
            if value is None or not whole:
                return None
            values.append(value)
        return values

    def is_simple_local(self, name: str) -> bool:
        """Whether a name is a local that no nested function can see and no caller hands in."""
        return name in self.locals and name not in self.captured and name not in self.parameters

    def fresh(self, *wishes: str) -> str:
        """The first of the wished names, else the last one numbered, that nothing in the module uses."""
        for wish in (*wishes, *(f"{wishes[-1]}_{number}" for number in range(2, 1000))):
            if wish not in self._taken and not keyword.iskeyword(wish):
                return wish
        raise ValueError(f"no free name like {wishes[-1]}")

    @cached_property
    def _taken(self) -> frozenset[str]:
        names = set(dir(builtins)) | bound_in_module(self.parsed.module)
        names |= self.locals | self.parsed.declared_global
        for node in walked(self.function):
            if isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
        return frozenset(names)

    def _is_comprehension_variable(self, node: ast.Name) -> bool:
        child: ast.AST = node
        while (parent := self.parsed.parents[child]) is not self.function:
            if isinstance(parent, Comprehension):
                first = parent.generators[0]
                targets = bound_targets(parent)
                outside = (
                    isinstance(child, ast.comprehension) and child is first and _within(node, first.iter)
                )
                walrus = isinstance(self.parsed.parents[node], ast.NamedExpr) and not isinstance(
                    node.ctx, ast.Load
                )
                if node.id in targets and not outside and not walrus:
                    return True
            child = parent
        return False


def bound_targets(comprehension: Comprehension) -> set[str]:
    """The variables of a comprehension."""
    return {
        node.id
        for generator in comprehension.generators
        for node in walked(generator.target)
        if isinstance(node, ast.Name)
    }


def _within(node: ast.AST, root: ast.AST) -> bool:
    return any(part is node for part in walked(root))
