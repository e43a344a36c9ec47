"""The worker as a program of the sandbox: its folders, its start and its first requests."""

from __future__ import annotations

import compileall
import importlib.util
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from codeflash_core.errors import ContractViolation
from codeflash_core.model.target import Project, Target
from codeflash_core.ports.hosts import Program
from codeflash_python.runtime.interpreter import Interpreter

BOOT = "import sys; sys.path[0] = sys.argv[1]; from codeflash_worker.serve import main; main()"
VENDORED = ("cloudpickle", "hypothesis", "_hypothesis_globals", "sortedcontainers")
"""Pure Python, so that they serve any interpreter; hypothesis is held below its first compiled release."""
WORKER_AT = "/codeflash/site-packages/worker"
VENDOR_AT = "/codeflash/site-packages/vendor"
"""Tools that look for the project's own modules pass such folders over: Hypothesis would read ours for constants to try."""


def address(target: Target) -> dict[str, str]:
    """A target as the worker names it, with the hash its file must have."""
    return {"path": target.path, "module": target.module, "qualname": target.qualname}


class Programs:
    """Makes the programs of one project; the worker's files are copied once."""

    def __init__(self, scratch: Path, environment: Mapping[str, str]) -> None:
        """Prepare.

        Args:
            scratch: Where the copies go.
            environment: Variables that foreign code may see.
        """
        self._folder = scratch / "programs" / "site-packages"
        self._environment = dict(environment)

    def make(
        self,
        project: Project,
        interpreter: Interpreter,
        *,
        hash_seed: int,
        preload: Sequence[str],
        load: Sequence[Target] = (),
    ) -> Program:
        """A worker program.

        Args:
            project: The project; its import roots go on the path.
            interpreter: What runs it.
            hash_seed: Value of ``PYTHONHASHSEED``.
            preload: Requests whose modules are imported before any foreign code.
            load: Targets whose modules are imported at once, so that later requests are answered by forks.
        """
        worker, vendor = self._worker(), self._vendor()
        roots = ["{root}" if root in (".", "") else "{root}/" + root for root in project.import_roots]
        setup: list[Mapping[str, Any]] = [
            {
                "op": "setup",
                "root": "{root}",
                "roots": roots,
                "vendor": "{folder:1}",
                "preload": list(preload),
            }
        ]
        if load:
            setup.append({"op": "load", "targets": [address(target) for target in load]})
        return Program(
            argv=(str(interpreter.path), "-c", BOOT, "{folder:0}"),
            folders=((worker, WORKER_AT), (vendor, VENDOR_AT)),
            prefixes=interpreter.prefixes,
            environment={
                **self._environment,
                "PYTHONHASHSEED": str(hash_seed % 4294967295),
                "PYTHONNOUSERSITE": "1",
            },
            setup=tuple(setup),
        )

    def _worker(self) -> Path:
        folder = self._folder / "worker"
        if not folder.exists():
            _compile_package("codeflash_worker")
            _copy_package("codeflash_worker", folder)
        return folder

    def _vendor(self) -> Path:
        folder = self._folder / "vendor"
        if not folder.exists():
            for name in VENDORED:
                _copy_package(name, folder)
        return folder


def _compile_package(name: str) -> None:
    """Have the bytecode of a package of ours beside its source, as an import of it would leave it there.

    Workers find their folder read-only; without bytecode each of the many short-lived ones would compile it anew.
    """
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.origin is not None:
        # Where the installation can't be written to, workers compile for themselves.
        compileall.compile_dir(Path(spec.origin).parent, quiet=2)


def _copy_package(name: str, into: Path) -> None:
    """Copy a package or module of ours, with the bytecode that our own interpreter left beside it.

    An interpreter of another version passes that bytecode over. It is checked against the source's modification time,
    which the copy keeps. This is our own code: nothing of the project is ever copied with bytecode.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ContractViolation(f"the package {name} is missing from the installation")
    source = Path(spec.origin)
    into.mkdir(parents=True, exist_ok=True)
    if spec.submodule_search_locations:
        shutil.copytree(source.parent, into / name, ignore=_other_bytecode)
    else:
        shutil.copyfile(source, into / source.name)


def _other_bytecode(folder: str, names: list[str]) -> list[str]:
    """Bytecode of other interpreters, optimized or half written."""
    ours = f".{sys.implementation.cache_tag}.pyc"
    if Path(folder).name == "__pycache__":
        return [name for name in names if not name.endswith(ours)]
    return [name for name in names if name.endswith(".pyc")]
