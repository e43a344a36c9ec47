import hashlib
import os
from pathlib import Path

import pytest

from codeflash_core.deliveries.apply import ApplyDelivery
from codeflash_core.errors import DeliveryError
from codeflash_core.model.decision import Decision, DecisionWord, TargetResult
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project

RESULTS = (TargetResult("m.py::f", Decision(DecisionWord.ACCEPTED)),)


def project(root: Path) -> Project:
    return Project(root=root, language="python", interpreter=Path("python"))


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tree(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "m.py").write_bytes(b"\xef\xbb\xbfx = 1\r\n")
    (folder / "m.py").chmod(0o640)
    (folder / "old.py").write_bytes(b"gone\n")
    return folder


def test_files_are_replaced_made_and_deleted(root: Path, tmp_path: Path) -> None:
    measured = {"m.py": sha(root / "m.py"), "old.py": sha(root / "old.py")}
    side = Side.of({"m.py": b"\xef\xbb\xbfx = 2\r\n", "pkg/new.py": b"new\n", "old.py": None})
    delivered = ApplyDelivery(tmp_path / "intent.json", measured).deliver(project(root), RESULTS, side)
    assert tree(root) == {"m.py": b"\xef\xbb\xbfx = 2\r\n", "pkg/new.py": b"new\n"}
    assert (root / "m.py").stat().st_mode & 0o777 == 0o640
    assert not (tmp_path / "intent.json").exists()
    assert "m.py" in delivered.message


def test_a_file_that_was_not_measured_is_not_replaced(root: Path, tmp_path: Path) -> None:
    before = tree(root)
    delivery = ApplyDelivery(tmp_path / "intent.json", {"m.py": "0" * 64, "old.py": sha(root / "old.py")})
    with pytest.raises(DeliveryError, match="not the file that was measured"):
        delivery.deliver(project(root), RESULTS, Side.of({"old.py": b"x\n", "m.py": b"x\n"}))
    assert tree(root) == before


def test_a_new_file_never_replaces_one_that_has_come(root: Path, tmp_path: Path) -> None:
    before = tree(root)
    with pytest.raises(DeliveryError):
        ApplyDelivery(tmp_path / "i", {}).deliver(project(root), RESULTS, Side.of({"old.py": b"x\n"}))
    assert tree(root) == before


def test_a_file_that_has_gone_is_told(root: Path, tmp_path: Path) -> None:
    measured = {"m.py": sha(root / "m.py")}
    (root / "m.py").unlink()
    with pytest.raises(DeliveryError, match="is gone"):
        ApplyDelivery(tmp_path / "i", measured).deliver(project(root), RESULTS, Side.of({"m.py": b"x\n"}))


def test_applying_twice_is_applying_once(root: Path, tmp_path: Path) -> None:
    measured = {"m.py": sha(root / "m.py")}
    for _ in range(2):
        delivery = ApplyDelivery(tmp_path / "i", measured)
        delivery.deliver(project(root), RESULTS, Side.of({"m.py": b"new\n"}))
    assert (root / "m.py").read_bytes() == b"new\n"


def test_a_link_out_of_the_project_is_not_followed(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("mine\n")
    (root / "link.py").symlink_to(outside)
    with pytest.raises(DeliveryError, match="leads out"):
        ApplyDelivery(tmp_path / "i", {}).deliver(project(root), RESULTS, Side.of({"link.py": b"x\n"}))
    assert outside.read_text() == "mine\n"


def test_a_full_disk_changes_nothing(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree(root)
    measured = {"m.py": sha(root / "m.py"), "old.py": sha(root / "old.py")}
    synced: list[int] = []

    def full(fd: int) -> None:
        synced.append(fd)
        if len(synced) == 3:  # the intent and the first draft fit
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DeliveryError, match="No space left"):
        ApplyDelivery(tmp_path / "i", measured).deliver(
            project(root), RESULTS, Side.of({"m.py": b"a\n", "old.py": b"b\n"})
        )
    assert tree(root) == before
