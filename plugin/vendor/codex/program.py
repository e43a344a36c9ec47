"""Finding, fetching and running the `codex` program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LONGEST = 900


class Unavailable(Exception):
    """There is no second opinion here; one line says why and what to do."""


def pinned() -> str:
    """The version this companion was tested with."""
    return json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]["@openai/codex"]


def state_folder() -> Path:
    """Where jobs and switches are kept: beside the engine's runs."""
    named = os.environ.get("CODEFLASH_STATE_DIR")
    if named:
        return Path(named) / "second-opinion"
    home = Path.home()
    if sys.platform == "darwin":
        user = home / "Library/Application Support"
    elif sys.platform == "win32":
        user = Path(os.environ.get("LOCALAPPDATA") or home / "AppData/Local")
    else:
        user = Path(os.environ.get("XDG_STATE_HOME") or home / ".local/state")
    return user / "codeflash" / "second-opinion"


def _fetched() -> Path:
    return state_folder() / "codex" / pinned()


def find() -> str:
    """Return the program: $CODEFLASH_CODEX, the one on PATH, the one `setup` fetched.

    Raises:
        Unavailable: There is none.
    """
    named = os.environ.get("CODEFLASH_CODEX")
    if named:
        found = shutil.which(named)
        if found is None:
            raise Unavailable(f"CODEFLASH_CODEX names {named}, which cannot be run")
        return found
    found = shutil.which("codex") or shutil.which("codex", path=str(_fetched() / "node_modules/.bin"))
    if found is None:
        raise Unavailable("codex is not installed; `second_opinion.py setup` fetches it")
    return found


def key(environment: dict) -> None:
    """Put the key where `codex exec` looks for it.

    Raises:
        Unavailable: There is none, and no provider of the user's own.
    """
    if environment.get("CODEX_API_KEY"):
        return
    if environment.get("OPENAI_API_KEY"):
        environment["CODEX_API_KEY"] = environment["OPENAI_API_KEY"]
        return
    home = Path(environment.get("CODEX_HOME") or Path.home() / ".codex")
    try:
        configured = "model_provider" in (home / "config.toml").read_text(encoding="utf-8", errors="replace")
    except OSError:
        configured = False
    if not configured and not (home / "auth.json").is_file():
        raise Unavailable("codex has no key: `codex login`, or set OPENAI_API_KEY")


def ask(
    question: str, root: Path, schema: Path, seconds: float = LONGEST, held: tuple[int, ...] = ()
) -> tuple[str, list[str]]:
    """Have codex answer in the form of ``schema``, reading ``root`` and writing nothing.

    Args:
        question: What is asked.
        root: The folder it looks at.
        schema: The JSON Schema of its answer.
        seconds: Give up after so long.
        held: Descriptors that it inherits.

    Returns:
        Its last message, and what should be known about how it came about.

    Raises:
        Unavailable: It is missing, has no key, failed or took too long.
    """
    program = find()
    environment = dict(os.environ)
    key(environment)
    with tempfile.TemporaryDirectory(prefix="codeflash-second-opinion-") as scratch:
        answer = Path(scratch) / "answer"
        command = [program, "exec", "--sandbox", "read-only", "--ephemeral", "--color", "never"]
        command += [
            "--output-schema",
            str(schema),
            "--output-last-message",
            str(answer),
            "--cd",
            str(root),
            "-",
        ]
        done = _run(command, question, environment, seconds, held)
        if done.returncode:
            told = [line for line in done.stderr.splitlines() if line.strip()] or ["it said nothing"]
            raise Unavailable(f"codex ended with {done.returncode}: {told[-1].strip()[:300]}")
        text = answer.read_text(encoding="utf-8", errors="replace") if answer.is_file() else ""
    version = _version(program)
    notes = [] if version == pinned() else [f"codex {version} answered; tested with {pinned()}"]
    return text, notes


def _run(
    command: list, question: str, environment: dict, seconds: float, held: tuple[int, ...]
) -> subprocess.CompletedProcess:
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="surrogateescape",
        pass_fds=held,
    )
    try:
        out, err = process.communicate(question, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"codex took more than {seconds:g} s") from None
    finally:
        # Also on Ctrl-C: the program is a wrapper of another, and hands on the gentle signal only.
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _version(program: str) -> str:
    done = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    return done.stdout.strip().rpartition(" ")[2] or "of unknown version"


def fetch() -> Path | None:
    """Install the pinned npm package into the state folder; None when it is there already.

    Raises:
        Unavailable: npm is missing or failed.
    """
    folder = _fetched()
    program = folder / "node_modules/.bin/codex"
    if program.exists():
        return None
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable("npm is missing; install Node.js, or set CODEFLASH_CODEX")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(HERE / name, folder / name)
    command = [npm, "ci", "--no-progress", "--loglevel", "error"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode or not program.exists():
        told = [line for line in done.stderr.splitlines() if line.strip()] or ["npm said nothing"]
        raise Unavailable(f"npm could not fetch codex: {told[-1].strip()[:300]}")
    return program
