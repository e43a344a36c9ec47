"""What can be known of a value while one text is assumed to be ASCII, and the operations on such values."""

from __future__ import annotations

import ast
import operator
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from attrs import frozen

ASCII = tuple(map(chr, range(128)))
"""Every ASCII character."""
PRINTABLE = ASCII[32:127]
"""The ASCII characters that ``str.isprintable`` accepts."""


class Undecided(Exception):
    """The assumption does not settle the value."""


@frozen
class Known:
    """A value that does not depend on the text."""

    value: object


@frozen
class Each:
    """A value for each possible character, in the order of the alphabet."""

    values: tuple[object, ...]


@frozen
class Input:
    """The text itself, or an equal one."""


@frozen
class Chars:
    """The list of the text's characters."""


@frozen
class Linear:
    """A multiple of the text's length, plus a constant."""

    factor: int
    constant: int


@frozen
class Derived:
    """What a method of the text gives, as source text."""

    expression: str


@frozen
class Index:
    """The position of a character."""


@frozen
class Mapped:
    """What an iteration over the text gives: a value per character that passes."""

    element: Known | Each | Index
    passes: bool


Value: TypeAlias = Known | Each | Input | Chars | Linear | Derived | Index | Mapped

_BINARY: dict[type[ast.AST], Callable[[Any, Any], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
_CHARACTER_DATA = {
    name: getattr(unicodedata, name)
    for name in ("east_asian_width", "combining", "category", "bidirectional", "decomposition", "mirrored")
}
_BUILTINS: dict[str, Callable[..., object]] = {
    "ord": ord,
    "chr": chr,
    "str": str,
    "int": int,
    "bool": bool,
    "abs": abs,
    "max": max,
    "min": min,
    "len": len,
    "isinstance": isinstance,
}
_SIZE_LIMIT = 10_000


def combine(function: Callable[..., object], operands: Iterable[Value]) -> Value:
    """Applies a function to known values, character by character where one depends on the character.

    Raises:
        Undecided: An operand is of another kind, or the function fails for some character.
    """
    given: list[Known | Each] = []
    for one in operands:
        if not isinstance(one, Known | Each):
            raise Undecided
        given.append(one)
    width = next((len(one.values) for one in given if isinstance(one, Each)), 0)
    try:
        if not width:
            return Known(_bounded(function(*(one.value for one in given if isinstance(one, Known)))))
        rows = [one.values if isinstance(one, Each) else (one.value,) * width for one in given]
        return uniform(Each(tuple(_bounded(function(*row)) for row in zip(*rows, strict=True))))
    except (TypeError, ValueError, KeyError, IndexError, ArithmeticError, AttributeError) as error:
        raise Undecided from error


def _bounded(value: object) -> object:
    if isinstance(value, str | bytes | list | tuple | dict) and len(value) > _SIZE_LIMIT:
        raise Undecided
    if isinstance(value, int) and value.bit_length() > _SIZE_LIMIT:
        raise Undecided
    return value


def uniform(value: Each) -> Value:
    """Turns a value that is the same for each character into a known one."""
    first = value.values[0]
    if all(type(one) is type(first) and one == first for one in value.values):
        return Known(first)
    return value


def binary(kind: type[ast.AST], left: Value, right: Value) -> Value:
    """Applies an operator.

    Raises:
        Undecided: The result is not settled.
    """
    function = _BINARY.get(kind)
    if function is None:
        raise Undecided
    if isinstance(left, Linear) or isinstance(right, Linear):
        return _linear(kind, left, right)
    if kind in {ast.LShift, ast.Mult, ast.Pow} and any(_is_large(one) for one in (left, right)):
        raise Undecided
    return combine(function, (left, right))


def _is_large(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.value, int) and not -1000 < value.value < 1000


def _linear(kind: type[ast.AST], left: Value, right: Value) -> Value:
    one, other = _as_linear(left), _as_linear(right)
    if kind is ast.Add:
        return linear(one.factor + other.factor, one.constant + other.constant)
    if kind is ast.Sub:
        return linear(one.factor - other.factor, one.constant - other.constant)
    if kind is ast.Mult and not one.factor * other.factor:
        many, plain = (one, other) if one.factor else (other, one)
        return linear(many.factor * plain.constant, many.constant * plain.constant)
    raise Undecided


def linear(factor: int, constant: int) -> Value:
    """A multiple of the length plus a constant, which is known when the length does not matter."""
    return Linear(factor, constant) if factor else Known(constant)


def _as_linear(value: Value) -> Linear:
    if isinstance(value, Linear):
        return value
    if isinstance(value, Known) and type(value.value) is int:
        return Linear(0, value.value)
    raise Undecided


def builtin_function(name: str) -> Callable[..., object] | None:
    """A builtin that may be applied to concrete values."""
    return _BUILTINS.get(name)


def character_function(module: str, name: str, alphabet: tuple[str, ...]) -> Callable[..., object] | None:
    """A function of one character that needs nothing but the character.

    The width of a control character differs between versions of wcwidth; that of a printable one is 1.
    """
    if module == "unicodedata":
        return _CHARACTER_DATA.get(name)
    if module == "wcwidth" and name == "wcwidth" and alphabet == PRINTABLE:
        return lambda character: 1
    return None
