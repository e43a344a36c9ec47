"""What the arguments of the observed calls look like: types, lengths, element types, hashability."""

from __future__ import annotations

import inspect
import itertools
import statistics
import types
from collections import Counter
from typing import Any, Dict, List, Optional, Tuple

from codeflash_worker import trampoline

LOOKED_AT = 16
"""Elements of a container that are looked at."""
KEPT_NAMES = 12
CONTAINERS = (list, tuple, set, frozenset, dict)
SIZED = (str, bytes, bytearray, list, tuple, set, frozenset, dict, range)


def type_name(value: Any) -> str:
    """The qualified name of a value's type, such as ``builtins.list``."""
    kind = type(value)
    return "%s.%s" % (kind.__module__, kind.__qualname__)


def length(value: Any) -> Optional[int]:
    """The number of elements, or None where there is none; arrays count all their elements."""
    if isinstance(value, SIZED):
        return len(value)
    count = getattr(type(value), "__len__", None)
    if count is None or isinstance(value, type):
        return None
    elements = getattr(value, "size", None)
    if type(elements) is int:
        return elements
    try:
        return int(count(value))
    except Exception:
        return None


def size(args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Optional[int]:
    """How large a call's input is: the lengths of its arguments together, else its largest integer."""
    values = [*args, *kwargs.values()]
    lengths = [_extent(value) for value in values]
    known = [extent for extent in lengths if extent is not None]
    if known:
        return sum(known)
    numbers = [abs(value) for value in values if type(value) is int]
    return min(max(numbers), 2**53) if numbers else None


def _extent(value: Any) -> Optional[int]:
    """A value's length; that of an object without one is the length of what it holds."""
    own = length(value)
    if own is not None:
        return own
    attributes = getattr(value, "__dict__", None)
    if not isinstance(attributes, dict) or isinstance(value, (type, types.ModuleType, types.FunctionType)):
        return None
    held = [length(held) for held in itertools.islice(attributes.values(), 64)]
    known = [extent for extent in held if extent is not None]
    return sum(known) if known else None


class _Parameter:
    def __init__(self) -> None:
        self.types: Counter[str] = Counter()
        self.elements: Counter[str] = Counter()
        self.lengths: List[int] = []
        self.hashable: Optional[bool] = None

    def see(self, value: Any) -> None:
        self.types[type_name(value)] += 1
        extent = length(value)
        if extent is not None:
            self.lengths.append(extent)
        if isinstance(value, CONTAINERS):
            for element in itertools.islice(value, LOOKED_AT):
                self.elements[type_name(element)] += 1
                self.hashable = self.hashable is not False and _hashable(element)

    def told(self) -> Dict[str, Any]:
        spread = None
        if self.lengths:
            spread = [min(self.lengths), int(statistics.median(self.lengths)), max(self.lengths)]
        return {
            "types": [name for name, _ in self.types.most_common(KEPT_NAMES)],
            "lengths": spread,
            "element_types": [name for name, _ in self.elements.most_common(KEPT_NAMES)],
            "hashable": self.hashable,
        }


class Facts:
    """Gathers what is seen of one function's parameters."""

    def __init__(self, function: types.FunctionType) -> None:
        bottom: Any = inspect.unwrap(function)
        code = bottom.__code__ if isinstance(bottom, types.FunctionType) else function.__code__
        self._positional, self._keywords, self._star, self._double = trampoline.parameters(code)
        self._parameters: Dict[str, _Parameter] = {}

    def see(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> None:
        """Note the arguments of one call."""
        for index, value in enumerate(args):
            self._note(self._positional[index] if index < len(self._positional) else self._star, value)
        named = (*self._positional, *self._keywords)
        for name, value in kwargs.items():
            self._note(name if name in named else self._double, value)

    def _note(self, name: str, value: Any) -> None:
        if name:
            self._parameters.setdefault(name, _Parameter()).see(value)

    def told(self) -> Dict[str, Any]:
        """Per parameter, types and element types (most frequent first), lengths (least, median, most)."""
        return {name: parameter.told() for name, parameter in self._parameters.items()}


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except Exception:
        return False
    return True
