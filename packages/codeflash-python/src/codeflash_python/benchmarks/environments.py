"""Which interpreter runs which version: the project's own, or one built for each version with uv where they differ.

Building runs what the packages' own build steps run, as ``uv sync`` would; it happens outside the sandbox.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import signal
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codeflash_core.errors import PrerequisiteError, StageError
from codeflash_core.model.target import Project
from codeflash_core.records.runs import state_dir

FILES = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "setup.cfg", "setup.py")
REQUIREMENTS = ("requirements*.txt", "requirements/*.txt")
TABLES = ("dependencies", "optional-dependencies", "requires-python")
BUILD_SECONDS = 900.0
ALLOWED = ("PATH", "HOME", "LANG", "TMPDIR")


async def interpreters(project: Project, a: Path, b: Path, *, may_build: bool = True) -> tuple[Path, Path]:
    """The interpreter of each version.

    Args:
        project: The project as the user has it; its interpreter serves both where nothing differs.
        a: Files of the first version.
        b: Files of the second version.
        may_build: Whether environments may be built.

    Raises:
        PrerequisiteError: They differ, and uv is missing or nothing may be built.
        StageError: An environment can't be built.
    """
    first, second = dependencies_of(a), dependencies_of(b)
    if first == second:
        return project.interpreter, project.interpreter
    if not may_build:
        raise PrerequisiteError(
            "the two versions need different packages, and building an environment runs code outside the sandbox",
            "Check the change out, look at it, and compare the two commits by name, without --sandbox require.",
        )
    # Both together: of two that were resolved months apart the packages would differ, too.
    pair = f"{project.interpreter}\0{first}\0{second}"
    return await _built(project.interpreter, a, pair, first), await _built(
        project.interpreter, b, pair, second
    )


def dependencies_of(root: Path) -> str:
    """A hash of all that says which packages a version needs."""
    told: dict[str, Any] = {}
    for pattern in (*FILES, *REQUIREMENTS):
        for path in sorted(root.glob(pattern)):
            told[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8", errors="replace")
    told["pyproject.toml"] = _tables(root)
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _tables(root: Path) -> Mapping[str, Any]:
    try:
        document = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    project = document.get("project", {})
    return {
        **{name: project.get(name) for name in TABLES},
        "groups": document.get("dependency-groups"),
        "poetry": document.get("tool", {}).get("poetry", {}).get("dependencies"),
    }


async def _built(base: Path, root: Path, pair: str, digest: str) -> Path:
    uv = shutil.which("uv")
    if uv is None:
        raise PrerequisiteError(
            "the two versions need different packages, and uv is not there to install them",
            "Install uv; or give both versions the same requirements.",
        )
    key = hashlib.sha256(f"{pair}\0{digest}".encode()).hexdigest()[:16]
    folder = state_dir() / "environments" / key
    python = folder / "bin" / "python"
    if (folder / "complete").exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    await _uv(root, [uv, "venv", "--quiet", "--python", str(base), str(folder)])
    if (root / "uv.lock").exists():
        words = [
            "sync",
            "--quiet",
            "--frozen",
            "--no-install-project",
            "--all-groups",
            "--all-extras",
            "--active",
        ]
        await _uv(root, [uv, *words], {"VIRTUAL_ENV": str(folder)})
    else:
        wanted = [word for path in _requirements(root) for word in ("-r", path)]
        await _uv(root, [uv, "pip", "install", "--quiet", "--python", str(python), *wanted, "pytest"])
    (folder / "complete").touch()
    return python


def _requirements(root: Path) -> list[str]:
    files = [str(path.relative_to(root)) for pattern in REQUIREMENTS for path in sorted(root.glob(pattern))]
    described = [name for name in ("pyproject.toml", "setup.cfg", "setup.py") if (root / name).exists()]
    return [*files, *described[:1]]


async def _uv(root: Path, words: list[str], environment: Mapping[str, str] | None = None) -> None:
    process = await asyncio.create_subprocess_exec(
        *words,
        cwd=root,
        env={**_allowed(), **(environment or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), BUILD_SECONDS)
    except TimeoutError as problem:
        raise StageError("environment", f"uv {words[1]} took longer than {BUILD_SECONDS:.0f} s") from problem
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    if process.returncode:
        lines = said.decode("utf-8", "replace").strip().splitlines()
        raise StageError(
            "environment", f"uv {words[1]} failed: {lines[-1] if lines else process.returncode}",
            "Run it by hand in a checkout of that version.",
        )  # fmt: skip


def _allowed() -> dict[str, str]:
    """Variables that a build may see: no tokens."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in ALLOWED or name.startswith(("UV_", "SSL_CERT", "XDG_")) or name.lower().endswith("_proxy")
    }
