"""Two refs of a real repository, measured by the command on the project's own benchmarks."""

import json
import subprocess

import pytest

BENCHMARKS = """\
import pytest
import shop
from shop.ordering import distinct, total


@pytest.mark.parametrize("size", [400])
def test_distinct(benchmark, size):
    assert len(benchmark(distinct, list(range(size)))) == size


@pytest.mark.benchmark
def test_marked():
    assert total([1.0] * 2000) == 2000


def test_prepared(benchmark):
    assert benchmark.pedantic(sorted, setup=lambda: (([3, 1, 2],), {}), rounds=3) == [1, 2, 3]


def test_no_benchmark():
    assert total([1]) == 1
"""
ONE_SIDED = """

def test_{name}(benchmark):
    benchmark(total, [1, 2])
"""
FAILING = """

def test_failing(benchmark):
    assert benchmark(total, [1, 2]) == {result}
"""


def git(root, *words):
    named = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.test", *words]
    return subprocess.run(named, cwd=root, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def versions(shop, fast):
    """A slow commit and a fast one; each has a benchmark that the other lacks, and one fails in the second."""
    (shop.root / "tests/test_bench.py").write_text(
        BENCHMARKS + ONE_SIDED.format(name="old") + FAILING.format(result=3)
    )
    shop.change("src/shop/__init__.py", lambda text: "import decimal\n")
    git(shop.root, "init", "-q", "-b", "main")
    git(shop.root, "add", "-A")
    git(shop.root, "commit", "-q", "-m", "Slow")
    (shop.root / "tests/test_bench.py").write_text(
        BENCHMARKS + ONE_SIDED.format(name="new") + FAILING.format(result=4)
    )
    shop.change("src/shop/ordering.py", fast)
    shop.change("src/shop/__init__.py", lambda text: "")
    git(shop.root, "commit", "-q", "-a", "-m", "Fast")
    return shop


def state_of(root):
    worktrees, refs = git(root, "worktree", "list"), git(root, "for-each-ref")
    status = git(root, "--no-optional-locks", "status", "--porcelain")
    return status, git(root, "stash", "list"), worktrees, refs


@pytest.mark.slow
def test_the_known_change_is_found_and_what_is_on_one_side_is_named(versions) -> None:
    shop = versions
    shop.change("src/shop/ordering.py", lambda text: text + "\n\nDIRTY = 1\n")
    before, tree = state_of(shop.root), shop.digest()
    report, table = shop.state.parent / "r.html", shop.state.parent / "r.md"
    said = shop.run(
        "compare", "HEAD~1", "HEAD", "--benchmarks", "tests/test_bench.py", "--budget", "20s", "--memory",
        "--json", "--report", str(report), "--markdown", str(table),
    )  # fmt: skip
    assert said.code == 0, said.err
    rows = {row["benchmark"].partition("::")[2]: row for row in said.document["rows"]}
    assert list(rows) == [
        "test_distinct[400]",
        "test_marked",
        "test_prepared",
        "test_failing",
        "test_old",
        "test_new",
    ]
    gain = rows["test_distinct[400]"]
    assert gain["outcome"] in ("faster", "inconclusive")
    assert gain["speedup"]["point"] > 3
    assert gain["before_ns"] > gain["after_ns"]
    names = [each["function"] for each in gain["functions"]]
    assert "src/shop/ordering.py::distinct" in names
    assert set(gain["memory"]) == {"base", "head"}
    assert rows["test_marked"]["samples"]
    assert "head: assert 3 == 4" in rows["test_failing"]["problem"]
    assert (rows["test_old"]["problem"], rows["test_new"]["problem"]) == ("only in base", "only in head")
    assert any(note.startswith("uncommitted changes are not measured") for note in said.document["notes"])
    assert "test_distinct" in report.read_text()
    assert "| benchmark | base | head |" in table.read_text()
    assert (state_of(shop.root), shop.digest()) == (before, tree)
    assert shop.processes() == []
    assert not list((shop.state / "scratch").glob("*"))


@pytest.mark.slow
def test_a_benchmark_that_does_other_work_is_marked_and_a_plain_function_is_measured(shop) -> None:
    shop.change("tests/test_bench.py", lambda text: BENCHMARKS)
    shop.change(
        "src/shop/ordering.py", lambda text: text + "\n\ndef all_of_it():\n    return distinct(range(50))\n"
    )
    git(shop.root, "init", "-q", "-b", "main")
    git(shop.root, "add", "-A")
    git(shop.root, "commit", "-q", "-m", "One")
    shop.change(
        "tests/test_bench.py",
        lambda text: text.replace("[3, 1, 2]", "[3, 1, 2, 0]").replace("== [1", "== [0, 1"),
    )
    git(shop.root, "commit", "-q", "-a", "-m", "Two")
    said = shop.run(
        "compare", "HEAD~1", "--benchmarks", "tests/test_bench.py::test_prepared",
        "src/shop/ordering.py::all_of_it", "--budget", "3s", "--json",
    )  # fmt: skip
    assert said.code == 0, said.err
    prepared, plain = said.document["rows"]
    assert prepared["notes"][0].startswith("the benchmark itself differs")
    assert plain["benchmark"] == "src/shop/ordering.py::all_of_it"
    assert plain["speedup"]["blocks"] >= 2
    assert next(each["function"] for each in plain["functions"]).startswith("src/shop/ordering.py::")


@pytest.mark.slow
def test_imports_are_measured_and_what_got_lazier_is_named(versions) -> None:
    said = versions.run(
        "compare", "HEAD~1", "HEAD", "--import-time", "shop", "shop.nothing", "--budget", "3s", "--json"
    )
    assert said.code == 0, said.err
    found, missing = said.document["rows"]
    assert found["benchmark"] == "import shop"
    assert found["speedup"]["point"] > 1
    assert "decimal" in found["imports"]["gone"]
    assert "No module named 'shop.nothing'" in missing["problem"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_regression_beyond_what_is_allowed_fails_the_command(versions) -> None:
    said = versions.run(
        "compare", "HEAD", "HEAD~1", "--functions", "src/shop/ordering.py::distinct", "--benchmarks",
        "tests/test_bench.py", "--budget", "10m", "--fail-on-regression", "3%",
    )  # fmt: skip
    assert "test_marked" not in said.out
    assert said.code == 1, said.out
    assert "slower" in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "two versions or two commands are wanted"),
        (("nowhere",), "there is no commit nowhere"),
        (("HEAD", "--command", "true"), "either two versions are compared or two commands"),
        (("HEAD", "--pr", "3"), "either versions are named or a pull request"),
        (("--pr", "3"), "can't fetch pull request 3 of origin"),
        (("HEAD", "--fail-on-regression", "much"), "a percentage such as 3% is wanted, not much"),
        (("HEAD", "--report", "no/such/folder/r.html"), "there is no folder no/such/folder"),
    ],
)
def test_what_cannot_be_compared_is_refused(versions, codeflash, words, told) -> None:
    said = codeflash("compare", *words)
    assert said.code == 2
    assert told in said.err


def test_without_a_repository_there_are_no_versions(codeflash) -> None:
    said = codeflash("compare", "main")
    assert said.code == 2
    assert "is in no git repository" in said.err


@pytest.mark.slow
def test_a_project_without_benchmarks_says_so(versions, codeflash) -> None:
    said = codeflash("compare", "HEAD", "HEAD", "--benchmarks", "tests/test_ordering.py", "--json")
    assert said.code == 2
    assert "no benchmark" in json.loads(said.out)["error"]["message"] + said.err
