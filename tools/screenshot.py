"""Take a picture of an HTML report with a headless Chromium: ``docs/images/report.png``.

    python tools/screenshot.py REPORT.html [PICTURE.png]

Exit code 2 when there is no Chromium, 1 when the page writes an error to its console.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_CONSOLE = re.compile(r"CONSOLE[:(].*")


def chromium() -> str | None:
    """Return the browser's program, or None."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def take(program: str, page: Path, picture: Path, size: tuple[int, int]) -> list[str]:
    """Write a picture of ``page`` and return what the page wrote to its console.

    Args:
        program: The browser.
        page: An HTML file.
        picture: Where the PNG goes.
        size: Width and height of the window in CSS pixels.

    Raises:
        subprocess.CalledProcessError: the browser failed.
    """
    with tempfile.TemporaryDirectory() as profile:
        command = [program, "--headless", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr"]
        command += [
            f"--user-data-dir={profile}",
            f"--window-size={size[0]},{size[1]}",
            f"--screenshot={picture}",
        ]
        command += ["--no-sandbox"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*command, page.resolve().as_uri()], capture_output=True, text=True, check=True, timeout=120
        )
    return _CONSOLE.findall(done.stderr)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line described at the top of this file."""
    parser = argparse.ArgumentParser(description="Take a picture of a report.")
    parser.add_argument("page", type=Path, metavar="REPORT.html")
    parser.add_argument("picture", type=Path, nargs="?", default=ROOT / "docs/images/report.png")
    parser.add_argument("--size", default="1200x1500", help="of the window (default: %(default)s)")
    options = parser.parse_args(arguments)
    program = chromium()
    if program is None:
        print("screenshot: no Chromium on PATH", file=sys.stderr)
        return 2
    width, _, height = options.size.partition("x")
    options.picture.parent.mkdir(parents=True, exist_ok=True)
    said = take(program, options.page, options.picture, (int(width), int(height)))
    print("\n".join(said) or f"screenshot: {options.picture}")
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main())
