from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from attrs import evolve

from codeflash_core.agents import running
from codeflash_core.errors import AgentError, PrerequisiteError, UsageError
from codeflash_core.model.candidate import Candidate
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt, Decision, DecisionWord
from codeflash_core.model.target import Project, Target
from codeflash_core.ports.sources import Outgoing, Question, SourceSettings, Step
from codeflash_core.sandbox import Mode, detect
from codeflash_core.sources.agent import AgentSource

SCRIPT = Path(__file__).with_name("scripted_claude.py")
PATH = "shop/a.py"
SLOW = "def f(x):\n    return sorted(x)\n"
FAST = "def f(x):\n    return x\n"
KEY = "sk-a-key-for-nobody"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the stand-in is a script for Linux")


@pytest.fixture(autouse=True)
def without_server(monkeypatch):
    """The engine's server is tried with the real programs; here nothing would ask it."""
    monkeypatch.setattr(running.gateway, "server_words", lambda root: None)


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("CODEFLASH_STATE_DIR", str(tmp_path / "state"))
    folder = tmp_path / "project"
    for path, text in {PATH: SLOW, ".env": "SECRET=1", ".git/config": "[user]"}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture
def variables(tmp_path) -> dict[str, str]:
    program = tmp_path / "bin/claude"
    program.parent.mkdir()
    program.write_text(f"#!{sys.base_prefix}/bin/python3\n{SCRIPT.read_text()}")
    program.chmod(0o755)
    return {"PATH": str(program.parent), "ANTHROPIC_API_KEY": KEY, "OF_THE_USER": "s"}


@pytest.fixture
def source(variables):
    def make(what: str, **options: str) -> AgentSource:
        return AgentSource(
            SourceSettings({"variant": f"claude:{what}", "budget": "1200", **options}), variables
        )

    return make


def question(root: Path, text: str = SLOW, **more) -> Question:
    target = Target(PATH, "f", "shop.a", file_sha256="0" * 64)
    project = Project(root, "python", Path(sys.executable))
    return Question(project, target, {PATH: text}, Corpus(target.id), **more)


@pytest.mark.parametrize("mode", ["auto", "off"])
async def test_what_an_agent_edits_is_a_candidate_and_the_project_stays(source, root, mode) -> None:
    (found,) = await source("edits", sandbox=mode).propose(question(root))
    assert found.files == {PATH: FAST}
    assert (found.source, found.why, found.steps) == (
        "agent:claude:edits",
        "It is faster.",
        ("agent:claude:edits",),
    )
    assert not found.trusted
    assert (found.cost.calls, found.cost.money) == (3, 0.5)
    assert (root / PATH).read_text() == SLOW
    assert not list((root.parent / "state/scratch").iterdir())


async def test_an_agent_sees_the_project_without_secrets_and_its_own_key_only(source, root) -> None:
    (root.parent / "beside").touch()
    (found,) = await source("tells").propose(question(root))
    assert "OF_THE_USER" not in found.why
    seen = json.loads(found.why)
    assert seen["secret"] == ""
    assert not any(".git" in path for path in seen["files"])
    assert "Target: shop/a.py::f" in seen["task"]
    assert {"ANTHROPIC_API_KEY", "HOME", "PATH"} <= set(seen["variables"])
    assert seen["home"] != str(Path.home())
    assert seen["beside"] is not detect(Mode.AUTO).confined


async def test_an_agent_improves_on_the_version_at_hand(source, root) -> None:
    parent = Candidate(
        "p", "rewrites:a", {PATH: FAST, "b.py": "x = 1\n"}, "First.", steps=("a",), adds=("_n",)
    )
    files = {PATH: FAST, "b.py": "x = 1\n"}
    asked = evolve(question(root), files=files, parent=parent)
    (found,) = await source("improves").propose(asked)
    assert found.files == {PATH: FAST + "# better\n", "b.py": "x = 1\n"}
    assert (found.parents, found.steps, found.adds) == (("p",), ("a", "agent:claude:improves"), ("_n",))


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("gives-up", "changed nothing; it said: There is nothing to gain."),
        ("fails", "ended with 7: Error: the model with <ANTHROPIC_API_KEY> is overloaded"),
        ("babbles", "ended with 0: it said nothing that can be read"),
        ("writes-the-key", "shop/a.py holds a secret that it was passed"),
        ("writes-bytes", "shop/a.py is no text"),
        ("links", "shop/a.py is a new symbolic link"),
    ],
)
async def test_an_agent_that_brings_nothing_is_told_and_concerns_one_target(
    source, root, what, words
) -> None:
    with pytest.raises(AgentError) as caught:
        await source(what).propose(question(root))
    assert words in caught.value.message
    assert KEY not in caught.value.message
    assert caught.value.concerns_request
    assert caught.value.money == (0.25 if what == "gives-up" else None)
    # What it took counts whatever came of it.
    assert caught.value.calls == (1 if what in ("fails", "babbles") else 3)


async def test_what_an_agent_says_at_its_end_is_one_line_of_printable_words(source, root) -> None:
    with pytest.raises(AgentError) as caught:
        await source("curses").propose(question(root))
    assert caught.value.message == "claude failed: ]0;owned over two lines"


async def test_a_refused_key_concerns_every_target(source, root) -> None:
    with pytest.raises(AgentError, match="Please run /login") as caught:
        await source("has-no-login").propose(question(root))
    assert not caught.value.concerns_request


@pytest.mark.skipif(not detect(Mode.AUTO).confined, reason="without a sandbox nothing is hidden")
async def test_beside_a_link_to_an_interpreter_nothing_is_shown(source, root, tmp_path) -> None:
    tool = tmp_path / "beside/bin/python"
    tool.parent.mkdir(parents=True)
    tool.symlink_to(Path(sys.base_prefix) / "bin/python3")
    (tmp_path / "beside/diary").touch()
    asked = question(root)
    asked = evolve(asked, project=evolve(asked.project, interpreter=tool))
    (found,) = await source("looks-around").propose(asked)
    assert json.loads(found.why) == [False, True]


async def test_an_agent_that_takes_too_long_is_stopped(source, root) -> None:
    with pytest.raises(AgentError, match=r"was stopped after 1 s, .*--budget"):
        await source("sleeps", budget="1.2").propose(question(root))


async def test_an_agent_is_told_of_no_more_time_than_is_waited_for_it(source, root) -> None:
    (found,) = await source("tells").propose(question(root, wait=30.0))
    assert "You have 20 seconds" in json.loads(found.why)["task"]


async def test_an_agent_that_does_not_stop_talking_is_stopped(source, root, monkeypatch) -> None:
    monkeypatch.setattr(running, "_OUTPUT_BYTES", 1_000_000)
    with pytest.raises(AgentError, match="passed the limit on output"):
        await source("floods").propose(question(root))


async def test_a_key_that_an_agent_repeats_is_hidden(source, root) -> None:
    (found,) = await source("repeats-the-key").propose(question(root))
    assert found.why == "My key is <ANTHROPIC_API_KEY>."


async def test_an_agent_mends_its_own_once_and_adds_nothing_to_it(source, root) -> None:
    agent = source("edits")
    (own,) = await agent.propose(question(root))
    on_top = question(root, FAST, parent=own)
    assert (agent.sends(on_top), await agent.propose(on_top)) == ("", ())
    tried = Attempt(own, "", Decision(DecisionWord.REJECTED))
    others = evolve(tried, candidate=evolve(own, source="service"))
    assert await agent.propose(question(root, step=Step.REPAIR, about=(others,))) == ()
    asked = question(root, FAST + "# wrong\n", history=(tried,), step=Step.REPAIR, about=(tried,))
    answer = await agent.ask(asked)
    assert [(each.parents, each.steps) for each in answer.candidates] == [
        ((own.id,), (agent.name, f"{agent.name}:repair"))
    ]
    assert answer.cost.money == 0.5
    assert await agent.propose(asked) == ()


def test_runs_of_a_process_that_was_killed_count(source, root) -> None:
    assert source("edits").sends(question(root, asked=1))
    assert source("edits").sends(question(root, asked=2)) == ""


async def test_an_agent_that_puts_the_original_back_brings_nothing(source, root) -> None:
    tried = Attempt(Candidate("c", "agent:claude:edits", {PATH: SLOW}), "", Decision(DecisionWord.REJECTED))
    asked = question(root, SLOW, step=Step.REPAIR, about=(tried,), original=FAST)
    with pytest.raises(AgentError, match="put the original back"):
        await source("edits").propose(asked)


def test_what_is_sent_is_said_without_the_key(source, root) -> None:
    agent = source("edits")
    assert isinstance(agent, Outgoing)
    said = agent.sends(question(root))
    assert "sends what it reads to Anthropic; passed to it: ANTHROPIC_API_KEY; not confined: " in said
    assert "network" in said
    assert KEY not in said


@pytest.mark.parametrize("variant", ["", "gemini", ":edits"])
def test_an_unknown_agent_is_refused_with_the_known_ones(variables, variant) -> None:
    with pytest.raises(UsageError, match="no such agent") as caught:
        AgentSource(SourceSettings({"variant": variant}), variables)
    assert "agent:claude, agent:codex" in caught.value.hint


@pytest.mark.parametrize("model", ["", "--help", "a b", "x" * 200])
def test_a_model_that_is_no_name_is_refused(variables, model) -> None:
    with pytest.raises(UsageError, match="no name of a model"):
        AgentSource(SourceSettings({"variant": f"claude:{model}"}), variables)


def test_a_complete_sandbox_has_no_place_for_an_agent(source) -> None:
    with pytest.raises(UsageError, match="needs the network for its model"):
        source("edits", sandbox="require")


def test_a_missing_program_or_key_is_told_before_anything_begins(variables) -> None:
    settings = SourceSettings({"variant": "claude"})
    with pytest.raises(PrerequisiteError, match="no key"):
        AgentSource(settings, {**variables, "ANTHROPIC_API_KEY": ""})
    with pytest.raises(PrerequisiteError, match="not installed"):
        AgentSource(settings, {**variables, "PATH": ""})
