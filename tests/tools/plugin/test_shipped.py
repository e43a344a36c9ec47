"""What is really shipped: it builds, and Claude Code itself finds nothing to say."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = sorted(path.name for path in (ROOT / "plugin/languages").iterdir() if path.is_dir())


def claude():
    own = os.environ.get("CODEFLASH_NODE_TOOLS")
    folders = [Path(own)] if own else [ROOT / "tools/node/node_modules/.bin"]
    return next((str(path / "claude") for path in folders if (path / "claude").exists()), None)


@pytest.fixture(scope="module")
def built(plugin_tool, tmp_path_factory):
    output = tmp_path_factory.mktemp("built")
    plugin_tool.assembling.assemble(ROOT / "plugin", output, ROOT / "pyproject.toml")
    return output


@pytest.mark.parametrize("language", LANGUAGES)
def test_agents_and_skills_of_the_base_are_in_every_plugin(built, language):
    target = built / f"dist-{language}"
    agents = {path.stem for path in (target / "agents").iterdir()}
    parts = ("router", "optimizer", "scan", "researcher", "reviewer", "pr-prep", "setup")
    assert {f"codeflash-{part}" for part in parts} <= agents
    assert {"codeflash-optimize", "codeflash-compare", "codeflash-review"} <= {
        path.name for path in (target / "skills").iterdir()
    }
    assert json.loads((target / ".claude-plugin/plugin.json").read_text())["name"] == f"codeflash-{language}"


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.skipif(
    not claude(), reason="the npm package is not installed: run tools/setup where npm is there"
)
def test_claude_code_accepts_it_strictly(built, language, tmp_path):
    done = subprocess.run(
        [claude(), "plugin", "validate", "--strict", str(built / f"dist-{language}")],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def wrapper(built, tmp_path):
    """Runs the wrapper of the server with folders on its path, in a project."""
    other = tmp_path / "other plugin"
    shutil.copytree(built / f"dist-{LANGUAGES[0]}", other)

    def run(*folders, project=None):
        own = built / f"dist-{LANGUAGES[-1]}" / "bin"
        path = os.pathsep.join([str(own), str(other / "bin"), *map(str, folders), "/usr/bin", "/bin"])
        return subprocess.run(
            [str(own / "codeflash-mcp"), "--root", "a b"],
            env={"PATH": path, "CLAUDE_PROJECT_DIR": str(project or tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def server(folder, says):
    folder.mkdir(parents=True)
    file = folder / "codeflash-mcp"
    file.write_text(f'#!/bin/sh\necho {says} "$@"\n')
    file.chmod(0o755)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="a script for the shell")
def test_the_server_is_found_on_the_path_past_the_wrappers_of_plugins(wrapper, tmp_path):
    assert wrapper(server(tmp_path / "bin folder", "path")).stdout == "path --root a b\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a script for the shell")
def test_the_projects_own_server_comes_first(wrapper, tmp_path):
    server(tmp_path / "project/.venv/bin", "own")
    done = wrapper(server(tmp_path / "bin", "path"), project=tmp_path / "project")
    assert done.stdout == "own --root a b\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a script for the shell")
def test_without_a_server_one_line_says_what_to_do(wrapper):
    done = wrapper()
    assert done.returncode == 127
    assert done.stderr.count("\n") == 1
    assert "codeflash-mcp is not installed" in done.stderr
