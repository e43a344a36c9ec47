"""A locked method: what belongs to it, and what is said when it changed."""

import pytest
from attrs import evolve

from codeflash_core.errors import IllegalStep
from codeflash_core.experiments.method import (
    machine_line,
    measures,
    method_of,
    refuse_change_of_method,
    refuse_other_method,
)
from codeflash_core.experiments.values import Worded
from codeflash_core.model.comparison import Machine
from codeflash_core.records.fingerprint import Fingerprint

TARGET = "src/shop/stock.py::missing_articles"
FINGERPRINT = Fingerprint(
    {
        "src/shop/stock.py": "file 1",
        "tests/test_stock.py": "file 2",
        "pyproject.toml": "file 3",
        "work.py": "file 4",
    },
    {
        "the interpreter": "python",
        "the sources": "patch",
        "the candidate": "abc",
        "the setting budget_seconds": "60",
    },
)
MACHINE = Machine({"system": "Linux", "processor": "P", "cores": "2", "memory": "8 GiB", "load": "9 9 9"})


@pytest.fixture
def method():
    return method_of(Worded(), TARGET, ("tests", "work.py"), FINGERPRINT, MACHINE, "make test")


def test_it_holds_tests_workload_configuration_and_machine(method):
    assert set(method.files) == {"tests/test_stock.py", "pyproject.toml", "work.py"}
    assert method.facts["the guard command"] == "make test"
    assert method.facts["the machine's cores"] == "2"
    assert machine_line(method) == "P, 2 cores, 8 GiB, Linux"


def test_what_differs_from_run_to_run_is_not_in_it(method):
    assert not {"the candidate", "the sources", "the setting budget_seconds"} & set(method.facts)
    assert "9 9 9" not in method.facts.values()


def test_the_same_method_is_accepted(method):
    refuse_other_method(method, evolve(method))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: evolve(m, files={**m.files, "work.py": "file 5"}), "work.py changed"),
        (lambda m: evolve(m, files={**m.files, "tests/test_new.py": "file 5"}), "tests/test_new.py is new"),
        (lambda m: evolve(m, files={"work.py": "file 4"}), "pyproject.toml is gone"),
        (
            lambda m: evolve(m, facts={**m.facts, "the interpreter": "pypy"}),
            "the interpreter was python, is pypy",
        ),
        (lambda m: evolve(m, facts={**m.facts, "the machine's cores": "4"}), "cores was 2, is 4"),
        (
            lambda m: evolve(m, facts={**m.facts, "the guard command": ""}),
            "guard command was make test, is not set",
        ),
    ],
    ids=["workload", "new test", "gone", "interpreter", "machine", "guard"],
)
def test_another_method_is_refused_with_what_changed(method, change, message):
    with pytest.raises(IllegalStep, match=message) as refused:
        refuse_other_method(method, change(method))
    assert "session baseline" in refused.value.instead


@pytest.mark.parametrize(
    "path", ["tests/test_stock.py", "tests/new.py", "work.py", "pyproject.toml", "a/conftest.py"]
)
def test_a_candidate_does_not_change_what_measures_it(method, path):
    with pytest.raises(IllegalStep, match="changes what measures it"):
        refuse_change_of_method(method, TARGET, ["src/shop/stock.py", path])


def test_a_candidate_changes_the_code(method):
    refuse_change_of_method(method, TARGET, ["src/shop/stock.py", "src/shop/new.py"])


@pytest.mark.parametrize(
    ("path", "place", "expected"),
    [
        ("stock.py", ".", False),
        ("test_stock.py", ".", True),
        ("src/shop/stock_test.py", "src", True),
        ("src/shop/models.py", "src", False),
        ("tests/data.json", "tests", True),
        ("tests/test_stock.py", "tests/test_stock.py::test_one", True),
        ("testing.py", "tests", False),
    ],
)
def test_in_a_folder_that_holds_the_target_only_tests_measure(path, place, expected):
    assert measures(path, [place], TARGET if place != "." else "stock.py::f") is expected
