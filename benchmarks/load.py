"""Keeps cores busy while something is measured: what a shared machine looks like."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator

# Each ends by itself when its parent does, so that an interrupted benchmark leaves nothing behind.
BUSY = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    sum(range(200_000))\n"


@contextlib.contextmanager
def busy(processes: int) -> Iterator[None]:
    """Run that many processes that do nothing but count."""
    running = [subprocess.Popen([sys.executable, "-S", "-c", BUSY]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()
