"""``codeflash session`` as a user gives it: on a copy of the example project, in a real repository."""

import shutil
import subprocess
from pathlib import Path

import pytest

TARGET = "src/shop/reports.py::share_of_revenue"
FILE = "src/shop/reports.py"
EXAMPLE = Path(__file__).resolve().parents[3] / "examples/shop"
SLOW = "    for amount in amounts:\n        shares.append(round(100 * amount / sum(amounts), 1))\n"
FAST = "    total = sum(amounts)\n    for amount in amounts:\n        shares.append(round(100 * amount / total, 1))\n"
WORKLOAD = """
from shop.reports import share_of_revenue

for start in range(3):
    share_of_revenue([100 + n * 7 % 90 for n in range(start, 400)])
"""


@pytest.fixture
def git(shop, monkeypatch):
    """Runs git in the example, which takes the shop's place, with a file that the user has changed."""
    shutil.rmtree(shop.root)
    shutil.copytree(EXAMPLE, shop.root)
    monkeypatch.setenv("HOME", str(shop.state))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("CODEFLASH_TEAMMEMBER", raising=False)

    def run(*words):
        done = subprocess.run(["git", *words], cwd=shop.root, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    run("init", "-q", "-b", "main")
    run("config", "user.name", "Ada Lovelace")
    run("config", "user.email", "ada@example.test")
    run("add", "-A")
    run("commit", "-q", "-m", "start")
    (shop.root / "work.py").write_text(WORKLOAD)
    shop.change("README.md", lambda text: text + "mine\n")
    run("add", "README.md")
    return run


@pytest.fixture
def session(codeflash, monkeypatch, git, shop):
    """``session("status")`` is the command with ``--json``; gives what it said."""
    monkeypatch.setenv("CODEFLASH_BUDGET", "240s")
    monkeypatch.chdir(shop.root)
    return lambda *words: codeflash("session", *words, "--json")


def candidate(shop, tmp_path, change):
    path = tmp_path / "candidate.py"
    path.write_text(change((shop.root / FILE).read_text()))
    return str(path)


def experiment(session, technique):
    return session(
        "experiment", "--target", TARGET, "--technique", technique, "--hypothesis", "it should help"
    )


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_session_from_start_to_finish(session, git, shop, tmp_path):
    original = (shop.root / FILE).read_text()
    guard = "python -m pytest -q -p no:cacheprovider tests/test_reports.py"
    assert session("start", "--goal", "faster reports", "--domain", "cpu", "--guard", guard).code == 0
    said = session("profile", "--workload", "work.py")
    assert said.code == 0, said.err
    spots = said.document["session"]["profile"]["hotspots"]
    assert spots[0]["target"] == TARGET and spots[0]["calls"] == 3
    said = session("baseline", "--target", TARGET)
    assert said.code == 0, said.err
    method = said.document["session"]["baseline"]["method"]
    assert {"work.py", "tests/test_reports.py"} <= set(method["files"])

    assert experiment(session, "algorithm").code == 0
    wrong = candidate(shop, tmp_path, lambda text: text.replace("sum(amounts), 1)", "max(amounts), 1)"))
    said = session("evaluate", "--candidate", wrong)
    assert said.code == 1, said.err
    measured = said.document["session"]["experiment"]["evaluation"]["measured"]
    assert measured["verdict"] == "different"
    assert "share_of_revenue(" in measured["counterexample"]["call"]
    refused = session("keep")
    assert refused.code == 2
    assert "discard" in refused.document["error"]["hint"]
    assert session("discard", "--reason", "it differs").code == 0

    assert experiment(session, "comments").code == 0
    said = session("evaluate", "--candidate", candidate(shop, tmp_path, lambda text: text + "\n# nothing\n"))
    assert said.code == 1
    assert said.document["session"]["experiment"]["evaluation"]["no_op"]
    assert session("discard", "--reason", "nothing").code == 0

    assert experiment(session, "invariant").code == 0
    shop.change(FILE, lambda text: text.replace(SLOW, FAST))
    said = session("evaluate", "--from-tree")
    assert said.code == 0, said.err
    assert said.document["session"]["experiment"]["evaluation"]["guard"]["passed"]
    assert (shop.root / FILE).read_text() == original
    said = session("keep", "--description", "Add revenue up once")
    assert said.code == 0, said.err
    kept = said.document["session"]["closed"][-1]
    assert kept["branch"] == "perf/add-revenue-up-once"
    assert git("diff", "--name-only", "main", kept["branch"]) == FILE
    assert git("diff", "--cached", "--name-only") == "README.md"
    assert FAST in (shop.root / FILE).read_text()

    assert session("learn", "reports add up often").code == 0
    assert session("finish").document["state"] == "finished"
    rows = session("log").document["rows"]
    assert [row["status"] for row in rows] == ["baseline", "discard", "no-op", "keep"]
    assert rows[-1]["low"] > 1.02 and rows[-1]["before"] > rows[-1]["after"] > 0
    folder = shop.root / ".codeflash/ada-lovelace/local/my-project"
    assert "finished" in (folder / "status.md").read_text()
    assert "reports add up often" in (folder / "learnings.md").read_text()
    assert "perf/add-revenue-up-once" in (folder / "handoff.md").read_text()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("status",), "there is no session"),
        (("profile",), "there is no session"),
        (("baseline", "--target", TARGET), "there is no session"),
        (("finish",), "there is no session"),
        (("keep",), "there is no session"),
        (("start", "--goal", " ", "--domain", "cpu"), "a goal and a domain"),
        (("start", "--goal", "x", "--domain", "cpu", "--plateau", "many"), "many is no plateau"),
        (("start", "--goal", "x", "--domain", "cpu", "--plateau", "1:2"), "1:2 is no plateau"),
        (("baseline", "--target", f"{FILE}::nothing"), "nothing"),
        (("baseline", "--target", FILE), "a function is wanted"),
        (("evaluate",), "one of the arguments"),
    ],
    ids=" ".join,
)
def test_a_step_that_is_not_possible_exits_with_2_and_says_what_to_do(session, words, message):
    said = session(*words)
    assert said.code == 2
    error = said.document["error"]
    assert message in error["message"]
    assert error["hint"]
    assert message in said.err


def test_before_a_profile_and_a_baseline_there_is_no_experiment(session):
    assert session("start", "--goal", "faster", "--domain", "cpu").code == 0
    said = experiment(session, "caching")
    assert said.code == 2
    assert said.document["error"]["code"] == "illegal-step"
    assert "session profile" in said.document["error"]["hint"]
    said = session("baseline", "--target", TARGET)
    assert (said.code, said.document["error"]["code"]) == (2, "illegal-step")


def test_people_read_where_it_stands(codeflash, session):
    assert session("start", "--goal", "faster", "--domain", "cpu").code == 0
    assert "Next step: See where the time goes" in codeflash("session", "status").out
    assert codeflash("session", "handoff").out.startswith("# Handoff")
    assert codeflash("session", "learn", "sets win").code == 0
    assert codeflash("session", "log").out.startswith("iteration\t")
    assert "kept 0 of 0" in codeflash("session", "finish").out


def test_without_an_action_it_says_where_to_look(codeflash, git):
    said = codeflash("session")
    assert said.code == 2
    assert "session --help" in said.err


def test_a_session_writes_into_its_own_folder_only(session, git):
    before = git("status", "--porcelain").splitlines()
    assert session("start", "--goal", "faster", "--domain", "cpu").code == 0
    assert set(git("status", "--porcelain").splitlines()) - set(before) == {"?? .codeflash/"}
