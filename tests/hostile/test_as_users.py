"""The command itself, as the user of the test run and as nobody: hostile candidates end with status 1."""

import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is Linux only"),
]

_NOBODY = 65534
_IMPORTED = (
    "codeflash_core", "codeflash_python", "codeflash_cli", "codeflash_syntax", "codeflash_rewrites",
    "codeflash_worker", "attr", "attrs", "cattrs", "psutil", "rich", "pygments", "markdown_it", "mdurl",
    "typing_extensions", "cloudpickle", "hypothesis", "_hypothesis_globals", "sortedcontainers", "platformdirs", "tomlkit", "packaging",
)  # fmt: skip


@pytest.fixture(scope="module")
def packages():
    """What the command imports, with its entry points, where every user can read it."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-packages-"))
    for name in _IMPORTED:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue
        source = Path(spec.origin)
        if spec.submodule_search_locations:
            shutil.copytree(source.parent, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    for found in importlib.metadata.distributions():
        name = found.metadata["Name"].replace("-", "_")
        if name.startswith("codeflash") and found.read_text("entry_points.txt"):
            info = folder / f"{name}-{found.version}.dist-info"
            info.mkdir(exist_ok=True)
            for file in ("METADATA", "entry_points.txt"):
                (info / file).write_text(found.read_text(file) or "")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def command_of(user: str, packages: Path) -> list[str]:
    if user == "me":
        return [sys.executable]
    if os.getuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can become nobody")
    become = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--"]
    for python in (sys.executable, "/usr/bin/python3"):
        # setpriv may start a program that the new user could not: ask it afterwards.
        probe = (
            "import os, sys, codeflash_cli.main; "
            "sys.exit(sys.version_info < (3, 11) or not os.access(sys.executable, os.X_OK))"
        )
        done = subprocess.run(
            [*become, python, "-c", probe],
            env={"PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            check=False,
        )
        if done.returncode == 0:
            return [*become, python]
    pytest.skip("no Python 3.11 that nobody can read")


CANDIDATES = {
    "good": (0, ""),
    "leaves": (1, "import os\nos.kill(os.getppid(), 9)\n"),
    "socket": (1, "import socket\n"),
    "raises": (1, "raise MemoryError\n"),
}


@pytest.mark.parametrize("user", ["me", "nobody"])
def test_the_command_refuses_hostile_candidates_for_any_user(
    packages, write_project, naming, user, good, original
):
    command = command_of(user, packages)
    place = Path(tempfile.mkdtemp(prefix="hostile gröund ", dir="/tmp"))
    try:
        root = write_project(place / "my pröject")
        (root / "run.py").write_text(
            "from shop.ordering import total\nfor n in range(9):\n    total(list(range(-n, n)))\n"
        )
        for name, (_, head) in CANDIDATES.items():
            (place / f"{name}.py").write_text(head + (good if not head else original))
        home, state = place / "home", place / "state"
        home.mkdir()
        state.mkdir()
        if user == "nobody":
            for path in (place, *place.rglob("*")):
                os.chown(path, _NOBODY, _NOBODY)
        before = {
            path: (path.lstat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in root.rglob("*")
        }
        for name, (status, _) in CANDIDATES.items():
            done = subprocess.run(
                [*command, "-m", "codeflash_cli", "verify", "shop/ordering.py::total", "--json",
                 "--candidate", str(place / f"{name}.py"), "--workload", "run.py"],
                cwd=root,
                env={
                    "PATH": os.environ["PATH"], "HOME": str(home), "CODEFLASH_STATE_DIR": str(state),
                    "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1",
                },
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )  # fmt: skip
            assert done.returncode == status, (name, done.stdout[-2000:], done.stderr[-2000:])
            assert (json.loads(done.stdout)["decision"] == "accepted") is (status == 0)
        after = {
            path: (path.lstat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in root.rglob("*")
        }
        assert after == before
        assert naming(str(state)) == []
        assert list((state / "scratch").glob("*")) == []
    finally:
        shutil.rmtree(place, ignore_errors=True)
