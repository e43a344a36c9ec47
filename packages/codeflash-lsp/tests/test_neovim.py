"""Neovim without a screen as an outside client: it shows, applies and saves what was proven, and has it proven."""

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

    def run(file: Path, **more: str):
        told = shop.state.parent / "told.json"
        done = subprocess.run(
            [program, "--headless", "-u", "NONE", "-i", "NONE", "-n", str(file), "-c", f"luafile {SCRIPT}"],
            env=shop.environment(
                SERVER=json.dumps([sys.executable, "-m", "codeflash_lsp"]),
                TOLD=str(told),
                FOLDER=str(shop.root),
                HOME=str(shop.state.parent),
                XDG_RUNTIME_DIR=str(shop.state.parent),
                **more,
            ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=270,
            check=False,
        )
        assert told.is_file(), done.stdout + done.stderr
        return json.loads(told.read_text(encoding="utf-8"))

    return run


def changed(shop, before):
    return {name for name, data in shop.contents().items() if before.get(name) != data}


def test_neovim_shows_applies_and_saves_what_was_proven(neovim, shop, known, record) -> None:
    found = known(root=shop.root)
    run = record(found, shop.state)
    before = shop.contents()
    told = neovim(shop.ordering)
    assert "error" not in told, told
    assert "membership-in-growing-list" in told["diagnostics"]
    assert "Optimize" in told["lenses"]
    assert any("(unproven)" in title for title in told["actions"])
    claim = "1.79x at least, same behaviour on 34 inputs"
    assert f"Apply: {claim}" in told["lenses_after"]
    for part in (f"**codeflash** distinct: {claim}.", "Speed: 1.83x [1.79, 1.88]", run, "+    return list"):
        assert part in told["hover"]
    assert f"Applied: {claim}" in told["lenses_applied"]
    # The file holds the edit that neovim made before, and what the run proved, to the letter.
    wanted = found.after.replace("return sum(prices)", "return sum(prices) + 0")
    assert shop.ordering.read_text(encoding="utf-8") == wanted
    assert changed(shop, before) == {str(shop.ordering)}


@pytest.mark.slow
def test_neovim_has_a_function_optimized_and_edits_another_meanwhile(neovim, shop, ordering) -> None:
    before = shop.contents()
    told = neovim(shop.ordering, BUDGET="8")
    assert "error" not in told, told
    answer = told["answer"]
    # Of an older text it would have to say so; neovim leaves out what is null.
    assert (answer["function"], answer.get("stale")) == ("distinct", None), answer
    assert "Optimize again" in told["lenses_after"]
    assert f"Decision: {answer['result']['decision']}" in told["hover"]
    known = recorded(shop.root).results["src/shop/ordering.py::distinct"]
    assert known.run == answer["result"]["run"]
    assert known.before == ordering
    assert changed(shop, before) == {str(shop.ordering)}  # saved by neovim, with its own edit only
    assert shop.ordering.read_text() == ordering.replace("return sum(prices)", "return sum(prices) + 0")
