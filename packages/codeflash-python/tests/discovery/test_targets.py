"""Targets are listed by name, and the nearest is named when one is missing."""

from __future__ import annotations

import hashlib

import pytest

from codeflash_core.errors import UsageError
from codeflash_python.discovery.project import find_project
from codeflash_python.discovery.targets import list_targets, targets_of

MOD = "def arrange(a):\n    return a\n\n\nclass Basket:\n    def total(self):\n        return 1\n\n    def empty(self): ...\n"


@pytest.fixture
def shop(project):
    root = project(
        {
            "src/shop/__init__.py": "",
            "src/shop/ordering.py": MOD,
            "src/shop/other.py": "def compute():\n    return 1\n",
            "src/shop/bad.py": "x = 1\ndef (:\n",
            "tests/test_a.py": "def test_a():\n    assert True\n",
            "docs/conf.py": "def setup(app):\n    return app\n",
            ".hidden/x.py": "def hidden():\n    return 1\n",
            "env2/pyvenv.cfg": "",
            "env2/lib.py": "def foreign():\n    return 1\n",
        }
    )
    return find_project(root, environ={})


def ids(listing):
    return [target.id for target in listing.targets]


def test_a_file_gives_all_but_its_empty_functions(shop):
    listing = list_targets(shop, ["src/shop/ordering.py"])
    assert ids(listing) == ["src/shop/ordering.py::arrange", "src/shop/ordering.py::Basket.total"]
    target = listing.targets[0]
    assert target.module == "shop.ordering"
    assert target.file_sha256 == hashlib.sha256(MOD.encode()).hexdigest()
    assert len(targets_of(shop, "src/shop/ordering.py")) == 3


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("src/shop/ordering.py::Basket.total", ["src/shop/ordering.py::Basket.total"]),
        ("src/shop/ordering.py::Basket::total", ["src/shop/ordering.py::Basket.total"]),
        ("src/shop/ordering.py::Basket", ["src/shop/ordering.py::Basket.total"]),
        ("src/shop/ordering.py::Basket.empty", ["src/shop/ordering.py::Basket.empty"]),
        ("./src/shop/../shop/ordering.py::arrange", ["src/shop/ordering.py::arrange"]),
    ],
)
def test_functions_methods_and_classes_are_found_by_name(shop, name, expected):
    assert ids(list_targets(shop, [name])) == expected


def test_an_absolute_path_inside_the_project_is_understood(shop):
    name = f"{shop.root / 'src/shop/other.py'}::compute"
    assert ids(list_targets(shop, [name])) == ["src/shop/other.py::compute"]


def test_a_folder_gives_its_files_and_names_those_that_do_not_parse(shop):
    listing = list_targets(shop, ["src"])
    assert len(listing.targets) == 3
    assert [path for path, _ in listing.unparsed] == ["src/shop/bad.py"]
    assert ids(list_targets(shop, ["tests"])) == ["tests/test_a.py::test_a"]


def test_everything_leaves_out_tests_documentation_environments_and_hidden_folders(shop):
    assert {target.path for target in list_targets(shop, everything=True).targets} == {
        "src/shop/ordering.py",
        "src/shop/other.py",
    }


def test_a_target_named_twice_is_listed_once(shop):
    assert len(list_targets(shop, ["src/shop/other.py", "src/shop/other.py::compute"]).targets) == 1


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("src/shop/ordering.py::arange", "no function arange", "src/shop/ordering.py::arrange"),
        ("src/shop/ordering.py::ARRANGE", "no function ARRANGE", "src/shop/ordering.py::arrange"),
        ("src/shop/ordering.py::total", "no function total", "src/shop/ordering.py::Basket.total"),
        ("src/shop/ordering.py::compute", "no function compute", "src/shop/other.py::compute"),
        ("src/shop/ordering.py::zzz", "no function zzz", "arrange"),
        ("src/shop/orderings.py", "no file", "src/shop/ordering.py"),
        ("src/shpo", "no file or folder src/shpo", "src/shop"),
        ("src/shop/ordering.py:arrange", "no file or folder", "Write src/shop/ordering.py::arrange."),
        ("shop.ordering.arrange", "no file or folder", "Write src/shop/ordering.py::arrange."),
        ("ordering.py::arrange", "no file", "src/shop/ordering.py"),
        ("src/shop/bad.py", "line 2", "Correct the file"),
        ("src::f", "is a folder", ""),
        ("../elsewhere.py", "outside the project", ""),
        ("/etc/passwd", "outside the project", ""),
        ("env2/pyvenv.cfg", "not a Python file", "path.py"),
    ],
)
def test_what_is_missing_is_explained_with_the_nearest(shop, name, message, hint):
    with pytest.raises(UsageError) as problem:
        list_targets(shop, [name])
    assert message in problem.value.message
    assert hint in problem.value.hint
