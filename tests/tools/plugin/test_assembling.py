import hashlib
import json
import os
import shutil


def digest(folder):
    """Bytes, modes and times of everything in a folder."""
    told = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        stat = path.stat()
        told.update(f"{path.relative_to(folder)} {stat.st_mode:o} {stat.st_mtime_ns}\n".encode())
        if path.is_file():
            told.update(path.read_bytes())
    return told.hexdigest()


def test_an_overlay_is_laid_over_the_base(build, house):
    (target,) = build()
    assert target.name == "dist-go"
    assert {path.name for path in (target / "agents").iterdir()} == {"first.md", "second.md"}
    assert not (target / "languages").exists()


def test_references_of_the_overlay_point_to_their_assembled_place(build, house):
    (target,) = build()
    text = (target / "agents/second.md").read_text()
    assert "${CLAUDE_PLUGIN_ROOT}/references/go.md" in text
    assert "languages" not in text


def test_tools_of_the_engine_get_the_name_that_claude_code_gives_them(build, house):
    (target,) = build()
    assert "mcp__plugin_codeflash-go_codeflash__rank" in (target / "agents/first.md").read_text()


def test_manifests_are_merged_and_the_version_is_that_of_the_project(build, house):
    (target,) = build()
    told = json.loads((target / ".claude-plugin/plugin.json").read_text())
    assert (told["name"], told["version"], told["description"]) == ("codeflash-go", "1.2.3", "Go.")
    assert told["keywords"] == ["a", "go"]
    assert told["author"] == {"name": "Someone"}


def test_hooks_of_both_layers_run_the_bases_first(build, house):
    house.write("plugin/languages/go/hooks/more.py", "")
    more = {
        "hooks": {
            "Stop": [
                {"hooks": [{"type": "command", "command": "python3 ${CLAUDE_PLUGIN_ROOT}/hooks/more.py"}]}
            ]
        }
    }
    house.write("plugin/languages/go/hooks/hooks.json", json.dumps(more))
    (target,) = build()
    stops = json.loads((target / "hooks/hooks.json").read_text())["hooks"]["Stop"]
    assert [each["hooks"][0]["command"].rpartition("/")[2] for each in stops] == ["stop.py", "more.py"]


def test_what_developers_need_is_left_out(build, house):
    for path in (
        "DEVELOPING.md",
        "languages/go/DEVELOPING.md",
        "tests/test_x.py",
        "references/a.src.md",
        "hooks/__pycache__/x.pyc",
    ):
        house.write(f"plugin/{path}", "/nowhere")
    (target,) = build()
    names = {path.name for path in target.rglob("*")}
    assert not names & {"DEVELOPING.md", "tests", "a.src.md", "__pycache__"}


def test_the_same_input_makes_the_same_bytes_modes_and_times(build, house, tmp_path, monkeypatch):
    (target,) = build()
    before = digest(target)
    again = tmp_path / "again"
    shutil.copytree(house.root / "plugin", again / "plugin")
    for path in (again / "plugin").rglob("*.md"):
        os.utime(path, (1, 1))
        path.chmod(0o664)
    house.root = again
    house.write("pyproject.toml", '[project]\nversion = "1.2.3"\n')
    old = os.umask(0o077)
    try:
        (second,) = build()
    finally:
        os.umask(old)
    assert second != target
    assert digest(second) == before


def test_source_date_epoch_is_the_time_of_every_file(build, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    (target,) = build()
    assert {path.stat().st_mtime for path in target.rglob("*")} == {1000000000.0}


def test_a_second_build_drops_files_of_the_first(build, house):
    house.write("dist-go/stale", "")
    build()
    assert not (house.root / "dist-go/stale").exists()


def test_nothing_is_written_when_one_overlay_is_broken(plugin_tool, house, capsys):
    house.write("plugin/languages/broken/x.txt", "")
    assert plugin_tool.command.main(["--root", str(house.root), "build"]) == 1
    assert "plugin/languages/broken/.claude-plugin/plugin.json:1: is missing" in capsys.readouterr().err
    assert not list(house.root.glob("dist-*"))


def test_no_overlay_is_no_error(plugin_tool, tmp_path, capsys):
    assert plugin_tool.command.main(["--root", str(tmp_path), "build"]) == 0
    assert "nothing to assemble" in capsys.readouterr().out
