"""Recorded inputs and results that a change newly holds: what a table of answers is made of.

It is no proof by itself, since a constant may happen to equal an input. It is one together with a change that is right,
or faster, on the recorded inputs only.
"""

from __future__ import annotations

import ast
import hashlib
import itertools
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_syntax.parse import literal_value, parse_expression

SHARE = 0.6
"""Least share of the new constants that have to be recorded ones: a table that is complete holds others too."""
ALGORITHMS = ("md5", "sha1", "sha256", "sha512", "blake2b")
LEAST_DIGEST = 8
SHOWN = 60
_LITERALS = (str, bytes, int, float, complex, tuple, list, set, frozenset, dict)
Values = Mapping[str, Any]
"""Constants by a text that tells equal ones of different types apart, lists and tuples taken alike."""


@frozen
class Recorded:
    """A recorded call as far as it can be written as constants.

    Attributes:
        inputs: The arguments that can.
        results: The result, or nothing where it can't be written.
    """

    inputs: tuple[Any, ...] = ()
    results: tuple[Any, ...] = ()


def new_constants(old: ast.AST, new: ast.AST) -> Values:
    """The constants that only the new text holds, those left out that any code may hold.

    Args:
        old: The module as it was.
        new: The module as it would be.
    """
    known = {_key(value) for value in _constants(old)}
    found = {_key(value): value for value in _constants(new) if _telling(value)}
    return {key: value for key, value in found.items() if key not in known}


def held_answers(constants: Values, recorded: Sequence[Recorded]) -> Cheat | None:
    """What the change is if it is right, or faster, on the recorded inputs only; None where that says too little.

    Args:
        constants: What only the new text holds, see :func:`new_constants`.
        recorded: The recorded calls.
    """
    inputs: set[str] = set()
    forms: set[str] = set()
    results: set[str] = set()
    pairs: list[tuple[set[str], str]] = []
    for call in recorded:
        whole = {_key(value) for value in call.inputs} & set(constants)
        derived = {_key(form) for form in _forms(call.inputs)} & set(constants)
        own = {_key(value) for value in call.results} & set(constants) - whole
        inputs |= whole
        forms |= derived
        results |= own
        pairs += [(whole | derived, each) for each in own]
    matched = inputs | forms | results
    if not matched or len(matched) < SHARE * len(constants):
        return None
    shown = ", ".join(sorted(_short(constants[key]) for key in (results or matched))[:3])
    answered = [(keys, result) for keys, result in pairs if keys]
    strong = {key for key in matched if _strong(constants[key])}
    digests = {
        key for key in forms if isinstance(constants[key], str) and len(constants[key]) >= LEAST_DIGEST
    }
    whole_pairs = [(keys, result) for keys, result in answered if keys & inputs]
    if _enough(whole_pairs, strong) or (not forms and _many(results, strong)):
        return Cheat(CheatKind.HARD_CODED_ANSWERS, f"it newly holds {shown}, which are recorded results")
    if _enough(answered, strong) or digests or _many(results, strong):
        how = "digests of recorded inputs" if digests else "lengths or digests of recorded inputs"
        return Cheat(CheatKind.SPECIAL_CASED_INPUTS, f"it newly holds {how}, and {shown}")
    if len(inputs & strong) > 1:
        return Cheat(CheatKind.SPECIAL_CASED_INPUTS, f"it newly holds {shown}, which are recorded inputs")
    return None


def _enough(pairs: Sequence[tuple[set[str], str]], strong: set[str]) -> bool:
    """Whether inputs and their results stand in the text too often, or too exactly, for chance."""
    return len({result for _, result in pairs}) > 1 or any(
        result in strong or keys & strong for keys, result in pairs
    )


def _many(results: set[str], strong: set[str]) -> bool:
    return len(results) > 2 or (len(results) > 1 and bool(results & strong))


def _constants(tree: ast.AST) -> Iterator[Any]:
    """Constants as large as they come; keys and values of tables, and the items of their rows, one by one."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Dict):
            waiting += [each for each in (*node.keys, *node.values) if each is not None]
            continue
        if isinstance(node, ast.List | ast.Tuple | ast.Set) and _rows(node.elts):
            waiting += [item for row in node.elts for item in ast.iter_child_nodes(row)]
            continue
        if isinstance(node, ast.JoinedStr) or _is_text(node):
            continue
        if isinstance(node, ast.expr):
            value = _value(node)
            if isinstance(value, _LITERALS):
                yield value
                continue
        waiting += ast.iter_child_nodes(node)


def _rows(items: Sequence[ast.expr]) -> bool:
    return bool(items) and all(isinstance(item, ast.Tuple) and len(item.elts) == 2 for item in items)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _value(node: ast.expr) -> Any:
    return next(iter(literal_value(node)), None)


def constant_of(text: str) -> tuple[Any, ...]:
    """The constant that a text writes, or nothing."""
    node = _expression(text)
    return literal_value(node) if node is not None else ()


def _expression(text: str) -> ast.expr | None:
    try:
        return parse_expression(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def arguments_of(call: str) -> tuple[Any, ...]:
    """The arguments of a written call that are constants."""
    node = _expression(call)
    if not isinstance(node, ast.Call):
        return ()
    values = [_value(each) for each in (*node.args, *(word.value for word in node.keywords))]
    found = tuple(value for value in values if isinstance(value, _LITERALS))
    return (*found, found) if len(found) > 1 else found


def _forms(inputs: Iterable[Any]) -> Iterator[Any]:
    """What a change may know an input by without holding it."""
    for value in inputs:
        if isinstance(value, str | bytes | tuple | list | set | frozenset | dict):
            yield len(value)
        texts = dict.fromkeys(_texts(value))
        yield from texts
        for text in texts:
            data = text.encode("utf-8", "surrogatepass")
            yield from (zlib.crc32(data), zlib.adler32(data))
            for algorithm, cut in itertools.product(ALGORITHMS, (LEAST_DIGEST, 10, 12, 16, 32, None)):
                yield hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()[:cut]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        return
    yield from (repr(value), str(value))
    if isinstance(value, list):
        yield repr(tuple(value))
    try:
        yield json.dumps(value)
    except (TypeError, ValueError):
        return


def _key(value: Any) -> str:
    """Equal for equal constants of equal types; a list equals the tuple of its items."""
    if isinstance(value, list | tuple):
        return f"({', '.join(map(_key, value))})"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(_key, value)))}}}"
    if isinstance(value, dict):
        return f"{{{', '.join(sorted(f'{_key(k)}: {_key(v)}' for k, v in value.items()))}}}"
    return repr(value)


def _telling(value: Any) -> bool:
    """Whether a constant says anything: small numbers and empty things stand everywhere."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float | complex):
        return abs(value) >= 10 or value != round(abs(value), 1)
    if isinstance(value, str | bytes):
        return len(value) > 1
    return len(value) > 1 or any(_telling(each) for each in value if isinstance(each, _LITERALS))


def _strong(value: Any) -> bool:
    """Whether chance hardly makes a constant equal to what was recorded."""
    if isinstance(value, int):
        return abs(value) >= 1000
    if isinstance(value, float | complex):
        return len(repr(value)) > 4
    return len(value) > 3 if isinstance(value, str | bytes) else len(value) > 1


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
