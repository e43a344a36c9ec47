"""What a function that the module defines does with the objects it is called with."""

from __future__ import annotations

import ast

from codeflash_rewrites.analysis.effects import PURE_METHODS
from codeflash_rewrites.analysis.top_level import functions_by_name, origins_of_members
from codeflash_rewrites.analysis.uses import READING_KINDS, Use, classify
from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import walked
from codeflash_syntax.parse import FunctionNode

_READING_MODULES = frozenset({"itertools", "math", "operator", "bisect"})
_DEPTH = 3


def only_reads(subject: Subject, call: ast.Call, argument: ast.expr, depth: int = _DEPTH) -> bool:
    """Whether a call by name neither changes nor keeps an argument, as far as the called function's text tells.

    Args:
        subject: The function in its module.
        call: The call.
        argument: One of its arguments, as it stands there.
        depth: How many calls deep functions are looked into.
    """
    if not isinstance(call.func, ast.Name):
        return False
    if _comes_from(subject, call.func.id) in _READING_MODULES:
        return True
    function = _function(subject, call.func.id)
    name = _parameter(function, call, argument) if function is not None else ""
    if function is None or not name or depth == 0:
        return False
    mentions = [node for node in walked(function) if isinstance(node, ast.Name) and node.id == name]
    return all(_is_reading(subject, classify(subject, node), depth) for node in mentions)


def _is_reading(subject: Subject, use: Use, depth: int) -> bool:
    if use.kind == "call":
        return use.detail in PURE_METHODS
    if use.kind == "argument" and isinstance(use.node, ast.Call):
        return only_reads(subject, use.node, use.name, depth - 1)
    return use.kind in READING_KINDS


def _comes_from(subject: Subject, name: str) -> str:
    """The module that a name is imported from by the one top-level statement that binds it."""
    found = origins_of_members(subject.module).get(name, ())
    return found[0] if len(found) == 1 else ""


def _function(subject: Subject, name: str) -> FunctionNode | None:
    """The one function of the module, or inside the subject's function, that a name means."""
    inside = [node for node in subject.function.body if isinstance(node, FunctionNode) and node.name == name]
    found = [*functions_by_name(subject.module).get(name, ()), *inside]
    return found[0] if len(found) == 1 and not found[0].decorator_list else None


def _parameter(function: FunctionNode, call: ast.Call, argument: ast.expr) -> str:
    """The parameter that an argument becomes; empty where that is not plain."""
    if any(isinstance(one, ast.Starred) for one in call.args):
        return ""
    for keyword in call.keywords:
        if keyword.value is argument:
            return keyword.arg or ""
    positional = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    place = next((index for index, one in enumerate(call.args) if one is argument), len(positional))
    return positional[place] if place < len(positional) else ""
