"""The script that repeats a measurement runs, in a clone that is left as it was, on the code of both versions."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve

TOOLS = str(Path(__file__).resolve().parents[4] / "tools")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)

from loopback.forked import SET, Forked  # noqa: E402 (found through the path above)

from codeflash_core.cases.reproducing import PythonWords, reproducer_of, script  # noqa: E402
from codeflash_core.cases.results import Result  # noqa: E402
from codeflash_core.errors import UsageError  # noqa: E402

pytestmark = pytest.mark.slow
HYPERFINE = """#!/bin/sh
# Runs each command once, and says so.
set -eu
while [ $# -gt 0 ]; do
    case $1 in
        --command-name) name=$2; shift 2 ;;
        --warmup | --runs) printf '%s %s\\n' "$1" "$2"; shift 2 ;;
        *) sh -c "$1" >/dev/null; printf 'ran %s\\n' "$name"; shift ;;
    esac
done
"""


def measured(project, target="tests/test_bench.py::test_missing", **changed):
    return Result(
        target=target, metric="cpu", unit="ns/call", before=1e8, after=5e7, speedup=2.0, low=1.9, high=2.1,
        level=0.999, gain=True, evidence="compare", base=project.start, head=changed.pop("head"), **changed,
    )  # fmt: skip


@pytest.fixture
def project(tmp_path):
    return Forked(tmp_path / "a pröject", tmp_path / "a pröject/my clone")


@pytest.fixture
def programs(tmp_path):
    """A folder with programs, to be first on PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "hyperfine").write_text(HYPERFINE)
    (folder / "hyperfine").chmod(0o755)
    return folder


@pytest.fixture
def run(project, programs, tmp_path):
    """Run a script in the clone, with this interpreter."""

    def started(text, *words, cwd=None, **variables):
        file = tmp_path / "reproduce.sh"
        file.write_text(text)
        scratch = tmp_path / "scratch of mine"
        scratch.mkdir(exist_ok=True)
        given = {
            "PATH": f"{programs}:/usr/bin:/bin",
            "RUNNER": sys.executable,
            "LOOPS": "2",
            "TMPDIR": str(scratch),
            **variables,
        }
        done = subprocess.run(
            [shutil.which("sh"), str(file), *words],
            cwd=cwd or project.checkout,
            env={name: value for name, value in given.items() if value},
            capture_output=True,
            text=True,
            check=False,
        )
        assert list(scratch.iterdir()) == []
        return done

    return started


def test_both_versions_run_and_the_clone_stays_as_it_was(project, run):
    head = project.change("perf/set", SET)
    project.write("src/shop/stock.py", "not committed\n")
    before = project.state()
    made = evolve(reproducer_of(measured(project, head=head)), changed=("src/shop/stock.py",))
    done = run(script(made), "--runs", "3")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "--warmup 1\n--runs 3\nran base\nran head\n"
    assert project.state() == before


@pytest.mark.parametrize(
    "target",
    [
        "import shop.stock",
        "tools/load.py::everything",
        "tests/test_mark.py::test_all",
        "tests/test_mark.py::test_pedantic",
    ],
)
def test_imports_functions_and_marked_tests_run(project, run, target):
    project.write("tools/load.py", "from shop.stock import total\n\n\ndef everything():\n    total([1])\n")
    project.write(
        "tests/test_mark.py",
        "import pytest\nfrom shop.stock import total\n\n\n@pytest.mark.benchmark\ndef test_all():\n    assert total([1]) == 1\n"
        "\n\ndef test_pedantic(benchmark):\n    assert benchmark.pedantic(total, setup=lambda: (([2],), {}), rounds=3) == 2\n",
    )
    project.write("pyproject.toml", '[tool.pytest.ini_options]\nmarkers = ["benchmark: measured"]\n')
    project.start = project.commit("Benchmarks")
    head = project.change("perf/set", SET)
    made = evolve(reproducer_of(measured(project, target, head=head)), changed=("src/shop/stock.py",))
    done = run(script(made))
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("ran base\nran head\n")


def test_a_program_of_ones_own_is_run_in_both(project, run):
    head = project.change("perf/set", SET)
    program = "from shop.stock import total\nprint(total([1, 2]), __name__, '''a\nb''')"
    made = evolve(
        reproducer_of(measured(project, "command", head=head), program), changed=("src/shop/stock.py",)
    )
    done = run(script(made))
    assert done.returncode == 0, done.stderr


def test_another_copy_of_the_project_is_not_measured(project, run, tmp_path):
    """An interpreter that has the project installed somewhere else would time the same code twice."""
    head = project.change("perf/set", SET)
    shutil.copytree(project.checkout / "src/shop", tmp_path / "installed/shop")
    project.write("tools/bench.py", f"import sys\nsys.path.insert(0, {str(tmp_path / 'installed')!r})\n"
                  "from shop.stock import total\n\n\ndef bench():\n    total([1])\n")  # fmt: skip
    project.start = project.commit("A benchmark that loads another copy")
    project.git("checkout", "-q", "perf/set")
    project.git("merge", "-q", "-m", "Merge", "main")
    head = project.git("rev-parse", "HEAD")
    made = evolve(
        reproducer_of(measured(project, "tools/bench.py::bench", head=head)), changed=("src/shop/stock.py",)
    )
    done = run(script(made))
    assert done.returncode == 2
    assert "no changed file was loaded from" in done.stderr
    assert "reproduce: the benchmark does not run on base" in done.stderr
    assert "ran" not in done.stdout


def test_a_benchmark_that_fails_is_not_timed(project, run):
    head = project.change("perf/broken", ("return sum(prices)", "return 1 / 0"))
    project.write("tools/bench.py", "from shop.stock import total\n\n\ndef bench():\n    total([1])\n")
    base = project.commit("A benchmark")
    project.git("checkout", "-q", "perf/broken")
    project.git("merge", "-q", "-m", "Merge", "main")
    head = project.git("rev-parse", "HEAD")
    project.start = base
    done = run(script(reproducer_of(measured(project, "tools/bench.py::bench", head=head))))
    assert done.returncode == 2
    assert "the benchmark does not run on head" in done.stderr


def test_a_benchmark_that_is_skipped_is_not_timed(project, run):
    project.write(
        "tests/test_skipped.py",
        "import pytest\nfrom shop.stock import total\n\n\ndef test_x(benchmark):\n    pytest.skip('not here')\n    benchmark(total, [1])\n",
    )
    project.start = project.commit("A benchmark that is skipped")
    head = project.change("perf/set", SET)
    done = run(script(reproducer_of(measured(project, "tests/test_skipped.py::test_x", head=head))))
    assert done.returncode == 2
    assert "pytest ended with 0, and never measured it" in done.stderr


def test_commits_that_are_missing_are_fetched_from_the_source(project, run, tmp_path):
    head = project.change("perf/set", SET)
    project.git("push", "-q", "fork", "perf/set")
    clone = tmp_path / "theirs"
    project.git("clone", "-q", str(project.upstream), str(clone), at=tmp_path)
    made = reproducer_of(measured(project, head=head))
    said = run(script(made), cwd=clone)
    assert said.returncode == 2
    assert f"the commit {head} is not here; set SOURCE" in said.stderr
    done = run(script(evolve(made, source=str(project.fork))), cwd=clone)
    assert done.returncode == 0, done.stderr
    assert project.git("status", "--porcelain", at=clone) == ""
    assert not (clone / ".git/FETCH_HEAD").exists()


def test_a_source_without_the_commit_is_told(project, run, tmp_path):
    made = reproducer_of(measured(project, head="b" * 40))
    said = run(script(made), SOURCE=str(project.upstream))
    assert said.returncode == 2
    assert f"the commit {'b' * 40} can't be fetched from {project.upstream}" in said.stderr


def test_a_relative_interpreter_is_that_of_the_clone(project, run):
    head = project.change("perf/set", SET)
    (project.checkout / ".venv/bin").mkdir(parents=True)
    (project.checkout / ".venv/bin/python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    made = evolve(reproducer_of(measured(project, head=head)), runner=PythonWords.MACHINE)
    assert "no/such/python" in run(script(made), RUNNER="no/such/python").stderr
    assert "there is no" in run(script(made), RUNNER="").stderr
    (project.checkout / ".venv/bin/python").chmod(0o755)
    done = run(script(made), RUNNER="")
    assert done.returncode == 0, done.stderr
    assert 'RUNNER="${RUNNER:-.venv/bin/python}"' in script(made)


def test_what_is_missing_is_said(project, run, tmp_path):
    head = project.change("perf/set", SET)
    text = script(reproducer_of(measured(project, head=head)))
    (tmp_path / "git").symlink_to(shutil.which("git"))
    (tmp_path / "sh").symlink_to(shutil.which("sh"))
    assert "reproduce: hyperfine is missing" in run(text, PATH=str(tmp_path)).stderr
    assert "reproduce: git is missing" in run(text, PATH="/nowhere").stderr
    assert "this is no clone of the project" in run(text, cwd=tmp_path).stderr


@pytest.mark.skipif(shutil.which("hyperfine") is None, reason="hyperfine is not installed")
def test_hyperfine_itself_takes_the_commands(project, run, programs, tmp_path):
    (programs / "hyperfine").unlink()
    (programs / "hyperfine").symlink_to(shutil.which("hyperfine"))
    head = project.change("perf/set", SET)
    text = script(reproducer_of(measured(project, "import shop.stock", head=head)))
    done = run(text, "--runs", "2", "--export-json", str(tmp_path / "told.json"))
    assert done.returncode == 0, done.stderr
    assert [each["command"] for each in json.loads((tmp_path / "told.json").read_text())["results"]] == [
        "base",
        "head",
    ]


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_is_content(project, tmp_path):
    (tmp_path / "reproduce.sh").write_text(
        script(reproducer_of(measured(project, head="b" * 40), "print(1)"))
    )
    done = subprocess.run(
        ["shellcheck", str(tmp_path / "reproduce.sh")], capture_output=True, text=True, check=False
    )
    assert done.stdout == ""


def test_maintainers_need_only_public_tools(project):
    head = project.change("perf/set", SET)
    text = script(reproducer_of(measured(project, head=head)))
    assert "codeflash" not in text
    assert 'RUNNER="${RUNNER:-uv run python}"' in text
    assert (project.start in text, head in text) == (True, True)


def test_a_run_takes_about_a_second_of_the_slower_version(project):
    assert reproducer_of(measured(project, head="b" * 40)).loops == 10
    assert reproducer_of(evolve(measured(project, head="b" * 40), before=None)).loops == 1
    assert reproducer_of(evolve(measured(project, head="b" * 40), before=9e9)).loops == 1


@pytest.mark.parametrize(
    "target", ["command", "sleep 1 / sleep 2", "a.txt::f", "a.py::A.b", "import a b", "a.py::x\ny"]
)
def test_what_cannot_be_run_by_itself_is_refused(project, target):
    with pytest.raises(UsageError, match=r"no benchmark|no module|no function"):
        script(reproducer_of(measured(project, target, head="b" * 40)))


@pytest.mark.parametrize("head", ["", "$(touch x)", "main", "--all", "abc"])
def test_a_result_without_commits_is_refused(project, head):
    with pytest.raises(UsageError, match="names no commits"):
        reproducer_of(measured(project, head=head))


def test_a_project_in_a_folder_of_its_repository_runs_there(project, run):
    (project.checkout / "parts").mkdir(exist_ok=True)
    for name in ("src", "tests", "pyproject.toml"):
        project.git("mv", name, f"parts/{name}")
    project.start = project.commit("Move")
    place = project.checkout / "parts/src/shop/stock.py"
    project.git("checkout", "-q", "-b", "perf/set")
    place.write_text(place.read_text().replace(*SET))
    head = project.commit("Set")
    made = evolve(
        reproducer_of(measured(project, head=head)), changed=("parts/src/shop/stock.py",), folder="parts"
    )
    done = run(script(made))
    assert done.returncode == 0, done.stderr


def test_a_program_cannot_end_the_script(project):
    with pytest.raises(UsageError, match="END_OF_BENCH"):
        script(reproducer_of(measured(project, head="b" * 40), "print(1)\nEND_OF_BENCH\nrm -rf x\n"))


def test_odd_names_stay_words(project, run):
    project.write(
        "tests/it's a test.py".replace(" ", "_"),
        "from shop.stock import total\n\n\ndef test_x(benchmark):\n    benchmark(total, [1])\n",
    )
    project.start = project.commit("Odd")
    head = project.change("perf/set", SET)
    made = evolve(
        reproducer_of(measured(project, "tests/it's_a_test.py::test_x", head=head)),
        changed=("src/shop/stock.py",), source="it's; touch /tmp/x",
    )  # fmt: skip
    done = run(script(made))
    assert done.returncode == 0, done.stderr


def test_an_interrupted_run_leaves_nothing_behind(project, programs, run):
    (programs / "hyperfine").write_text("#!/bin/sh\nkill -TERM $PPID\nsleep 5\n")
    head = project.change("perf/set", SET)
    before = project.state()
    done = run(script(reproducer_of(measured(project, head=head))))
    assert done.returncode == 143
    assert project.state() == before
    assert list(project.checkout.glob(".git/worktrees/*")) == []
