import pytest

from codeflash_core.model.cheat import CheatKind
from codeflash_python.behaviour.protected import edit_of
from codeflash_python.behaviour.static_gate import inspect_change

TESTS = "def test_one():\n    assert 1\n"
PROJECT = '[project]\nname = "shop"\ndependencies = []\n\n[tool.pytest.ini_options]\naddopts = "-q"\n'


@pytest.mark.parametrize(
    ("path", "before", "after", "kind"),
    [
        ("tests/test_m.py", TESTS, TESTS.replace("1\n", "True\n"), "test-edit"),
        ("tests/test_m.py", TESTS, None, "test-edit"),
        ("tests/test_m.py", TESTS, f"{TESTS}\nprint = repr\n", "test-edit"),
        ("tests/test_m.py", TESTS, "def broken(:\n", "test-edit"),
        ("tests/conftest.py", None, "x = 1\n", "benchmark-edit"),
        ("sitecustomize.py", None, "x = 1\n", "benchmark-edit"),
        ("shop.pth", None, "import os\n", "benchmark-edit"),
        ("benchmarks/bench_m.py", "x = 1\n", "x = 2\n", "benchmark-edit"),
        ("pyproject.toml", PROJECT, PROJECT.replace("-q", "-k nothing"), "benchmark-edit"),
        ("setup.cfg", "[tool:pytest]\naddopts = -q\n", "[tool:pytest]\naddopts = -k no\n", "benchmark-edit"),
    ],
)
def test_an_edit_that_bends_the_judgement_is_a_cheat(path, before, after, kind):
    cheat = edit_of(path, before, after)
    assert cheat is not None
    assert cheat.kind is CheatKind(kind)
    assert path in cheat.fact


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("tests/test_new.py", None, TESTS),
        ("tests/test_m.py", TESTS, f"import os\n\n{TESTS}\n\ndef test_two():\n    assert os\n"),
        ("pyproject.toml", PROJECT, PROJECT.replace("[]", '["numpy"]')),
        ("setup.cfg", "[metadata]\nname = a\n", "[metadata]\nname = b\n"),
        ("requirements.txt", "", "numpy\n"),
        ("benchmarks/bench_new.py", None, "x = 1\n"),
        (".github/workflows/ci.yml", "on: push\n", "on: pull_request\n"),
    ],
)
def test_an_edit_that_may_be_honest_is_not_named_one(path, before, after):
    assert edit_of(path, before, after) is None


def test_a_protected_file_is_refused_whether_its_edit_is_a_cheat_or_not():
    for path, before, cheats in [("tests/test_m.py", TESTS, 1), ("tests/test_new.py", None, 0)]:
        originals = {} if before is None else {path: before}
        gate = inspect_change(
            originals, {path: "x = 1\n"}, target_path="m.py", qualname="f", tests=("tests",)
        )
        assert gate.refusals
        assert len(gate.cheats) == cheats
