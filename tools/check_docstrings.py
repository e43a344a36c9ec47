"""Run interrogate over the source of every package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Return interrogate's exit code."""
    sources = sorted(str(path) for path in (*ROOT.glob("packages/*/src"), ROOT / "evals/src"))
    command = [sys.executable, "-m", "interrogate", "--quiet", "--config", "pyproject.toml", *sources]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
