"""The command line of the plugin's build."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .assembling import assemble
from .problem import Broken
from .scaffold import begin

ROOT = Path(__file__).resolve().parents[2]


def main(words: list[str] | None = None) -> int:
    """Build every overlay, or begin a new one; 1 when something is broken."""
    parser = argparse.ArgumentParser(
        prog="tools/plugin", description="Assemble the plugin, or begin an overlay."
    )
    parser.add_argument(
        "--root", type=Path, default=ROOT, help="the folder that holds plugin/ and gets dist-*"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="write dist-<language>/ for every folder of plugin/languages/")
    new = commands.add_parser("new-language", help="begin plugin/languages/NAME")
    new.add_argument("name", metavar="NAME")
    options = parser.parse_args(words)
    root: Path = options.root
    try:
        if options.command == "new-language":
            for file in begin(root / "plugin", options.name):
                print(file.relative_to(root).as_posix())
            return 0
        made = assemble(root / "plugin", root, root / "pyproject.toml")
    except Broken as broken:
        print(broken, file=sys.stderr)
        return 1
    except ValueError as problem:
        print(f"{parser.prog}: {problem}", file=sys.stderr)
        return 2
    for target, count in made.items():
        print(f"build: {target.name}: {count} files")
    if not made:
        print("build: no overlay in plugin/languages/, nothing to assemble")
    return 0
