"""PreToolUse: what is measured with stays as it is while an experiment is open; the engine's records always do.

The engine notices such an edit as well and refuses to judge; said here, the model learns it before the work is lost. A shell
has more ways to write a file than can be told from its command line: this catches the plain ones.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

from session_state import OWN_FOLDERS, OWN_PAGES, State, answered, find_state, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


WRITES_ALL = {"rm", "tee", "truncate", "touch", "unlink", "shred", "patch", "chmod", "rmdir"}
WRITES_LAST = {"cp", "mv", "ln", "install", "rsync"}
IN_PLACE = {"sed", "perl", "ruby", "awk", "gawk"}
GIT_WRITES = {"checkout", "restore", "rm", "mv", "stash", "clean"}
PREFIXES = {"sudo", "command", "env", "nice", "time", "exec", "xargs", "builtin", "nohup"}
SEPARATORS = {";", "&&", "||", "|", "&", "(", ")", "|&", ";;", "\n"}


def written_by(tool: object, given: dict[str, Any], start: Path) -> list[str]:
    """The paths that a call of a tool writes, as they are worded."""
    if tool == "Bash":
        return list(written_by_command(str(given.get("command", "")), start))
    return [str(given[key]) for key in ("file_path", "notebook_path") if given.get(key)]


def written_by_command(command: str, start: Path) -> Iterator[str]:
    """The paths that a line for the shell, run in ``start``, plainly writes."""
    lexer = shlex.shlex(
        re.sub(r"\\\n", " ", command).replace("\n", " ; "), posix=True, punctuation_chars=True
    )
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        words = list(lexer)
    except ValueError:  # an open quote: a here-document, most likely
        words = command.split()
    part: list[str] = []
    for word in [*words, ";"]:
        if word in SEPARATORS:
            yield from _of_simple(part, start)
            part = []
        else:
            part.append(word)


def _of_simple(words: list[str], start: Path) -> Iterator[str]:
    rest, after = [], False
    for word in words:
        if after:
            yield word
            after = False
        elif re.fullmatch(r"&?>{1,2}\|?|>&", word):
            after = True
        else:
            rest.append(word)
    while rest and (rest[0] in PREFIXES or re.fullmatch(r"\w+=.*", rest[0], re.DOTALL)):
        rest = rest[1:]
    if not rest:
        return
    name, arguments = Path(rest[0]).name, rest[1:]
    plain = [word for word in arguments if not word.startswith("-")]
    if name == "git" and plain and plain[0] in GIT_WRITES:
        yield from plain[1:]
    elif name in WRITES_ALL:
        yield from plain
    elif name in WRITES_LAST:
        yield from _copied(plain, start)
        yield from plain[:-1] if name == "mv" else ()
    elif name in IN_PLACE and any(re.match(r"-\w*i|--in-place", word) for word in arguments):
        yield from plain
    elif name == "dd":
        yield from (word[3:] for word in arguments if word.startswith("of="))


def _copied(names: list[str], start: Path) -> Iterator[str]:
    """Where the files of a copy go: the last name, or into it when it is a folder."""
    if names and (names[-1].endswith("/") or (start / Path(names[-1]).expanduser()).is_dir()):
        yield from (f"{names[-1].rstrip('/')}/{Path(name).name}" for name in names[:-1])
    else:
        yield from names[-1:]


def _within(path: Path, place: Path) -> bool:
    return path == place or place in path.parents


def is_record(path: Path, state: State) -> bool:
    """Whether the engine alone writes it, or it holds what the engine alone writes."""
    if path == state.folder or path in state.folder.parents:
        return _within(path, state.root / ".codeflash")
    if state.folder not in path.parents:
        return False
    first = path.relative_to(state.folder).parts[0]
    return first in OWN_FOLDERS or first in OWN_PAGES


def judged(event: dict[str, Any]) -> dict[str, Any] | None:
    """Deny a call that would spoil the session; say nothing otherwise."""
    start = place_of(event)
    names = written_by(event.get("tool_name"), event.get("tool_input") or {}, start)
    state = find_state(start) if names else None
    if state is None:
        return None
    for name in names:
        path = Path(os.path.realpath(start / Path(name).expanduser()))
        if is_record(path, state):
            return _denied(
                f"{name} is written by the engine alone. Take the session's step instead: {state.next_step} "
                "What is worth knowing goes in with session_learn."
            )
        if state.under_way and state.experiment:
            for place in state.measured_with:
                if _within(path, place) or _within(place, path):
                    return _denied(
                        f"{name} belongs to how experiment {state.experiment.get('number')} is measured, and that is locked by "
                        "the baseline. Finish the experiment (session_evaluate, then session_keep or session_discard); then "
                        "change it and take a new session_baseline."
                    )
    return None


def _denied(reason: str) -> dict[str, Any]:
    return {
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "permissionDecision": "deny",
            "permissionDecisionReason": f"codeflash: {reason}",
        }
    }


if __name__ == "__main__":
    sys.exit(answered(judged))
