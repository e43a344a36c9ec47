import difflib

import pytest

pytestmark = pytest.mark.slow
TARGET = "src/shop/ordering.py::distinct"


@pytest.fixture
def judge(shop, tmp_path):
    """``judge(command, change)`` judges the changed text, given as a file or as a patch."""

    def run(command: str, change, *, patch: bool = False):
        original = shop.ordering.read_text()
        changed = change(original)
        assert changed != original
        given = tmp_path / ("change.patch" if patch else "candidate.py")
        if patch:
            name = "src/shop/ordering.py"
            lines = difflib.unified_diff(
                original.splitlines(True), changed.splitlines(True), f"a/{name}", f"b/{name}"
            )
            given.write_text("".join(lines))
        else:
            given.write_text(changed)
        before = shop.digest()
        words = (
            command,
            TARGET,
            "--patch" if patch else "--candidate",
            str(given),
            "--json",
            "--budget",
            "120s",
        )
        said = shop.run(*words)
        assert shop.digest() == before
        assert shop.processes() == []
        assert shop.scratch() == []
        return said

    return run


def test_a_right_and_faster_candidate_is_accepted(judge) -> None:
    def faster(text: str) -> str:
        # The names are kept: what the fast way took from an iterator before it fails must not be lost.
        fast = "    names = list(names)\n    try:\n        return list(dict.fromkeys(names))\n"
        fast += "    except TypeError:\n        pass\n    seen = []\n"
        return text.replace("    seen = []\n", fast)

    said = judge("evaluate", faster)
    assert said.code == 0, said.out
    document = said.document
    assert (document["decision"], document["verdict"]) == ("accepted", "same")
    assert document["speedup"]["low"] > 1.02
    assert document["candidate"]["source"] == "patch:candidate.py"


@pytest.mark.parametrize("command", ["evaluate", "verify"])
def test_a_wrong_candidate_is_refused_with_a_counterexample(judge, command) -> None:
    said = judge(
        command, lambda text: text.replace("return seen", "return sorted(seen)"), patch=command == "verify"
    )
    assert said.code == 1
    document = said.document
    assert (document["decision"], document["verdict"]) == ("rejected", "different")
    assert document["counterexample"]["facet"] == "result"
    assert document["counterexample"]["call"]
    assert document["speedup"] is None


def test_a_candidate_that_is_not_faster_is_not_accepted(judge) -> None:
    said = judge(
        "evaluate",
        lambda text: text.replace("    seen = []\n", "    seen = list()\n    names = list(names)\n"),
    )
    assert said.code == 1
    assert said.document["decision"] in ("rejected", "inconclusive")


def test_a_candidate_that_hangs_on_an_input_is_refused(judge) -> None:
    loop = "    while names == ['b', 'a', 'b']:\n        pass\n    seen = []\n"
    said = judge("verify", lambda text: text.replace("    seen = []\n", loop))
    assert said.code == 1
    assert said.document["verdict"] == "different"


def test_a_patch_that_changes_the_tests_is_refused(shop, tmp_path) -> None:
    tests = (shop.root / "tests/test_ordering.py").read_text().splitlines(keepends=True)
    changed = [line.replace("== 6", "> 0") for line in tests]
    patch = tmp_path / "tests.patch"
    lines = difflib.unified_diff(tests, changed, "a/tests/test_ordering.py", "b/tests/test_ordering.py")
    patch.write_text("".join(lines))
    said = shop.run("verify", TARGET, "--patch", str(patch), "--json")
    assert said.code == 1, said.err
    assert said.document["decision"] == "rejected"
