"""The interpreter is found by reading folders; what a project brings is not started where it is not to be."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from codeflash_core.errors import PrerequisiteError
from codeflash_core.ports.projects import Interpreters
from codeflash_python.discovery.interpreters import find_interpreter

ANY, NOT_ITS_FILES, NOT_ITS_OWN = Interpreters


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_projects_own_environment_comes_first(project, tmp_path):
    root = project({"a.py": ""})
    active = program(tmp_path / "active" / "bin" / "python")
    environ = {"VIRTUAL_ENV": str(tmp_path / "active")}
    assert find_interpreter(root, "", {}) == Path(sys.executable)
    assert find_interpreter(root, "", environ) == active
    own = program(root / ".venv" / "bin" / "python")
    assert find_interpreter(root, "", environ) == own


def test_an_environments_link_is_not_followed(project):
    root = project({"a.py": ""})
    (root / "venv" / "bin").mkdir(parents=True)
    (root / "venv" / "bin" / "python").symlink_to(sys.executable)
    assert find_interpreter(root, "", {}) == root / "venv" / "bin" / "python"


def test_a_named_interpreter_is_found_by_path_or_on_the_path(project, tmp_path):
    root = project({"a.py": ""})
    named = program(tmp_path / "bin" / "python3.99")
    assert find_interpreter(root, str(named), {}) == named
    assert find_interpreter(root, "python3.99", {"PATH": f"/nowhere{os.pathsep}{tmp_path / 'bin'}"}) == named
    with pytest.raises(PrerequisiteError, match=r"python3\.98"):
        find_interpreter(root, "python3.98", {"PATH": str(tmp_path)})


@pytest.fixture
def python(tmp_path):
    return program(tmp_path / "installed" / "bin" / "python3.12")


def linked(place: Path, to: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(to)
    return place


def test_an_environment_with_links_to_a_python_of_the_machine_is_no_file_of_the_project(project, python):
    root = project({"a.py": ""})
    own = linked(root / ".venv" / "bin" / "python", python)
    assert find_interpreter(root, "", {}, NOT_ITS_FILES) == own
    assert find_interpreter(root, ".venv/bin/python", {}, NOT_ITS_FILES) == own
    assert find_interpreter(root, str(python), {}, NOT_ITS_FILES) == python


def test_a_program_of_the_project_is_refused_where_nothing_would_confine_it(project, tmp_path):
    root = project({"a.py": ""})
    own = program(root / ".venv" / "bin" / "python")
    assert find_interpreter(root, "", {}, ANY) == own
    for named in ("", ".venv/bin/python", str(own)):
        with pytest.raises(PrerequisiteError, match="a file of the project") as caught:
            find_interpreter(root, named, {}, NOT_ITS_FILES)
        assert "--python" in caught.value.hint
    with pytest.raises(PrerequisiteError, match="a file of the project"):
        find_interpreter(root, "", {"VIRTUAL_ENV": str(root / ".venv")}, NOT_ITS_FILES)
    outside = linked(tmp_path / "elsewhere" / "python", own)
    with pytest.raises(PrerequisiteError, match="a file of the project"):
        find_interpreter(root, str(outside), {}, NOT_ITS_FILES)


@pytest.mark.parametrize("name", ["sh", "env", "rm"])
def test_a_link_of_the_project_to_another_program_is_refused(project, tmp_path, name):
    root = project({"a.py": ""})
    linked(root / ".venv" / "bin" / "python", program(tmp_path / "bin" / name))
    with pytest.raises(PrerequisiteError, match="a file of the project"):
        find_interpreter(root, "", {}, NOT_ITS_FILES)


def test_what_came_with_the_repository_around_the_project_is_refused_too(project):
    top = project({"app/pyproject.toml": "", "tools/x": ""})
    (top / ".git").mkdir()
    linked(top / "app" / ".venv" / "bin" / "python", program(top / "tools" / "python3"))
    with pytest.raises(PrerequisiteError, match="a file of the project"):
        find_interpreter(top / "app", "", {}, NOT_ITS_FILES)


def test_a_home_folder_that_is_kept_in_git_is_no_repository_around_the_project(
    project, monkeypatch, tmp_path
):
    home = project({"work/app/a.py": ""})
    (home / ".git").mkdir()
    monkeypatch.setenv("HOME", str(home))
    own = linked(
        home / "work" / "app" / ".venv" / "bin" / "python", program(home / ".pythons" / "bin" / "python3.12")
    )
    assert find_interpreter(home / "work" / "app", "", {}, NOT_ITS_FILES) == own


def test_of_a_project_that_is_not_trusted_nothing_is_taken(project, python, tmp_path):
    root = project({"a.py": ""})
    linked(root / ".venv" / "bin" / "python", python)
    for named in ("", ".venv/bin/python", str(root / ".venv" / "bin" / "python")):
        with pytest.raises(PrerequisiteError, match="not trusted") as caught:
            find_interpreter(root, named, {}, NOT_ITS_OWN)
        assert "outside" in caught.value.hint
    folder = tmp_path / "elsewhere"
    folder.symlink_to(root)
    with pytest.raises(PrerequisiteError, match="not trusted"):
        find_interpreter(root, str(folder / ".venv" / "bin" / "python"), {}, NOT_ITS_OWN)
    assert find_interpreter(root, str(python), {}, NOT_ITS_OWN) == python


def test_our_own_interpreter_runs_already(project, monkeypatch):
    root = project({"a.py": ""})
    own = program(root / "env" / "bin" / "python")
    monkeypatch.setattr(sys, "executable", str(own))
    assert find_interpreter(root, "", {}, NOT_ITS_OWN) == own


def test_links_in_a_circle_end(project):
    root = project({"a.py": ""})
    first, second = root / "first", root / "second"
    first.symlink_to(second)
    second.symlink_to(first)
    with pytest.raises(PrerequisiteError, match="there is no interpreter"):
        find_interpreter(root, "first", {}, NOT_ITS_FILES)
