"""What a function reads from outside of itself: data of modules and classes, and variables of the environment.

Followed through the project's own functions that it calls, by the names in their code. Nothing is run.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
import types
from typing import Any, Dict, Iterator, List, Set, Tuple

from codeflash_worker.surroundings import is_data
from codeflash_worker.twin import names_used

MOST_FUNCTIONS = 200
"""Most functions that are followed."""

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,}\Z")
_ASKS = ("environ", "getenv", "environb")


class Reads:
    """What one function reads.

    Attributes:
        data: Module and dotted name in it, in the order met.
        variables: Names of environment variables.
        attributes: Every name that is used as an attribute or a global.
    """

    def __init__(self, function: Any, owner: Any, root: str) -> None:
        self.data: List[Tuple[str, str]] = []
        self.variables: List[str] = []
        self.attributes: Set[str] = set()
        self._root = os.path.realpath(root) + os.sep
        self._seen: Set[types.CodeType] = set()
        self._waiting: List[types.FunctionType] = [inspect.unwrap(function)]
        self._owners: List[Any] = [owner] if isinstance(owner, type) else []
        while self._waiting and len(self._seen) < MOST_FUNCTIONS:
            self._follow(self._waiting.pop(0))

    def _follow(self, function: types.FunctionType) -> None:
        if function.__code__ in self._seen:
            return
        self._seen.add(function.__code__)
        namespace = function.__globals__
        names = names_used(function.__code__)
        self.attributes.update(names)
        classes = [each for each in namespace.values() if isinstance(each, type) and self.is_ours(each)]
        for name in names:
            if name in namespace:
                self._global(namespace, name, names)
            for owner in (*self._owners, *classes):
                self._member(owner, name)
        if any(name in names for name in _ASKS):
            texts = [text for text in _texts(function.__code__) if _VARIABLE.match(text)]
            self.variables += [text for text in texts if text not in self.variables]

    def _global(self, namespace: Dict[str, Any], name: str, names: Dict[str, None]) -> None:
        value = namespace[name]
        if isinstance(value, types.ModuleType):
            if self.is_ours(value):
                inside = vars(value)
                for each in names:
                    if each in inside:
                        self._found(value.__name__, each, inside[each])
            return
        self._found(namespace.get("__name__", ""), name, value)

    def _member(self, owner: Any, name: str) -> None:
        for base in owner.__mro__:
            if name in vars(base) and self.is_ours(base):
                value = vars(base)[name]
                value = getattr(value, "fget", None) or getattr(value, "__func__", value)
                self._found(base.__module__, "%s.%s" % (base.__qualname__, name), value)
                return

    def _found(self, module: str, name: str, value: Any) -> None:
        function = inspect.unwrap(value) if callable(value) and not isinstance(value, type) else None
        if isinstance(function, types.FunctionType):
            if self._is_inside(function.__code__.co_filename):
                self._waiting.append(function)
        elif isinstance(value, type):
            made = [vars(value).get(each) for each in ("__init__", "__new__", "__call__")]
            self._waiting += [each for each in made if isinstance(each, types.FunctionType)]
        elif is_data(value) and not name.rpartition(".")[2].startswith("__"):
            self._keep(module, name)

    def _keep(self, module: str, name: str) -> None:
        if (module, name) not in self.data and module in sys.modules:
            self.data.append((module, name))

    def is_ours(self, thing: Any) -> bool:
        """Whether a module or class is of the project."""
        module = thing if isinstance(thing, types.ModuleType) else sys.modules.get(thing.__module__)
        return self._is_inside(getattr(module, "__file__", None) or "")

    def _is_inside(self, file: str) -> bool:
        return os.path.realpath(file).startswith(self._root) if file else False


def _texts(code: types.CodeType) -> Iterator[str]:
    for constant in code.co_consts:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, types.CodeType):
            yield from _texts(constant)
