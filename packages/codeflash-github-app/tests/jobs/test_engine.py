import json
import sys
from pathlib import Path

import pytest

from codeflash_github_app.jobs.engine import Answered, Engine, Unanswered


@pytest.fixture
def ask(tmp_path):
    """``ask(program)`` runs a program as the engine."""

    async def asked(program, seconds=30.0, **more):
        script = tmp_path / "engine.py"
        script.write_text(program)
        (tmp_path / "clone").mkdir(exist_ok=True)

        async def watch():
            return None

        return await Engine(tmp_path, (sys.executable, "-I", str(script)), **more).optimize(
            ["x.py::f"],
            clone=tmp_path / "clone",
            state=tmp_path / "state",
            interpreter=Path(sys.executable),
            budget=1.0,
            seconds=seconds,
            watch=watch,
        )

    return asked


async def test_an_answer_is_kept_and_not_asked_for_again(ask, tmp_path):
    assert await ask('print(\'{"run": "r"}\')') == Answered({"run": "r"})
    assert await ask("raise SystemExit(3)") == Answered({"run": "r"})


PROBLEMS = {
    "killed": ("import os; os.kill(os.getpid(), 9)", "killed", "was killed (signal 9)"),
    "a bug": ("raise SystemExit(3)", "bug", "ended with 3"),
    "no JSON": ("print('hello')", "bug", "no answer"),
    "deep": ("print('[' * 100000)", "bug", "no answer"),
    "too much": ("import sys\nfor _ in range(20): sys.stdout.write('x' * (1 << 20))", "bug", "larger than 16 MiB"),
    "an error": (
        f"print({json.dumps(json.dumps({'error': {'code': 'usage', 'message': 'no', 'hint': 'do'}}))})\nraise SystemExit(2)",
        "usage",
        "no",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", PROBLEMS)
async def test_each_way_to_fail_is_told_apart(ask, kind):
    program, word, told = PROBLEMS[kind]
    answer = await ask(program)
    assert isinstance(answer, Unanswered)
    assert (answer.kind, told in answer.what) == (word, True)


async def test_time_ends_it(ask):
    answer = await ask("import time; time.sleep(60)", seconds=0.5)
    assert answer.kind == "late"


async def test_signs_that_no_database_takes_are_replaced(ask):
    answer = await ask('print(\'{"a": ["x\\\\u0000y", "\\\\ud800"]}\')')
    assert answer == Answered({"a": ["x\ufffdy", "?"]})


async def test_a_module_of_the_repository_is_not_taken_for_one_of_ours(ask, tmp_path):
    (tmp_path / "clone").mkdir()
    (tmp_path / "clone/json.py").write_text("raise SystemExit('evil')")
    (tmp_path / "clone/codeflash_github_app.py").write_text("raise SystemExit('evil')")
    assert await ask("import json; print(json.dumps({'run': 'r'}))") == Answered({"run": "r"})


async def test_it_finds_nothing_of_ours_in_its_environment(ask, monkeypatch):
    monkeypatch.setenv("CODEFLASH_APP_WEBHOOK_SECRET", "secret")
    answer = await ask("import json, os; print(json.dumps(dict(os.environ)))")
    assert set(answer.document) <= {
        "PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "CODEFLASH_STATE_DIR", "CODEFLASH_TRUSTED", "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_GLOBAL",
    }  # fmt: skip


HOSTILE = """
[tool.codeflash]
sandbox = "off"
env = ["HOME"]
python = "./evil.sh"
formatter = ["./evil.sh"]
float-tolerance = "0.5"
sources = ["service"]
api-url = "http://127.0.0.1:1"
trusted = true
checkouts = "/{org}/{project}"
formatter-cmds = ["./evil.sh $file"]
seed = 3
tests = ["checks"]
"""


async def test_the_real_engine_takes_from_a_repository_where_its_tests_are_and_no_more(tmp_path):
    clone = tmp_path / "clone"
    (clone / "checks").mkdir(parents=True)
    (clone / "pyproject.toml").write_text(HOSTILE)
    (clone / "evil.sh").write_text(f"#!/bin/sh\ntouch {tmp_path}/evil\n")
    (clone / "evil.sh").chmod(0o755)

    async def watch():
        return None

    answer = await Engine(tmp_path)._run(("doctor", "--json"), clone, tmp_path / "state", 60.0, watch)
    settings = {name: (each["value"], each["from"]) for name, each in answer.document["settings"].items()}
    told = {name: each for name, each in settings.items() if each[1] != "default"}
    assert told == {
        "sandbox": ("require", "not trusted"),
        "formatter": (["none"], "not trusted"),
        "trusted": (False, "CODEFLASH_TRUSTED"),
        "seed": (3, "pyproject.toml"),
        "tests": (["checks"], "pyproject.toml"),
    }
    assert settings["float-tolerance"] == (0.0, "default")
    assert settings["sources"] == (["rewrites"], "default")
    assert not (tmp_path / "evil").exists()
