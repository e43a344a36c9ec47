"""Prepares the process: import path, scratch folder, seeds, and the modules that later requests need."""

from __future__ import annotations

import importlib
import os
import random
import sys
from typing import Any, Dict, List, Tuple

from codeflash_worker.state import State

PROBED = ("pytest", "hypothesis", "cloudpickle", "numpy", "pandas")


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Set the process up.

    The request holds ``root``, ``roots`` (folders for the front of the import path), ``vendor`` (a folder
    appended to the path for packages that the target lacks), ``scratch``, ``preload`` (requests whose
    modules are imported now, before any foreign code) and ``features`` (whether the versions of packages that
    matter are wanted: looking for them costs more than all the rest of a start).
    """
    del blobs
    state.root = request["root"]
    state.scratch = request.get("scratch") or os.environ.get("TMPDIR", "/tmp")
    state.roots = [root for root in request.get("roots", []) if root]
    os.chdir(state.root)
    sys.path[:0] = [root for root in state.roots if root not in sys.path]
    vendor = request.get("vendor")
    if vendor:
        sys.path.append(vendor)
    for name in request.get("preload", []):
        importlib.import_module("codeflash_worker.ops." + name)
    random.seed(0)
    data: Dict[str, Any] = {"python": list(sys.version_info[:3]), "path": sys.path}
    if request.get("features"):
        data["features"] = {name: _version(name) for name in PROBED if _present(name)}
        data["installed"] = _installed()
    return data, []


def _installed() -> str:
    """A hash of the names and versions of all installed packages."""
    import hashlib
    from importlib.metadata import distributions

    named = sorted({"%s==%s" % (each.metadata["Name"], each.version) for each in distributions()})
    return hashlib.sha256("\n".join(named).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _present(name: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return ""
