"""Copies of a version's tree: each process gets one of its own, so that nothing that it leaves on the disk helps a later one.

Bytecode is written beforehand, by a compiler that runs none of the code: users have it, and what an import or a first call
takes must not depend on which process came before.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from codeflash_core.records.journal import disk_errors
from codeflash_core.sandbox import EndOfStream, Sandbox, Tree, remove, with_changes
from codeflash_core.sandbox.policy import Limits
from codeflash_evals.cases.case import Interpreter
from codeflash_evals.hidden.building import products

COMPILE_SECONDS = 120.0
# Unchecked: the files of a copy are those that were compiled, and their times need not be the same.
_COMPILE = ("-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-i", "-")
_CACHE = "__pycache__"


async def compile_tree(sandbox: Sandbox, tree: Tree, interpreter: Interpreter) -> None:
    """Write the bytecode of a tree beside its sources; where that fails, the processes compile by themselves.

    Args:
        sandbox: Where the compiler runs: it reads foreign text.
        tree: A tree in which nothing else ever runs.
        interpreter: Whose bytecode is wanted.
    """
    sources = _sources(tree)
    if not sources:
        return
    process = await sandbox.start(
        [str(interpreter.path), *_COMPILE],
        tree=tree,
        env={"PYTHONNOUSERSITE": "1"},
        limits=Limits(wall_seconds=COMPILE_SECONDS, cpu_seconds=COMPILE_SECONDS),
        interpreter_prefixes=interpreter.prefixes,
    )
    async with process:
        listed = "".join(f"{tree.shown_at / name}\n" for name in sources)
        with contextlib.suppress(EndOfStream):
            await process.send(listed.encode("utf-8", "surrogateescape"))
        await process.close_input()
        await process.receive_rest()
        await process.wait()


def fresh(tree: Tree, into: Path) -> Tree:
    """A copy as it was made, with its bytecode and what was built, in place of what an earlier process left there.

    Args:
        tree: A tree in which no code of the version ever ran.
        into: Where the copy goes.

    Raises:
        StageError: It can't be written.
    """
    remove(into)
    copy = with_changes(tree, {}, into)
    with disk_errors(into):
        for name in sorted({Path(name).parent / _CACHE for name in _sources(tree)}):
            if (tree.copy / name).is_dir():
                shutil.copytree(tree.copy / name, copy.copy / name)
        for built in products(tree):
            (copy.copy / built).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(tree.copy / built, copy.copy / built)
    return copy


def _sources(tree: Tree) -> Sequence[str]:
    """Python files, those behind symbolic links left out."""
    return sorted(
        name for name, kind in tree.entries.items() if name.endswith(".py") and kind.startswith("file")
    )
