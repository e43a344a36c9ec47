"""Projects with something wrong in them, and what is delivered of those with nothing wrong."""

import sys

import pytest

pytestmark = pytest.mark.slow
DISTINCT = "src/shop/ordering.py::distinct"
TOTAL = "src/shop/ordering.py::total"


@pytest.fixture
def optimize(shop):
    """``optimize(*words)`` runs the command and sees that it left nothing behind."""

    def run(*words: str, **environment: str):
        before = shop.digest()
        said = shop.run("optimize", *words, environment=environment)
        assert shop.digest() == before
        assert shop.processes() == []
        assert shop.scratch() == []
        assert "Traceback" not in said.err
        return said

    return run


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("import sys; sys.exit(3)", "shop.ordering exits with 3"),
        ("import nothing_of_this_name", "No module named 'nothing_of_this_name'"),
    ],
)
def test_a_module_that_fails_at_import_is_refused_with_its_error(shop, optimize, line, text) -> None:
    shop.change("src/shop/ordering.py", lambda before: f"{line}\n{before}")
    said = optimize(DISTINCT)
    assert (said.code, said.out) == (2, "")
    assert text in said.err


def test_without_tests_more_evidence_is_asked_for(shop, optimize) -> None:
    (shop.root / "tests/test_ordering.py").unlink()
    (shop.root / "tests").rmdir()
    said = optimize(DISTINCT, "--json")
    assert said.code == 0
    (result,) = said.document["results"]
    assert (result["decision"], result["verdict"], result["speedup"]) == ("needs-evidence", "undecided", None)
    assert "name tests or a workload" in result["reasons"][0]


def test_a_function_that_is_never_called_asks_for_evidence_and_can_fail_the_command(shop, optimize) -> None:
    shop.change("src/shop/ordering.py", lambda text: text + "\n\ndef unused(value):\n    return value\n")
    said = optimize("src/shop/ordering.py::unused", "--fail-if-none")
    assert said.code == 1
    assert "needs-evidence" in said.out
    assert "nothing in the workload calls it" in said.out


def test_nothing_to_improve_is_an_answer(optimize) -> None:
    said = optimize(TOTAL)
    assert said.code == 0
    assert "no source proposed a change" in said.out
    assert "0 of 1 target made faster" in said.out


def test_failing_tests_are_left_out_and_named(shop, optimize) -> None:
    shop.change(
        "tests/test_ordering.py", lambda text: text + "\n\ndef test_wrong():\n    assert total([1]) == 2\n"
    )
    said = optimize(TOTAL, "--json")
    assert said.code == 0
    (result,) = said.document["results"]
    assert "left out: tests/test_ordering.py::test_wrong fails on the original" in result["notes"]
    assert result["evidence"]["grades"]["test"] == 2


def test_without_git_on_the_path_the_engine_works(optimize, tmp_path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("sh", "bwrap", "setpriv"):
        for folder in ("/usr/bin", "/bin"):
            if not (tmp_path / "bin" / name).exists():
                (tmp_path / "bin" / name).symlink_to(f"{folder}/{name}")
                break
    said = optimize(TOTAL, PATH=str(tmp_path / "bin"))
    assert said.code == 0
    assert "no source proposed a change" in said.out


def test_a_script_outside_the_project_is_a_workload(shop, optimize, tmp_path) -> None:
    (tmp_path / "use.py").write_text(
        "from shop.ordering import total\n\nfor n in range(5):\n    total(list(range(n)))\n"
    )
    said = optimize(TOTAL, "--workload", str(tmp_path / "use.py"), "--json")
    assert said.code == 0, said.err
    (result,) = said.document["results"]
    assert result["evidence"]["grades"]["traced"] == 5


def test_the_command_can_be_given_from_a_folder_inside_and_outside_the_project(shop, tmp_path) -> None:
    for cwd, name in (
        (shop.root / "src" / "shop", "ordering.py::nothing"),
        (tmp_path, f"{shop.root}/{TOTAL}s"),
    ):
        said = shop.run("optimize", name, cwd=cwd)
        assert said.code == 2
        assert f"src/shop/ordering.py has no function {name.rpartition(':')[2]}" in said.err


def test_ranking_tells_where_the_time_goes(shop) -> None:
    before = shop.digest()
    said = shop.run("rank", "--json", "--python", sys.executable)
    assert said.code == 0, said.err
    rows = said.document["targets"]
    assert {row["target"]: row["calls"] for row in rows} == {DISTINCT: 2, TOTAL: 1}
    assert rows[0]["target"] == DISTINCT
    assert shop.digest() == before


def test_winners_are_written_into_the_tree_on_request(shop) -> None:
    kept = {path: path.read_bytes() for path in shop.root.rglob("*.py") if path != shop.ordering}
    said = shop.run("optimize", DISTINCT, "--apply", "--budget", "120s", "--json")
    assert said.code == 0, said.err
    (result,) = said.document["results"]
    assert result["decision"] == "accepted"
    assert "dict.fromkeys" in shop.ordering.read_text()
    assert {path: path.read_bytes() for path in kept} == kept
    assert said.document["delivered"] == [{"how": "apply", "paths": [str(shop.ordering)]}]


def test_a_test_that_hangs_is_left_out_and_named(shop, optimize) -> None:
    hanging = "\n\ndef test_hangs():\n    total([1])\n    while True:\n        pass\n"
    shop.change("tests/test_ordering.py", lambda text: text + hanging)
    said = optimize(TOTAL, "--json")
    assert said.code == 0
    (result,) = said.document["results"]
    assert any("test_hangs" in note for note in result["notes"])
