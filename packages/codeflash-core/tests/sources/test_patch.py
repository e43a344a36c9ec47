from pathlib import Path

import pytest

from codeflash_core.errors import PrerequisiteError, UsageError
from codeflash_core.model.candidate import unified_diff
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt, Decision, DecisionWord
from codeflash_core.model.target import Project, Target
from codeflash_core.ports.sources import Question
from codeflash_core.sources.patch import PatchSource, from_file, from_patch

TARGET = Target(path="m.py", qualname="f", module="m")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for scratch files."""
    monkeypatch.setenv("CODEFLASH_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "pro ject"
    root.mkdir()
    (root / "m.py").write_text("def f():\n    return 1\n")
    return Project(root=root, language="python", interpreter=Path("python"))


def question(project: Project, history: tuple[Attempt, ...] = ()) -> Question:
    return Question(project, TARGET, {"m.py": ""}, Corpus("m.py::f"), history=history)


async def test_a_file_is_proposed_once(project: Project, tmp_path: Path) -> None:
    (tmp_path / "c.py").write_text("def f():\n    return 2\n")
    source = from_file(project, "m.py", tmp_path / "c.py")
    (candidate,) = await source.propose(question(project))
    assert candidate.files == {"m.py": "def f():\n    return 2\n"}
    assert not candidate.trusted
    tried = Attempt(candidate, "", Decision(DecisionWord.REJECTED))
    assert await source.propose(question(project, (tried,))) == ()


async def test_a_patch_is_applied_beside_the_project(project: Project, tmp_path: Path) -> None:
    before = (project.root / "m.py").read_text()
    diff = unified_diff({"m.py": before}, {"m.py": before.replace("1", "2"), "new.py": "x = 1\n"})
    (tmp_path / "p.patch").write_text(diff)
    (candidate,) = await from_patch(project, tmp_path / "p.patch").propose(question(project))
    assert candidate.files == {"m.py": before.replace("1", "2"), "new.py": "x = 1\n"}
    assert (project.root / "m.py").read_text() == before
    assert not (project.root / "new.py").exists()


async def test_a_deleted_file_is_proposed_as_none(project: Project, tmp_path: Path) -> None:
    before = (project.root / "m.py").read_text()
    (tmp_path / "p.patch").write_text(unified_diff({"m.py": before}, {"m.py": None}))
    (candidate,) = await from_patch(project, tmp_path / "p.patch").propose(question(project))
    assert candidate.files == {"m.py": None}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not a patch\n",
        "--- a/m.py\n+++ b/m.py\n@@ -1,2 +1,2 @@\n def other():\n-    return 3\n+    return 4\n",
        "--- a/../x.py\n+++ b/../x.py\n@@ -1,1 +1,1 @@\n-a\n+b\n",
    ],
)
def test_a_patch_that_does_not_apply_is_a_usage_error(project: Project, tmp_path: Path, text: str) -> None:
    (tmp_path / "p.patch").write_text(text)
    with pytest.raises(UsageError):
        from_patch(project, tmp_path / "p.patch")


def test_missing_files_are_usage_errors(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        from_patch(project, tmp_path / "none.patch")
    with pytest.raises(UsageError, match="can't read the candidate"):
        from_file(project, "m.py", tmp_path / "none.py")


def test_without_git_the_way_out_is_named(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PrerequisiteError, match="git is not installed"):
        from_patch(project, tmp_path / "p.patch")


async def test_the_same_change_has_the_same_id(project: Project) -> None:
    first = (await PatchSource({"m.py": "x"}, "a").propose(question(project)))[0]
    second = (await PatchSource({"m.py": "x"}, "b").propose(question(project)))[0]
    assert first.id == second.id


def test_nothing_is_left_in_the_scratch_folder(project: Project, tmp_path: Path, state: Path) -> None:
    (tmp_path / "odd.patch").write_text("no patch")
    with pytest.raises(UsageError, match="does not apply"):
        from_patch(project, tmp_path / "odd.patch")
    assert list((state / "scratch").iterdir()) == []
