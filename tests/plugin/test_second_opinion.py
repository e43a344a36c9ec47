"""`plugin/vendor/codex`: the companion, run as a program, with a stand-in for codex that does as it is told."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPANION = ROOT / "plugin/vendor/codex"
FINE = {"verdict": "no-objection", "summary": "Equal on all I tried.", "findings": []}
FINDING = {
    "severity": "high",
    "file": "orders.py",
    "line": 1,
    "title": "Order is lost",
    "why": "A set has none.",
    "check": "distinct(['b', 'a'])",
}
BAD = {"verdict": "objection", "summary": "It reorders.", "findings": [FINDING]}

STAND_IN = f"""#!{sys.executable}
import os, subprocess, sys, time
from pathlib import Path
here = Path(__file__).parent
if "--version" in sys.argv:
    print("codex-cli", os.environ.get("VERSION", "0.169.0"))
    sys.exit()
(here / "question").write_text(sys.stdin.read())
(here / "words").write_text("\\n".join(sys.argv[1:]))
if os.environ.get("HANGS"):
    child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    (here / "pids.new").write_text(f"{{os.getpid()}} {{child.pid}}")
    (here / "pids.new").rename(here / "pids")
    time.sleep(600)
if os.environ.get("FAILS"):
    print("stream error: 401 Unauthorized", file=sys.stderr)
    sys.exit(1)
Path(sys.argv[sys.argv.index("--output-last-message") + 1]).write_text(os.environ["ANSWER"])
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")


class Desk:
    """A repository with a change, and the companion beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = folder / "a répo"
        self.repository.mkdir()
        self.codex = folder / "codex"
        self.codex.write_text(STAND_IN)
        self.codex.chmod(0o755)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "CODEFLASH_STATE_DIR": str(folder / "state"),
            "CODEFLASH_CODEX": str(self.codex),
            "OPENAI_API_KEY": "none",
            "ANSWER": json.dumps(FINE),
        }
        self.write("def distinct(names): return list(dict.fromkeys(names))\n")
        for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "Begin"]):
            self.git(*words)
        self.write("def distinct(names): return list(set(names))\n")

    def git(self, *words: str) -> None:
        author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
        subprocess.run(["git", *author, *words], cwd=self.repository, check=True, capture_output=True)

    def write(self, text: str) -> None:
        (self.repository / "orders.py").write_text(text)

    def run(self, *words: str, said: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        environment = {name: text for name, text in {**self.environment, **more}.items() if text}
        return subprocess.run(
            [sys.executable, str(COMPANION / "second_opinion.py"), *words],
            cwd=self.repository,
            env=environment,
            input=said,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def wait(self, job: str, state: str) -> dict:
        for _ in range(600):
            (found,) = json.loads(self.run("status", job, "--json").stdout)
            if found["state"] != "running":
                break
            time.sleep(0.1)
        assert found["state"] == state
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_no_objection_is_exit_0(desk):
    done = desk.run("review")
    assert (done.returncode, done.stdout) == (0, "no objection: Equal on all I tried.\n")


def test_an_objection_is_exit_1_with_its_check(desk):
    done = desk.run("review", ANSWER=json.dumps(BAD))
    assert done.returncode == 1
    assert "high, orders.py:1: Order is lost" in done.stdout
    assert "check: distinct(['b', 'a'])" in done.stdout


def test_the_question_holds_the_change_and_the_rows_and_codex_may_write_nothing(desk):
    rows = desk.repository / ".codeflash/ada/local/shop/data/results.tsv"
    rows.parent.mkdir(parents=True)
    rows.write_text("# codeflash results, schema 1\niteration\tcommit\n1\tabc\n")
    desk.run("review")
    question = (desk.folder / "question").read_text()
    assert "+def distinct(names): return list(set(names))" in question
    assert "iteration\tcommit\n1\tabc" in question
    words = (desk.folder / "words").read_text().splitlines()
    assert words[words.index("--sandbox") + 1] == "read-only"


def test_json_names_the_base_and_the_files(desk):
    said = json.loads(desk.run("review", "--json", ANSWER=json.dumps(BAD)).stdout)
    assert said["files"] == ["orders.py"]
    assert len(said["base"]) == 40
    assert said["findings"] == [{**FINDING, "outside": False}]


def test_a_finding_elsewhere_is_marked(desk):
    elsewhere = {**BAD, "findings": [{**FINDING, "file": "other.py"}]}
    assert "(outside the change)" in desk.run("review", ANSWER=json.dumps(elsewhere)).stdout


def test_another_version_of_codex_is_noted(desk):
    assert "note: codex 0.99.0 answered; tested with 0.169.0" in desk.run("review", VERSION="0.99.0").stdout


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("Looks good to me!", "not JSON"),
        ("[]", "is no object"),
        (json.dumps({**FINE, "verdict": "fine"}), "not one of no-objection, objection"),
        (json.dumps({"verdict": "no-objection", "findings": []}), "has no summary"),
        (json.dumps({**FINE, "score": 9}), "unknown score"),
        (json.dumps({**FINE, "findings": [FINDING]}), "no objection, yet a finding of high severity"),
        (json.dumps({**BAD, "findings": []}), "an objection without a finding"),
        (json.dumps({**BAD, "findings": [{**FINDING, "line": True}]}), "findings[0].line is no integer"),
    ],
)
def test_an_answer_that_is_no_opinion_is_refused(desk, answer, complaint):
    done = desk.run("review", ANSWER=answer)
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"CODEFLASH_CODEX": "/nowhere/codex"}, "cannot be run"),
        ({"CODEFLASH_CODEX": "", "PATH": "/usr/bin:/bin"}, "codex is not installed"),
        ({"OPENAI_API_KEY": ""}, "codex has no key"),
        ({"FAILS": "1"}, "codex ended with 1: stream error: 401"),
    ],
    ids=["a wrong name", "no package", "no key", "it fails"],
)
def test_without_codex_there_is_one_line(desk, more, complaint):
    done = desk.run("review", **more)
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_provider_of_ones_own_needs_no_key_of_openai(desk):
    folder = desk.folder / "settings"
    folder.mkdir()
    (folder / "config.toml").write_text('model_provider = "house"\n')
    assert desk.run("review", OPENAI_API_KEY="", CODEX_HOME=str(folder)).returncode == 0


def test_nothing_changed_is_said(desk):
    desk.git("checkout", "-q", "--", "orders.py")
    done = desk.run("review")
    assert done.returncode == 2
    assert "nothing differs from" in done.stderr


def test_a_change_too_large_is_refused_not_cut(desk):
    desk.write("x = 1\n" * 40_000)
    assert "at most 200000: name some paths" in desk.run("review").stderr


def test_the_session_s_first_commit_is_the_base(desk):
    first = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=desk.repository, capture_output=True, text=True, check=True
    )
    desk.git("commit", "-q", "-a", "-m", "Go on")
    assert desk.run("review").returncode == 2
    state = desk.repository / ".codeflash/ada/local/shop/session.json"
    state.parent.mkdir(parents=True)
    state.write_text(json.dumps({"session": {"commit": first.stdout.strip()}}))
    assert json.loads(desk.run("review", "--json").stdout)["base"] == first.stdout.strip()


def test_a_base_that_is_no_commit_is_said(desk):
    assert "--upload-pack is no commit" in desk.run("review", "--base=--upload-pack").stderr


def test_codex_that_takes_too_long_is_ended(desk):
    done = desk.run("review", "--seconds", "1", HANGS="1")
    assert (done.returncode, "took more than 1 s" in done.stderr) == (2, True)
    assert not lives(int((desk.folder / "pids").read_text().split()[0]))


def test_a_job_gives_its_opinion_after_its_parent_has_ended(desk):
    job = json.loads(desk.run("start", "--json", ANSWER=json.dumps(BAD)).stdout)["job"]
    desk.wait(job, "done")
    done = desk.run("result")
    assert done.returncode == 1
    assert "Order is lost" in done.stdout


def test_a_job_that_fails_says_why(desk):
    desk.run("start", ANSWER="Looks good")
    job = json.loads(desk.run("status", "--json").stdout)[0]["job"]
    assert "not JSON" in desk.wait(job, "failed")["detail"]
    done = desk.run("result", job)
    assert done.returncode == 2
    assert f"job {job} is failed: the answer is not JSON" in done.stderr


def hanging(desk) -> tuple[str, list[int]]:
    job = json.loads(desk.run("start", "--json", HANGS="1").stdout)["job"]
    pids = desk.folder / "pids"
    for _ in range(600):
        if pids.exists():
            break
        time.sleep(0.1)
    return job, [int(word) for word in pids.read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
def test_cancelling_ends_every_process_of_a_job(desk):
    job, pids = hanging(desk)
    assert all(map(lives, pids))
    assert json.loads(desk.run("cancel", job, "--json").stdout) == {"job": job, "state": "cancelled"}
    assert not any(map(lives, pids))
    assert "is cancelled" in desk.run("result", job).stderr
    assert desk.run("cancel", job).stdout == f"job {job} is cancelled\n"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
def test_a_job_that_was_killed_is_no_longer_running(desk):
    job, pids = hanging(desk)
    folder = next((desk.folder / "state/second-opinion/jobs").glob(f"*/{job}"))
    os.killpg(json.loads((folder / "job.json").read_text())["group"], signal.SIGKILL)
    os.kill(pids[1], signal.SIGKILL)
    desk.wait(job, "dead")


def test_jobs_of_no_one_are_said(desk):
    assert desk.run("status").stdout == "no job was started here\n"
    for command in ("result", "cancel"):
        assert "no job was started here" in desk.run(command).stderr


def stop(desk, **more: str) -> subprocess.CompletedProcess[str]:
    done = desk.run("gate", said=json.dumps({"cwd": str(desk.repository), "stop_hook_active": False}), **more)
    assert done.returncode == 0
    return done


def test_the_gate_is_off_at_first(desk):
    assert desk.run("gate", "show").stdout == "the stop gate is off\n"
    assert stop(desk, ANSWER=json.dumps(BAD)).stdout == ""
    assert not (desk.folder / "question").exists()


def test_the_gate_holds_back_once_for_a_change(desk):
    desk.run("gate", "on")
    said = json.loads(stop(desk, ANSWER=json.dumps(BAD)).stdout)
    assert said["decision"] == "block"
    assert "Order is lost" in said["reason"]
    assert stop(desk, ANSWER=json.dumps(BAD)).stdout == ""
    desk.write("def distinct(names): return sorted(set(names))\n")
    assert stop(desk, ANSWER=json.dumps(BAD)).stdout
    desk.run("gate", "off")
    desk.write("def distinct(names): return []\n")
    assert stop(desk, ANSWER=json.dumps(BAD)).stdout == ""


def test_the_gate_lets_go_with_a_line_without_codex_or_key(desk):
    desk.run("gate", "on")
    for more in ({"CODEFLASH_CODEX": "/nowhere"}, {"OPENAI_API_KEY": ""}, {"ANSWER": "Hm."}, {"FAILS": "1"}):
        done = stop(desk, **more)
        assert done.stdout == ""
        assert done.stderr.startswith("second opinion: none; ")
        assert len(done.stderr.splitlines()) == 1


def test_the_gate_does_not_answer_an_end_that_it_caused(desk):
    desk.run("gate", "on")
    event = json.dumps({"cwd": str(desk.repository), "stop_hook_active": True})
    assert desk.run("gate", said=event, ANSWER=json.dumps(BAD)).stdout == ""


@pytest.mark.parametrize("event", ["", "{", "[]", '{"cwd": "/nowhere/at/all"}'])
def test_the_gate_survives_a_strange_event(desk, event):
    desk.run("gate", "on")
    done = desk.run("gate", said=event)
    assert (done.returncode, done.stdout) == (0, "")


def test_setup_fetches_the_pinned_package_once(desk):
    programs = desk.folder / "programs"
    programs.mkdir()
    npm = programs / "npm"
    npm.write_text("#!/bin/sh\nmkdir -p node_modules/.bin && cp package-lock.json node_modules/.bin/codex\n")
    npm.chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"
    assert desk.run("setup", PATH=path).stdout == "codex 0.169.0 was fetched\n"
    npm.write_text("#!/bin/sh\nexit 1\n")
    assert desk.run("setup", PATH=path).stdout == "codex 0.169.0 is there\n"


def test_setup_without_npm_or_network_is_one_line(desk):
    programs = desk.folder / "programs"
    programs.mkdir()
    done = desk.run("setup", PATH=str(programs))
    assert (done.returncode, done.stderr) == (
        2,
        "second opinion: none; npm is missing; install Node.js, or set CODEFLASH_CODEX\n",
    )
    npm = programs / "npm"
    npm.write_text("#!/bin/sh\necho 'getaddrinfo failed' >&2\nexit 1\n")
    npm.chmod(0o755)
    shutil.copy(shutil.which("sh") or "", programs / "sh")
    assert "npm could not fetch codex: getaddrinfo failed" in desk.run("setup", PATH=str(programs)).stderr


def test_the_pinned_version_is_the_one_the_tests_drive():
    own = json.loads((COMPANION / "package.json").read_text())["dependencies"]["@openai/codex"]
    driven = json.loads((ROOT / "tools/node/package.json").read_text())["devDependencies"]["@openai/codex"]
    locked = json.loads((COMPANION / "package-lock.json").read_text())["packages"]
    assert own == driven == locked["node_modules/@openai/codex"]["version"]
    assert not any("resolved" in entry for entry in locked.values())
