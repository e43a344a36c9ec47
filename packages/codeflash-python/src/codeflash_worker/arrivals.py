"""Tells when a file is imported, under whatever module name, and when it is reloaded."""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec
from typing import Any, Callable, Dict, Optional

Callback = Callable[[Any], None]


class _Announcing:
    """A loader that calls back when the module has run; it takes itself out of the way then."""

    def __init__(self, loader: Any, callback: Callback) -> None:
        self._loader = loader
        self._callback = callback

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__loader__ = self._loader
        if getattr(module, "__spec__", None) is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._callback(module)


class Arrivals:
    """A finder for ``sys.meta_path`` that asks the others and watches what they find."""

    def __init__(self) -> None:
        self._wanted: Dict[str, Callback] = {}

    def watch(self, path: str, callback: Callback) -> None:
        """Call ``callback(module)`` whenever the file at ``path`` has been executed as a module."""
        self._wanted[os.path.realpath(path)] = callback
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """Watch no more."""
        self._wanted.clear()
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        """What the other finders find; its loader announces the files that are watched."""
        for finder in list(sys.meta_path):
            find = None if finder is self else getattr(finder, "find_spec", None)
            spec: Optional[ModuleSpec] = find(fullname, path, target) if find else None
            if spec is None:
                continue
            callback = self._wanted.get(os.path.realpath(spec.origin)) if spec.origin else None
            if callback is None or not hasattr(spec.loader, "exec_module"):
                # Left to the finder itself, which comes next and may do more than we see.
                return spec
            spec.loader = _Announcing(spec.loader, callback)  # type: ignore[assignment]
            return spec
        return None
