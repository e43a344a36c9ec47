"""The shell steps of a workflow do what they say: they are run in order, in a clone like the one a runner makes."""

import json
import subprocess
import sys

import pytest
import yaml

SLOW = '''"""Names."""


def distinct(names):
    """The names without repetitions, in order of first appearance."""
    seen = []
    for name in names:
        if name not in seen:
            seen.append(name)
    return seen
'''
FAST = SLOW.replace("seen = []", "return list(dict.fromkeys(names))").partition("    for")[0]
TESTS = """from names import distinct


def test_distinct_keeps_the_first():
    assert distinct(["b", "a", "b"]) == ["b", "a"]


def test_distinct_of_many():
    names = ["name%d" % (n % 150) for n in range(300)]
    assert distinct(names) == names[:150]
"""
BENCHMARK = """from names import distinct


def test_many(benchmark):
    assert benchmark(distinct, [str(n) for n in range(400)])
"""
OPTIMIZE, COMPARE = "Look for faster versions of what changed", "Compare the benchmarks of both versions"
INSTALL, SHOW = "Install the project", "Show the report on the page of this run"


@pytest.fixture
def pull_request(tmp_path, machine, codeflash):
    """``pull_request(before, after, "--budget", "10s")``: the merge is checked out, two commits deep; returns its job."""
    origin = tmp_path / "origin"

    def git(*words, cwd=origin):
        mine = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.test"]
        subprocess.run([*mine, *words], cwd=cwd, check=True, capture_output=True)

    def write(files):
        for name, text in files.items():
            (origin / name).write_text(text)
        git("add", "-A")
        git("commit", "-q", "-m", "change")

    def make(before, after, *words):
        origin.mkdir()
        git("init", "-q", "-b", "main")
        write({"names.py": FAST, "test_names.py": TESTS, **before})
        # Where the project's own environment is made from is left to the test.
        install = f"'{sys.executable}' -m codeflash_cli --version"
        codeflash(origin, "init-actions", "--install", install, *words)
        git("add", "-A")
        git("commit", "-q", "-m", "add the workflow")
        git("checkout", "-q", "-b", "topic")
        write(after)
        git("checkout", "-q", "main")
        git("merge", "-q", "--no-ff", "-m", "merge", "topic")
        git("clone", "-q", "--depth", "2", f"file://{origin}", str(machine.workspace), cwd=tmp_path)
        text = (machine.workspace / ".github/workflows/codeflash.yml").read_text()
        return yaml.safe_load(text)["jobs"]["measure"]

    return make


@pytest.fixture
def present(machine):
    """Steps that take the environment of this test in place of one that is made."""
    return {INSTALL: f'ln -s "{sys.prefix}" "$RUNNER_TEMP/project"'}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_slow_change_is_answered_with_a_measured_one(machine, pull_request, present):
    job = pull_request(
        {"test_bench.py": BENCHMARK}, {"names.py": SLOW}, "--budget", "120s", "--python", "3.12"
    )
    (compare,) = [step["run"] for step in job["steps"] if step["name"] == COMPARE]
    assert "--budget 5m" in compare
    failed = machine.run(job, {**present, COMPARE: compare.replace("--budget 5m", "--budget 8s")})
    assert failed == [], machine.output
    (result,) = json.loads((machine.report / "optimize.json").read_text())["results"]
    assert (result["target"], result["decision"]) == ("names.py::distinct", "accepted"), result
    assert "| `names.py::distinct` | accepted |" in machine.summary
    assert "```diff" in machine.summary
    assert "## Benchmarks before and after\n" in machine.summary
    assert "test_bench.py::test_many" in machine.summary
    assert (machine.report / "summary.md").read_text() == machine.summary
    assert list((machine.report / "patches").glob("*.patch"))
    assert "<!doctype html>" in (machine.report / "optimize.html").read_text()
    # Nothing of the checkout was changed.
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=machine.workspace, capture_output=True, text=True, check=True
    )
    assert status.stdout == ""


@pytest.mark.slow
def test_a_change_of_tests_alone_passes_with_a_sentence(machine, pull_request, present):
    job = pull_request({}, {"test_names.py": TESTS + "\n# more\n"})
    assert machine.run(job, present) == [], machine.output
    assert "0 of 0 targets" in machine.summary
    assert "::notice title=codeflash compare::nothing was compared" in machine.output[COMPARE]
    assert "no benchmark" in json.loads((machine.report / "compare.json").read_text())["error"]["message"]


def test_a_change_that_does_not_parse_fails_and_says_where(machine, pull_request, present):
    job = pull_request({}, {"names.py": "def broken(:\n"})
    assert machine.run(job, present) == [OPTIMIZE]
    assert "names.py does not parse: line 1" in machine.output[OPTIMIZE]
    assert machine.summary == ""


def test_a_codeflash_that_can_not_be_installed_fails_the_job_alone(machine, pull_request, present):
    job = pull_request({}, {"names.py": SLOW}, "--force")
    assert machine.run(job, {**present, "Install codeflash": "false"}) == ["Install codeflash"]
    assert SHOW in machine.output
