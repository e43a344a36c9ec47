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
    assert helix["command"] == code["command"][0] == "codeflash-lsp"
    for told in (helix["config"], code["initializationOptions"], {"trusted": False}):
        assert read_settings(told)[1] == ()


def test_the_configuration_of_neovim_shows_findings(text, root, tmp_path):
    program = shutil.which("nvim")
    if program is None:
        pytest.skip("neovim is not installed")
    project = shutil.copytree(root / "examples/shop", tmp_path / "shop")
    (tmp_path / "init.lua").write_text(block(text, "lua"), encoding="utf-8")
    told = tmp_path / "told.json"
    look = (
        "lua vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 50) "
        "local file = io.open(vim.env.TOLD, 'w') "
        "file:write(vim.json.encode(vim.tbl_map(function(each) return each.source end, vim.diagnostic.get(0)))) "
        "file:close() vim.lsp.stop_client(vim.lsp.get_active_clients()) vim.cmd('qa!')"
    )
    commands = ["-c", "filetype on", "-c", "edit src/shop/feeds.py", "-c", "set filetype=python", "-c", look]
    done = subprocess.run(
        [program, "--headless", "-i", "NONE", "-n", "-u", str(tmp_path / "init.lua"), *commands],
        cwd=project,
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
    assert set(json.loads(told.read_text())) == {"codeflash"}, done.stdout + done.stderr
