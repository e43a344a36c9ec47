"""A coding agent as a subject, with a program that stands for it."""

import sys

import pytest

from codeflash_evals.main import main
from codeflash_evals.scores.lines import read_results

AGENT = """#!{python}
import json, pathlib, sys
sys.stdin.read()
path = pathlib.Path("src/orders/matching.py")
path.write_text(path.read_text().replace("    found = []\\n", "    found = list(set())\\n    catalogue = set(catalogue)\\n"))
print(json.dumps({{"type": "result", "subtype": "success", "result": "A set.", "num_turns": 1, "total_cost_usd": 0.25}}))
"""


@pytest.mark.slow
def test_an_agent_is_measured_and_its_cost_is_known(folder, tmp_path, monkeypatch):
    program, results = tmp_path / "claude", tmp_path / "results.jsonl"
    program.write_text(AGENT.format(python=f"{sys.base_prefix}/bin/python3"))
    program.chmod(0o755)
    monkeypatch.setenv("CODEFLASH_CLAUDE", str(program))
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a-key-for-nobody")
    words = ["run", "orders", "--subject", "agent:claude", "--folder", str(folder), "--results", str(results)]
    assert main([*words, "--budget", "60s"]) == 0
    (found,) = read_results(results)
    assert found.problem == ""
    assert found.decisions["src/orders/matching.py::known_codes"] == "rejected"
    assert "behaviour differs" in found.reasons["src/orders/matching.py::known_codes"]
    assert found.cost_usd is not None and found.cost_usd > 0.0
    assert "a-key-for-nobody" not in results.read_text()
