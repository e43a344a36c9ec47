"""Runs ``git`` so that nobody's settings, hooks, pager or editor come between."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from codeflash_core.errors import PrerequisiteError, StageError

SECONDS = 120.0
TRANSPORT_SECONDS = 600.0
"""How long a command may take that speaks to another machine."""
_HANGING = "The connection hangs, or is slow, or waits for a password: try it in a terminal."
_TRANSPORTS = frozenset({"fetch", "ls-remote", "push"})
_ACCESS = frozenset({"GIT_ASKPASS", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT"})
"""Variables by which somebody's git gets into another machine; no other command of git heeds them."""
_WHOSE = frozenset({"GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_GLOBAL"})
"""Variables that say whose settings git heeds besides the repository's."""
_QUIET = (
    "-c", "core.quotepath=off",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=" + os.devnull,
    "-c", "gc.auto=0",
    "-c", "maintenance.auto=false",
    "-c", "advice.graftFileDeprecated=false",
    "--no-pager",
    "--literal-pathspecs",
)  # fmt: skip


@frozen
class Said:
    """What git answered.

    Attributes:
        code: Its exit status.
        out: Standard output.
        err: Standard error as text.
    """

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Standard output as text, without the last line's end; odd bytes of names survive."""
        return self.out.decode("utf-8", "surrogateescape").removesuffix("\n")

    @property
    def why(self) -> str:
        """The first line of the complaint."""
        return next(iter(self.err.strip().splitlines()), "git failed")


def run_git(
    folder: Path,
    *arguments: str,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
    alone: bool = False,
) -> Said:
    """Ask git something; whatever it says is an answer.

    Args:
        folder: Where it works.
        arguments: Its words; paths are taken literally.
        stdin: What it reads.
        environment: Variables of git to set, such as ``GIT_INDEX_FILE``.
        alone: Whether these are all that it sees, so that it heeds nobody's settings and knows no secret of ours.

    Raises:
        PrerequisiteError: It is not installed.
        StageError: It does not answer.
    """
    transport = arguments[0] in _TRANSPORTS
    access = {name: os.environ[name] for name in _ACCESS & os.environ.keys()} if transport else {}
    seconds = TRANSPORT_SECONDS if transport else SECONDS
    given = dict(environment or {})
    try:
        done = subprocess.run(
            git_words(*arguments),
            cwd=folder,
            env=given if alone else git_environment({**access, **given}),
            input=stdin,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError as problem:
        if not folder.is_dir():
            raise StageError("git", f"there is no folder {folder}") from problem
        raise PrerequisiteError(
            "git is not installed", "Install it; sessions keep changes as commits."
        ) from None
    except subprocess.TimeoutExpired:
        hint = _HANGING if transport else ""
        raise StageError("git", f"git {arguments[0]} did not answer within {seconds:.0f} s", hint) from None
    return Said(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def git_words(*arguments: str) -> list[str]:
    """The words of a command of git that nobody's settings come between."""
    return ["git", *_QUIET, *arguments]


def git_environment(more: Mapping[str, str]) -> dict[str, str]:
    """The variables of a git that asks nobody anything.

    Args:
        more: Variables of git to set.
    """
    inherited = {
        name: value for name, value in os.environ.items() if name in _WHOSE or not name.startswith("GIT_")
    }
    return {
        **inherited,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_EDITOR": ":",
        "LC_ALL": "C",
        **more,
    }


def ask_git(
    folder: Path,
    *arguments: str,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
    alone: bool = False,
) -> Said:
    """Ask git something that it has to know.

    Args:
        folder: Where it works.
        arguments: Its words; paths are taken literally.
        stdin: What it reads.
        environment: Variables of git to set.
        alone: Whether these are all that it sees.

    Raises:
        StageError: It refuses.
        PrerequisiteError: It is not installed.
    """
    said = run_git(folder, *arguments, stdin=stdin, environment=environment, alone=alone)
    if said.code:
        raise StageError("git", f"git {arguments[0]} failed: {said.why}")
    return said
