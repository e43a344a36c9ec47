"""What a version has to be made into before it runs: built once, in the sandbox, by the tools of its language."""

from __future__ import annotations

import shutil
from pathlib import Path

from attrs import evolve, frozen

from codeflash_core.sandbox import Sandbox, Tree
from codeflash_core.sandbox.policy import Limits
from codeflash_evals.hidden.failing import Failed, ended_for

BUILD_SECONDS = 600.0
CACHE_AT = Path("/codeflash/cache")
SHOWN = 300
"""Letters of what a failing build says that are shown."""


@frozen
class Build:
    """How versions are built.

    Attributes:
        words: The command, run in the version's tree.
        cache: A folder for what a tool keeps between builds; no code of a version ever sees it.
        prefixes: Folders of the tools.
    """

    words: tuple[str, ...]
    cache: Path
    prefixes: tuple[Path, ...] = ()

    async def make(self, sandbox: Sandbox, tree: Tree) -> Failed | None:
        """Build a tree in place.

        Args:
            sandbox: Where the tools run: they read foreign text.
            tree: A tree in which no code of the version ever runs.

        Returns:
            Why it could not be built, or None.
        """
        self.cache.mkdir(parents=True, exist_ok=True)
        confined = sandbox.confinement.confined
        process = await sandbox.start(
            _found(self.words),
            tree=tree,
            # By the XDG Base Directory Specification; Go and others keep their caches below it.
            env={"XDG_CACHE_HOME": str(CACHE_AT if confined else self.cache), "GOTOOLCHAIN": "local"},
            limits=Limits(wall_seconds=BUILD_SECONDS, cpu_seconds=2 * BUILD_SECONDS),
            writable=[(self.cache, CACHE_AT)],
            interpreter_prefixes=self.prefixes,
        )
        async with process:
            await process.close_input()
            await process.receive_rest()
            end = await process.wait()
            said = " ".join(process.stderr_tail.decode("utf-8", "replace").split())
        if end.ok:
            return None
        failed = ended_for(end) or Failed(f"exit {end.status}")
        return evolve(failed, why=f"it could not be built ({failed.why}): {said[:SHOWN]}")


def products(tree: Tree) -> list[str]:
    """Files that a build left in a tree, by relative path."""
    return sorted(
        name
        for path in tree.copy.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and (name := path.relative_to(tree.copy).as_posix()) not in tree.entries
        and "__pycache__" not in path.parts
    )


def _found(words: tuple[str, ...]) -> list[str]:
    program = shutil.which(words[0])
    return [program or words[0], *words[1:]]
