import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from codeflash_core.errors import PrerequisiteError, StageError
from codeflash_core.model.target import Project
from codeflash_python.benchmarks import environments
from codeflash_python.benchmarks.environments import dependencies_of, interpreters


def version(place: Path, **files: str) -> Path:
    place.mkdir()
    for name, text in files.items():
        (place / name.replace("__", ".")).write_text(text)
    return place


def pyproject(**changed: str) -> str:
    told = {"dependencies": "[]", "version": '"1"', **changed}
    return "[project]\nname = 'words'\n" + "".join(f"{name} = {value}\n" for name, value in told.items())


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ({"pyproject__toml": pyproject()}, {"pyproject__toml": pyproject(version='"2"')}, True),
        ({"pyproject__toml": pyproject()}, {"pyproject__toml": pyproject(dependencies='["attrs"]')}, False),
        ({"requirements__txt": "attrs\n"}, {"requirements__txt": "attrs==25.1\n"}, False),
        ({}, {"uv__lock": "x"}, False),
        ({"README": "a"}, {"README": "b"}, True),
        ({"pyproject__toml": "not toml ="}, {"pyproject__toml": "nor = this ="}, True),
    ],
)
def test_versions_differ_where_they_need_other_packages(tmp_path, a, b, same) -> None:
    first, second = version(tmp_path / "a", **a), version(tmp_path / "b", **b)
    assert (dependencies_of(first) == dependencies_of(second)) is same


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path, "python", Path(shutil.which("python3") or "python3"))


async def test_one_interpreter_serves_versions_that_need_the_same(project, tmp_path) -> None:
    first, second = version(tmp_path / "a"), version(tmp_path / "b", notes="x")
    assert await interpreters(project, first, second) == (project.interpreter, project.interpreter)


async def test_nothing_is_built_where_it_may_not_be(project, tmp_path) -> None:
    first, second = version(tmp_path / "a"), version(tmp_path / "b", requirements__txt="attrs\n")
    with pytest.raises(PrerequisiteError, match="outside the sandbox"):
        await interpreters(project, first, second, may_build=False)


async def test_without_uv_different_packages_are_refused(project, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(environments.shutil, "which", lambda name: None)
    first, second = version(tmp_path / "a"), version(tmp_path / "b", requirements__txt="attrs\n")
    with pytest.raises(PrerequisiteError, match="uv is not there"):
        await interpreters(project, first, second)


UV = """#!/bin/sh
echo "$@" >>"$CALLS"
[ -z "$A_TOKEN" ] || exit 9
case "$1 $2" in
    "venv --quiet") for last; do :; done; mkdir -p "$last/bin"; touch "$last/bin/python" ;;
    "pip install") grep -q broken requirements.txt 2>/dev/null && { echo "no such package: broken"; exit 1; } ;;
esac
exit 0
"""


@pytest.fixture
def calls(tmp_path, monkeypatch) -> Path:
    """Calls of a stand-in for uv, one a line."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "uv").write_text(UV.replace("$CALLS", str(tmp_path / "calls")))
    (programs / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("A_TOKEN", "secret")
    monkeypatch.setenv("CODEFLASH_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "calls"


async def test_each_version_gets_an_environment_which_is_kept(project, tmp_path, calls) -> None:
    first = version(tmp_path / "a", requirements__txt="attrs==25.1\n", pyproject__toml=pyproject())
    second = version(tmp_path / "b", uv__lock="x")
    before, after = await interpreters(project, first, second)
    assert before != after
    told = calls.read_text().splitlines()
    assert [line.split()[0] for line in told] == ["venv", "pip", "venv", "sync"]
    assert told[1].endswith("-r requirements.txt -r pyproject.toml pytest")
    assert "--frozen" in told[3]
    assert await interpreters(project, first, second) == (before, after)
    assert calls.read_text().splitlines() == told


async def test_an_environment_that_cannot_be_built_says_why_and_is_tried_again(
    project, tmp_path, calls
) -> None:
    first, second = version(tmp_path / "a"), version(tmp_path / "b", requirements__txt="broken\n")
    for _ in range(2):
        with pytest.raises(StageError, match="no such package: broken"):
            await interpreters(project, first, second)


@pytest.mark.slow
def test_real_environments_hold_what_each_version_asks_for(project, tmp_path, monkeypatch) -> None:
    uv = shutil.which("uv") or str(Path(environments.__file__).parents[5] / ".tools/venv/bin/uv")
    if not Path(uv).exists():
        pytest.skip("uv is not here")
    monkeypatch.setenv("PATH", f"{Path(uv).parent}:/usr/bin:/bin")
    monkeypatch.setenv("CODEFLASH_STATE_DIR", str(tmp_path / "state"))
    sides = [
        version(tmp_path / name, requirements__txt=f"iniconfig=={number}\n")
        for name, number in (("a", "2.0.0"), ("b", "2.1.0"))
    ]
    try:
        found = asyncio.run(interpreters(project, *sides))
    except StageError as problem:
        pytest.skip(f"no packages to install: {problem}")
    code = "import importlib.metadata as m; print(m.version('iniconfig'))"
    told = [
        subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        for python in found
    ]
    assert told == ["2.0.0", "2.1.0"]
