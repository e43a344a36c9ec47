"""Checks what texts point to: files of the plugin, and nothing of one machine."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from .layers import TEXTS, Source
from .problem import Problem

_REFERENCE = re.compile(r"\$\{CLAUDE_PLUGIN_ROOT\}/([A-Za-z0-9_./@+-]*)([*<{]?)")
_BARE = re.compile(r"\$CLAUDE_PLUGIN_ROOT\b")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_MACHINE = re.compile(r"(?:^|[\s\"'`(=:,])(?:/(?:home|Users|root|work|farm|mnt|private)/\w|[A-Z]:\\\w)")
_HOME = re.compile(r"(?:^|[\s\"'`(=:,])(?:~/|\$HOME/|\$\{HOME\}/)")


def check_texts(files: Mapping[str, Source]) -> Iterator[Problem]:
    """References, links, machine paths and JSON of every text."""
    folders = {str(parent) for path in files for parent in PurePosixPath(path).parents}
    for path, source in sorted(files.items()):
        suffix = PurePosixPath(path).suffix
        if suffix not in TEXTS:
            continue
        if suffix == ".json":
            try:
                json.loads(source.text)
            except json.JSONDecodeError as problem:
                yield Problem(source.origin, problem.lineno, f"invalid JSON: {problem.msg}", "repair it")
        fenced = False
        for number, line in enumerate(source.text.splitlines(), 1):
            if suffix == ".md" and _FENCE.match(line):
                fenced = not fenced
            for what, remedy in _of_line(line, path, files, folders, links=suffix == ".md" and not fenced):
                yield Problem(source.origin, number, what, remedy)


def _of_line(
    line: str, path: str, files: Mapping[str, Source], folders: set[str], *, links: bool
) -> Iterator[tuple[str, str]]:
    for name, pattern in _REFERENCE.findall(line):
        wanted = posixpath.normpath(name.rstrip(".")) if name else "."
        if pattern:
            wanted = posixpath.dirname(name) or "."
        if wanted.startswith(".."):
            yield f"{name} is outside the plugin", "refer to files of the plugin only"
        elif wanted not in files and wanted not in folders:
            yield f"dangling reference to {name}", "write that file, or repair the path"
    if _BARE.search(line):
        yield (
            "$CLAUDE_PLUGIN_ROOT without braces",
            "write ${CLAUDE_PLUGIN_ROOT}, which is replaced in prompts too",
        )
    if _MACHINE.search(line):
        yield "a path of one machine", "write ${CLAUDE_PLUGIN_ROOT} or a relative path"
    if _HOME.search(line):
        yield "a path of one person's home", "write ${CLAUDE_PLUGIN_ROOT} or a relative path"
    for link in _LINK.findall(re.sub(r"`[^`]*`", "", line)) if links else ():
        target = link.partition("#")[0]
        if not target or re.match(r"[a-z]+:", target) or target.startswith("${"):
            continue
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        if wanted.startswith("..") or target.startswith("/"):
            yield f"the link {link} leads out of the plugin", "link to files of the plugin only"
        elif wanted not in files and wanted not in folders:
            yield f"dangling link to {link}", "write that file, or repair the link"
