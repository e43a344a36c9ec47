"""Write the hashed ``requirements.lock`` and the matching pins in ``pyproject.toml``.

``uv.lock`` names a registry in every line, so it is not committed. Two committed files stand in for it: the pins in
``[tool.uv] constraint-dependencies`` make ``uv sync`` choose the same versions everywhere, and ``requirements.lock``
holds the sha256 of every file that may be installed.

    python tools/lock.py             lock, keep the versions that are pinned
    python tools/lock.py --upgrade   lock the newest versions that exclude-newer allows
    python tools/lock.py --check     exit 1 when the two files do not match the current resolution
"""

from __future__ import annotations

import argparse
import difflib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import tomlkit

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
HEADER = (
    "# Written by `make lock`; every file that may be installed, with its sha256. No addresses on purpose.\n"
)
_PIN = re.compile(r"^(?P<pin>[A-Za-z0-9._-]+==[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\?$", re.MULTILINE)


def find_uv() -> str:
    """Return the uv to run: the one on PATH, else the private one that ``tools/setup`` installs."""
    found = shutil.which("uv") or shutil.which("uv", path=str(ROOT / ".tools/venv/bin"))
    if found is None:
        sys.exit("lock: uv is missing; run `make setup`")
    return found


def exported(uv: str) -> str:
    """Resolve the workspace and return it as hashed requirements without addresses."""
    command = [
        uv,
        "export",
        "--quiet",
        "--all-packages",
        "--all-groups",
        "--no-emit-workspace",
        "--no-header",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        done = subprocess.run([*command, "--offline"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"lock: {done.stderr.strip()}")
    return HEADER + done.stdout


def pins(requirements: str) -> list[str]:
    """Return the constraint for every package of ``requirements``, sorted, markers kept."""
    found = ((m["pin"], m["marker"]) for m in _PIN.finditer(requirements))
    return sorted({f"{pin} ; {marker}" if marker else pin for pin, marker in found})


def write_pins(wanted: list[str]) -> None:
    """Replace ``[tool.uv] constraint-dependencies`` in the root project and leave the rest as it stands."""
    document = tomlkit.parse(PROJECT.read_text(encoding="utf-8"))
    array = tomlkit.array()
    for pin in wanted:
        array.append(pin)
    array.multiline(multiline=True)
    document["tool"]["uv"]["constraint-dependencies"] = array
    PROJECT.write_text(tomlkit.dumps(document), encoding="utf-8")


def current_pins() -> list[str]:
    """Return the pins that stand in ``pyproject.toml``."""
    document = tomlkit.parse(PROJECT.read_text(encoding="utf-8")).unwrap()
    return list(document["tool"]["uv"].get("constraint-dependencies", []))


def check(requirements: str) -> int:
    """Compare both files with the resolution; print what differs and return the exit code."""
    code = 0
    committed = LOCK.read_text(encoding="utf-8") if LOCK.exists() else ""
    if committed != requirements:
        code = 1
        lines = difflib.unified_diff(
            committed.splitlines(),
            requirements.splitlines(),
            "requirements.lock",
            "resolution",
            lineterm="",
            n=0,
        )
        print("\n".join(list(lines)[:40]))
    if current_pins() != pins(requirements):
        code = 1
        print("pyproject.toml: constraint-dependencies differ from the resolution")
    print("lock: run `make lock` and commit the result" if code else "lock: up to date")
    return code


def main(arguments: list[str] | None = None) -> int:
    """Run the command line described at the top of this file."""
    parser = argparse.ArgumentParser(description="Write or check requirements.lock and the pins.")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="change nothing; exit 1 when something differs")
    choice.add_argument("--upgrade", action="store_true", help="forget the pins first")
    options = parser.parse_args(arguments)
    uv = find_uv()
    if options.check:
        return check(exported(uv))
    if options.upgrade:
        write_pins([])
        subprocess.run([uv, "lock", "--quiet", "--upgrade"], cwd=ROOT, check=True)
    requirements = exported(uv)
    write_pins(pins(requirements))
    # Pinned from here on: a second resolution must give the same answer, or the pins contradict each other.
    if exported(uv) != requirements:
        sys.exit("lock: the pins change the resolution; look at requirements.lock")
    LOCK.write_text(requirements, encoding="utf-8")
    print(f"lock: {len(pins(requirements))} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
