import pytest


@pytest.fixture
def build(tool):
    return tool("tools/build_plugin.py")


def test_an_overlay_is_laid_over_the_base(build, tmp_path):
    plugin = tmp_path / "plugin"
    (plugin / "skills").mkdir(parents=True)
    (plugin / "skills" / "both.md").write_text("base")
    (plugin / "skills" / "base.md").write_text("base")
    (plugin / "languages" / "python" / "skills").mkdir(parents=True)
    (plugin / "languages" / "python" / "skills" / "both.md").write_text("overlay")
    (plugin / "languages" / "go").mkdir()
    made = build.assemble(plugin, tmp_path)
    assert [path.name for path in made] == ["dist-go", "dist-python"]
    assert (tmp_path / "dist-python/skills/both.md").read_text() == "overlay"
    assert (tmp_path / "dist-python/skills/base.md").read_text() == "base"
    assert not (tmp_path / "dist-go/languages").exists()


def test_a_second_build_drops_files_of_the_first(build, tmp_path):
    plugin = tmp_path / "plugin"
    (plugin / "languages" / "go").mkdir(parents=True)
    (tmp_path / "dist-go").mkdir()
    (tmp_path / "dist-go" / "stale").touch()
    build.assemble(plugin, tmp_path)
    assert not (tmp_path / "dist-go/stale").exists()


def test_no_overlay_is_no_error(build, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, "ROOT", tmp_path)
    assert build.main() == 0
    assert "nothing to assemble" in capsys.readouterr().out
