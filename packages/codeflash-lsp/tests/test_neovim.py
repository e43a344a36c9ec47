"""Neovim without a screen as an outside client: it shows, proves, applies and saves."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codeflash_lsp.evidence.recorded import recorded

SCRIPT = Path(__file__).with_name("neovim.lua")


@pytest.fixture
def neovim(shop):
    """``neovim(file)`` runs the script on a file and returns what it wrote down."""
    program = shutil.which("nvim")
    if program is None:
        pytest.skip("neovim is not installed")

    def run(file: Path, budget: int = 40):
        told = shop.state.parent / "told.json"
        done = subprocess.run(
            [program, "--headless", "-u", "NONE", "-i", "NONE", "-n", str(file), "-c", f"luafile {SCRIPT}"],
            env=shop.environment(
                SERVER=json.dumps([sys.executable, "-m", "codeflash_lsp"]),
                TOLD=str(told),
                FOLDER=str(shop.root),
                BUDGET=str(budget),
                HOME=str(shop.state.parent),
                XDG_RUNTIME_DIR=str(shop.state.parent),
            ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert told.is_file(), done.stdout + done.stderr
        return json.loads(told.read_text(encoding="utf-8"))

    return run


@pytest.mark.slow
def test_neovim_shows_proves_applies_and_saves(neovim, shop, ordering) -> None:
    before = shop.contents()
    told = neovim(shop.ordering)
    assert "error" not in told, told
    assert "membership-in-growing-list" in told["diagnostics"]
    assert "Optimize" in told["lenses"]
    assert any("(unproven)" in title for title in told["actions"])
    answer = told["answer"]
    assert answer["result"]["verdict"] == "same", answer
    if not answer["applicable"]:
        pytest.skip(f"the machine is too busy for a proof: {answer['summary']}")
    assert any(title.startswith("Apply: ") for title in told["lenses_after"])
    assert "1." in told["hover"] or "x [" in told["hover"]
    assert any(title.startswith("Applied: ") for title in told["lenses_applied"])
    # The file holds the edit that neovim made before, and what the run proved, to the letter.
    known = recorded(shop.root).results["src/shop/ordering.py::distinct"]
    assert known.before == ordering
    wanted = known.after.replace("return sum(prices)", "return sum(prices) + 0")
    assert shop.ordering.read_text(encoding="utf-8") == wanted
    changed = {name for name, data in shop.contents().items() if before.get(name) != data}
    assert changed == {str(shop.ordering)}
