import subprocess
from pathlib import Path

import pytest
from attrs import evolve

from codeflash_core.deliveries.apply import ApplyDelivery
from codeflash_core.deliveries.patch import PatchDelivery
from codeflash_core.errors import DeliveryError
from codeflash_core.model.candidate import Candidate, unified_diff
from codeflash_core.model.decision import Attempt, Decision, DecisionWord, TargetResult
from codeflash_core.model.parts import Part
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project

ACCEPTED = Decision(DecisionWord.ACCEPTED)


def result(before: str, after: str) -> TargetResult:
    diff = unified_diff({"pkg/m.py": before}, {"pkg/m.py": after})
    attempt = Attempt(Candidate("id", "patch", {"pkg/m.py": after}), diff, ACCEPTED)
    return TargetResult("pkg/m.py::C.f", ACCEPTED, best=attempt)


@pytest.mark.parametrize(
    ("before", "after"),
    [("a\nb\n", "a\nc\n"), ("a\nb", "a\nc"), ("a\r\nb\r\n", "a\r\nc\r\n"), ("é = 1\n", "é = 2\n")],
)
def test_the_patch_applies_with_git(tmp_path: Path, before: str, after: str) -> None:
    project = Project(root=tmp_path, language="python", interpreter=Path("python"))
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "m.py").write_bytes(before.encode())
    delivered = PatchDelivery(tmp_path / "out").deliver(project, (result(before, after),), Side())
    subprocess.run(["git", "apply", str(delivered.paths[0])], cwd=tmp_path, check=True)
    assert (tmp_path / "pkg" / "m.py").read_bytes() == after.encode()
    assert delivered.paths[0].name == "pkg_m.py-C.f.patch"


def test_a_folder_that_can_t_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    project = Project(root=tmp_path, language="python", interpreter=Path("python"))
    with pytest.raises(DeliveryError, match="can't write"):
        PatchDelivery(tmp_path / "file" / "out").deliver(project, (result("a\n", "b\n"),), Side())


@pytest.mark.parametrize("how", ["patch", "apply"])
def test_what_was_judged_on_part_of_the_proof_is_not_delivered(tmp_path: Path, how: str) -> None:
    project = Project(root=tmp_path, language="python", interpreter=Path("python"))
    (tmp_path / "m.py").write_text("a\n")
    delivery = (
        PatchDelivery(tmp_path / "out") if how == "patch" else ApplyDelivery(tmp_path / "apply.json", {})
    )
    partial = evolve(result("a\n", "b\n"), without=(Part.COLD,))
    with pytest.raises(DeliveryError, match="parts of the proof were off: cold"):
        delivery.deliver(project, (partial,), Side.of({"m.py": b"b\n"}))
    assert [path.name for path in tmp_path.iterdir()] == ["m.py"]
    assert (tmp_path / "m.py").read_text() == "a\n"
