"""Coding agents as subjects of the evals: the real programs with scripted models solve a template and are scored."""

import shlex
import subprocess
import sys

import pytest
from loopback.messages import messages_server
from loopback.responses import responses_server
from loopback.script import Call, Model, Say

from codeflash_evals.scores.lines import read_results

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

FILE = "src/triage/words.py"
TARGET = f"{FILE}::tokens"
EDITS = (
    ("\n\ndef tokens(text):\n", "_KNOWN = frozenset(STOP_WORDS)\n\n\ndef tokens(text):\n"),
    ("word not in STOP_WORDS", "word not in _KNOWN"),
)
KEY = "a key for nobody in particular"


def asked(request):
    return f"Target: {TARGET}" in request.said


def asked_of_others(request):
    return "Target: " in request.said


def nothing():
    yield Say("There is nothing to gain.")


@pytest.fixture
def measured(environment, tmp_path):
    """Measure a subject on a template; returns the line that is kept of it."""

    def run(subject: str, **variables: str):
        results = tmp_path / "results.jsonl"
        words = ["run", "ticket-triage", "--subject", subject, "--results", str(results)]
        done = subprocess.run(
            [sys.executable, "-m", "codeflash_evals", *words, "--budget", "240s", "--limit", "15m"],
            env={**environment, **variables},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=1000,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert KEY not in done.stdout + done.stderr + results.read_text()
        (found,) = read_results(results)
        assert found.problem == ""
        return found

    return run


def assert_solved(found):
    assert found.decisions.get(TARGET) == "accepted", found.reasons
    assert found.scores.same == "same", found.scores.where
    assert found.scores.saving.low > 1.0
    assert found.scores.changed


def test_claude_is_a_subject(measured, node_program):
    def edits():
        yield Call("Read", {"file_path": FILE})
        for before, after in EDITS:
            answer = yield Call("Edit", {"file_path": FILE, "old_string": before, "new_string": after})
            assert not answer.failed, answer.text
        yield Say("A set is asked, not a list.")

    model = Model([(asked, edits), (asked_of_others, nothing)])
    with messages_server(model) as address:
        found = measured(
            "agent:claude",
            CODEFLASH_CLAUDE=str(node_program("claude")),
            ANTHROPIC_API_KEY=KEY,
            ANTHROPIC_BASE_URL=address,
        )
    model.check()
    assert_solved(found)
    assert found.cost_usd is not None


def test_codex_is_a_subject(measured, node_program):
    def edits():
        edit = "import pathlib, sys; p = pathlib.Path(sys.argv[1]); p.write_text(p.read_text().replace(*sys.argv[2:]))"
        for before, after in EDITS:
            words = ["python3", "-c", edit, FILE, before, after]
            answer = yield Call("exec_command", {"cmd": shlex.join(words)})
            assert "exited with code 0" in answer.text, answer.text
        yield Say("A set is asked, not a list.")

    model = Model([(asked, edits), (asked_of_others, nothing)])
    with responses_server(model) as address:
        found = measured(
            "agent:codex:scripted",
            CODEFLASH_CODEX=str(node_program("codex")),
            OPENAI_API_KEY=KEY,
            OPENAI_BASE_URL=address,
        )
    model.check()
    assert_solved(found)
