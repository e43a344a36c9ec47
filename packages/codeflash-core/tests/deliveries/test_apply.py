import hashlib
import os
from pathlib import Path

import pytest

from codeflash_core.deliveries.apply import ApplyDelivery, clear_drafts, read_intent
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
    assert "m.py" in delivered.message
    # The intent stays until the run's end is on record; then the delivery can be repeated at will.
    intent = read_intent(tmp_path / "intent.json")
    assert intent is not None
    assert (intent.root, dict(intent.measured)) == (root, measured)


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
        if len(synced) == 5:  # the new bytes, the intent and the first draft fit
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DeliveryError, match="No space left"):
        ApplyDelivery(tmp_path / "i", measured).deliver(
            project(root), RESULTS, Side.of({"m.py": b"a\n", "old.py": b"b\n"})
        )
    assert tree(root) == before


def test_a_failure_between_two_files_puts_the_first_one_back(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(root)
    measured = {"m.py": sha(root / "m.py"), "old.py": sha(root / "old.py")}
    replace = Path.replace

    def fail_on_old(self: Path, target: Path) -> Path:
        if target.name == "old.py":
            raise OSError(5, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_on_old)
    with pytest.raises(DeliveryError, match="Input/output error; nothing was changed"):
        ApplyDelivery(tmp_path / "i", measured).deliver(
            project(root), RESULTS, Side.of({"m.py": b"a\n", "old.py": b"b\n", "new/x.py": b"c\n"})
        )
    assert tree(root) == before
    assert (root / "m.py").stat().st_mode & 0o777 == 0o640
    assert not (root / "new").exists()
    assert not (tmp_path / "i").exists()


def test_what_can_t_be_put_back_is_named(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = {"m.py": sha(root / "m.py"), "old.py": sha(root / "old.py")}
    replace, calls = Path.replace, []

    def once(self: Path, target: Path) -> Path:
        if not target.is_relative_to(root):
            return replace(self, target)
        calls.append(target)
        if len(calls) > 1:
            raise OSError(5, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", once)
    with pytest.raises(DeliveryError, match=r"m\.py could not be put back"):
        ApplyDelivery(tmp_path / "i", measured).deliver(
            project(root), RESULTS, Side.of({"m.py": b"a\n", "old.py": b"b\n"})
        )


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"drafts": 3}'])
def test_a_damaged_intent_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "i").write_text(text)
    assert read_intent(tmp_path / "i") is None
    assert ApplyDelivery.unfinished(tmp_path / "i") is None
    clear_drafts(tmp_path / "i")
