"""Run mypy over the source of every package (the shell is not needed to find them)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Return mypy's exit code."""
    sources = sorted(str(path) for path in (*ROOT.glob("packages/*/src"), ROOT / "evals/src"))
    return subprocess.run([sys.executable, "-m", "mypy", *sources], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
