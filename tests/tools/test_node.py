"""`tools/node`: the npm packages that tests drive. A stand-in for npm plays success and failure."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

INSTALLING = """#!/bin/sh
echo "$@" >>"$CALLS"
mkdir -p node_modules/.bin
for name in claude codex; do printf '#!/bin/sh\\n' >node_modules/.bin/$name; chmod +x node_modules/.bin/$name; done
"""
FAILING = """#!/bin/sh
echo "$@" >>"$CALLS"
exit 1
"""


@pytest.fixture
def checkout(tmp_path: Path, root: Path) -> Path:
    made = tmp_path / "a checkout"
    (made / "tools/node").mkdir(parents=True)
    for name in ("install", "package.json", "package-lock.json", ".npmrc"):
        shutil.copy2(root / "tools/node" / name, made / "tools/node" / name)
    (made / "programs").mkdir()
    for name in ("sh", "cat", "cksum", "mkdir", "dirname", "chmod"):
        found = shutil.which(name)
        assert found is not None
        (made / "programs" / name).symlink_to(found)
    return made


def install(checkout: Path, npm: str | None, *words: str, **environment: str) -> tuple[str, list[str]]:
    """Run the script; return what it said and the calls of npm."""
    program = checkout / "programs/npm"
    program.unlink(missing_ok=True)
    if npm is not None:
        program.write_text(npm)
        program.chmod(0o755)
    calls = checkout / "calls"
    calls.write_text("")
    done = subprocess.run(
        [str(checkout / "tools/node/install"), *words],
        env={
            "PATH": str(checkout / "programs"),
            "CALLS": str(calls),
            "HOME": str(checkout / "home"),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr, calls.read_text().splitlines()


def test_packages_are_installed_once(checkout: Path) -> None:
    said, calls = install(checkout, INSTALLING)
    assert "installing" in said
    assert len(calls) == 1
    assert calls[0].startswith("ci ")
    assert install(checkout, INSTALLING) == ("", [])


def test_another_lock_installs_anew(checkout: Path) -> None:
    install(checkout, INSTALLING)
    (checkout / "tools/node/package-lock.json").write_text("{}")
    _, calls = install(checkout, INSTALLING)
    assert len(calls) == 1


def test_packages_that_were_removed_are_installed_anew(checkout: Path) -> None:
    install(checkout, INSTALLING)
    shutil.rmtree(checkout / "tools/node/node_modules")
    _, calls = install(checkout, INSTALLING)
    assert len(calls) == 1


def test_without_npm_it_says_what_skips(checkout: Path) -> None:
    said, _ = install(checkout, None)
    assert "npm is missing; the tests of coding agents will skip" in said


def test_npm_that_appears_later_is_used(checkout: Path) -> None:
    install(checkout, None)
    _, calls = install(checkout, INSTALLING)
    assert len(calls) == 1


def test_a_failure_is_said_and_not_repeated_unless_asked(checkout: Path) -> None:
    said, calls = install(checkout, FAILING)
    assert "could not install" in said
    assert "--offline" in calls[-1]
    assert install(checkout, FAILING) == ("", [])
    _, calls = install(checkout, INSTALLING, "--again")
    assert len(calls) == 1


def test_a_folder_of_programs_of_ones_own_needs_no_install(checkout: Path) -> None:
    assert install(checkout, INSTALLING, CODEFLASH_NODE_TOOLS="none") == ("", [])


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write anywhere")
def test_a_home_that_cannot_be_written_to_is_replaced(checkout: Path) -> None:
    home = checkout / "home"
    home.mkdir(mode=0o500)
    install(checkout, INSTALLING)
    assert (checkout / ".tools/home").is_dir()


def test_every_version_is_exact_and_the_lock_agrees(root: Path) -> None:
    package = json.loads((root / "tools/node/package.json").read_text())
    lock = json.loads((root / "tools/node/package-lock.json").read_text())
    for name, version in package["devDependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert lock["packages"][f"node_modules/{name}"]["version"] == version


def test_the_lock_names_no_registry_and_has_the_hash_of_every_package(root: Path) -> None:
    lock = json.loads((root / "tools/node/package-lock.json").read_text())
    for path, entry in lock["packages"].items():
        assert "resolved" not in entry, path
        assert not path or "integrity" in entry, path
