"""Reads the base and one overlay into the files of an assembled plugin."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from .problem import Problem

LEFT_OUT = (
    "DEVELOPING.md",
    "tests",
    "__pycache__",
    "node_modules",
    ".DS_Store",
    ".gitignore",
    ".keep",
    "*.pyc",
    "*.src",
    "*.src.*",
    "*~",
)
"""What developers need and users of the plugin do not, by name."""

MANIFEST = ".claude-plugin/plugin.json"
HOOKS = "hooks/hooks.json"
SERVERS = ".mcp.json"
MERGED = (MANIFEST, HOOKS, SERVERS)
"""Files that both layers may have."""

TEXTS = {
    ".md",
    ".json",
    ".py",
    ".sh",
    ".toml",
    ".txt",
    ".js",
    ".mjs",
    ".cjs",
    ".ts",
    ".go",
    ".yaml",
    ".yml",
    "",
}
SERVER = "codeflash"
"""The name of the engine's server in ``.mcp.json``."""


class Source(NamedTuple):
    """A file of the assembled plugin.

    Attributes:
        origin: Where it comes from, relative to the folder that holds ``plugin/``.
        content: Its bytes as they are shipped.
        executable: Whether it may be run.
    """

    origin: str
    content: bytes
    executable: bool

    @property
    def text(self) -> str:
        """The content as text; what is no UTF-8 was reported when it was read."""
        return self.content.decode("utf-8", "replace")


def overlays(plugin: Path) -> list[Path]:
    """The overlays, sorted by name."""
    return sorted(path for path in plugin.glob("languages/*") if path.is_dir())


def read_layer(
    folder: Path, plugin: Path, problems: list[Problem], *, without: tuple[str, ...] = ()
) -> dict[str, Source]:
    """Read what is shipped of a folder, by path relative to it."""
    found = {}
    for path in _files(folder, without):
        origin = path.relative_to(plugin.parent).as_posix()
        if path.is_symlink():
            problems.append(
                Problem(origin, 1, "a symbolic link", "put the file itself here: links break when copied")
            )
            continue
        content = path.read_bytes()
        if path.suffix in TEXTS:
            try:
                content.decode("utf-8")
            except UnicodeDecodeError as problem:
                line = content[: problem.start].count(b"\n") + 1
                problems.append(Problem(origin, line, "not UTF-8", "save it as UTF-8"))
        found[path.relative_to(folder).as_posix()] = Source(origin, content, os.access(path, os.X_OK))
    return found


def _files(folder: Path, without: tuple[str, ...]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in without or any(fnmatch(path.name, pattern) for pattern in LEFT_OUT):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files(path, ())
        else:
            yield path


def lay_over(
    base: Mapping[str, Source], overlay: Mapping[str, Source], problems: list[Problem]
) -> dict[str, Source]:
    """Both layers in one; files of one path are a clash unless they are merged elsewhere."""
    for path in sorted(base.keys() & overlay.keys() - set(MERGED)):
        problems.append(
            Problem(overlay[path].origin, 1, f"clashes with {base[path].origin}", "rename one of the two")
        )
    return {path: source for path, source in {**base, **overlay}.items() if path not in MERGED}


def rewritten(source: Source, path: str, language: str) -> Source:
    """Point references to where things stand once assembled, and tools to the names that Claude Code gives them."""
    if Path(path).suffix not in TEXTS:
        return source
    try:
        text = source.content.decode("utf-8")
    except UnicodeDecodeError:
        return source
    text = text.replace("${CLAUDE_PLUGIN_ROOT}/languages/" + language + "/", "${CLAUDE_PLUGIN_ROOT}/")
    text = re.sub(rf"\bmcp__{SERVER}__", f"mcp__plugin_codeflash-{language}_{SERVER}__", text)
    return source._replace(content=text.encode())
