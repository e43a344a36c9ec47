"""A project is described by reading its folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from codeflash_core.errors import PrerequisiteError, UsageError
from codeflash_python.discovery.project import default_tests, find_interpreter, find_project


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


@pytest.mark.parametrize(
    ("files", "tests"),
    [
        ({"tests/test_a.py": "", "test/test_b.py": ""}, ("tests", "test")),
        ({"pkg/tests/test_a.py": "", "pkg/tests/deep/test_b.py": "", "pkg/mod.py": ""}, ("pkg/tests",)),
        ({"test_a.py": "", "b_test.py": "", "c.py": ""}, ("b_test.py", "test_a.py")),
        ({"tests/t.py": "", "spec/t.py": "", "pytest.ini": "[pytest]\ntestpaths = spec\n"}, ("spec",)),
        ({"spec/t.py": "", "setup.cfg": "[tool:pytest]\ntestpaths =\n    spec\n    gone\n"}, ("spec",)),
        (
            {
                "a/t/x.py": "",
                "b/t/x.py": "",
                "pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["*/t"]',
            },
            ("a/t", "b/t"),
        ),
        ({"mod.py": ""}, ()),
    ],
)
def test_tests_are_where_the_configuration_or_custom_says(project, files, tests):
    assert default_tests(project(files)) == tests


def test_a_project_has_real_root_roots_and_tests(project, tmp_path):
    root = project({"src/pkg/__init__.py": "", "tests/test_a.py": ""})
    (tmp_path / "link").symlink_to(root)
    found = find_project(tmp_path / "link", environ={})
    assert (found.root, found.import_roots, found.tests) == (root.resolve(), ("src", "."), ("tests",))
    assert find_project(root, tests=["tests/test_a.py::test_x"], environ={}).tests == (
        "tests/test_a.py::test_x",
    )


def test_what_is_missing_is_named(project, tmp_path):
    with pytest.raises(UsageError, match="no folder"):
        find_project(tmp_path / "gone")
    with pytest.raises(UsageError, match="nowhere"):
        find_project(project({"a.py": ""}), tests=["nowhere"])
