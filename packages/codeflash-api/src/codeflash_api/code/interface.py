"""Whether a version of a module still offers what the original does."""

from __future__ import annotations

import ast
from functools import lru_cache

from attrs import frozen

from codeflash_syntax.nodes import walked
from codeflash_syntax.parse import FunctionSite, SyntaxProblem, functions, parse_module
from codeflash_syntax.signature import interface

REMEMBERED = 60_000
"""Characters of an original up to which what it offers is remembered."""


@frozen
class _Offer:
    """A function as its callers see it; annotations and docstrings may be written otherwise."""

    is_async: bool
    is_generator: bool
    parameters: str
    decorators: frozenset[str]


def keeps_interface(original: str, version: str) -> bool:
    """Whether every name that others may use is still there, functions with the same parameters and kind.

    Functions in functions are nobody else's. A private function may go as long as the module has a public one, but
    may not change its parameters.

    Args:
        original: Text that parses.
        version: Text that parses.
    """
    try:
        old_offers, old_names = _seen(original) if len(original) > REMEMBERED else _remembered(original)
        new = parse_module(version)
        new_offers = _offers(new, version)
    except (SyntaxProblem, RecursionError):
        return False
    has_public = any(_is_public(name) for name in old_offers)
    for name, offer in old_offers.items():
        other = new_offers.get(name)
        if other is None:
            if has_public and not _is_public(name):
                continue
            return False
        if not _same(offer, other):
            return False
    return old_names <= _bound(new)


def _seen(original: str) -> tuple[dict[str, _Offer], set[str]]:
    module = parse_module(original)
    return _offers(module, original), _public_names(module)


# All candidates are compared with the same original.
_remembered = lru_cache(maxsize=64)(_seen)


def _same(old: _Offer, new: _Offer) -> bool:
    return (old.is_async, old.is_generator, old.parameters) == (
        new.is_async,
        new.is_generator,
        new.parameters,
    ) and old.decorators <= new.decorators


def _offers(module: ast.Module, source: str) -> dict[str, _Offer]:
    found: dict[str, _Offer] = {}
    for site in functions(module):
        if all(isinstance(owner, ast.ClassDef) for owner in site.owners):
            found[site.qualname] = _offer(site, source)
    return found


def _offer(site: FunctionSite, source: str) -> _Offer:
    seen = interface(site.node, source)
    return _Offer(seen.is_async, seen.is_generator, _parameters(site.node.args), frozenset(seen.decorators))


def _parameters(arguments: ast.arguments) -> str:
    """Names, kinds and defaults, without annotations."""
    names = [
        [each.arg for each in part] for part in (arguments.posonlyargs, arguments.args, arguments.kwonlyargs)
    ]
    stars = [each.arg if each else None for each in (arguments.vararg, arguments.kwarg)]
    defaults = [ast.dump(each) if each else None for each in (*arguments.defaults, *arguments.kw_defaults)]
    return repr((names, stars, defaults))


def _is_public(qualname: str) -> bool:
    return all(
        not part.startswith("_") or (part.startswith("__") and part.endswith("__"))
        for part in qualname.split(".")
    )


def _public_names(module: ast.Module) -> set[str]:
    """Names of classes and of what is assigned at the module's top level."""
    found: set[str] = set()
    for statement in module.body:
        if isinstance(statement, ast.ClassDef):
            found.add(statement.name)
        elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
            found |= _stored(statement)
    return {name for name in found if _is_public(name)}


def _bound(module: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in walked(module):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


def _stored(statement: ast.stmt) -> set[str]:
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
