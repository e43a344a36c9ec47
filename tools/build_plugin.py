"""Assemble the plugin: the language-agnostic base under each overlay of ``plugin/languages/``.

For every ``plugin/languages/<language>/`` a folder ``dist-<language>/`` is written: the base first, then the overlay's
files over it. Folders of earlier builds are replaced.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "tests", ".DS_Store")


def assemble(plugin: Path, output: Path) -> list[Path]:
    """Write one folder per overlay of ``plugin`` into ``output`` and return them, sorted by name.

    Raises:
        OSError: a file cannot be read or written.
    """
    made = []
    overlays = sorted(path for path in plugin.glob("languages/*") if path.is_dir())
    for overlay in overlays:
        target = output / f"dist-{overlay.name}"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for part in sorted(path for path in plugin.iterdir() if path.name != "languages"):
            if part.is_dir():
                shutil.copytree(part, target / part.name, ignore=NOT_SHIPPED)
            else:
                shutil.copy2(part, target / part.name)
        shutil.copytree(overlay, target, ignore=NOT_SHIPPED, dirs_exist_ok=True)
        made.append(target)
    return made


def main() -> int:
    """Build every overlay and say what was made."""
    made = assemble(ROOT / "plugin", ROOT) if (ROOT / "plugin").is_dir() else []
    for target in made:
        print(f"build: {target.name}: {sum(path.is_file() for path in target.rglob('*'))} files")
    if not made:
        print("build: no overlay in plugin/languages/, nothing to assemble")
    return 0


if __name__ == "__main__":
    sys.exit(main())
