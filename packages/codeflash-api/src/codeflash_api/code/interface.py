"""Whether a version of a module still offers what the original does."""

from __future__ import annotations

import ast

from attrs import frozen

from codeflash_syntax.nodes import walked
from codeflash_syntax.parse import FunctionSite, SyntaxProblem
from codeflash_syntax.parsed import Parsed
from codeflash_syntax.recent import Recent
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


def keeps_interface(original: Parsed, version: Parsed) -> bool:
    """Whether every name that others may use is still there, functions with the same parameters and kind.

    Functions in functions are nobody else's. A private function may go as long as the module has a public one, but
    may not change its parameters.

    Args:
        original: A module that parses.
        version: What became of it.
    """
    try:
        old_offers, old_names = _seen(original)
        new_offers = _offers(version)
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
    return not old_names or old_names <= _bound(version.module)


def _seen(original: Parsed) -> tuple[dict[str, _Offer], set[str]]:
    if len(original.source) > REMEMBERED:
        return _offers(original), _public_names(original.module)
    return _SEEN.get(original.source, lambda: (_offers(original), _public_names(original.module)))


# All candidates are compared with the same original.
_SEEN: Recent[str, tuple[dict[str, _Offer], set[str]]] = Recent(64)


def _same(old: _Offer, new: _Offer) -> bool:
    return (old.is_async, old.is_generator, old.parameters) == (
        new.is_async,
        new.is_generator,
        new.parameters,
    ) and old.decorators <= new.decorators


def _offers(parsed: Parsed) -> dict[str, _Offer]:
    return {
        site.qualname: _offer(site, parsed.source)
        for site in parsed.sites
        if all(isinstance(owner, ast.ClassDef) for owner in site.owners)
    }


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
