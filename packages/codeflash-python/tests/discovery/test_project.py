"""A project is described by reading its folder."""

from __future__ import annotations

import pytest

from codeflash_core.errors import UsageError
from codeflash_python.discovery.project import default_tests, find_project


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
