from pathlib import Path

from codeflash_core.model.target import Project
from codeflash_core.pipeline import assembly
from codeflash_core.pipeline.assembly import open_workshop
from codeflash_core.sandbox import Mode


async def test_the_private_copy_holds_what_an_editor_does(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(assembly, "plugin", lambda *_: lambda **__: None)
    root = tmp_path / "project"
    root.mkdir()
    (root / "m.py").write_bytes(b"disk\n")
    (root / "n.py").write_bytes(b"disk\n")
    project = Project(root, "text", Path("/bin/true"), held={"m.py": b"held\n"})
    async with open_workshop(project, Mode.OFF, state=tmp_path / "state") as workshop:
        assert workshop.entries["m.py"] != workshop.entries["n.py"]
        (copy,) = [each for each in (tmp_path / "state").rglob("held") if each.is_dir()]
        assert (copy / "m.py").read_bytes() == b"held\n"
        assert (copy / "n.py").read_bytes() == b"disk\n"
        assert not list((tmp_path / "state").rglob("base"))
    assert (root / "m.py").read_bytes() == b"disk\n"
