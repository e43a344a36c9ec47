"""A whole experiment session, driven by the real agents through the plugin and through a plain MCP configuration.

The scripted model does what a model may do wrong: it keeps too early, proposes a change that behaves differently and one
that changes nothing, before one that is right. It decides by what the tools answer.
"""

import csv
import subprocess
from pathlib import Path

import pytest
from loopback.script import Call, Model, Say

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2700)]

ROOT = Path(__file__).resolve().parents[2]
TARGET = "src/shop/reports.py::share_of_revenue"
TESTS = ["tests/test_reports.py"]
BRANCH = "perf/add-revenue-up-once"
SAME = '''def share_of_revenue(amounts: list[int]) -> list[float]:
    """Return each amount as a share of all of them, rounded to a tenth of a percent."""
    shares = []
    for amount in amounts:
        shares.append(round(100 * amount / sum(amounts), 1))
    return shares
'''
WRONG = '''def share_of_revenue(amounts: list[int]) -> list[float]:
    """Return each amount as a share of all of them, rounded to a tenth of a percent."""
    total = sum(amounts)
    return [round(100 * amount / total) for amount in amounts]
'''
RIGHT = '''def share_of_revenue(amounts: list[int]) -> list[float]:
    """Return each amount as a share of all of them, rounded to a tenth of a percent."""
    shares = []
    total = sum(amounts)
    for amount in amounts:
        shares.append(round(100 * amount / total, 1))
    return shares
'''
TASK = "Make the shares of revenue faster."


def session(prefix: str):
    """What the model does; ``prefix`` is how the agent names the tools of our server."""

    def call(tool: str, **arguments) -> Call:
        return Call(f"{prefix}session_{tool}", arguments)

    def experiment(technique: str, hypothesis: str) -> Call:
        return call("experiment", target=TARGET, technique=technique, hypothesis=hypothesis)

    def script():
        rules = Call(f"{prefix}rules_for", {"code": SAME})
        answer = yield rules
        for _ in range(20):  # Claude Code asks its model before a slow server has answered
            if "still connecting" in answer.text:
                yield Call("WaitForMcpServers")
                answer = yield rules
        assert "invariant" in answer.text, answer

        answer = yield call("start", goal="compute shares twice as fast", domain="cpu")
        assert "profile" in answer.data["next"], answer
        answer = yield experiment("invariant", "the sum is always the same")
        assert "profile" in answer.text, answer  # refused: nothing was measured yet
        answer = yield call("profile", tests=TESTS)
        assert TARGET in [spot["target"] for spot in answer.data["session"]["profile"]["hotspots"]]
        answer = yield call("baseline", target=TARGET)
        assert answer.data["session"]["baseline"]["nanoseconds"] > 0

        yield experiment("invariant", "whole percents are enough")
        answer = yield call("evaluate", function_source=WRONG)
        judged = answer.data
        assert judged["may_keep"] is False
        measured = judged["session"]["experiment"]["evaluation"]["measured"]
        assert (measured["verdict"], measured["decision"]) == ("different", "rejected"), measured
        assert measured["counterexample"]
        answer = yield call("keep")
        assert "discard" in answer.text, answer  # refused, with what to do instead
        answer = yield call("status")
        assert answer.data["state"] == "experiment"  # it was not kept
        answer = yield call("discard", reason="the tenth of a percent is lost")
        assert answer.data["state"] == "ready"

        yield experiment("micro", "the same again may be faster today")
        answer = yield call("evaluate", function_source=SAME)
        assert answer.data["may_keep"] is False
        assert answer.data["session"]["experiment"]["evaluation"]["no_op"] is True
        answer = yield call("discard", reason="it changes nothing")
        assert answer.data["session"]["closed"][-1]["status"] == "no-op"

        yield experiment("invariant", "the sum is the same for every amount")
        answer = yield call("evaluate", function_source=RIGHT)
        judged = answer.data
        measured = judged["session"]["experiment"]["evaluation"]["measured"]
        assert (measured["verdict"], measured["decision"]) == ("same", "accepted"), measured
        assert measured["low"] > measured["threshold"]
        assert judged["may_keep"] is True
        answer = yield call("keep", description="add revenue up once")
        assert answer.data["session"]["closed"][-1]["branch"] == BRANCH
        answer = yield call("learn", text="Reports add up often.")
        answer = yield call("finish")
        assert answer.data["state"] == "finished"
        yield Say("Shares are faster; the change is on its branch.")

    return script


def asked(request) -> bool:
    return TASK in request.said


@pytest.fixture(scope="module")
def dist(tmp_path_factory) -> Path:
    """The assembled plugin for Python."""
    from plugin.assembling import assemble

    folder = tmp_path_factory.mktemp("built")
    assemble(ROOT / "plugin", folder, ROOT / "pyproject.toml")
    return folder / "dist-python"


def git(project: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=project, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def check_what_is_left(project: Path, state: Path) -> None:
    """Look at the files and branches: the agent's word is not asked for."""
    (table,) = project.glob(".codeflash/*/*/*/data/results.tsv")
    with table.open(encoding="utf-8", newline="") as lines:
        assert next(lines) == "# codeflash results, schema 1\n"
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert [row["status"] for row in rows] == ["baseline", "discard", "no-op", "keep"]
    kept = rows[-1]
    assert 1 < float(kept["low"]) <= float(kept["speedup"]) <= float(kept["high"])
    assert git(project, "rev-parse", BRANCH).startswith(kept["commit"])
    assert git(project, "diff", "--name-only", "main", BRANCH) == "src/shop/reports.py"
    assert "total = sum(amounts)" in git(project, "show", f"{BRANCH}:src/shop/reports.py")
    folder = table.parents[1]
    assert "Reports add up often." in (folder / "learnings.md").read_text(encoding="utf-8")
    assert (folder / "status.md").is_file()
    assert (folder / "handoff.md").is_file()
    assert [path for path in state.glob("scratch/*") if not path.name.endswith(".lock")] == []


def test_claude_with_the_plugin(claude, dist, project, environment):
    tools = "mcp__plugin_codeflash-python_codeflash__"
    model = Model([(asked, session(tools))])
    allowed = f"{tools.removesuffix('__')}"
    ended = claude(model, TASK, "--plugin-dir", str(dist), "--allowedTools", allowed)
    assert ended["result"] == "Shares are faster; the change is on its branch."
    assert ended["permission_denials"] == []
    check_what_is_left(project, Path(environment["CODEFLASH_STATE_DIR"]))


def test_codex_with_the_server_configured(codex, project, environment):
    model = Model([(asked, session("mcp__codeflash."))])
    events = codex(model, TASK)
    said = [each["item"]["text"] for each in events if each.get("item", {}).get("type") == "agent_message"]
    assert said == ["Shares are faster; the change is on its branch."]
    check_what_is_left(project, Path(environment["CODEFLASH_STATE_DIR"]))
