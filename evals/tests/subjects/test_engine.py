import pytest

from codeflash_evals.subjects.engine import Effort, attempt, changes_between
from codeflash_evals.subjects.names import parse_subject

FILE = "src/orders/matching.py"


@pytest.fixture
def tried(orders, tmp_path, scripted):
    async def run(subject="rewrites", limit=20.0, **more):
        return await attempt(
            parse_subject(subject),
            orders / "project",
            tmp_path / "own",
            Effort(5.0, limit, **more),
            {"X": "1"},
        )

    return run


async def test_what_was_changed_and_what_was_claimed_is_read(tried, scripted, accepted):
    scripted.does({FILE: "x = 1\n"}, [accepted(), accepted("a.py::f", "rejected")])
    found = await tried(seed=3, words=("--workload", "w.py"))
    assert found.changes == {FILE: b"x = 1\n"}
    assert [(claim.decision, claim.low) for claim in found.claims] == [("accepted", 2.0), ("rejected", 2.0)]
    assert (found.problem, found.cost_usd) == ("", 0.0)
    words, variables = scripted.called
    assert words[:5] == ["optimize", "--json", "--apply", "--source", "rewrites"]
    assert words[5:] == ["--workload", "w.py", "--budget", "5s", "--seed", "3", "--all"]
    assert variables["X"] == "1"


async def test_the_cost_of_a_service_that_does_not_say_is_not_known(tried):
    assert (await tried("service:rules")).cost_usd is None


async def test_keys_of_models_reach_agents_only(tried, scripted, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "secret")
    monkeypatch.setenv("CODEFLASH_BUDGET", "1s")
    monkeypatch.setenv("CODEFLASH_CLAUDE", "elsewhere/claude")
    await tried()
    assert not {"ANTHROPIC_API_KEY", "CODEFLASH_BUDGET"} & scripted.called[1].keys()
    await tried("agent:claude")
    assert scripted.called[1]["ANTHROPIC_API_KEY"] == "secret"
    assert scripted.called[1]["CODEFLASH_CLAUDE"] == "elsewhere/claude"
    assert "CODEFLASH_BUDGET" not in scripted.called[1]


async def test_a_subject_that_hangs_is_ended_and_said(tried, scripted):
    scripted.does(sleeps=60)
    assert "no answer within 0.5 s" in (await tried(limit=0.5)).problem


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"says": "no json"}, "it ended with 0"),
        ({"says": "[]"}, "it ended with 0"),
        ({"says": "{}"}, "it ended with 0"),
        ({"code": 3}, "it ended with 3"),
        ({"code": 2, "says": '{"error": {"message": "no project"}}'}, "it ended with 2: no project"),
    ],
)
async def test_a_subject_that_does_not_answer_is_said(tried, scripted, answer, said):
    scripted.does(**answer)
    found = await tried()
    assert said in found.problem
    assert found.changes == {}


def test_what_tools_leave_behind_is_no_change():
    before = {"a.py": b"1", "b.py": b"2", "gone.py": b"3"}
    after = {"a.py": b"1", "b.py": b"4", "new.py": b"5", "x/__pycache__/a.pyc": b"", ".hypothesis/x": b""}
    assert changes_between(before, after) == {"b.py": b"4", "gone.py": None, "new.py": b"5"}
