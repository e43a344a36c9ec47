"""The page on editors says what the server takes, and its neovim configuration works."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from codeflash_lsp.settings import read_settings


@pytest.fixture
def text(root):
    return (root / "docs/how-to/set-up-an-editor.md").read_text(encoding="utf-8")


def block(text, language):
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return found


def test_settings_on_the_page_are_understood(text):
    helix = tomllib.loads(block(text, "toml"))["language-server"]["codeflash"]
    code = json.loads(block(text, "json"))
    assert helix["command"] == code["glspc.server.command"] == "codeflash-lsp"
    assert code["glspc.server.languageId"] == ["python"]
    for told in (helix["config"], code["glspc.server.initializationOptions"], {"trusted": False}):
        assert read_settings(told)[1] == ()


def test_the_configuration_of_neovim_shows_findings_from_one_server_a_project(text, root, tmp_path):
    program = shutil.which("nvim")
    if program is None:
        pytest.skip("neovim is not installed")
    project = shutil.copytree(root / "examples/shop", tmp_path / "shop")
    (tmp_path / "init.lua").write_text(block(text, "lua"), encoding="utf-8")
    told = tmp_path / "told.json"
    look = (
        "lua vim.wait(60000, function() return #vim.diagnostic.get(vim.fn.bufnr('feeds.py')) > 0 end, 50) "
        "local sources = vim.tbl_map(function(each) return each.source end, vim.diagnostic.get(vim.fn.bufnr('feeds.py'))) "
        "local servers = vim.tbl_map(function(each) return each.config.root_dir end, vim.lsp.get_active_clients()) "
        "local file = io.open(vim.env.TOLD, 'w') "
        "file:write(vim.json.encode({ sources = sources, servers = servers })) "
        "file:close() vim.lsp.stop_client(vim.lsp.get_active_clients()) vim.cmd('qa!')"
    )
    opened = [f"edit {project}/src/shop/{name}.py" for name in ("feeds", "orders")]
    commands = [word for line in ("filetype on", *opened, look) for word in ("-c", line)]
    done = subprocess.run(
        [program, "--headless", "-i", "NONE", "-n", "-u", str(tmp_path / "init.lua"), *commands],
        cwd=tmp_path,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "CODEFLASH_STATE_DIR": str(tmp_path / "state"),
            "LANG": "C.UTF-8",
            "TOLD": str(told),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.is_file(), done.stdout + done.stderr
    seen = json.loads(told.read_text())
    assert set(seen["sources"]) == {"codeflash"}, done.stdout + done.stderr
    assert seen["servers"] == [str(project)]
