"""Coding agents as candidate sources: the real programs, confined, with scripted models; the engine judges what they edit."""

import json
import subprocess

import pytest
from loopback.messages import messages_server
from loopback.responses import responses_server
from loopback.script import Call, Model, Say

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

TARGET = "src/shop/reports.py::share_of_revenue"
SAME = '''def share_of_revenue(amounts: list[int]) -> list[float]:
    """Return each amount as a share of all of them, rounded to a tenth of a percent."""
    shares = []
    for amount in amounts:
        shares.append(round(100 * amount / sum(amounts), 1))
    return shares
'''
WRONG = SAME.replace("sum(amounts), 1", "sum(amounts)")
RIGHT = '''def share_of_revenue(amounts: list[int]) -> list[float]:
    """Return each amount as a share of all of them, rounded to a tenth of a percent."""
    shares = []
    total = sum(amounts)
    for amount in amounts:
        shares.append(round(100 * amount / total, 1))
    return shares
'''
WHY = "The sum is worked out once, not for each amount."
KEY = "a key for nobody in particular"


def asked(request):
    return f"Target: {TARGET}" in request.said and not asked_again(request)


def asked_again(request):
    return "a version that was tried and refused" in request.said and "the original gives" in request.said


@pytest.fixture
def optimize(project, environment):
    """Run `codeflash optimize` with an agent as its only source; returns the JSON document and the messages."""

    def run(agent: str, **variables: str) -> tuple[dict, str]:
        words = ["codeflash", "optimize", TARGET, "--tests", "tests/test_reports.py"]
        done = subprocess.run(
            [*words, "--source", f"agent:{agent}", "--json", "--verbose", "--budget", "240"],
            cwd=project,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        (result,) = json.loads(done.stdout)["results"]
        assert KEY not in done.stdout + done.stderr
        return result, done.stderr

    return run


def test_what_claude_edits_is_judged_mended_and_accepted(optimize, node_program, project):
    path = str(project / "src/shop/reports.py")

    def edits(before: str, after: str):
        yield Call("Read", {"file_path": path})
        answer = yield Call("Edit", {"file_path": path, "old_string": before, "new_string": after})
        assert not answer.failed, answer.text

    def errs():
        handed_in = {"target": TARGET, "function_source": WRONG, "tests": ["tests/test_reports.py"]}
        answer = yield Call(
            "mcp__codeflash__evaluate_candidate", {**handed_in, "verify_only": True, "sandbox": "off"}
        )
        assert answer.data["result"]["verdict"] == "different", answer.text
        assert answer.data["not_confined"] == [], answer.text
        answer = yield Call("Bash", {"command": "id"})
        assert answer.failed
        yield from edits(SAME, WRONG)
        yield Say("It rounds less.")

    def mends():
        yield from edits(WRONG, RIGHT)
        yield Say(WHY)

    model = Model([(asked, errs), (asked_again, mends)])
    original = (project / "src/shop/reports.py").read_text()
    with messages_server(model) as address:
        result, messages = optimize(
            "claude",
            CODEFLASH_CLAUDE=str(node_program("claude")),
            ANTHROPIC_API_KEY=KEY,
            ANTHROPIC_BASE_URL=address,
        )
    model.check()
    assert model.finished == 2
    assert result["decision"] == "accepted", result["reasons"]
    assert result["candidate"]["source"] == "agent:claude"
    assert result["candidate"]["why"] == WHY
    assert "total = sum(amounts)" in result["candidate"]["diff"]
    assert (project / "src/shop/reports.py").read_text() == original
    host = address.removeprefix("http://")
    assert f"sends what it reads to {host}; passed to it: ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL" in messages


def test_what_codex_edits_is_judged_and_accepted(optimize, node_program, project):
    def script():
        answer = yield Call("mcp__codeflash.rules_for", {"code": SAME})
        assert "invariant-call-in-loop" in answer.text, answer.text
        edit = "import pathlib, sys; p = pathlib.Path(sys.argv[1]); p.write_text(p.read_text().replace(*sys.argv[2:]))"
        words = ["python3", "-c", edit, "src/shop/reports.py", SAME, RIGHT]
        answer = yield Call("exec_command", {"cmd": " ".join(map(quoted, words))})
        assert "exited with code 0" in answer.text, answer.text
        answer = yield Call("exec_command", {"cmd": "env; ls /root /home"})
        assert "KEY" not in answer.text
        yield Say(WHY)

    model = Model([(asked, script)])
    with responses_server(model) as address:
        result, messages = optimize(
            "codex:scripted",
            CODEFLASH_CODEX=str(node_program("codex")),
            OPENAI_API_KEY=KEY,
            OPENAI_BASE_URL=address,
        )
    model.check()
    assert result["decision"] == "accepted", result["reasons"]
    assert result["candidate"]["source"] == "agent:codex:scripted"
    assert "passed to it: OPENAI_API_KEY, OPENAI_BASE_URL; not confined: the network" in messages


def quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"
