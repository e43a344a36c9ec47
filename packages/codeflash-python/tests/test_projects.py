import hashlib

import pytest
from attrs import evolve

from codeflash_core.errors import UsageError
from codeflash_python.projects import PythonProjects


@pytest.fixture
def found(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'p'\n")
    (tmp_path / "m.py").write_text(
        "def f():\n    return 1\n\n\nclass C:\n    def g(self):\n        return 2\n"
    )
    projects = PythonProjects()
    return projects, projects.project(projects.root_of(tmp_path / "m.py"), interpreter="", tests=(), names=())


def test_the_root_is_the_folder_with_a_marker(found, tmp_path) -> None:
    assert found[1].root == tmp_path
    assert found[1].language == "python"


def test_targets_are_those_named_or_all(found) -> None:
    projects, project = found
    assert [each.qualname for each in projects.targets(project, ("m.py::f",))] == ["f"]
    assert [each.qualname for each in projects.targets(project, (), everything=True)] == ["f", "C.g"]


def test_a_missing_function_is_refused_with_the_nearest(found) -> None:
    with pytest.raises(UsageError, match="has no function"):
        found[0].targets(found[1], ("m.py::ff",))


def test_functions_that_a_text_defines_are_named(found) -> None:
    assert found[0].defined_in("def f(): ...\nclass C:\n    def g(self): ...\n") == ("f", "C.g")


def test_targets_are_those_of_the_text_that_an_editor_holds(found) -> None:
    projects, project = found
    held = evolve(project, held={"m.py": b"\n\ndef h():\n    return 3\n"})
    (target,) = projects.targets(held, ("m.py::h",))
    assert target.line == 3
    assert target.file_sha256 == hashlib.sha256(held.held["m.py"]).hexdigest()
    with pytest.raises(UsageError, match="has no function"):
        projects.targets(held, ("m.py::f",))
