import pytest

REQUIREMENTS = """\
# header
attrs==26.1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
librt==0.16.0 ; platform_python_implementation != 'PyPy' \\
    --hash=sha256:cc
bare==1.0
"""


@pytest.fixture
def lock(tool):
    return tool("tools/lock.py")


def test_pins_keep_versions_and_markers_and_drop_hashes(lock):
    assert lock.pins(REQUIREMENTS) == [
        "attrs==26.1.0",
        "bare==1.0",
        "librt==0.16.0 ; platform_python_implementation != 'PyPy'",
    ]


def test_the_committed_pins_are_those_of_the_committed_lock(lock):
    assert lock.current_pins() == lock.pins(lock.LOCK.read_text(encoding="utf-8"))


def test_every_locked_package_has_hashes_and_no_address(lock):
    text = lock.LOCK.read_text(encoding="utf-8")
    blocks = [block for block in text.replace("\\\n", " ").splitlines() if "==" in block]
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "--index" not in text


def test_writing_pins_leaves_the_rest_of_the_project_file(lock, tmp_path, monkeypatch):
    project = tmp_path / "pyproject.toml"
    project.write_text(
        '[project]\nname = "x"  # kept\n\n[tool.uv]\nconstraint-dependencies = ["old==1"]\npackage = false\n'
    )
    monkeypatch.setattr(lock, "PROJECT", project)
    lock.write_pins(["a==1", "b==2 ; os_name == 'nt'"])
    text = project.read_text()
    assert '"x"  # kept' in text
    assert "old" not in text
    assert lock.current_pins() == ["a==1", "b==2 ; os_name == 'nt'"]


def test_a_lock_that_differs_from_the_resolution_is_reported(lock, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lock, "LOCK", tmp_path / "requirements.lock")
    assert lock.check(REQUIREMENTS) == 1
    assert "+attrs==26.1.0" in capsys.readouterr().out
