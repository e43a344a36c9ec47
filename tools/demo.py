"""Optimize a copy of an example project: what ``make demo`` runs.

The copy stands in ``.demo/<example>``; the example itself is never touched. The report is ``.demo/report.html``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".pytest_cache", ".venv")


def main(arguments: list[str] | None = None) -> int:
    """Copy the example named by the first argument and run ``codeflash optimize`` there.

    Further arguments are passed on. Returns the exit code of the command.
    """
    name, *extra = arguments if arguments is not None else sys.argv[1:]
    example = ROOT / "examples" / name
    if not example.is_dir():
        known = ", ".join(sorted(path.name for path in (ROOT / "examples").iterdir() if path.is_dir()))
        print(f"demo: there is no example {name!r}; there are: {known}", file=sys.stderr)
        return 2
    place = ROOT / ".demo"
    project, report = place / name, place / "report.html"
    shutil.rmtree(project, ignore_errors=True)
    report.unlink(missing_ok=True)
    shutil.copytree(example, project, ignore=LEFT_OUT)
    command = [str(ROOT / ".venv/bin/codeflash"), "optimize", "--all", "--report", str(report), *extra]
    shown = " ".join(["codeflash", *command[1:4], ".demo/report.html", *extra])
    print(f"A copy of examples/{name} stands in .demo/{name}. Running there:\n\n    $ {shown}\n", flush=True)
    started = time.monotonic()
    code = subprocess.run([*command, "--python", sys.executable], cwd=project, check=False).returncode
    print(f"\nFinished in {time.monotonic() - started:.0f} s.")
    if report.is_file():
        print(f"Report: {report}")
    return code


if __name__ == "__main__":
    sys.exit(main())
